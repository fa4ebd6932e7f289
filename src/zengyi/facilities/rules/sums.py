"""Sums by day, so that how much worked in a month costs the same whether fifty things were looked at or five thousand for years. Pure.

A stretch of time is kept as two steps: where it begins one more is up, where it ends one fewer; each with the seconds that are left of
its day. So a sum over any days is their steps added up, a stretch that grows longer moves one step, and nobody reads stretches.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from zengyi.facilities.rules.availability import Share

DAY = 24 * 3600
#: Days are Shanghai's, which has kept one time since 1991; what is older lies an hour off in summer and is whole in every sum all the same.
_AHEAD = 8 * 3600

#: What is summed, in the order of :class:`Step`'s columns.
SERVICE, UP, DOWN = "SERVICE", "UP", "DOWN"
WHATS = (SERVICE, UP, DOWN)

Key = tuple[int, str, int]
Step = list[int]


def day_of(second: int) -> int:
    """The number of the day in Shanghai since 1970, of a moment in seconds since 1970.

    >>> day_of(0), day_of(16 * 3600 - 1), day_of(16 * 3600)
    (0, 0, 1)
    """
    return (second + _AHEAD) // DAY


def begins(day: int) -> int:
    """The second at which a day begins.

    >>> day_of(begins(20783)), day_of(begins(20783) - 1)
    (20783, 20782)
    """
    return day * DAY - _AHEAD


@dataclass(slots=True)
class Steps:
    """What a change adds to the sums, by community, kind and day: of each of :data:`WHATS` how many, and the seconds left of the day."""

    rows: dict[Key, Step] = field(default_factory=dict)

    def add(self, community_id: int, kind: str, what: str, start: int, end: int | None, *, sign: int = 1) -> None:
        """A stretch that is there now (or with ``sign`` -1 is no more), from ``start`` to ``end``, or without one for good."""
        self._one(community_id, kind, what, start, sign)
        if end is not None:
            self._one(community_id, kind, what, max(start, end), -sign)

    def _one(self, community_id: int, kind: str, what: str, at: int, sign: int) -> None:
        day, column = day_of(at), 2 * WHATS.index(what)
        row = self.rows.setdefault((community_id, kind, day), [0] * 6)
        row[column] += sign
        row[column + 1] += sign * (begins(day + 1) - at)

    def changed(self) -> Iterator[tuple[Key, Step]]:
        """Those that are not nothing, in one order for everybody: whoever writes them never waits in a circle."""
        return ((key, row) for key, row in sorted(self.rows.items()) if any(row))


def shares(steps: Mapping[int, Iterable[int]], first: int, until: int) -> list[Share]:
    """The share of each day from ``first`` to the moment ``until``; ``steps`` by day, all before ``first`` under any one of these days."""
    running = [0, 0, 0]
    for day, row in steps.items():
        if day < first:
            numbers = list(row)
            running = [so_far + numbers[2 * n] for n, so_far in enumerate(running)]
    found = []
    for day in range(first, day_of(until - 1) + 1):
        numbers, length = list(steps.get(day, (0,) * 6)), min(begins(day + 1), until) - begins(day)
        over = DAY - length
        seconds = [running[n] * length + numbers[2 * n + 1] - numbers[2 * n] * over for n in range(3)]
        running = [running[n] + numbers[2 * n] for n in range(3)]
        found.append(Share(*(max(0, one) for one in seconds)))
    return found


def whole(parts: Iterable[Share]) -> Share:
    """All of them together."""
    rows = [(one.service, one.up, one.down) for one in parts]
    return Share(*(sum(column) for column in zip(*rows, strict=True))) if rows else Share(0, 0, 0)
