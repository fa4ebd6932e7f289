"""When nobody is disturbed, and what is kept how long."""

from datetime import datetime, time, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from zengyi.core import clock

#: An event older than this tells nobody anything: after an outage, or when the package is new, people are not flooded.
STALE = timedelta(days=7)
#: Messages are kept this long.
KEPT = timedelta(days=366)
#: So many stand on a page.
PAGE_SIZE = 20


class Quiet(TextChoices):
    """When somebody does not want to be disturbed. One choice, whatever the way."""

    NIGHT = "NIGHT", _("21:00 到 7:00")
    LATE = "LATE", _("22:00 到 8:00")
    NOON = "NOON", _("夜里和中午")
    NEVER = "NEVER", _("都可以")


#: The quiet hours of each choice, by the clock: from, and until.
HOURS: dict[Quiet, tuple[tuple[time, time], ...]] = {
    Quiet.NIGHT: ((time(21), time(7)),),
    Quiet.LATE: ((time(22), time(8)),),
    Quiet.NOON: ((time(21), time(7)), (time(12), time(14))),
    Quiet.NEVER: (),
}


def is_quiet(choice: Quiet, at: datetime) -> bool:
    """Whether ``at`` lies in the quiet hours.

    >>> from zengyi.core.clock import SHANGHAI
    >>> [is_quiet(Quiet.NIGHT, datetime(2026, 11, 26, hour, tzinfo=SHANGHAI)) for hour in (6, 7, 12, 20, 21)]
    [True, False, False, False, True]
    >>> is_quiet(Quiet.NOON, datetime(2026, 11, 26, 13, tzinfo=SHANGHAI)), is_quiet(Quiet.NEVER, datetime(2026, 11, 26, 3, tzinfo=SHANGHAI))
    (True, False)
    """
    now = at.astimezone(clock.SHANGHAI).time()
    return any(begin <= now or now < end if begin > end else begin <= now < end for begin, end in HOURS[choice])


def last_quiet(choice: Quiet, at: datetime) -> tuple[datetime, datetime] | None:
    """The quiet hours of the last night: those in which ``at`` lies, or else the last ones before it; ``None`` for whoever chose none.

    >>> from zengyi.core.clock import SHANGHAI
    >>> [str(moment) for moment in last_quiet(Quiet.NIGHT, datetime(2026, 11, 26, 9, tzinfo=SHANGHAI))]
    ['2026-11-25 21:00:00+08:00', '2026-11-26 07:00:00+08:00']
    >>> [str(moment) for moment in last_quiet(Quiet.LATE, datetime(2026, 11, 26, 23, tzinfo=SHANGHAI))]
    ['2026-11-26 22:00:00+08:00', '2026-11-27 08:00:00+08:00']
    """
    if not HOURS[choice]:
        return None
    begin, end = HOURS[choice][0]
    now = at.astimezone(clock.SHANGHAI)
    day = now.date() if now.time() >= begin else now.date() - timedelta(days=1)
    return datetime.combine(day, begin, clock.SHANGHAI), datetime.combine(day + timedelta(days=1), end, clock.SHANGHAI)
