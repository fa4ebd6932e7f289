"""A sheet can change the household or unit that somebody belongs to: what they left, and for how long it still counts."""

from dataclasses import dataclass
from datetime import datetime, timedelta

#: For this long after a sheet has changed somebody's door or unit, those who approve what that made possible are told of it.
CHANGED_LATELY = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class LeftScope:
    """What somebody left by a sheet, and when: a household, or a unit, or both."""

    at: datetime
    household: bytes | None
    unit_id: int | None
