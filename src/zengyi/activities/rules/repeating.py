"""Activities that take place again and again: every week, every other week, every month on the same day of the week."""

from datetime import date, datetime, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zengyi.core import clock
from zengyi.core.errors import Invalid
from zengyi.core.worktime import is_public_holiday

TIMES_MOST = 26
A_DAY, A_WEEK = timedelta(days=1), timedelta(days=7)


class Every(TextChoices):
    """How often."""

    WEEK = "WEEK", gettext_lazy("每周")
    FORTNIGHT = "FORTNIGHT", gettext_lazy("每两周")
    MONTH = "MONTH", gettext_lazy("每月")


def check_every(every: str, times: int) -> None:
    """Raise :class:`Invalid` for a rule that cannot be; none at all means once."""
    if not every and times == 1:
        return
    if every not in Every.values:
        raise Invalid.on("every", _("请选多久一场。"))
    if isinstance(times, bool) or not 2 <= times <= TIMES_MOST:
        raise Invalid.on("times", _("一次排 2 到 %(most)d 场。") % {"most": TIMES_MOST})


def beginnings(first: datetime, every: str, times: int) -> list[tuple[datetime, bool]]:
    """When each begins, and whether it was moved: from a public holiday to the next day that is none. The first stays where it was put.

    "Every month" is the same day of the week in the same week of the month, the last one where a month has no fifth.

    >>> from zoneinfo import ZoneInfo
    >>> first = datetime(2026, 9, 19, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
    >>> [f"{one:%m-%d}{'*' if moved else ''}" for one, moved in beginnings(first, "WEEK", 4)]
    ['09-19', '09-28*', '10-08*', '10-10']
    >>> [f"{one:%m-%d}" for one, _moved in beginnings(first.replace(month=8, day=31), "MONTH", 3)]
    ['08-31', '09-28', '10-26']
    """
    here = first.astimezone(clock.SHANGHAI)
    planned = [_on(here, every, n) for n in range(times)]
    found = [(here, False)]
    for day in planned[1:]:
        free, taken = day, {moment.date() for moment, _moved in found}
        while is_public_holiday(free) or free in taken:
            free += A_DAY
        found.append((datetime.combine(free, here.timetz()), free != day))
    return found


def _on(here: datetime, every: str, n: int) -> date:
    if every != Every.MONTH:
        return here.date() + n * A_WEEK * (2 if every == Every.FORTNIGHT else 1)
    year, month = divmod(here.year * 12 + here.month - 1 + n, 12)
    first = date(year, month + 1, 1)
    day = first + timedelta(days=(here.weekday() - first.weekday()) % 7) + A_WEEK * ((here.day - 1) // 7)
    return day if day.month == first.month else day - A_WEEK
