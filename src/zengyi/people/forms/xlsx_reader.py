# Chinese in this file is data: words of the spreadsheets.
"""Reads one spreadsheet file in a process of its own and prints its first sheet as JSON.

Run by :mod:`zengyi.people.forms.files`, never imported by the server: a hostile file may make the reader use up memory or time,
or crash it; here it only ends this process. Takes the file's bytes on standard input. With ``--formulas`` a cell that holds a formula
is told as such, beginning with ``=``, instead of as the value it had when the file was saved.
"""

import json
import math
import re
import resource
import sys
from collections.abc import Iterator

MEMORY_MOST = 1536 * 1024 * 1024
SECONDS_MOST = 20
ROWS_MOST = 20_500
COLUMNS_MOST = 60
CELL_MOST = 1000
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


def text_of(cell: object) -> str:
    """A cell as the text a person sees: whole numbers without a point, so that phone numbers stay phone numbers."""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float) and math.isfinite(cell) and cell.is_integer():
        return str(int(cell))
    return str(cell)[:CELL_MOST]


def main() -> int:
    """Read, print, and answer with the exit code."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MOST, MEMORY_MOST))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS_MOST, SECONDS_MOST))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    import io

    from python_calamine import CalamineWorkbook

    data = sys.stdin.buffer.read()
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    sheet = workbook.get_sheet_by_index(0)
    rows = []
    for row in sheet.to_python(skip_empty_area=False, nrows=ROWS_MOST):
        rows.append([text_of(cell) for cell in row[:COLUMNS_MOST]])
    for line, column in formulas(data) if "--formulas" in sys.argv else ():
        if line < len(rows) and column < len(rows[line]):
            rows[line][column] = f"={rows[line][column]}"
    json.dump(rows, sys.stdout)
    return 0


def formulas(data: bytes) -> Iterator[tuple[int, int]]:
    """Row and column, both from 0, of each cell of the first sheet that holds a formula (ECMA-376 part 1, 18.3.1.4 and 18.3.1.40)."""
    import io
    import zipfile
    from xml.etree import ElementTree as ET

    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        links = ET.fromstring(parts.read("xl/_rels/workbook.xml.rels"))  # noqa: S314  see above
        book = ET.fromstring(parts.read("xl/workbook.xml"))  # noqa: S314  see above
        where = {link.get("Id"): link.get("Target", "") for link in links}
        sheet = book.find(".//{*}sheets/{*}sheet")
        named = sheet.attrib if sheet is not None else {}
        target = next((where[value] for name, value in named.items() if name.endswith("}id")), "")
        path = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
        with parts.open(path) as page:
            for _event, cell in ET.iterparse(page):  # noqa: S314  see above
                if cell.tag.endswith("}c"):
                    if cell.find("{*}f") is not None and (place := _PLACE.fullmatch(cell.get("r", ""))):
                        yield int(place[2]) - 1, _column(place[1])
                    cell.clear()


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


if __name__ == "__main__":
    sys.exit(main())
