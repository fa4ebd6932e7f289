# Chinese in this file is data: titles and words of the sheets of owners and of votes.
"""The sheet of owners, and the same with what each ballot says: which columns there are and what they mean. Pure: no file, no database."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Context, Decimal

from django.utils.translation import gettext as _

from zengyi.core.errors import Invalid
from zengyi.councils.rules.owners import DEVELOPER, OWNER, Flat, Opinion
from zengyi.people.rules.sheets import HEADER_WITHIN, ROWS_MOST, RowError, Table

NAME_MOST, UNIT_MOST = 60, 40
#: A flat of more than 1,000,000 m² is a mistake in typing.
AREA_MOST = 100_000_000

OWNER_TITLE, UNIT_TITLE, AREA_TITLE, KIND_TITLE, OPINION_TITLE = "业主", "单元", "面积", "类型", "意见"
#: What each column is called, first the title in the template, then what offices call it otherwise.
TITLES = {
    OWNER_TITLE: ("业主", "业主姓名", "产权人"),
    UNIT_TITLE: ("单元", "房号", "房屋", "室号"),
    AREA_TITLE: ("面积", "建筑面积", "专有面积", "专有部分面积"),
    KIND_TITLE: ("类型",),
    OPINION_TITLE: ("意见",),
}
OWNERS_COLUMNS = (OWNER_TITLE, UNIT_TITLE, AREA_TITLE, KIND_TITLE)
VOTES_COLUMNS = (*OWNERS_COLUMNS, OPINION_TITLE)

#: What stands in the column of opinions. An empty cell is a ballot that was delivered and did not come back.
WORDS = {
    "同意": Opinion.FOR,
    "不同意": Opinion.AGAINST,
    "弃权": Opinion.ABSTAIN,
    "空": Opinion.SILENT,
    "": Opinion.SILENT,
    "未送达": Opinion.UNDELIVERED,
}
KINDS = (OWNER, DEVELOPER)

_AREA = re.compile(r"(\d{1,15}|\d{1,3}(,\d{3}){1,4})(\.\d{1,20})?")
_UNIT_OF_AREA = ("平方米", "平米", "m2", "㎡")
#: A spreadsheet calculates with fifteen digits; what stands behind them is noise (80.10000000000001).
_DIGITS = Context(prec=15)

SHOWN_ERRORS_MOST = 5


@dataclass(slots=True)
class Sheet:
    """A sheet as read: its good rows, and what is wrong with the others."""

    rows: list[tuple[Flat, Opinion]] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)

    def sure(self) -> list[tuple[Flat, Opinion]]:
        """The rows, when nothing is wrong with any. Raises :class:`Invalid` that names the first wrong cells: nothing is guessed."""
        if not self.errors:
            return self.rows
        said = [f"{_('第 %(line)d 行') % {'line': one.line}}·{one.column}：{one.sentence}" for one in self.errors[:SHOWN_ERRORS_MOST]]
        more = len(self.errors) - len(said)
        if more:
            said.append(_("另外还有 %(n)d 处。") % {"n": more})
        raise Invalid.on("file", " ".join(said))


def owners_sheet(table: Table) -> Sheet:
    """The owners' sheet: 业主, 单元, 面积, 类型. Opinions in it are not looked at. Raises :class:`Invalid` as :func:`votes_sheet` does."""
    return _read(table, OWNERS_COLUMNS)


def votes_sheet(table: Table) -> Sheet:
    """The sheet of votes: 业主, 单元, 面积, 类型, 意见.

    Raises :class:`Invalid` when there is no header, when a column is missing or stands there twice, when there is nobody below it, or
    more than a sheet may hold.
    """
    return _read(table, VOTES_COLUMNS)


def _read(table: Table, titles: Sequence[str]) -> Sheet:
    start, places = _header(table, titles)
    sheet = Sheet()
    seen: dict[tuple[str, str], int] | None = {} if titles == OWNERS_COLUMNS else None
    for line, cells in enumerate(table[start:], start=start + 1):
        if not any(cell.strip() for cell in cells):
            continue
        given = {title: plain(cells[at]) if at < len(cells) else "" for title, at in places.items()}
        _row(line, given, sheet, seen)
    if not sheet.rows and not sheet.errors:
        raise Invalid.on("file", _("表里只有表头，没有业主。"))
    if len(sheet.rows) + len(sheet.errors) > ROWS_MOST:
        raise Invalid.on("file", _("一次最多 %(most)d 行，请分成几张表。") % {"most": ROWS_MOST})
    return sheet


