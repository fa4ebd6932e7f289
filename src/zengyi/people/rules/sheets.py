# Chinese in this file is data: words and titles of the spreadsheets.
"""Spreadsheets of members and residents: which columns there are and what their cells mean. Pure: no file, no database."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from zengyi.core.errors import Invalid
from zengyi.people.rules.words import Duty, MemberStatus, OrganisationKind, normal_door, normal_name, normal_phone

ROWS_MOST = 20_000
COLUMNS_MOST = 60
CELL_MOST = 200
#: The header is looked for in this many rows: a title may stand above it.
HEADER_WITHIN = 10

Table = Sequence[Sequence[str]]


class Sheet(StrEnum):
    """The sheets that can be read."""

    MEMBERS = "members"
    RESIDENTS = "residents"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its key, the titles it goes by (the first is the template's), the longest text, and what to fill in."""

    key: str
    titles: tuple[str, ...]
    most: int
    hint: object
    required: bool = False

    @property
    def title(self) -> str:
        """The title in the template."""
        return self.titles[0]


NAME = Column("name", ("姓名", "名字"), 40, _("必填"), required=True)
_PHONE = Column("phone", ("手机", "手机号", "手机号码", "电话", "联系电话", "联系方式"), 20, _("11 位手机号，或带区号的座机"))
_HOME = (
    Column("estate", ("小区", "小区名称"), 60, _("几个小区有同样幢号时必填")),
    Column("building", ("幢号", "幢", "楼幢", "楼栋", "楼号"), 60, _("名单里有的楼幢，例如 226")),
    Column("door", ("门牌", "门牌号", "室号", "房号"), 20, _("例如 301；填了门牌要填幢号")),
)

COLUMNS: dict[Sheet, tuple[Column, ...]] = {
    Sheet.MEMBERS: (
        Column("branch", ("支部", "党支部", "所在支部"), 60, _("必填；名单里没有的会新建"), required=True),
        Column("number", ("党员编号", "编号"), 20, _("必填；再次导入时凭它认人"), required=True),
        NAME,
        _PHONE,
        Column("status", ("身份", "党员身份", "类别"), 20, _("在册、在职报到、新业态；空着按在册")),
        Column("duty", ("岗位", "四大岗"), 20, _("议事岗、治理岗、奉献岗、监督岗；可以空着")),
        Column("unit", ("工作单位", "单位"), 80, _("单位全称或简称")),
        Column("unit_kind", ("单位类别", "单位性质"), 20, _("单位还不在名单里时必填：机关单位、两新组织、物业公司……")),
        *_HOME,
        Column("registered", ("报到", "是否报到", "已报到"), 4, _("是、否；空着不改")),
    ),
    Sheet.RESIDENTS: (NAME, _PHONE, *_HOME),
}


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong in one cell. ``line`` is the row's number as the spreadsheet shows it; ``column`` may be empty."""

    line: int
    column: str
    sentence: object


@dataclass(frozen=True, slots=True)
class Listed:
    """A member as the community's lists have them, for sheets to be compared with."""

    member_id: int
    number: str
    name: str
    branch_id: int
    branch: str


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One person in a sheet. An empty field was not filled in and changes nothing."""

    line: int
    name: str
    phone: str = ""
    home_id: int | None = None
    door: str = ""
    number: str = ""
    branch: str = ""
    status: str = ""
    duty: str = ""
    unit: str = ""
    unit_kind: str = ""
    registered: bool = False


@dataclass(slots=True)
class Parsed:
    """A sheet as read: its good rows and what is wrong with the others."""

    rows: list[SheetRow] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)


#: Buildings by (estate, building) as :func:`normal_estate` and :func:`normal_building` write them; ("", building) where it is unique.
Homes = Mapping[tuple[str, str], int]


def normal_building(text: str) -> str:
    """A building's number without the word for building.

    >>> normal_building("２２６ 幢"), normal_building("5号楼"), normal_building("甲")
    ('226', '5', '甲')
    """
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    for ending in ("号楼", "幢", "栋", "座", "楼", "#", "号"):
        if plain.endswith(ending) and plain != ending:
            return plain.removesuffix(ending)
    return plain


def normal_estate(text: str) -> str:
    """An estate's name without spaces."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def parse(sheet: Sheet, table: Table, homes: Homes) -> Parsed:
    """The rows of a table of texts. Raises :class:`Invalid` when there is no header or too much of it."""
    parsed = Parsed()
    for line, given, errors in rows_of(COLUMNS[sheet], table):
        row = _row(line, given, homes, errors)
        if errors:
            parsed.errors.extend(errors)
        else:
            names = couple(row.name) if sheet == Sheet.RESIDENTS else ()
            parsed.rows.extend([replace(row, name=name) for name in names] or [row])
    _find_twins(sheet, parsed)
    parsed.errors.sort(key=lambda e: e.line)
    return parsed


