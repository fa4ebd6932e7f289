"""Stretches of time in which facilities were up or down, kept as checks come in, so that nobody has to add up checks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from zengyi.core.steps import in_action
from zengyi.facilities.models import Facility, Span
from zengyi.facilities.rules import LIVE, FacilityHealth
from zengyi.facilities.rules.sums import Steps

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Seen:
    """How a facility was at a moment, in seconds; ``good_s``: until when that counts as known."""

    health: FacilityHealth
    at_s: int
    good_s: int


def seconds(at: datetime) -> int:
    """Whole seconds since 1970."""
    return int(at.timestamp())


@in_action
def note(seen: Mapping[int, Seen], steps: Steps) -> None:
    """Take down how facilities were seen, each once, and add to ``steps`` what that changes. Five statements at most, however many.

    What is older than what is known changes nothing, with one exception: a failure ends a time up that began before it. What is in service
    no longer, or not yet, was neither up nor down.
    """
    if not seen:
        return
    found = Facility.objects.filter(pk__in=seen, state__in=LIVE).values_list("pk", "community_id", "kind")
    where = {pk: (community_id, kind) for pk, community_id, kind in found}
    rows = Span.objects.select_for_update().filter(facility_id__in=where, until_s=None).order_by("facility_id")
    open_, kept = {span.facility_id: span for span in rows}, _Kept(where, steps)
    for facility_id in sorted(where):
        span, now = open_.get(facility_id), seen[facility_id]
        if span is None:
            kept.begin(facility_id, now)
        elif span.health == FacilityHealth.DOWN:
            _after_down(span, now, kept)
        else:
            _after_up(span, now, kept)
    kept.write()


def end_of(span: Span) -> int | None:
    """Where a stretch ends as far as anybody knows: up ends by itself; down lasts until somebody finds it repaired."""
    ends = [second for second in (span.until_s, span.good_s) if second is not None]
    return min(ends) if ends else None


@dataclass(slots=True)
class _Kept:
    """What is to be written."""

    where: Mapping[int, tuple[int, str]]
    steps: Steps
    ended: list[Span] = field(default_factory=list)
    extended: list[Span] = field(default_factory=list)
    begun: list[Span] = field(default_factory=list)

    def begin(self, facility_id: int, now: Seen, *, at_s: int | None = None) -> None:
        """A new stretch."""
        good = now.good_s if now.health == FacilityHealth.UP else None
        start = now.at_s if at_s is None else at_s
        span = Span(facility_id=facility_id, health=now.health, from_s=start, seen_s=start, good_s=good)
        self.begun.append(span)
        self._count(span, 1)

    def end(self, span: Span, at_s: int) -> None:
        """A stretch is over."""
        self._count(span, -1)
        span.until_s = at_s
        self._count(span, 1)
        self.ended.append(span)

    def extend(self, span: Span, now: Seen) -> None:
        """It was looked at again, and is known for longer."""
        self._count(span, -1)
        span.seen_s, span.good_s = now.at_s, max(span.good_s or 0, now.good_s)
        self._count(span, 1)
        self.extended.append(span)

    def _count(self, span: Span, sign: int) -> None:
        self.steps.add(*self.where[span.facility_id], span.health, span.from_s, end_of(span), sign=sign)

    @in_action
    def write(self) -> None:
        """All of it."""
        if self.ended:
            Span.objects.bulk_update(self.ended, ["until_s"], batch_size=_BATCH)
        if self.extended:
            Span.objects.bulk_update(self.extended, ["seen_s", "good_s"], batch_size=_BATCH)
        if self.begun:
            Span.objects.bulk_create(self.begun, batch_size=_BATCH)


def _after_down(span: Span, now: Seen, kept: _Kept) -> None:
    if now.health == FacilityHealth.UP and now.at_s >= span.from_s:
        kept.end(span, now.at_s)
        kept.begin(span.facility_id, now)


def _after_up(span: Span, now: Seen, kept: _Kept) -> None:
    good = span.good_s or 0
    if now.health == FacilityHealth.DOWN:
        start = max(now.at_s, span.from_s)
        kept.end(span, min(start, good))
        kept.begin(span.facility_id, now, at_s=start)
    elif now.at_s > good:
        kept.end(span, good)
        kept.begin(span.facility_id, now)
    elif now.at_s > span.seen_s:
        kept.extend(span, now)


@in_action
def end(facilities: Iterable[Facility], steps: Steps, *, at: datetime) -> None:
    """They are in service no more: what lasts ends here, or where nobody knew any longer."""
    where = {one.pk: (one.community_id, one.kind) for one in facilities}
    kept = _Kept(where, steps)
    for span in Span.objects.select_for_update().filter(facility_id__in=where, until_s=None).order_by("facility_id"):
        kept.end(span, max(span.from_s, min(seconds(at), span.good_s or seconds(at))))
    kept.write()


def serve(facility: Facility, steps: Steps) -> None:
    """Count a facility as in service, from when it was taken up until it is retired."""
    if facility.in_service_at is not None:
        until = seconds(facility.retired_at) if facility.retired_at else None
        steps.add(facility.community_id, facility.kind, "SERVICE", seconds(facility.in_service_at), until)


def retired(facility: Facility, steps: Steps, *, at: datetime) -> None:
    """Count a facility that was in service until now as in service no more."""
    if facility.in_service_at is not None:
        steps.add(facility.community_id, facility.kind, "SERVICE", seconds(at), None, sign=-1)
