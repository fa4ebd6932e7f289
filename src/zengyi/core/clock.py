"""The clock: the one place that asks what time it is.

Actions take ``at`` as an argument, so that demo data, tests and replays run at any moment. Only the edges (pages, the API
and commands) call :func:`now`.
"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

SHANGHAI = ZoneInfo("Asia/Shanghai")


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
    year_text, _, number_text = quarter.partition("Q")
    year, number = int(year_text), int(number_text)
    if not 1 <= number <= 4:
        raise ValueError(f"not a quarter: {quarter}")
    first = date(year, number * 3 - 2, 1)
    last = date(year + 1, 1, 1) if number == 4 else date(year, number * 3 + 1, 1)
    return first, last
