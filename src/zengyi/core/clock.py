"""The clock: the one place that asks what time it is.

Actions take ``at`` as an argument, so that demo data, tests and replays run at any moment. Only the edges (pages, the API
and commands) call :func:`now`.
"""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

SHANGHAI = ZoneInfo("Asia/Shanghai")
_QUARTER = re.compile(r"([1-9][0-9]{3})Q([1-4])")


def now() -> datetime:
    """This moment, aware."""
    return timezone.now()


def local_date(at: datetime) -> date:
    """The calendar day of ``at`` in Shanghai."""
    return at.astimezone(SHANGHAI).date()


def year_of(at: datetime) -> int:
    """The calendar year of ``at`` in Shanghai."""
    return local_date(at).year


def quarter_of(day: date) -> str:
    """The calendar quarter of ``day``, written ``2026Q4``."""
    return f"{day.year}Q{(day.month - 1) // 3 + 1}"


def quarter_bounds(quarter: str) -> tuple[date, date]:
    """First day of ``quarter`` and first day of the next one.

    Raises ``ValueError`` when the text is not a quarter.
    """
    found = _QUARTER.fullmatch(quarter)
    if found is None:
        raise ValueError(f"not a quarter: {quarter[:40]}")
    year, number = int(found[1]), int(found[2])
    first = date(year, number * 3 - 2, 1)
    last = date(year + 1, 1, 1) if number == 4 else date(year, number * 3 + 1, 1)
    return first, last
