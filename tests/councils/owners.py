"""Owners to count with: the estate of the vectors, and sheets in both formats."""

import csv
import io
from collections.abc import Iterable
from pathlib import Path

import xlsxwriter

HEAD = ("业主", "单元", "面积", "类型", "意见")
Row = tuple[str, str, str, str, str]


def rows_of(votes: Iterable[tuple[str, int, str, str]], *, area: str = "80.00") -> list[Row]:
    """Rows of the sheet: each owner with that many flats, their kind and what every one of their ballots says."""
    rows: list[Row] = []
    for name, flats, kind, said in votes:
        rows += [(name, f"{len(rows) + n + 1}", area, kind, said) for n in range(flats)]
    return rows


def estate(ordinary: list[str], *, a: str, b: str, developer: str) -> list[Row]:
    """83 owners of a flat, A with three, B with two, the developer with twelve: 8,000.00 m², 100 flats, 86 heads."""
    said = [*ordinary, *["空"] * (83 - len(ordinary))]
    owners = [(f"业主{n:02d}", 1, "业主", word) for n, word in enumerate(said)]
    return rows_of([*owners, ("甲", 3, "业主", a), ("乙", 2, "业主", b), ("开发商", 12, "建设单位", developer)])


def alike(**counts: int) -> list[Row]:
    """That many owners of one equal flat for each word."""
    return rows_of([(f"{word}{n}", 1, "业主", word) for word, most in counts.items() for n in range(most)])


def csv_sheet(path: Path, rows: Iterable[Iterable[str]], *, head: Iterable[str] = HEAD, encoding: str = "utf-8-sig") -> Path:
    """The rows as a csv file."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def xlsx_sheet(path: Path, rows: Iterable[Row], *, head: Iterable[str] = HEAD) -> Path:
    """The rows as an xlsx file with a title above them, the areas as numbers."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["3 幢电梯补偿链 计票"])
        sheet.write_row(2, 0, list(head))
        for line, (name, unit, area, *more) in enumerate(rows, start=3):
            sheet.write_row(line, 0, [name, unit, float(area), *more])
    return path