def plain(text: str) -> str:
    """A cell's text as it is compared and kept: full-width letters and digits as ordinary ones, spaces tidied."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def _header(table: Table, titles: Sequence[str]) -> tuple[int, dict[str, int]]:
    known = {name: title for title in titles for name in TITLES[title]}
    for line, cells in enumerate(table[:HEADER_WITHIN], start=1):
        places: dict[str, int] = {}
        for at, cell in enumerate(cells):
            title = known.get("".join(plain(cell).split()).strip("*"))
            if title in places:
                raise Invalid.on("file", _("表头里“%(title)s”出现了两次。") % {"title": title})
            if title is not None:
                places[title] = at
        if OWNER_TITLE in places:
            if missing := [title for title in titles if title not in places]:
                raise Invalid.on("file", _("表头少了：%(titles)s。") % {"titles": _("、").join(missing)})
            return line, places
    needed = _("、").join(titles)
    raise Invalid.on("file", _("没有找到表头：前 10 行里要有一行写着 %(titles)s。") % {"titles": needed})


def _row(line: int, given: dict[str, str], sheet: Sheet, seen: dict[tuple[str, str], int] | None) -> None:
    """Take one row. ``seen``: whose flat stood in which line already, where a flat may stand only once and needs its number."""
    before = len(sheet.errors)

    def wrong(title: str, sentence: object) -> None:
        sheet.errors.append(RowError(line, title, sentence))

    name, unit, kind = given[OWNER_TITLE], given[UNIT_TITLE], given[KIND_TITLE]
    for title, text, most in ((OWNER_TITLE, name, NAME_MOST), (UNIT_TITLE, unit, UNIT_MOST)):
        if sentence := _text_error(text, most, needed=title == OWNER_TITLE or seen is not None):
            wrong(title, sentence)
    if seen is not None and (twin := seen.setdefault((name, unit), line)) != line:
        wrong(UNIT_TITLE, _("和第 %(line)d 行是同一套，一套只写一行。") % {"line": twin})
    area = 0
    try:
        area = area_of(given[AREA_TITLE])
    except Invalid as refusal:
        wrong(AREA_TITLE, refusal.sentence)
    if kind not in KINDS:
        wrong(KIND_TITLE, _only(KINDS))
    opinion = WORDS.get(given.get(OPINION_TITLE, ""))
    if opinion is None:
        wrong(OPINION_TITLE, _only([word for word in WORDS if word]))
    elif len(sheet.errors) == before:
        sheet.rows.append((Flat(name, unit, area, kind == DEVELOPER), opinion))


def _text_error(text: str, most: int, *, needed: bool) -> str:
    """What is wrong with a name or a flat's number; nothing when it can be taken."""
    if not text:
        return _("这一格要填。") if needed else ""
    if len(text) > most:
        return _("太长，最多 %(most)d 个字。") % {"most": most}
    return "" if text.isprintable() else _("有看不见的字符，请删掉重打。")


def _only(words: Sequence[str]) -> str:
    return _("只能填：%(words)s。") % {"words": _("、").join(words)}


def area_of(text: str) -> int:
    """An area as people write it, in hundredths of a square metre. Raises :class:`Invalid` for what is none.

    >>> area_of("80"), area_of("1,066.5"), area_of("80.10000000000001"), area_of("89.55㎡")
    (8000, 106650, 8010, 8955)
    """
    text = plain(text)
    for ending in _UNIT_OF_AREA:
        text = text.removesuffix(plain(ending)).rstrip()
    if not _AREA.fullmatch(text):
        raise Invalid.on("area", _("不像面积：写平方米数，例如 89.55。"))
    hundredths = _DIGITS.create_decimal(text.replace(",", "")) * 100
    if hundredths != hundredths.to_integral_value():
        raise Invalid.on("area", _("最多两位小数。"))
    if not 0 < hundredths <= Decimal(AREA_MOST):
        raise Invalid.on("area", _("面积要大于 0，不超过 1000000。"))
    return int(hundredths)
