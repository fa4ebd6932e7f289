"""签到与点名: stays, minutes, absences; who may call the roll, and what closing it means.

Minutes are the union of somebody's stays, clipped to the schedule; the way there and back does not count. Whoever was never seen leaving
counts until the end once the roll is closed: until then they have no minutes at all. An absence has an author and can be contested.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zengyi.activities.rules.programme import OccasionFacts, OccasionState, not_here
from zengyi.activities.rules.signing import SignUpFacts, SignUpState, check_see
from zengyi.core.errors import Invalid, WrongState
from zengyi.people.rules import Actor, check, check_role

#: The roll may be called so long before the beginning, and somebody may come in by themselves.
EARLY = timedelta(minutes=90)
#: A phone's clock may be so far ahead.
AHEAD = timedelta(minutes=5)
#: So long after the end the page that opens without a network still lies on the phone.
LIES = timedelta(hours=12)
MARKS_MOST = 500
#: The roll is closed within so many days, and can be corrected for as long.
CLOSED_WITHIN = timedelta(days=30)
#: What the bank knows the fact by.
SOURCE = "OCCASION"


class SeatMark(TextChoices):
    """What is put down of somebody."""

    IN = "IN", gettext_lazy("到了")
    OUT = "OUT", gettext_lazy("走了")
    ABSENT = "ABSENT", gettext_lazy("没来")
    CLEAR = "CLEAR", gettext_lazy("改，重记")


class Source(TextChoices):
    """How it is known."""

    QR = "QR", gettext_lazy("扫码进出")
    ROLL = "ROLL", gettext_lazy("点名")
    PAPER = "PAPER", gettext_lazy("纸质名单")
    CORRECTED = "CORRECTED", gettext_lazy("更正")


def minutes(stays: Iterable[tuple[datetime, datetime | None]], starts_at: datetime, ends_at: datetime) -> int:
    """Whole minutes of the union of the stays, clipped to the schedule; a stay without an end lasts until the end.

    >>> t = datetime(2026, 11, 28, 9)
    >>> half, hour = t + timedelta(minutes=30), t + timedelta(hours=1)
    >>> minutes([(t - timedelta(hours=1), half), (t, half), (half, None)], t, hour), minutes([], t, hour)
    (60, 0)
    """
    total, reached = timedelta(), starts_at
    for came, left in sorted(stays, key=lambda stay: stay[0]):
        begin, end = max(came, reached), min(left or ends_at, ends_at)
        if end > begin:
            total += end - begin
            reached = end
    return int(total.total_seconds() // 60)


def hours(minutes_there: int) -> int:
    """Hours as the bank counts them, from the half hour on rounded up.

    >>> hours(29), hours(30), hours(90), hours(89)
    (0, 1, 2, 1)
    """
    return (minutes_there + 30) // 60


def kept_for(facts: OccasionFacts, *, at: datetime) -> timedelta:
    """How long the roll may lie on the phone, for opening it without a network: while it can be called, and half a day longer."""
    due = facts.starts_at - EARLY <= at < facts.ends_at + LIES
    return facts.ends_at + LIES - at if due and facts.state == OccasionState.PLANNED else timedelta()


def check_roll(by: Actor, facts: OccasionFacts | None) -> None:
    """Who may see and call the roll: the staff of the community that leads, which alone records and certifies."""
    check_role(by, "attendance.take")
    if facts is None:
        raise not_here()
    check(by, "attendance.take", facts.led, sees=True)


def check_mark(by: Actor, facts: OccasionFacts | None, *, at: datetime) -> None:
    """Marks are put down from shortly before the beginning until the roll is closed."""
    check_roll(by, facts)
    assert facts is not None
    if facts.state != OccasionState.PLANNED:
        raise WrongState(_("这一场取消了，不用点名。") if facts.state == OccasionState.CANCELLED else _("名已经点完了，要改请更正。"))
    if at < facts.starts_at - EARLY:
        raise WrongState(_("还早，开场前一个半小时起可以点名。"))


def check_moment(moment: datetime, facts: OccasionFacts, *, at: datetime) -> None:
    """Raise :class:`Invalid` for an impossible moment."""
    if moment > at + AHEAD:
        raise Invalid.on("at", _("时间还没有到。"))
    if not facts.starts_at - EARLY <= moment <= facts.ends_at + EARLY:
        raise Invalid.on("at", _("这个时间不在这一场的前后。"))


def check_close(by: Actor, facts: OccasionFacts | None, *, at: datetime) -> None:
    """The roll is closed when it is over."""
    check_mark(by, facts, at=at)
    assert facts is not None
    if at < facts.ends_at:
        raise WrongState(_("还没有散场，散了再出时长。"))
    if at > facts.ends_at + CLOSED_WITHIN:
        raise WrongState(_("过了三十天，出不了时长了。"))


def check_correct(by: Actor, facts: OccasionFacts | None, *, at: datetime) -> None:
    """What was put down wrongly is corrected after the roll is closed, by the staff of the community that leads."""
    check_roll(by, facts)
    assert facts is not None
    if facts.state != OccasionState.CLOSED:
        raise WrongState(_("还没有点完名，直接改就行。"))
    if at > facts.ends_at + CLOSED_WITHIN:
        raise WrongState(_("过了三十天，改不了了。"))


def check_contest(by: Actor, facts: SignUpFacts | None, *, absent: bool, contested: bool) -> None:
    """Whoever was put down as absent may say that they were there, once."""
    check_see(by, facts)
    if not absent:
        raise WrongState(_("没有记您没来。"))
    if contested:
        raise WrongState(_("您已经说过了，社区会看。"))


def check_here(by: Actor, facts: SignUpFacts | None, *, at: datetime) -> None:
    """Whoever has a seat may scan in and out by themselves, around the time of the occasion."""
    check_role(by, "attendance.own")
    if facts is None:
        raise not_here()
    check(by, "attendance.own", facts.target(by), sees=False)
    if facts.state != SignUpState.CONFIRMED or facts.occasion.state != OccasionState.PLANNED:
        raise WrongState(_("您没有这一场的位子，请找现场的工作人员。"))
    if not facts.occasion.starts_at - EARLY <= at <= facts.occasion.ends_at + EARLY:
        raise WrongState(_("开场前一个半小时起才能签到。"))
