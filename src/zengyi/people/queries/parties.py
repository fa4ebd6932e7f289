"""Who can take on an order in a community: its members, and the organisations registered with it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from zengyi.people.models import Member, Organisation
from zengyi.people.rules import RegistrationState


@dataclass(frozen=True, slots=True)
class Party:
    """A member or an organisation. ``home_id`` and ``estate_id`` say where a member lives; ``household`` is a blind index."""

    name: str
    member_id: int | None = None
    organisation_id: int | None = None
    person_id: int | None = None
    household: bytes | None = None
    unit_id: int | None = None
    duty: str = ""
    skills: tuple[str, ...] = ()
    home_id: int | None = None
    estate_id: int | None = None


def parties(community_id: int) -> list[Party]:
    """Everybody who may be asked in the community, in two statements."""
    return [*_organisations(community_id, Q()), *_members(community_id, Q())]


def party(community_id: int, *, member_id: int | None = None, organisation_id: int | None = None) -> Party | None:
    """The member or organisation of that id, if it belongs to the community."""
    if member_id is not None:
        found = _members(community_id, Q(pk=member_id))
    else:
        found = _organisations(community_id, Q(pk=organisation_id))
    return found[0] if found else None


def members_of(community_id: int, member_ids: Iterable[int]) -> list[Party]:
    """Those of the ids that are members of the community."""
    return _members(community_id, Q(pk__in=list(member_ids)))


def members_in(branch_id: int, member_ids: Iterable[int]) -> set[int]:
    """Those of the ids that are members of the branch."""
    wanted = set(member_ids)
    return {pk for pk in Member.objects.filter(branch_id=branch_id).values_list("pk", flat=True) if pk in wanted}


def members_of_branch(branch_id: int) -> list[tuple[int, str]]:
    """The members of a branch, in the order of their numbers: id and name."""
    return list(Member.objects.filter(branch_id=branch_id).order_by("number").values_list("pk", "person__name"))


def colleagues(organisation_id: int, community_id: int) -> list[tuple[int, str]]:
    """Members of the community who work at the organisation: id and name."""
    rows = Member.objects.filter(unit_id=organisation_id, community_id=community_id).order_by("pk")
    return list(rows.values_list("pk", "person__name")[:200])


def _members(community_id: int, which: Q) -> list[Party]:
    rows = Member.objects.filter(which, community_id=community_id).order_by("pk")
    columns = ("person__name", "pk", "person_id", "person__household_index", "unit_id", "duty", "skills")
    return [
        Party(
            name=name,
            member_id=pk,
            person_id=person_id,
            household=None if household is None else bytes(household),
            unit_id=unit_id,
            duty=duty,
            skills=tuple(skills),
            home_id=home_id,
            estate_id=estate_id,
        )
        for name, pk, person_id, household, unit_id, duty, skills, home_id, estate_id in rows.values_list(
            *columns, "person__home_id", "person__home__parent_id"
        )
    ]


def _organisations(community_id: int, which: Q) -> list[Party]:
    here = Organisation.objects.filter(
        which, registrations__community_id=community_id, registrations__state=RegistrationState.ACTIVE
    ).order_by("pk")
    return [
        Party(name=name, organisation_id=pk, skills=tuple(skills)) for name, pk, skills in here.values_list("short_name", "pk", "skills")
    ]
