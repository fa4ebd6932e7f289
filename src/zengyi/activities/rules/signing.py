"""报名: its states and moves, how long an offer stands, when leaving is late, and who may do what."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zengyi.activities.rules.programme import OccasionFacts, OccasionState, check_open, not_here
from zengyi.core import clock
from zengyi.core.errors import Invalid, WrongState
from zengyi.people.rules import COMMUNITY_ROLES, Actor, Target, check, check_role

#: A family has so many seats at most.
SEATS_MOST = 8
#: Nobody is offered a seat later than this before the beginning: they could not come in time.
NO_OFFERS = timedelta(hours=2)
#: An offer stands so long, the night not counted.
OFFER_LASTS = timedelta(hours=24)
DAY_BEGINS, DAY_ENDS = time(8, 0), time(20, 0)
#: Who leaves later than this before the beginning leaves a seat that perhaps nobody can take.
LATE = timedelta(hours=12)


class SignUpChannel(TextChoices):
    """How somebody signed up."""

    SELF = "SELF", gettext_lazy("自己报的")
    PHONE = "PHONE", gettext_lazy("打电话")
    DESK = "DESK", gettext_lazy("到窗口")
    PAPER = "PAPER", gettext_lazy("纸上报的")


class SignUpState(TextChoices):
    """A sign-up's state. APPLIED lasts as long as the step that decides it."""

    APPLIED = "APPLIED", gettext_lazy("报了")
    CONFIRMED = "CONFIRMED", gettext_lazy("报上了")
    WAITLISTED = "WAITLISTED", gettext_lazy("候补")
    OFFERED = "OFFERED", gettext_lazy("有位了，等答话")
    EXPIRED = "EXPIRED", gettext_lazy("没有答话，过期了")
    CANCELLED = "CANCELLED", gettext_lazy("不去了")
    LATE_CANCELLED = "LATE_CANCELLED", gettext_lazy("临时不去了")


#: The table of moves: where each leads, by the states it may begin in.
MOVES: dict[str, dict[SignUpState, SignUpState]] = {
    "confirm": {SignUpState.APPLIED: SignUpState.CONFIRMED},
    "wait": {SignUpState.APPLIED: SignUpState.WAITLISTED},
    "offer": {SignUpState.WAITLISTED: SignUpState.OFFERED},
    "accept": {SignUpState.OFFERED: SignUpState.CONFIRMED, SignUpState.CONFIRMED: SignUpState.CONFIRMED},
    "expire": {SignUpState.OFFERED: SignUpState.EXPIRED, SignUpState.CONFIRMED: SignUpState.CANCELLED},
    "cancel": dict.fromkeys((SignUpState.CONFIRMED, SignUpState.WAITLISTED, SignUpState.OFFERED), SignUpState.CANCELLED),
}
#: States that hold seats, and those that are not over.
HOLDING = (SignUpState.CONFIRMED, SignUpState.OFFERED)
LIVE = (*HOLDING, SignUpState.WAITLISTED)


@dataclass(frozen=True, slots=True)
class Who:
    """For whom staff sign up: somebody known by id or phone, or somebody new; and how they said so."""

    channel: str
    person_id: int | None = None
    name: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class SignUpFacts:
    """What the guards need to know of a sign-up. ``asked``: the occasion was moved, and they have not said yet whether they still come."""

    occasion: OccasionFacts
    community_id: int
    person_id: int
    state: SignUpState
    until: datetime | None
    asked: bool

    def target(self, by: Actor) -> Target:
        """It lies with whoever signed up, with their community, and with the one that leads."""
        here = by.community_id if by.community_id in (self.community_id, self.occasion.community_id) else self.community_id
        return Target(community_id=here, person_ids=frozenset({self.person_id}))


def offer_until(at: datetime, starts_at: datetime) -> datetime | None:
    """Until when a seat that is free at ``at`` may be offered; nothing when it is too late for that.

    >>> from zoneinfo import ZoneInfo
    >>> noon = datetime(2026, 11, 20, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
    >>> f"{offer_until(noon, noon + timedelta(days=9)):%d %H:%M}", f"{offer_until(noon, noon + timedelta(hours=5)):%d %H:%M}"
    ('22 12:00', '20 15:00')
    >>> offer_until(noon, noon + timedelta(hours=2))
    """
    last = starts_at - NO_OFFERS
    return None if last <= at else min(_by_day(at, OFFER_LASTS), last)


