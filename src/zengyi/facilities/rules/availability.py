"""Availability: how long things were up, down and unknown, clipped to a window. Pure; all times are whole seconds since 1970."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

HOUR = 3600


@dataclass(frozen=True, slots=True)
class Share:
    """Seconds in service, and of these up and down; the rest is unknown."""

    service: int
    up: int
    down: int

    @property
    def unknown(self) -> int:
        """Seconds in service about which nobody knows: not checked for two intervals, or never."""
        return max(0, self.service - self.up - self.down)

    @property
    def share(self) -> float | None:
        """The part of the time in service that is known to be up, 0 to 1; nothing where nothing was in service."""
        return round(self.up / self.service, 4) if self.service else None

    @property
    def per_cent(self) -> int | None:
        """The same, rounded down: nothing is called whole before it is."""
        return self.up * 100 // self.service if self.service else None

    @property
    def hours(self) -> tuple[int, int, int]:
        """Whole hours up, down and unknown."""
        return self.up // HOUR, self.down // HOUR, self.unknown // HOUR


@dataclass(frozen=True, slots=True)
class Stretch:
    """From when to when something was ``UP``, ``DOWN``, or in ``SERVICE``."""

    what: str
    start: int
    end: int


def by_day(stretches: Iterable[Stretch], edges: list[int]) -> list[Share]:
    """The share of each bucket between two following ``edges``, in one pass: each stretch touches the buckets at its two ends and is
    added to all between by difference."""
    sums = {what: _Buckets(edges) for what in ("SERVICE", "UP", "DOWN")}
    for one in stretches:
        sums[one.what].add(one.start, one.end)
    columns = [sums[what].seconds() for what in ("SERVICE", "UP", "DOWN")]
    return [Share(*row) for row in zip(*columns, strict=True)]


class _Buckets:
    """Seconds per bucket."""

    def __init__(self, edges: list[int]) -> None:
        self.edges = edges
        self.whole = [0] * len(edges)
        self.part = [0] * len(edges)

    def add(self, start: int, end: int) -> None:
        first, last = self.edges[0], self.edges[-1]
        start, end = max(start, first), min(end, last)
        if start >= end:
            return
        a, b = bisect_right(self.edges, start) - 1, bisect_right(self.edges, end - 1) - 1
        if a == b:
            self.part[a] += end - start
            return
        self.part[a] += self.edges[a + 1] - start
        self.part[b] += end - self.edges[b]
        self.whole[a + 1] += 1
        self.whole[b] -= 1

    def seconds(self) -> list[int]:
        """The sums."""
        found, open_ = [], 0
        for at in range(len(self.edges) - 1):
            open_ += self.whole[at]
            found.append(self.part[at] + open_ * (self.edges[at + 1] - self.edges[at]))
        return found
