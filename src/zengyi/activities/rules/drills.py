"""演练记录: what is put down of a fire drill, and when the next one is due.

公安部令61 art. 43 asks for the time, the place, the content, and the departments and people who took part; art. 40 for a drill every half
year in key units, in others every year; 应急管理部令5 art. 41, 44 for a yearly one with the residents of high buildings, and that it be
evaluated. Time and place are the occasion's.
"""

from calendar import monthrange
from datetime import date, datetime, timedelta

from django.db.models import IntegerChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zengyi.activities.rules.attending import check_roll
from zengyi.activities.rules.programme import ActivityKind, OccasionFacts, OccasionState, sentence
from zengyi.core.errors import Invalid, WrongState
from zengyi.people.rules import Actor, Target, check, check_role

CONTENT_MOST, DEPARTMENTS_MOST, PROBLEM_MOST, PROBLEMS_MOST = 500, 200, 200, 8
PEOPLE_MOST, SECONDS_MOST = 100_000, 4 * 3600
#: So long before the day staff are reminded to plan the next one.
SOON = timedelta(days=30)
#: A drill is put down within so many days.
WITHIN = timedelta(days=30)


class DrillInterval(IntegerChoices):
    """How often a building drills, in months."""

    YEAR = 12, gettext_lazy("一年一次")
    HALF = 6, gettext_lazy("半年一次（重点单位）")


def next_due(held_on: date, months: int) -> date:
    """The last day on which the next drill is in time.

    >>> str(next_due(date(2026, 11, 14), 12)), str(next_due(date(2026, 8, 31), 6))
    ('2027-11-14', '2027-02-28')
    """
    year, month = divmod(held_on.year * 12 + held_on.month - 1 + months, 12)
    return date(year, month + 1, min(held_on.day, monthrange(year, month + 1)[1]))


def check_drills(by: Actor) -> None:
    """Who sees when which building drills next: staff, for their community."""
    check_role(by, "drill.record")
    check(by, "drill.record", Target(community_id=by.community_id, path=by.place_path), sees=True)


def check_drill(by: Actor, facts: OccasionFacts | None, kind: str, *, at: datetime) -> None:
    """Who puts a drill down: the staff of the community that leads, once it has taken place."""
    check_role(by, "drill.record")
    check_roll(by, facts)
    assert facts is not None
    if kind != ActivityKind.DRILL:
        raise WrongState(_("这一场不是演练。"))
    if facts.state == OccasionState.CANCELLED:
        raise WrongState(_("这一场已经取消了。"))
    if at < facts.ends_at:
        raise WrongState(_("还没有演完，演完再记。"))
    if at > facts.ends_at + WITHIN:
        raise WrongState(_("过了三十天，记不了了。"))


def check_figures(people: int, seconds: int | None, months: int) -> None:
    """Raise :class:`Invalid` for numbers that cannot be."""
    if isinstance(people, bool) or not 1 <= people <= PEOPLE_MOST:
        raise Invalid.on("people", _("请写来了多少人。"))
    if seconds is not None and not 1 <= seconds <= SECONDS_MOST:
        raise Invalid.on("seconds", _("疏散用时最多四小时。"))
    if months not in DrillInterval.values:
        raise Invalid.on("every_months", _("请选多久演一次。"))


def problem_lines(text: str) -> list[str]:
    """What was found, a line each; raises :class:`Invalid` for too many or too long ones."""
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > PROBLEMS_MOST:
        raise Invalid.on("problems", _("最多 %(n)d 条。") % {"n": PROBLEMS_MOST})
    return [sentence(line, "problems", PROBLEM_MOST, least=2) for line in lines]
