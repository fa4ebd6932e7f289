"""Working time in China: weekdays 8:30–12:00 and 14:00–17:30 in Shanghai, public holidays out, make-up days in."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache

import chinese_calendar

from zengyi.core.clock import SHANGHAI

SHIFTS = ((time(8, 30), time(12, 0)), (time(14, 0), time(17, 30)))
SATURDAY = 5


@lru_cache(1000)
def is_working_day(day: date) -> bool:
    """Whether offices work on ``day``. Years whose holidays are not announced yet follow the plain week."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < SATURDAY


@lru_cache(1000)
def is_public_holiday(day: date) -> bool:
    """Whether ``day`` belongs to a public holiday; a plain weekend does not. No day of a year whose holidays are not announced yet does."""
    try:
        free, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        return False
    return bool(free and name)


def add_working_hours(at: datetime, hours: float) -> datetime:
    """The moment ``hours`` of working time after ``at``, in Shanghai's time.

    The count starts with the next shift when ``at`` lies outside one; it ends with a shift, not with the start of the next
    one. Zero hours: ``at`` itself. Raises ``ValueError`` for a negative or endless time.
    """
    if not 0 <= hours <= 100_000:
        raise ValueError(f"not a working time: {hours}")
    left = timedelta(hours=hours)
    here = at.astimezone(SHANGHAI)
    if not left:
        return here
    for start, end in _shifts_from(here):
        begin = max(start, here)
        if begin + left <= end:
            return begin + left
        left -= end - begin
    raise AssertionError("shifts never end")


def _shifts_from(here: datetime) -> Iterator[tuple[datetime, datetime]]:
    day = here.date()
    while True:
        if is_working_day(day):
            for opening, closing in SHIFTS:
                end = datetime.combine(day, closing, SHANGHAI)
                if end > here:
                    yield datetime.combine(day, opening, SHANGHAI), end
        day += timedelta(days=1)
