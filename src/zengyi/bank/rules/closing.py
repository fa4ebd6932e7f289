"""The working days on which a quarter is closed, and the calendar that shows them.

A quarter is put forward within five working days after it is over and published within ten, so that the branch meeting of that month
can hear of it. Nothing is refused when it takes longer: it waits with its deadline, and says that it is late.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from zengyi.bank.rules.quarters import CLOSED_STATES, QuarterFacts, QuarterState, working_days_after
from zengyi.core.clock import SHANGHAI
from zengyi.core.worktime import is_working_day

#: Working days after the quarter's last day: until it is put forward, and until it is published.
PREPARE_DAYS, PUBLISH_DAYS = 5, 10
#: Working days after the last one for objections, until it is sealed.
SEAL_DAYS = 5
#: A week, as rows of a calendar.
WEEK = 7
SATURDAY = 5


def prepare_due(last: date) -> date:
    """Until when a quarter that ended on ``last`` is to be put forward.

    >>> prepare_due(date(2026, 9, 30))
    datetime.date(2026, 10, 13)
    """
    return working_days_after(last, PREPARE_DAYS)


def publish_due(last: date) -> date:
    """Until when it is to be published."""
    return working_days_after(last, PUBLISH_DAYS)


def seal_due(objections_until: date) -> date:
    """Until when it is to be sealed, if every objection has been answered."""
    return working_days_after(objections_until, SEAL_DAYS)


def end_of(day: date) -> datetime:
    """The moment at which the day is over, as deadlines are told: 24:00 in Shanghai."""
    return datetime.combine(day + timedelta(days=1), time(), SHANGHAI)


def due_of(state: str, last: date, objections_until: date | None) -> date | None:
    """The day by which the next step is due; nothing for a sealed quarter."""
    if state in (QuarterState.OPEN, QuarterState.TALLIED):
        return prepare_due(last)
    if state == QuarterState.PREPARED:
        return publish_due(last)
    return seal_due(objections_until) if state == QuarterState.PUBLISHED and objections_until else None


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar. ``number``: which working day it is since the count began, 0 for days that do not count.

    ``made_up``: a Saturday or Sunday on which people work. ``mark``: what happens on it, as one of the names in :func:`calendar`.
    """

    day: date
    number: int
    made_up: bool
    mark: str
    today: bool

    @property
    def counts(self) -> bool:
        """Whether it is one of the working days that are counted."""
        return self.number > 0


def calendar(quarter: QuarterFacts, published_on: date | None) -> list[Day]:
    """The days that matter now. Before publication: those after the quarter's end, with ``prepare`` and ``publish`` marked as due.

    From publication on: that day (``published``), which itself does not count, up to the last one for objections (``until``).
    """
    last = quarter.following - timedelta(days=1)
    if quarter.state in CLOSED_STATES and published_on is not None and quarter.objections_until is not None:
        marks = {published_on: "published", quarter.objections_until: "until"}
        begin, end, uncounted = published_on, quarter.objections_until, published_on
    else:
        marks = {prepare_due(last): "prepare", publish_due(last): "publish"}
        begin, end, uncounted = quarter.following, publish_due(last), last
    return list(_days(begin, end, uncounted, marks, quarter.today))


def _days(begin: date, end: date, uncounted: date, marks: dict[date, str], today: date) -> Iterator[Day]:
    number = 0
    for n in range((end - begin).days + 1):
        day = begin + timedelta(days=n)
        works = is_working_day(day) and day != uncounted
        number += works
        yield Day(day, number if works else 0, works and day.weekday() >= SATURDAY, marks.get(day, ""), day == today)
