"""Who may give which role, and where: a grant never reaches further than the one who gives it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from zengyi.core.errors import Invalid, NotAllowed, NotThere
from zengyi.people.rules.roles import COMMUNITY_ROLES, STAFF_ROLES, Actor, Role, Target, allows, check
from zengyi.people.rules.second import KNOWN, FirstPerson
from zengyi.people.rules.words import PlaceKind

_COMMUNITY_ROLES = frozenset({Role.ORGANISATION, Role.WORKER, Role.PROPERTY, Role.SUPERVISOR})

#: Roles by who gives them. Nobody gives the admin role on a page: that is done on the machine.
GIVES: dict[Role, frozenset[Role]] = {
    Role.SECRETARY: _COMMUNITY_ROLES,
    Role.DISTRICT: _COMMUNITY_ROLES | {Role.SECRETARY, Role.DISTRICT},
    Role.SYSTEM: _COMMUNITY_ROLES | {Role.SECRETARY, Role.DISTRICT, Role.ADMIN},
}

_BELOW = (PlaceKind.COMMUNITY, PlaceKind.ESTATE, PlaceKind.GRID, PlaceKind.BUILDING)
_ABOVE = (PlaceKind.DISTRICT, PlaceKind.SUBDISTRICT)
#: Levels of the place tree a role may stand on.
STANDS_ON: dict[Role, tuple[PlaceKind, ...]] = {
    Role.ORGANISATION: (PlaceKind.COMMUNITY,),
    Role.WORKER: (PlaceKind.COMMUNITY,),
    Role.SECRETARY: (PlaceKind.COMMUNITY,),
    Role.PROPERTY: _BELOW,
    Role.SUPERVISOR: _BELOW,
    Role.DISTRICT: _ABOVE,
    Role.ADMIN: _ABOVE,
}


@dataclass(frozen=True, slots=True)
class GrantNode:
    """The place a grant stands on, as far as the rules need to know. ``community_id`` is its own id for a community."""

    path: str
    kind: str
    community_id: int | None

    @property
    def target(self) -> Target:
        """The place as something to be permitted on."""
        return Target(community_id=self.community_id, path=self.path)


def gives(by: Actor, role: Role, node: GrantNode) -> bool:
    """Whether the actor may give (or take back) ``role`` on ``node``."""
    return role in GIVES.get(by.role, frozenset()) and allows(by, "people.grant", node.target)


def check_grant(by: Actor, role: Role, node: GrantNode, *, to_user_id: int) -> None:
    """Raise unless the actor may give ``role`` on ``node`` to that login.

    :class:`NotThere` outside the actor's part of the tree, :class:`NotAllowed` for oneself or a role beyond one's own,
    :class:`Invalid` when the role does not stand on such a place.
    """
    check(by, "people.grant", node.target, sees=False)
    if not gives(by, role, node):
        raise NotAllowed(_("这个身份要由上一级来给。"))
    if by.user_id is not None and by.user_id == to_user_id:
        raise NotAllowed(_("自己的身份不能自己给，也不能自己收，请找另一位书记或区里。"))
    if node.kind not in STANDS_ON[role]:
        sentence = _("这个身份不能给在这一级。")
        raise Invalid.on("place", sentence)


#: So long a stand-in holds the role.
STAND_IN_FOR = timedelta(days=1)
#: Why somebody stands in is told to everybody who sees the grant.
STAND_IN_REASON_LEAST, STAND_IN_REASON_MOST = 4, 200


def stands_in_as(by: Actor) -> frozenset[Role]:
    """The roles in which the actor may let somebody stand in for a day: of those they give, the ones that decide in a community."""
    return GIVES.get(by.role, frozenset()) & COMMUNITY_ROLES


def check_stand_in(by: Actor, role: Role, node: GrantNode, *, to_user_id: int) -> None:
    """Raise unless the actor may let that login stand in as ``role`` in a community for a day; as :func:`check_grant`."""
    check_grant(by, role, node, to_user_id=to_user_id)
    if role not in stands_in_as(by):
        raise Invalid.on("role", _("只有书记和社区工作人员可以代班。"))


def check_decider(by: Actor, role: Role, to: FirstPerson, *, known_since: datetime | None, at: datetime) -> None:
    """Raise :class:`NotAllowed` when that login may not be given a role that decides, or not by this actor.

    ``to.makers``: who entered its person in the books or ever handed out its password. Otherwise one person could invent a colleague and
    decide as two. The district, which does not profit in the community, may also give it to somebody new; the machine gives it to anybody.
    """
    if role not in STAFF_ROLES or by.role == Role.SYSTEM:
        return
    if by.user_id in to.makers:
        raise NotAllowed(_("这个人是您登记的，或者账号是您开的、密码是您发的。能审核的身份要由另一位书记或区里来给。"))
    if by.role == Role.SECRETARY and known_since is not None and at < known_since + KNOWN:
        sentence = _("这个人登记还不到 %(days)d 天。能审核的身份只给大家认识的人，请区里来给，或过些日子再给。")
        raise NotAllowed(sentence % {"days": KNOWN.days})


def check_end(by: Actor, role: Role, node: GrantNode, *, of_user_id: int) -> None:
    """Raise unless the actor may end that grant; a role that has moved out of reach looks unknown."""
    if not allows(by, "people.grant", node.target):
        raise NotThere(_("没有找到，或者不在您的社区。"))
    check_grant(by, role, node, to_user_id=of_user_id)
