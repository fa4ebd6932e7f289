"""When things happen at the demo's sites: on mornings counted from today."""

from datetime import date, datetime, time, timedelta

from zengyi.core.clock import SHANGHAI, local_date


def morning(at: datetime, days: int, minute: int = 0) -> datetime:
    """A morning so many days from today; never after ``at``."""
    return min(datetime.combine(day(at, days), time(9, minute % 60), SHANGHAI), at)


def day(at: datetime, days: int) -> date:
    """The day so many days from today."""
    return local_date(at) + timedelta(days=days)


def afternoon(at: datetime, days: int) -> datetime:
    """Two in the afternoon, so many days from today."""
    return datetime.combine(day(at, days), time(14), SHANGHAI)
