# Chinese in this file is data: words for buildings.
"""Buildings that a sheet names and the community's list lacks: which of them may be added as they are written. Pure."""

import re
import unicodedata
from dataclasses import dataclass

from zengyi.people.rules.sheets import COLUMNS, Homes, Sheet, Table, normal_building, normal_estate, rows_of

#: What looks like the name of a building: a number, perhaps with a letter, or a few 汉字; never a building with a door behind it.
_LIKELY = re.compile(r"[0-9]{1,4}[A-Z]?|[A-Z][0-9]{0,3}|[\u4e00-\u9fff]{1,6}[0-9]{0,4}")
_USUAL = "幢"
HOMES_MOST = 300


@dataclass(frozen=True, slots=True)
class NewHome:
    """A building to be added: its estate and its name, and in how many rows it stands. ``estate_known``: the estate is there already."""

    estate: str
    building: str
    rows: int
    estate_known: bool

    @property
    def key(self) -> str:
        """How a page names it."""
        return f"{self.estate}\t{self.building}"


def new_homes(sheet: Sheet, table: Table, homes: Homes, estates: list[str]) -> list[NewHome]:
    """The buildings that the rows name and ``homes`` lacks, each once, in their order, at most :data:`HOMES_MOST`.

    A row that names no estate means the only one there is, or where there is none yet the only one that the sheet names.
    What doesn't look like a building, or may be one of several estates', is left for whoever wrote the sheet.
    """
    known = {normal_estate(name): name for name in estates}
    found: dict[tuple[str, str], NewHome] = {}
    rows = [cells for _line, cells, _errors in rows_of(COLUMNS[sheet], table)]
    named = {normal_estate(cells["estate"]) for cells in rows if cells.get("estate")}
    only = next(iter(known or named)) if len(known or named) == 1 else ""
    for cells in rows:
        building, estate = normal_building(cells.get("building", "")), normal_estate(cells.get("estate", ""))
        if not building or (estate, building) in homes:
            continue
        if not estate and not any(there == building for _where, there in homes):
            estate = only
        if not estate or (estate, building) in homes or not _LIKELY.fullmatch(building.upper()):
            continue
        one = found.get((estate, building))
        name, shown = _name(cells["building"], building), known.get(estate, estate)
        found[estate, building] = NewHome(shown, one.building if one else name, (one.rows if one else 0) + 1, estate in known)
    return list(found.values())[:HOMES_MOST]


def _name(text: str, number: str) -> str:
    """The building's name as it is kept: with the word for building that was written, or the usual one.

    >>> _name("７ 号楼", "7"), _name("7", "7"), _name("门岗", "门岗")
    ('7号楼', '7幢', '门岗')
    """
    plain = "".join(unicodedata.normalize("NFKC", text).split()).upper()
    spoken = plain.removesuffix("#") if plain.endswith("#") else plain
    return f"{number.upper()}{_USUAL}" if spoken == number.upper() and not _han(number) else spoken


def _han(text: str) -> bool:
    return bool(re.fullmatch(r"[\u4e00-\u9fff]{2,}", text))
