"""Who can take on an order in a community: its members, and the organisations registered with it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, BinaryField, Count, Q, QuerySet, Subquery, Value, Window
from django.db.models.functions import StrIndex

from zengyi.people.models import Branch, Grant, Member, Organisation
from zengyi.people.rules import Duty, MemberStatus, RegistrationState, Role, known
from zengyi.people.rules.sheets import Listed

_NUMBER: "BigIntegerField[Any, Any]" = BigIntegerField()


@dataclass(frozen=True, slots=True)
class Party:
    """A member or an organisation. ``home_id`` and ``estate_id`` say where a member lives; ``household`` is a blind index.

    ``lacks_login``: a member who cannot sign in, whom somebody has to ring up.
    """

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
    lacks_login: bool = False

    @property
    def units(self) -> frozenset[int]:
        """The organisation itself, or where the member works."""
        return known(self.organisation_id, self.unit_id)


def parties_named(community_id: int, name: str, *, most: int) -> tuple[list[Party], int]:
    """Those who may be asked in the community and whose name ``name`` is part of, and how many there are. Two statements.

    Organisations first; at most ``most`` of them and of the members are told, with nothing but their names and whether they can sign in.
    """
    registered = {"registrations__community_id": community_id, "registrations__state": RegistrationState.ACTIVE}
    units = list(_named(Organisation.objects.filter(**registered), "short_name", name)[:most])
    members = list(_named(Member.objects.filter(community_id=community_id), "person__name", name, "person__user__is_active")[:most])
    found = [Party(name=text, organisation_id=pk) for pk, text, _count in units]
    found += [Party(name=text, member_id=pk, lacks_login=not signs_in) for pk, text, signs_in, _count in members]
    return found, sum(rows[0][-1] for rows in (units, members) if rows)


def _named(rows: "QuerySet[Any, Any]", column: str, name: str, *more: str) -> "QuerySet[Any, Any]":
    """The rows by name, each with how many there are as its last."""
    if name:
        rows = rows.annotate(place=StrIndex(column, Value(name))).filter(place__gt=0)
        return rows.order_by("pk").values_list("pk", column, *more, Window(Count("pk")))
    # All of them are counted without their names.
    counted = rows.order_by().annotate(all=Value(1)).values("all").annotate(n=Count("pk")).values("n")
    return rows.order_by("pk").values_list("pk", column, *more, Subquery(counted, output_field=_NUMBER))


def members_named(community_id: int, name: str, *, most: int) -> list[tuple[int, str]]:
    """Members of the community whose name ``name`` is part of: id, and name with branch and number, which tell namesakes apart."""
    rows = Member.objects.filter(community_id=community_id).annotate(place=StrIndex("person__name", Value(name))).filter(place__gt=0)
    found = rows.order_by("pk").values_list("pk", "person__name", "branch__name", "number")[:most]
    return [(pk, f"{who} · {branch} {number}") for pk, who, branch, number in found]


def party(community_id: int, *, member_id: int | None = None, organisation_id: int | None = None) -> Party | None:
    """The member or organisation of that id, if it belongs to the community."""
    rows = _members(community_id, Q(pk=member_id)) if member_id is not None else _organisations(community_id, Q(pk=organisation_id))
    found = _read(rows)
    return found[0] if found else None


def units_of(community_id: int) -> list[tuple[int, str]]:
    """The organisations registered with a community, by name: id and short name. One statement."""
    active = {"registrations__community_id": community_id, "registrations__state": RegistrationState.ACTIVE}
    return list(Organisation.objects.filter(**active).order_by("short_name", "pk").values_list("pk", "short_name"))


def members_of(community_id: int, member_ids: Iterable[int]) -> list[Party]:
    """Those of the ids that are members of the community."""
    return _read(_members(community_id, Q(pk__in=list(member_ids))))


def members_by_person(person_ids: Iterable[int]) -> dict[int, dict[int, int]]:
    """Those of the persons who are members: their membership's id by person, for each community. One statement."""
    found: dict[int, dict[int, int]] = {}
    for community_id, person_id, pk in Member.objects.filter(person_id__in=list(person_ids)).values_list("community_id", "person_id", "pk"):
        found.setdefault(community_id, {})[person_id] = pk
    return found


def members_in(branch_id: int, member_ids: Iterable[int]) -> set[int]:
    """Those of the ids that are members of the branch."""
    wanted = set(member_ids)
    return {pk for pk in Member.objects.filter(branch_id=branch_id).values_list("pk", flat=True) if pk in wanted}


def members_of_branch(branch_id: int) -> list[tuple[int, str]]:
    """The members of a branch, in the order of their numbers: id and name."""
    return list(Member.objects.filter(branch_id=branch_id).order_by("number").values_list("pk", "person__name"))


@dataclass(frozen=True, slots=True)
class Rostered:
    """A member on their branch's roster. ``enrolled``: in the branch itself, not only registered where they live."""

    id: int
    number: str
    name: str
    enrolled: bool


def branch_roster(branch_id: int) -> list[Rostered]:
    """The members of a branch, in the order of their numbers. One statement."""
    rows = Member.objects.filter(branch_id=branch_id).order_by("number").values_list("pk", "number", "person__name", "status")
    return [Rostered(pk, number, name, status == MemberStatus.ENROLLED) for pk, number, name, status in rows]


