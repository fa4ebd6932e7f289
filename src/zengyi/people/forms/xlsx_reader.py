# Chinese in this file is data: words of the spreadsheets.
"""Reads one spreadsheet file in a process of its own and prints its first sheet as JSON.

Run by :mod:`zengyi.people.forms.files`, never imported by the server: a hostile file may make the reader use up memory or time,
or crash it; here it only ends this process. Takes the file's bytes on standard input.
"""

import json
import math
import resource
import sys

MEMORY_MOST = 1536 * 1024 * 1024
SECONDS_MOST = 20
ROWS_MOST = 20_500
COLUMNS_MOST = 60
CELL_MOST = 1000


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

    workbook = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
    sheet = workbook.get_sheet_by_index(0)
    rows = []
    for row in sheet.to_python(skip_empty_area=False, nrows=ROWS_MOST):
        rows.append([text_of(cell) for cell in row[:COLUMNS_MOST]])
    json.dump(rows, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
