"""How long things were up, down and unknown within a window, from the sums by day."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

from django.db.models import F, Q, Sum, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from zengyi.core import clock
from zengyi.core.errors import Invalid, NotThere
from zengyi.facilities.models import DaySum, Span
from zengyi.facilities.queries.listing import reach
from zengyi.facilities.rules import FacilityHealth, Share, guards
from zengyi.facilities.rules.sums import DAY, day_of, shares, whole
from zengyi.people import queries as people
from zengyi.people.rules import Actor

LONGEST = timedelta(days=1100)
#: A drawing has at most so many columns: days, or weeks where there would be more days.
COLUMNS_MOST = 62


def window(first: date | None, last: date | None, *, at: datetime) -> tuple[int, int]:
    """The seconds from the beginning of ``first`` to the end of ``last`` or now, whichever comes earlier; by default the last 30 days.

    Raises :class:`Invalid` for days the wrong way round, ahead, or more than three years apart.
    """
    today = clock.local_date(at)
    last = last or today
    first = first or last - timedelta(days=29)
    if not first <= last:
        raise Invalid.on("from", _("开始的日子要在结束之前。"))
    if first > today or last - first > LONGEST:
        raise Invalid.on("from", _("只能看过去三年以内的。"))
    return _second(first), min(_second(last + timedelta(days=1)), int(at.timestamp()))


def _second(day: date) -> int:
    return int(datetime.combine(day, time(), clock.SHANGHAI).timestamp())


def availability(
    *, by: Actor, at: datetime, community_id: int | None = None, kind: str = "", first: date | None = None, last: date | None = None
) -> Share:
    """How long the facilities were up and down within the window. One statement, however many there are and however long they were
    looked after."""
    return whole(_days(by, community_id, kind, *window(first, last, at=at)))


def drawn(
    *, by: Actor, at: datetime, community_id: int | None = None, kind: str = "", first: date | None = None, last: date | None = None
) -> list[tuple[date, Share]]:
    """The share of each day of the window, or of each week where the days would be too many; with the first day of each. One statement."""
    start, end = window(first, last, at=at)
    step = 1 if end - start <= COLUMNS_MOST * DAY else 7
    while (end - start) / (step * DAY) > COLUMNS_MOST:
        step += 7
    days = _days(by, community_id, kind, start, end)
    begun = clock.local_date(datetime.fromtimestamp(start, clock.SHANGHAI))
    return [(begun + timedelta(days=n), whole(days[n : n + step])) for n in range(0, len(days), step)]


def _days(by: Actor, community_id: int | None, kind: str, start: int, end: int) -> list[Share]:
    """The share of each day from ``start``, a midnight, to ``end``; all before it comes as one row."""
    first, last = day_of(start), day_of(end - 1)
    rows = asked(by, community_id, among=DaySum.objects.filter(day__lte=last))
    rows = rows.filter(kind=kind) if kind else rows
    rows = rows.annotate(at=Greatest(F("day"), Value(first - 1))).values("at").order_by()
    sums = [Sum(name) for name in ("service", "service_s", "up", "up_s", "down", "down_s")]
    return shares({row[0]: row[1:] for row in rows.annotate(*sums).values_list("at", *(one.default_alias for one in sums))}, first, end)


def asked(by: Actor, community_id: int | None, *, among: Any) -> Any:
    """What of ``among`` lies in the communities whose availability the actor asks about; raises where they may not."""
    rows = reach(by, "facility.share", community_id, among=among)
    wanted = community_id or by.community_id
    if wanted is not None and wanted != by.community_id:
        try:
            card = people.community(wanted)
        except NotThere:
            card = None
        guards.check_share(by, guards.Where(wanted, card.path if card else ""))
    return rows


def days_of(facility_id: int, *, days: int, at: datetime) -> list[str]:
    """How one facility was on each of the last days, today last: ``down`` if it ever was, otherwise ``up`` or ``unk``. One statement."""
    today = clock.local_date(at)
    edges = [_second(today - timedelta(days=n)) for n in range(days - 1, -1, -1)] + [int(at.timestamp())]
    lasted = Q(until_s=None) | Q(until_s__gt=edges[0])
    rows = Span.objects.filter(lasted, facility_id=facility_id, from_s__lt=edges[-1])
    found = [(row.health, row.from_s, min(row.until_s or edges[-1], row.good_s or edges[-1])) for row in rows]
    told = []
    for left, right in pairwise(edges):
        there = {health for health, start, end in found if start < right and end > left}
        told.append("down" if FacilityHealth.DOWN in there else "up" if FacilityHealth.UP in there else "unk")
    return told
