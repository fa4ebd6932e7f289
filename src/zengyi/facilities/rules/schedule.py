"""On which days a route is walked, and until when what was seen on one of them still counts as known. Pure."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from zengyi.core.clock import SHANGHAI
from zengyi.core.worktime import is_working_day
from zengyi.facilities.rules.words import Schedule

#: No holiday is longer: a schedule of working days comes to its next day within this many.
_LONGEST_GAP = 40


def is_due(schedule: str, day: date, weekday: int = 0) -> bool:
    """Whether a route is walked that day; ``weekday`` counts from Monday, 0, for what is walked once a week.

    >>> [is_due(Schedule.WORKDAYS, date(2026, 11, day)) for day in (27, 28)]
    [True, False]
    >>> is_due(Schedule.WEEKLY, date(2026, 11, 26), 3)
    True
    """
    match schedule:
        case Schedule.DAILY:
            return True
        case Schedule.WORKDAYS:
            return is_working_day(day)
        case _:
            return day.weekday() == weekday


def due_days(schedule: str, after: date, until: date, weekday: int = 0) -> Iterator[date]:
    """The days from the one after ``after`` to ``until`` on which the route is walked: none is left out, however long nobody asked."""
    day = after + timedelta(days=1)
    while day <= until:
        if is_due(schedule, day, weekday):
            yield day
        day += timedelta(days=1)


def good_until(schedule: str, day: date, weekday: int = 0) -> datetime:
    """The end of the second day on which the route is walked after ``day``: from then on nobody knows any more.

    >>> good_until(Schedule.DAILY, date(2026, 11, 26)).isoformat()
    '2026-11-29T00:00:00+08:00'
    """
    days = due_days(schedule, day, day + timedelta(days=2 * _LONGEST_GAP), weekday)
    next(days)
    return datetime.combine(next(days) + timedelta(days=1), time(), SHANGHAI)


def ends(day: date) -> datetime:
    """The moment at which a day is over in Shanghai."""
    return datetime.combine(day + timedelta(days=1), time(), SHANGHAI)


def good_for(at: datetime) -> datetime:
    """Until when something counts as known that was looked at outside of any round: as if it were looked at every day.

    >>> good_for(datetime(2026, 11, 26, 15, tzinfo=SHANGHAI)).isoformat()
    '2026-11-29T00:00:00+08:00'
    """
    return good_until(Schedule.DAILY, at.astimezone(SHANGHAI).date())
