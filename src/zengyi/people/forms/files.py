# Chinese in this file is data: a comma that people type.
"""From an uploaded file to a table of texts. Whatever is in the file, the answer is a table or a sentence."""

import csv
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Protocol

from django.utils.translation import gettext_lazy as _

from zengyi.core.errors import Invalid
from zengyi.people.rules.sheets import CELL_MOST, COLUMNS_MOST, ROWS_MOST

BYTES_MOST = 8 * 1024 * 1024
UNPACKED_MOST = 64 * 1024 * 1024
PARTS_MOST = 500
SECONDS_MOST = 30
_READER = Path(__file__).with_name("xlsx_reader.py")
_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"

UNREADABLE = _("这张表打不开。请用 Excel 或 WPS 另存为 xlsx，或者 csv。")


class Readable(Protocol):
    """An uploaded file."""

    def read(self, size: int = -1, /) -> bytes: ...


def read_table(source: Readable | bytes, *, formulas: bool = False) -> list[list[str]]:
    """The first sheet of an xlsx file, of an xls or et file, or a csv file in UTF-8 or GB 18030, as texts; row 1 first.

    Raises :class:`Invalid` with the field ``file``. Formulas count with the value they had when the file was saved; with ``formulas``
    they are told, as text that begins with ``=``, to those who take none.
    """
    data = source if isinstance(source, bytes) else source.read(BYTES_MOST + 1)
    if len(data) > BYTES_MOST:
        raise _refusal(_("文件太大，最多 8 MB。"))
    if not data.strip():
        raise _refusal(_("文件是空的。"))
    if data.startswith(_OLD_EXCEL):
        if formulas:  # which of an old workbook's cells hold one the reader does not tell
            raise _refusal(_("这是旧格式（xls）或加了密码的表。请去掉密码，另存为 xlsx。"))
        rows = _old(data)
    else:
        rows = _xlsx(data, formulas=formulas) if data.startswith(_ZIP) else _csv(data)
    while rows and not any(cell.strip() for cell in rows[-1]):
        rows.pop()
    # A title and a header may stand above the people.
    if len(rows) > ROWS_MOST + 20:
        raise _refusal(_("一次最多 %(most)d 行，请分成几张表。") % {"most": ROWS_MOST})
    return rows


def _xlsx(data: bytes, *, formulas: bool) -> list[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            sizes = [part.file_size for part in parts.infolist()]
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise _refusal(UNREADABLE) from error
    if len(sizes) > PARTS_MOST or sum(sizes) > UNPACKED_MOST:
        raise _refusal(_("这张表展开后太大。请只留要导入的那一页，另存后再传。"))
    return _read(data, *(["--formulas"] if formulas else []), otherwise=UNREADABLE)


def _old(data: bytes) -> list[list[str]]:
    """A workbook of Excel 97 to 2003, which WPS writes as .et, too. One with a password looks the same from outside, and can't be read."""
    return _read(data, otherwise=_("这张表打不开：可能加了密码。请去掉密码，在 WPS 或 Excel 里另存为 xlsx。"))


def _read(data: bytes, *options: str, otherwise: object) -> list[list[str]]:
    try:
        reader = [sys.executable, "-I", str(_READER), *options]
        done = subprocess.run(reader, input=data, capture_output=True, timeout=SECONDS_MOST, check=False)
    except subprocess.TimeoutExpired as error:
        raise _refusal(otherwise) from error
    if done.returncode != 0:
        raise _refusal(otherwise)
    rows: list[list[str]] = json.loads(done.stdout)
    return rows


def _csv(data: bytes) -> list[list[str]]:
    text = _decoded(data)
    first = text.split("\n", 1)[0]
    delimiter = max((",", "\t", ";", "，"), key=first.count)
    try:
        rows = []
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            rows.append([cell[: CELL_MOST * 5] for cell in row[:COLUMNS_MOST]])
            if len(rows) > ROWS_MOST + 500:
                break
    except csv.Error as error:
        raise _refusal(UNREADABLE) from error
    return rows


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise _refusal(_("这个文件不是 xlsx，也不是 csv。"))


def _refusal(sentence: object) -> Invalid:
    return Invalid.on("file", sentence)
