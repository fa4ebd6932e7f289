"""Paper and pictures: a sheet is a Typst file in its package's folder ``paper/``, filled with data (docs/decisions/0012).

``pdf("bank/statement", data)`` reads ``zengyi/bank/paper/statement.typ``, which begins with ``#import "/core/paper/sheet.typ": *`` and
finds its data in ``data``. Data are plain values; text stays text, whatever somebody typed: it is never read as mark-up.

The engine needs a Chinese font on the machine. Without one, :func:`missing` says what to install, and pages offer the browser's
own printing instead.
"""

import io
import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import segno
import typst
from django.utils.translation import gettext_lazy as _
from PIL import Image

from zengyi.core.errors import Unavailable

ROOT = Path(__file__).parents[2]
#: Families with all the characters of GB 18030, the best first: as they are called by Debian, by their makers, on Windows and on macOS.
SERIF = ("Noto Serif CJK SC", "Source Han Serif SC", "Songti SC", "SimSun", "FangSong")
SANS = ("Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", "WenQuanYi Zen Hei", "WenQuanYi Micro Hei")
NO_FONT = _("这台机器没有中文字体，做不成文件。请管理员装上 fonts-noto-cjk；现在可以用浏览器打印这一页。")
POINTS_AN_INCH = 72


def missing() -> str:
    """What keeps this machine from making paper, as a sentence; empty when nothing does."""
    return "" if any(_families()) else str(NO_FONT)


def pdf(sheet: str, data: Mapping[str, object], *, at: datetime) -> bytes:
    """The sheet as PDF, tagged for screen readers. The same data at the same moment make the same bytes.

    Raises :class:`~zengyi.core.errors.Unavailable` on a machine without a Chinese font.
    """
    return _made(sheet, data, "pdf", at=at)[0]


def picture(sheet: str, data: Mapping[str, object], *, scale: float = 1, colours: int = 0) -> bytes:
    """The sheet's first page as PNG: ``scale`` pixels for each point of its size. Raises as :func:`pdf` does.

    ``colours``: at most so many, 256 or fewer. A long text takes a third of the bytes then and looks the same.
    """
    made = _made(sheet, data, "png", scale=scale)[0]
    if not colours:
        return made
    few = io.BytesIO()
    with Image.open(io.BytesIO(made)) as full:
        full.convert("RGB").quantize(colours, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(few, "PNG")
    return few.getvalue()


def source(sheet: str, data: Mapping[str, object]) -> bytes:
    """All that a sheet is made from, as bytes that are always the same: its text, the parts it shares with others, its data, the engine."""
    package, _slash, name = sheet.partition("/")
    texts = (ROOT / package / "paper" / f"{name}.typ", ROOT / "core" / "paper" / "sheet.typ")
    told = json.dumps([sheet, version("typst"), _families(), data], ensure_ascii=False, sort_keys=True)
    return b"\0".join([*(path.read_bytes() for path in texts), told.encode()])


def qr(text: str) -> str:
    """A QR code as SVG, for a sheet's ``image``: level M, so that a fold or a stain does no harm, with the margin scanners want."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", border=4, scale=1, xmldecl=False, omitsize=True)
    return out.getvalue().decode()


def told(sheet: str, data: Mapping[str, object], label: str) -> Any:  # noqa: ANN401 - JSON, as from json.loads
    """What the sheet tells of itself by ``metadata`` under a label, such as the type in which it fits. Raises as :func:`pdf` does."""
    return json.loads(_compiler(sheet, data).query(f"<{label}>", field="value", one=True))


def _made(sheet: str, data: Mapping[str, object], kind: str, *, at: datetime | None = None, scale: float = 1) -> list[bytes]:
    made = _compiler(sheet, data).compile(
        format="pdf" if kind == "pdf" else "png", ppi=POINTS_AN_INCH * scale, timestamp=int(at.timestamp()) if at else None
    )
    assert made is not None  # it would be if we had asked for a file
    return made if isinstance(made, list) else [made]


def _compiler(sheet: str, data: Mapping[str, object]) -> typst.Compiler:
    if reason := missing():
        raise Unavailable(reason)
    package, _slash, name = sheet.partition("/")
    serif, sans = _families()
    inputs = {"data": json.dumps(data, ensure_ascii=False), "serif": serif or sans, "sans": sans or serif}
    return typst.Compiler(ROOT / package / "paper" / f"{name}.typ", root=ROOT, font_paths=_fonts(), sys_inputs=inputs)


@cache
def _fonts() -> typst.Fonts:
    """The machine's fonts, looked for once."""
    return typst.Fonts()


@cache
def _families() -> tuple[str, str]:
    """The serif and the sans of this machine that know Chinese; empty where there is none."""
    there = set(_fonts().families())
    serif, sans = (next((name for name in names if name in there), "") for names in (SERIF, SANS))
    return serif, sans
