"""Spreadsheets that the product hands out: what people typed stays text in them, whatever it begins with.

A cell such as ``=HYPERLINK(…)`` in somebody's name would run in the office that opens the sheet (OWASP, CSV injection). Texts are
written as text, and those that begin like a formula get an apostrophe before them, so that they stay text when the sheet is saved as
csv and opened again.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import xlsxwriter

from zengyi.core.clock import SHANGHAI

#: What a browser is told it gets.
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: What makes a cell a formula where a sheet is opened as csv.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
#: No cell holds more characters (the file format's own limit), no page's name more.
CELL_MOST, NAME_MOST = 32_767, 31
_WIDTH_USUAL = 16

Cell = str | int | date | None


@dataclass(frozen=True, slots=True)
class SheetPage:
    """One page of a workbook: lines above the table, its head, its rows; ``widths`` of the columns in characters."""

    name: str
    head: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    widths: Sequence[int] = ()
    above: Sequence[str] = field(default_factory=tuple)


def text_of(value: str) -> str:
    """The text as it may stand in a cell.

    >>> text_of("=1+1"), text_of("-3"), text_of("党员甲")
    ("'=1+1", "'-3", '党员甲')
    """
    return (f"'{value}" if value.startswith(_FORMULA) else value)[:CELL_MOST]


def workbook(*pages: SheetPage) -> bytes:
    """The pages as an xlsx file. Numbers and days are numbers and days; moments are those of Shanghai."""
    file = io.BytesIO()
    as_it_is = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
    options = {"in_memory": True, "remove_timezone": True, **as_it_is}
    with xlsxwriter.Workbook(file, options) as book:
        formats = {
            "bold": book.add_format({"bold": True, "bg_color": "#f0ece3"}),
            "text": book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"}),
            "day": book.add_format({"num_format": "yyyy-mm-dd", "valign": "top", "align": "left"}),
            "moment": book.add_format({"num_format": "yyyy-mm-dd hh:mm", "valign": "top", "align": "left"}),
            "number": book.add_format({"valign": "top"}),
        }
        for page in pages:
            _write(book.add_worksheet(page.name[:NAME_MOST]), page, formats)
    return file.getvalue()


def csv_text(page: SheetPage) -> bytes:
    """The page's head and rows as csv in UTF-8, with the mark by which Excel and WPS know it; formulas stay text here, too."""
    file = io.StringIO(newline="")
    lines = csv.writer(file)
    lines.writerow([text_of(title) for title in page.head])
    lines.writerows([_said(cell) for cell in row] for row in page.rows)
    return file.getvalue().encode("utf-8-sig")


def _said(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case datetime():
            return f"{cell.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
        case date():
            return cell.isoformat()
        case int():
            return str(cell)
        case _:
            return text_of(cell)


def _write(sheet: "xlsxwriter.worksheet.Worksheet", page: SheetPage, formats: dict[str, "xlsxwriter.format.Format"]) -> None:
    for line, words in enumerate(page.above):
        sheet.write_string(line, 0, text_of(words))
    top = len(page.above) + (1 if page.above else 0)
    for at, title in enumerate(page.head):
        sheet.write_string(top, at, text_of(title), formats["bold"])
        sheet.set_column(at, at, page.widths[at] if at < len(page.widths) else _WIDTH_USUAL)
    for line, row in enumerate(page.rows, start=top + 1):
        for at, cell in enumerate(row):
            match cell:
                case None:
                    continue
                case datetime():
                    sheet.write_datetime(line, at, cell.astimezone(SHANGHAI), formats["moment"])
                case date():
                    sheet.write_datetime(line, at, datetime(cell.year, cell.month, cell.day), formats["day"])  # noqa: DTZ001  a day
                case int():
                    sheet.write_number(line, at, cell, formats["number"])
                case _:
                    sheet.write_string(line, at, text_of(cell), formats["text"])
    sheet.freeze_panes(top + 1, 0)
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(top)