def couple(name: str) -> tuple[str, ...]:
    """The two or more people whom one cell names, who then share door and phone; nothing when it is one name.

    >>> couple("孙强国、李秀英"), couple("孙强国/李秀英"), couple("孙强国")
    (('孙强国', '李秀英'), ('孙强国', '李秀英'), ())
    """
    parts = [part for part in re.split(r"[、/,，&]", name) if part.strip()]
    fits = len(parts) > 1 and all(_HAN_NAME.fullmatch(part.strip()) for part in parts)
    return tuple(part.strip() for part in parts) if fits else ()


_HAN_NAME = re.compile(r"[\u3400-\u9fff·]{2,6}")


def rows_of(columns: Sequence[Column], table: Table, key: Column = NAME) -> Iterator[tuple[int, dict[str, str], list[RowError]]]:
    """The rows below the header that hold anything: each one's number, its cells by their columns' keys, and what is wrong with them.

    The column ``key``, by default that of people's names, tells which row is the header. Raises :class:`Invalid` when there is none,
    nothing below it, or too much.
    """
    start, found = _header(columns, table, key)
    body = [(number, cells) for number, cells in enumerate(table[start:], start=start + 1) if any(c.strip() for c in cells)]
    if not body:
        raise Invalid(_("表里只有表头，没有人。") if key is NAME else _("表里只有表头，下面没有内容。"))
    if len(body) > ROWS_MOST:
        raise Invalid(_("一次最多 %(most)d 行，请分成几张表。") % {"most": ROWS_MOST})
    for line, cells in body:
        errors: list[RowError] = []
        yield line, {c.key: _cell(line, c, cells, at, errors) for at, c in found.items()}, errors


def _header(wanted: Sequence[Column], table: Table, key: Column) -> tuple[int, dict[int, Column]]:
    by_title = {title: column for column in wanted for title in column.titles}
    for number, cells in enumerate(table[:HEADER_WITHIN], start=1):
        columns: dict[int, Column] = {}
        for at, cell in enumerate(cells[:COLUMNS_MOST]):
            column = by_title.get("".join(unicodedata.normalize("NFKC", cell).split()).strip("*"))
            if column is not None and column in columns.values():
                raise Invalid(_("表头里“%(title)s”出现了两次。") % {"title": column.title})
            if column is not None:
                columns[at] = column
        if key in columns.values():
            missing = [c.title for c in wanted if c.required and c not in columns.values()]
            if missing:
                raise Invalid(_("表头少了：%(titles)s。请用下载的模板。") % {"titles": _("、").join(missing)})
            return number, columns
    raise Invalid(_("没有找到表头：前 10 行里要有一行写着“%(title)s”。请用下载的模板。") % {"title": key.title})


def _cell(line: int, column: Column, cells: Sequence[str], at: int, errors: list[RowError]) -> str:
    text = " ".join(cells[at].split()) if at < len(cells) else ""
    if not text.isprintable():
        errors.append(RowError(line, column.title, _("有看不见的字符，请删掉重打。")))
    elif len(text) > column.most:
        errors.append(RowError(line, column.title, _("太长，最多 %(most)d 个字。") % {"most": column.most}))
    elif text.startswith("="):
        errors.append(RowError(line, column.title, _("这一格是公式，或以 = 开头，请改成文字。")))
    elif text[:1] in ("+", "-", "@") and column.key != "phone":
        # Text that begins like this would become a formula in a spreadsheet that somebody exports later.
        errors.append(RowError(line, column.title, _("不能以 + - @ 开头。")))
    elif column.required and not text:
        errors.append(RowError(line, column.title, _("这一格要填。")))
    else:
        return text
    return ""


@dataclass(frozen=True, slots=True)
class Grouped:
    """What is wrong in the same way in several rows: which column, what stands there, and the rows' numbers as a spreadsheet shows them."""

    column: str
    value: str
    sentence: object
    lines: list[int]

    @property
    def rows(self) -> str:
        """The rows' numbers, the first of them where there are many."""
        shown = _("、").join(str(line) for line in self.lines[:_LINES_SHOWN])
        return shown if len(self.lines) <= _LINES_SHOWN else _("%(lines)s……共 %(n)d 行") % {"lines": shown, "n": len(self.lines)}


_LINES_SHOWN = 8


def grouped(columns: Sequence[Column], table: Table, errors: Iterable[RowError], key: Column = NAME) -> list[Grouped]:
    """The errors of a sheet that was read with :func:`rows_of`, those alike together, in the order of their first rows."""
    _start, found = _header(columns, table, key)
    at_title = {column.title: at for at, column in found.items()}
    groups: dict[tuple[str, str, str], Grouped] = {}
    for error in errors:
        cells, at = table[error.line - 1], at_title.get(error.column)
        value = " ".join(cells[at].split())[:_VALUE_MOST] if at is not None and at < len(cells) else ""
        group = groups.setdefault((error.column, value, str(error.sentence)), Grouped(error.column, value, error.sentence, []))
        group.lines.append(error.line)
    return list(groups.values())


_VALUE_MOST = 40
#: The title of the column that is added to a sheet that comes back.
REMARKS = "备注（请改）"


