"""Stretches of time in which facilities were up or down, kept as checks come in, so that nobody has to add up checks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from zengyi.core.steps import in_action
from zengyi.facilities.models import Span
from zengyi.facilities.rules import FacilityHealth

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
def note(seen: Mapping[int, Seen]) -> None:
    """Take down how facilities were seen, each once. Four statements at most, however many they are.

    What is older than what is known already changes nothing, but that a failure ends an up that was seen before it.
    """
    open_ = {span.facility_id: span for span in Span.objects.select_for_update().filter(facility_id__in=seen, until_s=None)}
    kept = _Kept()
    for facility_id, now in sorted(seen.items()):
        span = open_.get(facility_id)
        if span is None:
            kept.begun.append(_begun(facility_id, now))
        elif span.health == FacilityHealth.DOWN:
            _after_down(span, now, kept)
        else:
            _after_up(span, now, kept)
    if kept.ended:
        Span.objects.bulk_update(kept.ended, ["until_s"], batch_size=_BATCH)
    if kept.extended:
        Span.objects.bulk_update(kept.extended, ["seen_s", "good_s"], batch_size=_BATCH)
    if kept.begun:
        Span.objects.bulk_create(kept.begun, batch_size=_BATCH)


@dataclass(slots=True)
class _Kept:
    """What is to be written."""

    ended: list[Span] = field(default_factory=list)
    extended: list[Span] = field(default_factory=list)
    begun: list[Span] = field(default_factory=list)


def _after_down(span: Span, now: Seen, kept: _Kept) -> None:
    if now.health == FacilityHealth.UP and now.at_s >= span.from_s:
        span.until_s = now.at_s
        kept.ended.append(span)
        kept.begun.append(_begun(span.facility_id, now))


def _after_up(span: Span, now: Seen, kept: _Kept) -> None:
    good = span.good_s or 0
    if now.health == FacilityHealth.DOWN:
        start = max(now.at_s, span.from_s)
        span.until_s = min(start, good)
        kept.ended.append(span)
        kept.begun.append(Span(facility_id=span.facility_id, health=FacilityHealth.DOWN, from_s=start, seen_s=start))
    elif now.at_s > good:
        span.until_s = good
        kept.ended.append(span)
        kept.begun.append(_begun(span.facility_id, now))
    elif now.at_s > span.seen_s:
        span.seen_s, span.good_s = now.at_s, max(good, now.good_s)
        kept.extended.append(span)


def _begun(facility_id: int, now: Seen) -> Span:
    good = now.good_s if now.health == FacilityHealth.UP else None
    return Span(facility_id=facility_id, health=now.health, from_s=now.at_s, seen_s=now.at_s, good_s=good)


@in_action
def end(facility_ids: Iterable[int], *, at: datetime) -> None:
    """They are in service no more: what lasts ends here, or where nobody knew any longer."""
    spans = list(Span.objects.filter(facility_id__in=list(facility_ids), until_s=None))
    for span in spans:
        span.until_s = max(span.from_s, min(seconds(at), span.good_s or seconds(at)))
    if spans:
        Span.objects.bulk_update(spans, ["until_s"], batch_size=_BATCH)
