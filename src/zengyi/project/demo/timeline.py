"""The demo's order of time, and what a story of it is.

A story is told by a script, a generator that yields the moment at which it goes on and does one step when it gets there. All
scripts are played together in the order of time, as the year would have, so that numbers, entries and the trail stand in the order
in which things happened.
"""

import heapq
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from random import Random

from zengyi.orders.rules import Urgency
from zengyi.project.demo.moments import Moments
from zengyi.project.demo.people import Someone, Town
from zengyi.project.demo.texts import Text

Script = Generator[datetime, None, None]


def chance(seed: int) -> Random:
    """Chance that always falls alike."""
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


@dataclass(slots=True)
class Story:
    """An order of the demo: who asks for what, where and when.

    ``takers`` take it, or members chance picks; with ``by_unit`` organisations. ``places`` overrides the text's. What happens on the
    way is kept here too: the order's id, and who placed and who weighed it, so that a second person confirms.
    """

    town: Town
    text: Text
    when: Moments
    raiser: Someone
    place: str
    rng: Random
    spot: str = ""
    tail: str = ""
    urgency: int = Urgency.WEEK
    due: datetime | None = None
    takers: list[Someone] = field(default_factory=list)
    private: bool = False
    anonymous: bool = False
    photos: Sequence[bytes] = ()
    places: int = 0
    order: int = 0
    desk: Someone = field(default_factory=lambda: Someone(""))
    placer: Someone = field(default_factory=lambda: Someone(""))
    by_unit: bool = False
