"""How long things were up, down and unknown: added up in the database, clipped to the window asked for."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

from django.db.models import BigIntegerField, F, Q, Sum, Value
from django.db.models.functions import Coalesce, Greatest, Least
from django.utils.translation import gettext as _

from zengyi.core import clock
from zengyi.core.errors import Invalid, NotThere
from zengyi.facilities.models import Facility, Span
from zengyi.facilities.queries.listing import reach
from zengyi.facilities.rules import FacilityHealth, FacilityState, Share, Stretch, by_day, guards
from zengyi.people import queries as people
from zengyi.people.rules import Actor

LONGEST = timedelta(days=1100)
DAY = 24 * 3600
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
    """How long the facilities were up and down within the window. Two statements, however many there are."""
    start, end = window(first, last, at=at)
    rows = _asked(by, community_id, kind)
    served = 0
    for since, until in rows.exclude(state=FacilityState.PLANNED).values_list("in_service_at", "retired_at"):
        served += max(0, min(int(until.timestamp()) if until else end, end) - max(int(since.timestamp()), start)) if since else 0
    sums = {FacilityHealth.UP: 0, FacilityHealth.DOWN: 0}
    sums |= dict(
        _spans(rows, start, end).values("health").order_by("health").annotate(n=Sum(_clipped(start, end))).values_list("health", "n")
    )
    return Share(served, int(sums[FacilityHealth.UP] or 0), int(sums[FacilityHealth.DOWN] or 0))


def _asked(by: Actor, community_id: int | None, kind: str) -> Any:
    rows = reach(by, "facility.share", community_id)
    wanted = community_id or by.community_id
    if wanted is not None and wanted != by.community_id:
        try:
            card = people.community(wanted)
        except NotThere:
            card = None
        guards.check_share(by, guards.Where(wanted, card.path if card else ""))
    return rows.filter(kind=kind) if kind else rows


def _ends(end: int) -> Any:
    """Where a span ends as far as the window goes: up ends by itself when nobody has looked for two intervals."""
    return Least(Coalesce(F("until_s"), Value(end, BigIntegerField())), Coalesce(F("good_s"), Value(end, BigIntegerField())), Value(end))


def _clipped(start: int, end: int) -> Any:
    return Greatest(_ends(end) - Greatest(F("from_s"), Value(start)), Value(0))


def _spans(rows: Any, start: int, end: int) -> Any:
    there = Q(until_s=None) | Q(until_s__gt=start)
    return Span.objects.filter(there, facility__in=rows, from_s__lt=end)


def drawn(
    *, by: Actor, at: datetime, community_id: int | None = None, kind: str = "", first: date | None = None, last: date | None = None
) -> list[tuple[date, Share]]:
    """The share of each day of the window, or of each week where the days would be too many; with the first day of each. Two statements."""
    start, end = window(first, last, at=at)
    step = DAY if end - start <= COLUMNS_MOST * DAY else 7 * DAY
    while (end - start) / step > COLUMNS_MOST:
        step += 7 * DAY
    edges = [*range(start, end, step), end]
    if len(edges) < 2:
        return []
    rows = _asked(by, community_id, kind)
    stretches = []
    for since, until in rows.exclude(state=FacilityState.PLANNED).values_list("in_service_at", "retired_at"):
        if since is not None:
            stretches.append(Stretch("SERVICE", int(since.timestamp()), int(until.timestamp()) if until else end))
    columns = ("health", "from_s", "ends")
    stretches += [Stretch(*row) for row in _spans(rows, start, end).annotate(ends=_ends(end)).values_list(*columns)]
    days = [clock.local_date(datetime.fromtimestamp(edge, clock.SHANGHAI)) for edge in edges[:-1]]
    return list(zip(days, by_day(stretches, edges), strict=True))


def days_of(facility_id: int, *, days: int, at: datetime) -> list[str]:
    """How one facility was on each of the last days, today last: ``down`` if it ever was, otherwise ``up`` or ``unk``. One statement."""
    today = clock.local_date(at)
    edges = [_second(today - timedelta(days=n)) for n in range(days - 1, -1, -1)] + [int(at.timestamp())]
    rows = Facility.objects.filter(pk=facility_id)
    found = list(_spans(rows, edges[0], edges[-1]).annotate(ends=_ends(edges[-1])).values_list("health", "from_s", "ends"))
    told = []
    for left, right in pairwise(edges):
        there = {health for health, start, end in found if start < right and end > left}
        told.append("down" if FacilityHealth.DOWN in there else "up" if FacilityHealth.UP in there else "unk")
    return told
