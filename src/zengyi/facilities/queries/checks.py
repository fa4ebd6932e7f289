"""Proof that the sums by day are what the stretches of time say; ``zengyi ledger check`` prints it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from django.db.models import F

from zengyi.facilities.models import DaySum, Facility, Span
from zengyi.facilities.rules.availability import Stretch, by_day
from zengyi.facilities.rules.sums import WHATS, begins, day_of

#: Later than any day asked about: what lasts ends there.
_FAR = 2**40


@dataclass(slots=True)
class SumsReport:
    """What was checked, and what was found wrong."""

    checked: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def check_sums() -> SumsReport:
    """Add up again, by another way, how long each kind was in service, up and down on each day for which something is kept."""
    report = SumsReport()
    kept: dict[tuple[int, str], dict[int, tuple[int, ...]]] = {}
    columns = ("community_id", "kind", "day", "service", "service_s", "up", "up_s", "down", "down_s")
    for community_id, kind, day, *numbers in DaySum.objects.values_list(*columns).iterator():
        kept.setdefault((community_id, kind), {})[day] = tuple(numbers)
    there: dict[tuple[int, str], list[Stretch]] = {}
    for key, stretch in _stretches():
        there.setdefault(key, []).append(stretch)
    days = 0
    for key in sorted(kept.keys() | there.keys()):
        steps, stretches = kept.get(key, {}), there.get(key, [])
        known = {*steps, *(day_of(second) for one in stretches for second in (one.start, one.end) if second < _FAR)}
        days += len(known)
        report.problems += _wrong(key, steps, stretches, known)
    report.checked.append(f"sums of {days} days: kept = added up again from the stretches of time")
    return report


def _wrong(key: tuple[int, str], steps: dict[int, tuple[int, ...]], stretches: list[Stretch], known: set[int]) -> Iterator[str]:
    """The first day, or stretch between days, that differs. Only that one is told, since all later ones differ with it."""
    running, nothing = [0] * len(WHATS), (0,) * 2 * len(WHATS)
    edges = sorted({begins(day + after) for day in known for after in (0, 1)})
    for (left, right), real in zip(pairwise(edges), by_day(stretches, edges), strict=True):
        row = steps.get(day_of(left), nothing)
        said = [so_far * (right - left) + row[2 * n + 1] for n, so_far in enumerate(running)]
        running = [so_far + row[2 * n] for n, so_far in enumerate(running)]
        if said != (there := [real.service, real.up, real.down]):
            yield f"community {key[0]}, {key[1]}, day {day_of(left)}: {said} seconds are kept, the stretches of time give {there}"
            return


def _stretches() -> Iterator[tuple[tuple[int, str], Stretch]]:
    served = Facility.objects.exclude(in_service_at=None).values_list("community_id", "kind", "in_service_at", "retired_at")
    for community_id, kind, since, until in served.iterator():
        assert since is not None  # as asked for
        yield (community_id, kind), Stretch("SERVICE", int(since.timestamp()), int(until.timestamp()) if until else _FAR)
    columns: tuple[Any, ...] = (F("facility__community_id"), F("facility__kind"), "health", "from_s", "until_s", "good_s")
    for community_id, kind, health, start, until, good in Span.objects.values_list(*columns).iterator():
        yield (community_id, kind), Stretch(health, start, min(_FAR if until is None else until, _FAR if good is None else good))
