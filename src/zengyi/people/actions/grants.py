"""Giving a role on a node of the place tree, and ending it."""

from datetime import datetime

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from zengyi.core import audit
from zengyi.core.errors import Invalid, NotThere, WrongState
from zengyi.core.steps import action
from zengyi.people.actions.ties import tie_granted
from zengyi.people.models import Branch, Grant, Place, Registration, User
from zengyi.people.queries.ties import makers_told
from zengyi.people.rules import GRANTED_ROLES, Actor, FirstPerson, PlaceKind, RegistrationState, Role, TieKind
from zengyi.people.rules.grants import (
    STAND_IN_FOR,
    STAND_IN_REASON_LEAST,
    STAND_IN_REASON_MOST,
    GrantNode,
    check_decider,
    check_end,
    check_grant,
    check_stand_in,
)


@action
def grant(
    user_id: int,
    role: str,
    place_id: int,
    *,
    organisation_id: int | None = None,
    branch_id: int | None = None,
    by: Actor,
    at: datetime,
) -> int:
    """Give ``role`` on a place to a login, from now on; returns the grant's id.

    An organisation's contact needs the organisation, which must be registered with the community. Nobody grants themselves
    and nobody grants more than they reach. A role that decides is given by somebody else than who entered them in the books
    or handed out their password. The login's sessions and tokens end, so that a new role begins with a new sign-in.
    """
    node = _node(Place.objects.filter(pk=place_id).first())
    if role not in GRANTED_ROLES:
        raise _invalid("role", _("没有这个身份。"))
    check_grant(by, Role(role), node, to_user_id=user_id)
    _check_login(user_id, role, by=by, at=at)
    if role == Role.ORGANISATION:
        _check_registered(organisation_id, node)
    elif organisation_id is not None:
        raise _invalid("organisation", _("只有单位联系人要填单位。"))
    if branch_id is not None and not Branch.objects.filter(pk=branch_id, community_id=node.community_id).exists():
        raise _invalid("branch", _("没有找到这个支部。"))
    same = {"user_id": user_id, "role": role, "place_id": place_id, "organisation_id": organisation_id, "branch_id": branch_id}
    if Grant.objects.filter(_in_force(at), **same).exists():
        raise WrongState(_("已经有这个身份了。"))
    made = Grant.objects.create(**same, granted_by_id=by.user_id, starts_at=at)
    tie_granted(user_id, by=by, at=at)
    _end_sessions(user_id)
    after = {"user": user_id, "role": role, "place": place_id, "organisation": organisation_id, "branch": branch_id}
    audit.record("grant", "grant", made.pk, by=by, at=at, community_id=node.community_id, after=after)
    return made.pk


@action
def stand_in(user_id: int, role: str, place_id: int, *, reason: str, by: Actor, at: datetime) -> int:
    """Let a login stand in as secretary or worker of a community for a day; returns the grant's id.

    This is the way out when a second person is needed and nobody in the community can be it. Whoever stands in has the role like anybody
    else, and every rule about a second person holds for them. It ends by itself, or before that as any grant does.
    """
    node = _node(Place.objects.filter(pk=place_id).first())
    if role not in GRANTED_ROLES:
        raise _invalid("role", _("没有这个身份。"))
    check_stand_in(by, Role(role), node, to_user_id=user_id)
    _check_login(user_id, role, by=by, at=at)
    why = reason.strip()
    if not STAND_IN_REASON_LEAST <= len(why) <= STAND_IN_REASON_MOST:
        raise _invalid("reason", _("请写清楚为什么代班，4 到 200 字。"))
    same = {"user_id": user_id, "role": role, "place_id": place_id}
    if Grant.objects.filter(_in_force(at), **same).exists():
        raise WrongState(_("已经有这个身份了。"))
    until = at + STAND_IN_FOR
    made = Grant.objects.create(**same, granted_by_id=by.user_id, starts_at=at, ends_at=until)
    tie_granted(user_id, by=by, at=at)
    _end_sessions(user_id)
    after = {"user": user_id, "role": role, "place": place_id, "until": until.isoformat()}
    audit.record("stand-in", "grant", made.pk, by=by, at=at, community_id=node.community_id, after=after, reason=why)
    return made.pk


@action
def end_grant(grant_id: int, *, reason: str = "", by: Actor, at: datetime) -> None:
    """End a grant now. Its login's sessions and tokens end with it."""
    found = Grant.objects.select_related("place").filter(pk=grant_id).first()
    if found is None:
        raise NotThere(_("没有找到，或者不在您的社区。"))
    node = _node(found.place)
    check_end(by, Role(found.role), node, of_user_id=found.user_id)
    if not Grant.objects.filter(Q(ends_at=None) | Q(ends_at__gt=at), pk=grant_id).update(ends_at=at):
        raise WrongState(_("这个身份已经收回了。"))
    _end_sessions(found.user_id)
    before = {"user": found.user_id, "role": found.role, "place": found.place_id}
    audit.record("end", "grant", grant_id, by=by, at=at, community_id=node.community_id, before=before, reason=reason)


def _check_login(user_id: int, role: str, *, by: Actor, at: datetime) -> None:
    """Raise unless that login is within reach, and may be given the role by this actor."""
    found = _reachable_logins(by).filter(pk=user_id).annotate(made=makers_told("pk")).values_list("made", "person__created_at").first()
    if found is None:
        raise _invalid("user", _("没有找到这个账号。"))
    handed = {int(tie["maker"]) for tie in found[0] or [] if tie["kind"] != TieKind.GRANTED}
    check_decider(by, Role(role), FirstPerson(user_id, frozenset(handed)), known_since=found[1], at=at)


def _node(place: Place | None) -> GrantNode:
    if place is None:
        raise NotThere(_("没有找到这个地点。"))
    return GrantNode(place.path, place.kind, place.pk if place.kind == PlaceKind.COMMUNITY else place.community_id)


def _reachable_logins(by: Actor) -> "QuerySet[User]":
    """Open logins whose person lives, or who hold a role, within the actor's reach: nobody learns which logins exist elsewhere."""
    users = User.objects.filter(is_active=True)
    if by.role == Role.SYSTEM:
        return users
    if by.role == Role.DISTRICT:
        return users.filter(Q(person__community__path__startswith=by.place_path) | Q(grants__place__path__startswith=by.place_path))
    return users.filter(Q(person__community_id=by.community_id) | Q(grants__place_id=by.community_id))


def _check_registered(organisation_id: int | None, node: GrantNode) -> None:
    active = Registration.objects.filter(community_id=node.community_id, state=RegistrationState.ACTIVE)
    if organisation_id is None or not active.filter(organisation_id=organisation_id).exists():
        raise _invalid("organisation", _("请选一个已在本社区报到的单位。"))


def _in_force(at: datetime) -> Q:
    return Q(starts_at__lte=at) & (Q(ends_at=None) | Q(ends_at__gt=at))


def _end_sessions(user_id: int) -> None:
    User.objects.filter(pk=user_id).update(epoch=F("epoch") + 1)


def _invalid(field: str, sentence: object) -> Invalid:
    return Invalid.on(field, sentence)
