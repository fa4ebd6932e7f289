"""双报到: members and organisations register with a community. PENDING → ACTIVE → ENDED."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import OuterRef, Q
from django.utils.translation import gettext_lazy as _

from zengyi.core import audit
from zengyi.core.errors import Invalid, NotThere, WrongState
from zengyi.core.steps import action
from zengyi.people.models import Member, Organisation, Place, Registration
from zengyi.people.queries.persons import organisation_named
from zengyi.people.queries.ties import concerning, first_person, is_concerned, makers_of
from zengyi.people.rules import Actor, OrganisationKind, PlaceKind, RegistrationState, Role, Target, allows, check, check_second

_NOT_HERE = _("没有找到，或者不在您的社区。")


@action
def register_member(member_id: int, *, by: Actor, at: datetime) -> int:
    """Register a member with the community they belong to; returns the registration's id.

    Asked for by the member, it waits for the community's confirmation. Entered by the community's staff, it is active at once.
    """
    member = Member.objects.select_related("community").filter(pk=member_id).first()
    if member is None:
        raise NotThere(_NOT_HERE)
    target = Target(community_id=member.community_id, path=member.community.path, person_ids=frozenset({member.person_id}))
    check(by, "people.register", target, sees=False)
    return _register(member.community_id, by=by, at=at, member_id=member_id)


@action
def register_organisation(organisation_id: int, community_id: int, *, by: Actor, at: datetime) -> int:
    """Register an organisation with a community; returns the registration's id. Pending or active as for members."""
    community = Place.objects.filter(pk=community_id, kind=PlaceKind.COMMUNITY).first()
    if community is None or not Organisation.objects.filter(pk=organisation_id).exists():
        raise NotThere(_NOT_HERE)
    target = Target(community_id=community.pk, path=community.path, organisation_ids=frozenset({organisation_id}))
    check(by, "people.register", target, sees=False)
    return _register(community_id, by=by, at=at, organisation_id=organisation_id)


def _register(community_id: int, *, by: Actor, at: datetime, member_id: int | None = None, organisation_id: int | None = None) -> int:
    whose = Q(member_id=member_id) if member_id is not None else Q(organisation_id=organisation_id)
    here = Registration.objects.filter(whose, community_id=community_id)
    if here.exclude(state=RegistrationState.ENDED).exists():
        raise WrongState(_("已经报到过了。"))
    # What staff enter is active at once, but not what is their own: themselves, their household, their unit and colleagues.
    is_staff = allows(by, "people.registrations", Target(community_id=community_id)) or by.role == Role.SYSTEM
    own = organisation_id in by.units or (member_id is not None and Member.objects.filter(concerning(by), pk=member_id).exists())
    state = RegistrationState.ACTIVE if is_staff and not own else RegistrationState.PENDING
    made = Registration.objects.create(
        community_id=community_id,
        member_id=member_id,
        organisation_id=organisation_id,
        state=state,
        registered_at=at,
        entered_by_id=by.user_id,
    )
    after = {"member": member_id, "organisation": organisation_id, "state": state.value}
    audit.record("register", "registration", made.pk, by=by, at=at, community_id=community_id, after=after)
    return made.pk


@action
def confirm_registration(registration_id: int, *, by: Actor, at: datetime) -> None:
    """The community confirms a registration that waits; nobody confirms their own, their household's or their unit's."""
    found = _find(registration_id, by)
    first = first_person(found.entered_by_id, found.made, at)  # type: ignore[attr-defined]
    check_second(by, first, concerned=found.concerned, own=str(_("自己的报到要由别人确认。")))  # type: ignore[attr-defined]
    changed = Registration.objects.filter(pk=registration_id, state=RegistrationState.PENDING).update(state=RegistrationState.ACTIVE)
    if not changed:
        raise WrongState(_("这条报到不在待确认。"))
    audit.record("confirm", "registration", registration_id, by=by, at=at, community_id=found.community_id)


@action
def end_registration(registration_id: int, *, reason: str = "", by: Actor, at: datetime) -> None:
    """End a registration that waits or is active."""
    found = _find(registration_id, by)
    live = Registration.objects.filter(pk=registration_id).exclude(state=RegistrationState.ENDED)
    if not live.update(state=RegistrationState.ENDED, ended_at=at):
        raise WrongState(_("这条报到已经结束了。"))
    before = {"state": found.state}
    audit.record("end", "registration", registration_id, by=by, at=at, community_id=found.community_id, before=before, reason=reason)


def _find(registration_id: int, by: Actor) -> Registration:
    mine = is_concerned(Registration.objects.filter(pk=OuterRef("pk")), by, "member", "organisation")
    rows = Registration.objects.select_related("community").annotate(made=makers_of("entered_by_id"), concerned=mine)
    found = rows.filter(pk=registration_id).first()
    if found is None:
        raise NotThere(_NOT_HERE)
    target = Target(community_id=found.community_id, path=found.community.path)
    check(by, "people.registrations", target, sees=False)
    return found


@action
def add_organisation(name: str, short_name: str, kind: str, *, skills: Sequence[str] = (), by: Actor, at: datetime) -> int:
    """Enter a unit in the list of units without registering it anywhere; returns its id. The name must be new."""
    check(by, "people.organisation", Target(community_id=by.community_id), sees=True)
    if Organisation.objects.filter(name=name).exists():
        raise _invalid("name", _("已经有这个单位了。"))
    made = Organisation.objects.create(name=name, short_name=short_name or name[:40], kind=kind, skills=list(skills))
    audit.record("add", "organisation", made.pk, by=by, at=at, community_id=by.community_id, after={"name": name, "kind": kind})
    return made.pk


@action
def enter_organisation(name: str, short_name: str, kind: str, *, by: Actor, at: datetime) -> int:
    """Register the unit of that full or short name with the actor's community; a new one is entered in the book first.

    Returns the registration's id. Raises :class:`Invalid` for a new unit without a kind.
    """
    if by.community_id is None:
        raise NotThere(_NOT_HERE)
    check(by, "people.organisation", Target(community_id=by.community_id), sees=True)
    organisation_id = organisation_named(name)
    if organisation_id is None:
        if kind not in OrganisationKind.values:
            raise _invalid("kind", _("还没有登记过这个单位，请选类别。"))
        organisation_id = Organisation.objects.create(name=name, short_name=short_name or name[:40], kind=kind).pk
    return _register(by.community_id, by=by, at=at, organisation_id=organisation_id)


def _invalid(field: str, sentence: object) -> Invalid:
    return Invalid.on(field, sentence)
