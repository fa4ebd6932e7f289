"""How long things were up, down and unknown within a window, from the sums by day."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

from django.db.models import F, Model, Q, Sum, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from zengyi.core import clock
from zengyi.core.errors import Invalid, NotThere
from zengyi.facilities.models import DaySum, Span
from zengyi.facilities.queries.listing import reach
from zengyi.facilities.rules import FacilityHealth, Share, Stretch, by_day, guards
from zengyi.facilities.rules.sums import DAY, begins, day_of, shares, whole
from zengyi.people import queries as people
from zengyi.people.rules import Actor

if TYPE_CHECKING:
    from django.db.models import QuerySet

LONGEST = timedelta(days=1100)
#: A drawing has at most so many columns: days, or weeks where there would be more days.
COLUMNS_MOST = 62

M = TypeVar("M", bound=Model)


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
    *,
    by: Actor,
    at: datetime,
    community_id: int | None = None,
    kind: str = "",
    place_id: int | None = None,
    first: date | None = None,
    last: date | None = None,
) -> Share:
    """How long the facilities were up and down within the window. One statement, however many there are and however long they were
    looked after; two for those of one place."""
    return whole(_days(by, community_id, kind, place_id, *window(first, last, at=at)))


def drawn(
    *,
    by: Actor,
    at: datetime,
    community_id: int | None = None,
    kind: str = "",
    place_id: int | None = None,
    first: date | None = None,
    last: date | None = None,
) -> list[tuple[date, Share]]:
    """The share of each day of the window, or of each week where the days would be too many; with the first day of each. As many
    statements as :func:`availability`."""
    start, end = window(first, last, at=at)
    step = 1 if end - start <= COLUMNS_MOST * DAY else 7
    while (end - start) / (step * DAY) > COLUMNS_MOST:
        step += 7
    days = _days(by, community_id, kind, place_id, start, end)
    begun = clock.local_date(datetime.fromtimestamp(start, clock.SHANGHAI))
    return [(begun + timedelta(days=n), whole(days[n : n + step])) for n in range(0, len(days), step)]


def _days(by: Actor, community_id: int | None, kind: str, place_id: int | None, start: int, end: int) -> list[Share]:
    """The share of each day from ``start``, a midnight, to ``end``; all before it comes as one row."""
    if place_id is not None:
        return _days_at(by, community_id, kind, place_id, start, end)
    first, last = day_of(start), day_of(end - 1)
    rows = asked(by, community_id, among=DaySum.objects.filter(day__lte=last))
    rows = rows.filter(kind=kind) if kind else rows
    days = rows.annotate(at=Greatest(F("day"), Value(first - 1))).values("at").order_by()
    sums = [Sum(name) for name in ("service", "service_s", "up", "up_s", "down", "down_s")]
    return shares({row[0]: row[1:] for row in days.annotate(*sums).values_list("at", *(one.default_alias for one in sums))}, first, end)


def _days_at(by: Actor, community_id: int | None, kind: str, place_id: int, start: int, end: int) -> list[Share]:
    """The same of one place, from its own stretches of time: a building has few enough of them. For whoever reads the register."""
    rows = reach(by, "facility.read", community_id).filter(place_id=place_id).exclude(in_service_at=None)
    rows = rows.filter(kind=kind) if kind else rows
    stretches = [
        Stretch("SERVICE", int(since.timestamp()), int(until.timestamp()) if until else end)
        for since, until in rows.values_list("in_service_at", "retired_at")
        if since is not None
    ]
    lasted = Q(until_s=None) | Q(until_s__gt=start)
    spans = Span.objects.filter(lasted, facility__in=rows, from_s__lt=end).values_list("health", "from_s", "until_s", "good_s")
    for health, from_s, until_s, good_s in spans:
        stretches.append(Stretch(health, from_s, min(end if until_s is None else until_s, end if good_s is None else good_s)))
    return by_day(stretches, [*(begins(day) for day in range(day_of(start), day_of(end - 1) + 1)), end])


def asked(by: Actor, community_id: int | None, *, among: "QuerySet[M]") -> "QuerySet[M]":
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