def _by_day(at: datetime, span: timedelta) -> datetime:
    """``span`` after ``at``, the hours from 20:00 to 8:00 not counted."""
    here = at.astimezone(clock.SHANGHAI)
    while True:
        begin, end = (datetime.combine(here.date(), edge, clock.SHANGHAI) for edge in (DAY_BEGINS, DAY_ENDS))
        here = max(here, begin)
        if here < end and span <= end - here:
            return here + span
        span -= max(timedelta(), end - here)
        here = begin + timedelta(days=1)


def ended_as(facts: SignUpFacts, *, at: datetime) -> SignUpState:
    """How a sign-up ends that its owner cancels. It is late only for a confirmed seat, and never when the host moved the time."""
    late = facts.state == SignUpState.CONFIRMED and not facts.asked and at > facts.occasion.starts_at - LATE
    return SignUpState.LATE_CANCELLED if late else SignUpState.CANCELLED


def check_reach(by: Actor, facts: OccasionFacts | None) -> None:
    """Whose people may sign up at all: those of the communities that host it."""
    check_role(by, "signup.make")
    if facts is None:
        raise not_here()
    check(by, "signup.make", facts.target(by), sees=True)


def check_sign_up(by: Actor, facts: OccasionFacts | None, *, seats: int, at: datetime) -> None:
    """Who may sign up: people of the communities that host it; their staff for them. Before it begins; staff until it ends."""
    check_reach(by, facts)
    assert facts is not None
    check_open(facts)
    if at >= (facts.ends_at if by.role in COMMUNITY_ROLES else facts.starts_at):
        raise WrongState(_("已经开始了，直接去现场吧。") if at < facts.ends_at else _("这一场已经过去了。"))
    if not 1 <= seats <= SEATS_MOST:
        raise Invalid.on("seats", _("一家报 1 到 %(most)d 位。") % {"most": SEATS_MOST})


def check_list(by: Actor, facts: OccasionFacts | None) -> None:
    """Who reads who signed up: the staff of every host, each of their own people."""
    check_role(by, "signup.list")
    if facts is None:
        raise not_here()
    check(by, "signup.list", facts.target(by), sees=True)


def check_see(by: Actor, facts: SignUpFacts | None) -> None:
    """Who may look at a sign-up: its owner, the staff of their community, and of the one that leads."""
    check_role(by, "signup.answer")
    if facts is None:
        raise not_here()
    check(by, "signup.answer", facts.target(by), sees=False)


def check_accept(by: Actor, facts: SignUpFacts | None, *, at: datetime) -> None:
    """Say that one comes: to an offer, or after the occasion was moved."""
    check_see(by, facts)
    assert facts is not None
    check_open(facts.occasion)
    if facts.state == SignUpState.CONFIRMED and facts.asked:
        return
    if facts.state != SignUpState.OFFERED:
        raise WrongState(_("这个位子已经定了，不用再答。") if facts.state == SignUpState.CONFIRMED else _("眼下没有留给您的位子。"))
    if facts.until is not None and at >= facts.until:
        raise WrongState(_("答得晚了，位子已经给了后面的人。可以再报一次。"))


def check_cancel(by: Actor, facts: SignUpFacts | None, *, at: datetime) -> None:
    """Say that one does not come, before the end."""
    check_see(by, facts)
    assert facts is not None
    if facts.state not in LIVE:
        raise WrongState(_("已经说过不去了。"))
    if facts.occasion.state == OccasionState.PLANNED and at >= facts.occasion.ends_at:
        raise WrongState(_("这一场已经过去了。"))
    check_open(facts.occasion)


def twice() -> str:
    """What somebody hears who signs up a second time."""
    return _("这一场已经报过了。")


def moved_on() -> str:
    """The refusal for somebody who was not the first."""
    return _("刚刚有人动过，请刷新看看。")
