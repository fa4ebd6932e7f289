# Chinese in this file is data: words for a flat and its door.
"""The reach planner: which doors are still to be knocked at before enough owners take part.

Never by what somebody is expected to answer: the plan knows who has not taken part yet, how large their flats are and where they live,
and nothing else.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from zengyi.councils.rules.owners import needed

#: The last number of a flat's name, with what may stand behind it: 3幢2单元502室, 2-1203.
_LAST_NUMBER = re.compile(r"[-—–－/]?\d+[A-Za-z]?(室|号|户)?$")


@dataclass(frozen=True, slots=True)
class Door:
    """An owner who does not take part yet. ``area`` in hundredths of a square metre; ``stair`` where they are looked for."""

    elector_id: int
    area: int
    stair: str


@dataclass(frozen=True, slots=True)
class Reach:
    """Where turnout stands: what takes part, what is needed, and the fewest doors that would do, in walking order.

    Areas in hundredths of a square metre. ``doors`` is empty when both are reached; also when nobody else can be asked.
    """

    heads: int
    area: int
    heads_needed: int
    area_needed: int
    doors: tuple[Door, ...]

    @property
    def heads_missing(self) -> int:
        """Heads that have to take part, still."""
        return max(0, self.heads_needed - self.heads)

    @property
    def area_missing(self) -> int:
        """Hundredths of a square metre that have to take part, still."""
        return max(0, self.area_needed - self.area)


def stair_of(unit: str) -> str:
    """The stair that a flat lies in, from its name; empty when the name is only a number.

    >>> stair_of("3幢2单元502室"), stair_of("2-1203"), stair_of("502")
    ('3幢2单元', '2', '')
    """
    return _LAST_NUMBER.sub("", unit).strip()


def plan(all_heads: int, all_area: int, heads: int, area: int, doors: Iterable[Door]) -> Reach:
    """Which of the ``doors`` are the fewest that bring both heads and area to two thirds; of equally few, those in the fewest stairs.

    ``heads`` and ``area`` take part already. The number is the least possible: no smaller set of owners could do it.
    """
    heads_needed, area_needed = needed(all_heads), needed(all_area)
    left = sorted(doors, key=lambda door: (-door.area, door.stair, door.elector_id))
    count, slack = _fewest(left, max(0, heads_needed - heads), max(0, area_needed - area))
    chosen = _gathered(left, count, slack)
    return Reach(heads, area, heads_needed, area_needed, tuple(_walk(chosen)))


def _fewest(largest_first: Sequence[Door], heads: int, area: int) -> tuple[int, int]:
    """How many of the largest are needed for both, and by how much their area is more than needed."""
    count = total = 0
    while count < len(largest_first) and (count < heads or total < area):
        total += largest_first[count].area
        count += 1
    return count, max(0, total - area)


def _gathered(largest_first: Sequence[Door], count: int, slack: int) -> list[Door]:
    """``count`` doors that are together large enough, drawn together into stairs where most doors are open.

    Begins with the largest. A door of a stair that is walked anyway takes the place of the smallest that is not settled, as long as the
    area allows.
    """
    unsettled = list(largest_first[:count])
    among = {door.elector_id for door in unsettled}
    settled: list[Door] = []
    fixed: set[int] = set()
    crowd = Counter(door.stair for door in largest_first)
    for door in sorted(largest_first, key=lambda d: (-crowd[d.stair], d.stair, -d.area, d.elector_id)):
        if len(settled) == count:
            break
        if door.elector_id in among:
            settled.append(door)
            fixed.add(door.elector_id)
            continue
        while unsettled and unsettled[-1].elector_id in fixed:
            unsettled.pop()
        if unsettled and unsettled[-1].area - door.area <= slack:
            gone = unsettled.pop()
            among.discard(gone.elector_id)
            slack -= gone.area - door.area
            settled.append(door)
            fixed.add(door.elector_id)
    return settled


def _walk(doors: Sequence[Door]) -> list[Door]:
    """Stair by stair, the fullest first; within a stair in the order of the list."""
    crowd = Counter(door.stair for door in doors)
    return sorted(doors, key=lambda door: (-crowd[door.stair], door.stair, door.elector_id))
