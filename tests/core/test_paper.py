"""Sheets: what stands on them, what hostile text does to them, and a machine without a font."""

from datetime import UTC, datetime
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from zengyi.core import paper
from zengyi.core.errors import Unavailable

AT = datetime(2026, 10, 8, 8, tzinfo=UTC)
SHEET = """#import "/core/paper/sheet.typ": *
#show: a4.with(title: data.title)
#masthead(left: "公示栏", title: data.title, below: data.below)
#lead(data.text)
#sums(("党性增值", "+8", "", red), ("居民困难", "−8", "", teal))
#list-table((1fr, auto), ("谁", "分"), ..data.rows.flatten())
#qr(data.qr)
#digits(data.digits)
"""
HOSTILE = [*"""#panic() $x$ *a* _b_ `c` =标题 <script> \\u{41} ");#read("/etc/passwd" \u202e反 零\u200b宽 😀 @q""".split(), "长" * 400]


@pytest.fixture
def sheet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A sheet of a package that exists only here."""
    folder = tmp_path / "some" / "paper"
    folder.mkdir(parents=True)
    (folder / "sheet.typ").write_text(SHEET)
    (tmp_path / "core").symlink_to(paper.ROOT / "core")
    monkeypatch.setattr(paper, "ROOT", tmp_path)
    return "some/sheet"


def filled(text: str = "正文") -> dict[str, object]:
    return {
        "title": "党性增值银行季度公示",
        "below": "虹西社区",
        "text": text,
        "rows": [["党员甲", "8"], [text, "3"]],
        "qr": paper.qr("http://127.0.0.1:8000/q/虹西/2026Q3"),
        "digits": [f"{n:05}" for n in range(12)],
    }


def text_of(made: bytes) -> str:
    return "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(made))


def test_a_sheet_says_what_it_was_given(sheet: str) -> None:
    said = text_of(paper.pdf(sheet, filled(), at=AT))
    assert "党性增值银行季度公示" in said
    assert "党员甲" in said
    assert "00011" in said
    assert "第 1 页" in said


def test_the_same_data_make_the_same_bytes(sheet: str) -> None:
    assert paper.pdf(sheet, filled(), at=AT) == paper.pdf(sheet, filled(), at=AT)


@pytest.mark.parametrize("text", HOSTILE)
def test_what_people_type_stays_text(sheet: str, text: str) -> None:
    said = text_of(paper.pdf(sheet, filled(text), at=AT))
    if text.isascii():
        assert text.replace(" ", "") in said.replace(" ", "").replace("\r\n", "")


def test_a_scanner_reads_the_code_in_the_picture(sheet: str, tmp_path: Path) -> None:
    (tmp_path / "page.png").write_bytes(paper.picture(sheet, filled(), scale=2))
    with Image.open(tmp_path / "page.png") as image:
        assert image.size == (1191, 1684)
        (code,) = zxingcpp.read_barcodes(image)
    assert code.text == "http://127.0.0.1:8000/q/虹西/2026Q3"


def test_without_a_chinese_font_it_says_what_to_install(sheet: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper, "_families", lambda: ("", ""))
    assert "fonts-noto-cjk" in paper.missing()
    with pytest.raises(Unavailable, match="fonts-noto-cjk"):
        paper.pdf(sheet, filled(), at=AT)
