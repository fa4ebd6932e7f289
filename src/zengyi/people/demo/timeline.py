"""The demo's order of time.

A story is told by a script, a generator that yields the moment at which it goes on and does one step when it gets there. All
scripts are played together in the order of time, as the year would have, so that numbers, entries and the trail stand in the order
in which things happened.
"""

import heapq
from collections.abc import Callable, Generator
from datetime import datetime
from itertools import count
from random import Random

Script = Generator[datetime, None, None]


def chance(seed: int | str) -> Random:
    """Random numbers that come out the same for the same seed, every time the demo is loaded."""
    return Random(seed)  # noqa: S311  nothing here is a secret


class Timeline:
    """Scripts and other things to do, played in the order of time."""

    def __init__(self) -> None:
        self._queue: list[tuple[datetime, int, Script]] = []
        self._number = count()

    def add(self, script: Script) -> None:
        """A script; it waits at its first moment."""
        moment = next(script, None)
        if moment is not None:
            heapq.heappush(self._queue, (moment, next(self._number), script))

    def play(self, until: datetime, tell: Callable[[float], None]) -> None:
        """Play everything up to ``until``, and tell how much of the time has passed; what lies ahead has not happened."""
        start = self._queue[0][0]
        while self._queue and self._queue[0][0] <= until:
            moment, _number, script = heapq.heappop(self._queue)
            self.add(script)
            tell((moment - start) / (until - start))