def listed_members(community_id: int) -> list[Listed]:
    """Every member of the community, in the order of their numbers. One statement."""
    rows = Member.objects.filter(community_id=community_id).order_by("number")
    return [Listed(*row) for row in rows.values_list("pk", "number", "person__name", "branch_id", "branch__name")]


def contacts_of(organisation_ids: Collection[int], *, at: datetime) -> dict[int, frozenset[int]]:
    """The logins of these organisations' contacts at ``at``. One statement."""
    live = Grant.objects.filter(Q(ends_at=None) | Q(ends_at__gt=at), role=Role.ORGANISATION, starts_at__lte=at)
    found: dict[int, set[int]] = {}
    for organisation_id, user_id in live.filter(organisation_id__in=organisation_ids).values_list("organisation_id", "user_id"):
        found.setdefault(organisation_id or 0, set()).add(user_id)
    return {organisation_id: frozenset(logins) for organisation_id, logins in found.items()}


def granted_to(community_ids: Collection[int], roles: Collection[Role], *, at: datetime) -> dict[tuple[int, Role], frozenset[int]]:
    """The logins that have these roles in these communities at ``at``, by community and role. One statement."""
    live = Grant.objects.filter(Q(ends_at=None) | Q(ends_at__gt=at), role__in=roles, starts_at__lte=at, place_id__in=community_ids)
    found: dict[tuple[int, Role], set[int]] = {}
    for place_id, role, user_id in live.values_list("place_id", "role", "user_id"):
        found.setdefault((place_id or 0, Role(role)), set()).add(user_id)
    return {which: frozenset(logins) for which, logins in found.items()}


def colleagues(organisation_id: int, community_id: int) -> list[tuple[int, str]]:
    """Members of the community who work at the organisation: id and name."""
    rows = Member.objects.filter(unit_id=organisation_id, community_id=community_id).order_by("pk")
    return list(rows.values_list("pk", "person__name")[:200])


def _members(community_id: int, which: Q) -> "QuerySet[Any, Any]":
    rows = Member.objects.filter(which, community_id=community_id).order_by()
    return rows.values_list(
        Value(None, output_field=_NUMBER),
        "pk",
        "person__name",
        "person_id",
        "person__household_index",
        "unit_id",
        "duty",
        "skills",
        "person__home_id",
        "person__home__parent_id",
    )


def _organisations(community_id: int, which: Q) -> "QuerySet[Any, Any]":
    registered = {"registrations__community_id": community_id, "registrations__state": RegistrationState.ACTIVE}
    nothing = Value(None, output_field=_NUMBER)
    no_household = Value(None, output_field=BinaryField())
    rows = Organisation.objects.filter(which, **registered).order_by()
    return rows.values_list("pk", nothing, "short_name", nothing, no_household, nothing, Value(""), "skills", nothing, nothing)


def _read(rows: "QuerySet[Any, Any]") -> list[Party]:
    found = [
        Party(
            name=name,
            member_id=member_id,
            organisation_id=organisation_id,
            person_id=person_id,
            household=None if household is None else bytes(household),
            unit_id=unit_id,
            duty=duty,
            skills=tuple(skills),
            home_id=home_id,
            estate_id=estate_id,
        )
        for organisation_id, member_id, name, person_id, household, unit_id, duty, skills, home_id, estate_id in rows
    ]
    return sorted(found, key=lambda party: (party.organisation_id is None, party.organisation_id or party.member_id or 0))


def duties_of(community_id: int) -> list[dict[str, Any]]:
    """How many members of the community have each of the four duties, in their order."""
    rows = Member.objects.filter(community_id=community_id).exclude(duty="").order_by().values_list("duty")
    counted = dict(rows.annotate(count=Count("pk")))
    return [{"duty": duty.value, "members": counted.get(duty.value, 0)} for duty in Duty]


@dataclass(frozen=True, slots=True)
class BranchDuties:
    """A branch, how many of its members have each of the four duties, in their order, and how many have none yet."""

    id: int
    name: str
    duties: tuple[int, ...]
    none: int

    @property
    def by_duty(self) -> list[tuple[str, int]]:
        """How many, by duty."""
        return list(zip(Duty.values, self.duties, strict=True))


def duties_by_branch(community_id: int) -> list[BranchDuties]:
    """The duties of every branch of the community, branches in their order. One statement."""
    rows = Branch.objects.filter(community_id=community_id).order_by("id").values_list("id", "name", "members__duty")
    counted: dict[int, dict[str, int]] = {}
    names: dict[int, str] = {}
    for pk, name, duty, count in rows.annotate(count=Count("members__pk")):
        names[pk] = name
        counted.setdefault(pk, {})[duty or ""] = count
    return [
        BranchDuties(pk, name, tuple(counted[pk].get(duty.value, 0) for duty in Duty), counted[pk].get("", 0)) for pk, name in names.items()
    ]


def duties_of_branch(branch_id: int) -> list[tuple[int, str, str]]:
    """The members of a branch, in the order of their numbers: id, name, and duty, empty for those without one."""
    return list(Member.objects.filter(branch_id=branch_id).order_by("number").values_list("pk", "person__name", "duty"))
