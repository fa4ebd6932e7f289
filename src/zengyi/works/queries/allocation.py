"""A sum shared out over the flats that bear it: those of the owners who voted on it, or those that somebody types in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from zengyi.councils import queries as councils
from zengyi.councils.rules.shares import spread
from zengyi.people.rules import Actor
from zengyi.works.models import FundLine
from zengyi.works.queries.funds import LineRow, line
from zengyi.works.queries.projects import visible
from zengyi.works.rules import funds as rules


@dataclass(frozen=True, slots=True)
class Part:
    """What falls on a flat: its area in hundredths of a square metre, its part in fen. No owner's name stands here."""

    flat: str
    area: int
    fen: int


@dataclass(frozen=True, slots=True)
class Allocation:
    """A sum and its parts, which add up to it to the fen."""

    total: int
    parts: list[Part]

    @property
    def area(self) -> int:
        """All of it, in hundredths of a square metre."""
        return sum(part.area for part in self.parts)


def shared_line(line_id: int, *, by: Actor, at: datetime) -> tuple[LineRow, list[tuple[str, int]]]:
    """A line that was approved, with the flats of the owners who were asked about it and their areas; none where there was no vote.

    Raises :class:`NotThere`, :class:`NotAllowed`, and :class:`WrongState` while nothing is approved. Three statements.
    """
    row = FundLine.objects.filter(visible(by), pk=line_id).with_facts().first()
    rules.check_share(by, row.facts(at) if row else None)
    found = line(line_id, by=by, at=at)
    flats = councils.flats_of_ballot(found.ballot_id) if found.ballot_id is not None else []
    return found, [(flat, area) for flat, area in flats if area > 0]


def allocate(total: int, flats: Sequence[tuple[str, int]]) -> Allocation:
    """The sum over those flats by area."""
    parts = spread(total, [area for _flat, area in flats])
    return Allocation(total, [Part(flat, area, fen) for (flat, area), fen in zip(flats, parts, strict=True)])