def remarked(columns: Sequence[Column], table: Table, errors: Iterable[RowError], key: Column = NAME) -> list[list[str]]:
    """The same sheet with a column before the others that says in each row what to change. Sent again, the column is passed over."""
    start, _found = _header(columns, table, key)
    told: dict[int, list[str]] = {}
    for error in errors:
        told.setdefault(error.line, []).append(f"{error.column}：{error.sentence}" if error.column else str(error.sentence))
    lines = []
    for number, cells in enumerate(table, start=1):
        first = REMARKS if number == start else "；".join(told.get(number, []))
        rest = list(cells[1:]) if cells and _is_remarks(table, start) else list(cells)
        lines.append([first, *rest])
    return lines


def _is_remarks(table: Table, start: int) -> bool:
    return "".join(table[start - 1][0].split()) == REMARKS if table[start - 1] else False


def _row(line: int, cells: Mapping[str, str], homes: Homes, errors: list[RowError]) -> SheetRow:
    phone = normal_phone(cells.get("phone", ""))
    if cells.get("phone") and not phone:
        errors.append(RowError(line, _PHONE.title, _("不像电话号码：手机是 11 位数字。")))
    return SheetRow(
        line=line,
        name=normal_name(cells.get("name", "")),
        phone=phone,
        home_id=_home(line, cells, homes, errors),
        door=normal_door(cells.get("door", "")),
        number=unicodedata.normalize("NFKC", cells.get("number", "")),
        branch=normal_name(cells.get("branch", "")),
        status=_word(line, "身份", cells.get("status", ""), _STATUSES, errors),
        duty=_word(line, "岗位", cells.get("duty", ""), _DUTIES, errors),
        unit=normal_name(cells.get("unit", "")),
        unit_kind=_word(line, "单位类别", cells.get("unit_kind", ""), _KINDS, errors),
        registered=_word(line, "报到", cells.get("registered", ""), _YES_NO, errors) == "yes",
    )


_STATUSES = {
    "在册": MemberStatus.ENROLLED,
    "在职报到": MemberStatus.IN_SERVICE,
    "在职": MemberStatus.IN_SERVICE,
    "新业态": MemberStatus.NEW_FORM,
}
_DUTIES = {"议事岗": Duty.DELIBERATION, "治理岗": Duty.GOVERNANCE, "奉献岗": Duty.GIVING, "监督岗": Duty.MONITORING, "无": ""}
_KINDS = {
    "机关单位": OrganisationKind.OFFICE,
    "机关": OrganisationKind.OFFICE,
    "两新组织": OrganisationKind.TWO_NEW,
    "业委会": OrganisationKind.OWNERS,
    "物业公司": OrganisationKind.PROPERTY,
    "物业": OrganisationKind.PROPERTY,
    "施工单位": OrganisationKind.CONTRACTOR,
    "公共服务单位": OrganisationKind.PUBLIC,
}
_YES_NO = {"是": "yes", "已报到": "yes", "否": "no", "未报到": "no"}


def _word(line: int, title: str, text: str, words: Mapping[str, str], errors: list[RowError]) -> str:
    if not text:
        return ""
    if text not in words:
        errors.append(RowError(line, title, _("只能填：%(words)s。") % {"words": _("、").join(words)}))
        return ""
    return str(words[text])


def _home(line: int, cells: Mapping[str, str], homes: Homes, errors: list[RowError]) -> int | None:
    building, estate = normal_building(cells.get("building", "")), normal_estate(cells.get("estate", ""))
    if not building:
        return None
    found = homes.get((estate, building))
    if found is None:
        somewhere = any(b == building for _estate, b in homes)
        if somewhere and not estate:
            sentence: object = _("不止一个小区有这一幢，请填小区。")
        elif somewhere:
            sentence = _("这个小区没有这一幢。")
        else:
            sentence = _("名单里没有这一幢，请看看有没有写错。")
        errors.append(RowError(line, "幢号", sentence))
    return found


def _find_twins(sheet: Sheet, parsed: Parsed) -> None:
    """Rows that would be the same person: the same number; the same phone and name; or, without a phone, the same name behind a door."""
    seen: dict[tuple[object, ...], int] = {}
    good = []
    for row in parsed.rows:
        marks: list[tuple[str, tuple[object, ...]]] = []
        if row.number:
            marks.append(("党员编号", ("number", row.number)))
        if row.phone:
            marks.append(("手机", ("phone", row.phone, row.name)))
        elif sheet == Sheet.RESIDENTS:
            marks.append(("姓名", ("home", row.name, row.home_id, row.door)))
        twin = next(((title, seen[mark]) for title, mark in marks if mark in seen), None)
        if twin is not None:
            sentence = _("和第 %(line)d 行一样，同一个人只写一行。") % {"line": twin[1]}
            parsed.errors.append(RowError(row.line, twin[0], sentence))
            continue
        seen.update((mark, row.line) for _title, mark in marks)
        good.append(row)
    parsed.rows = good
