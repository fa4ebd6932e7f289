"""Who may do what to facilities: one guard for each verb. Pure: whoever asks has read what they look at."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from zengyi.core.errors import Invalid, NotAllowed, WrongState
from zengyi.facilities.rules.words import LIVE, FacilityState, RoundState
from zengyi.people.rules import Actor, FirstPerson, Role, Target, allows, check, check_role, check_second


@dataclass(frozen=True, slots=True)
class Where:
    """Of which community something is."""

    community_id: int
    path: str = ""

    @property
    def target(self) -> Target:
        """What the table of roles looks at."""
        return Target(community_id=self.community_id, path=self.path, shown=True)


def of(by: Actor) -> Where:
    """The actor's own community. Raises :class:`Invalid` for a role that has none."""
    if by.community_id is None:
        raise Invalid(_("请先选一个社区的身份。"))
    return Where(by.community_id, by.place_path)


def _may(by: Actor, action: str, where: Where) -> None:
    check_role(by, action)
    check(by, action, where.target, sees=allows(by, "facility.read", where.target))


def check_read(by: Actor, where: Where) -> None:
    """Look at the register of a community."""
    _may(by, "facility.read", where)


def check_share(by: Actor, where: Where) -> None:
    """See how much of it works."""
    _may(by, "facility.share", where)


def check_register(by: Actor, where: Where) -> None:
    """Enter facilities and change them."""
    _may(by, "facility.register", where)


def check_change(by: Actor, where: Where, state: str) -> None:
    """Change one facility: what was taken down keeps what it was."""
    _may(by, "facility.register", where)
    if state == FacilityState.RETIRED:
        raise WrongState(_("这一处已经拆除，不能再改。"))


def check_route(by: Actor, where: Where) -> None:
    """Lay out routes and checklists."""
    _may(by, "round.plan", where)


def check_walk(by: Actor, where: Where, state: str) -> None:
    """Begin a round, or go on with it."""
    _may(by, "round.walk", where)
    if by.person_id is None and by.signed_in:
        raise NotAllowed(_("巡检要用本人的账号：坏了的单子要写是谁报的。"))
    if state == RoundState.MISSED:
        raise WrongState(_("这一趟已经过了时间，记作没查，不能补。"))
    if state == RoundState.REVIEWED:
        raise WrongState(_("这一趟已经复核过了。"))


def check_walker(by: Actor, walker_id: int | None, name: str) -> None:
    """A round that is one unit's to walk is not another's. The community's own people may stand in; so may somebody who looks after
    property and of whom no unit is known."""
    if walker_id is not None and by.role == Role.PROPERTY and by.units and walker_id not in by.units:
        raise NotAllowed(_("这条路线由%(unit)s来查。") % {"unit": name})


def check_review(by: Actor, where: Where, state: str, walker: FirstPerson) -> None:
    """Look through what somebody else has handed in."""
    _may(by, "round.review", where)
    if state != RoundState.SUBMITTED:
        raise WrongState(_("这一趟还没有交齐，或者已经复核过了。"))
    check_second(by, walker, own=str(_("自己查的，要请别人复核。")))


def check_recheck(by: Actor, where: Where, *, fixed: bool) -> None:
    """Look again at what was repaired. That it was not they who repaired it is checked by the order's own guard."""
    _may(by, "defect.recheck", where)
    if fixed:
        raise WrongState(_("这一处已经复查过，好了。"))


def check_not_repairer(by: Actor, *, member_id: int | None, organisation_id: int | None) -> None:
    """Nobody looks again at what they or their unit repaired."""
    if (member_id is not None and member_id == by.member_id) or organisation_id in by.units:
        raise NotAllowed(_("自己修的，要请别人复查。"))


def check_join(by: Actor, where: Where, *, cause_state: str, cause_kind_may: bool, fixed: bool) -> None:
    """Say that a defect lies at a switch, a line or a power supply."""
    _may(by, "defect.join", where)
    if fixed:
        raise WrongState(_("这一处已经复查过，好了。"))
    if not cause_kind_may or cause_state not in LIVE:
        raise Invalid.on("cause", _("原因只能是在用的电源、线路或交换机。"))


def check_part(by: Actor, where: Where, *, joined: bool, fixed: bool) -> None:
    """Say that a defect does not lie at the cause it was counted to."""
    _may(by, "defect.join", where)
    if fixed:
        raise WrongState(_("这一处已经复查过，好了。"))
    if not joined:
        raise WrongState(_("它本来就是单独一处。"))
