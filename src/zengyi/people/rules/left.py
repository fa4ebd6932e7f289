"""Who somebody belongs to can be changed by a sheet: what they left, and for how long that still matters."""

from dataclasses import dataclass
from datetime import datetime, timedelta

#: For so long what a sheet changed of somebody's door or unit is told to those who approve what it made possible.
CHANGED_LATELY = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class LeftScope:
    """What somebody left by a sheet, and when: a household, or a unit, or both."""

    at: datetime
    household: bytes | None
    unit_id: int | None
