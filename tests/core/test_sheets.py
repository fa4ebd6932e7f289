"""Spreadsheets that are handed out: no text in them ever becomes a formula, and what is a number or a day is one."""

import io
import zipfile
from datetime import UTC, date, datetime

import pytest
from python_calamine import CalamineWorkbook

from zengyi.core.sheets import CELL_MOST, SheetPage, text_of, workbook


def rows(raw: bytes, page: int = 0) -> list[list[object]]:
    """The cells as a spreadsheet program sees them."""
    return [list(row) for row in CalamineWorkbook.from_filelike(io.BytesIO(raw)).get_sheet_by_index(page).to_python()]


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_a_text_stays_text(begins: str) -> None:
    evil = f'{begins}HYPERLINK("http://example.invalid","x")'
    raw = workbook(SheetPage("一", [evil], [[evil]], above=[evil]))
    with zipfile.ZipFile(io.BytesIO(raw)) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")
        assert not any("hyperlink" in name.lower() for name in parts.namelist())
    told = [str(cell) for row in rows(raw) for cell in row if cell]
    assert len(told) == 3 and all(cell.startswith("'") for cell in told)


def test_numbers_days_and_moments() -> None:
    at = datetime(2026, 11, 23, 2, 5, tzinfo=UTC)
    raw = workbook(
        SheetPage("一", ["分", "哪天", "何时", "空"], [[-3, date(2026, 11, 20), at, None], ["", "13900001206", "0301", "https://x"]])
    )
    first, second = rows(raw)[1:]
    assert first[:3] == [-3, date(2026, 11, 20), datetime(2026, 11, 23, 10, 5)]
    assert second == ["", "13900001206", "0301", "https://x"]


def test_several_pages_and_what_is_too_long() -> None:
    raw = workbook(SheetPage("长" * 40, ["x"], [["y" * (CELL_MOST + 5)]], above=["第一行"]), SheetPage("二", ["x"], []))
    assert rows(raw)[0] == ["第一行"] and rows(raw)[2] == ["x"]
    assert len(str(rows(raw)[3][0])) == CELL_MOST == len(text_of("=" * (CELL_MOST + 9)))
    assert rows(raw, 1) == [["x"]]
