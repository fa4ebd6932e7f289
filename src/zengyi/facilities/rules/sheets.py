# Chinese in this file is data: words and titles of the spreadsheets.
"""The sheet of facilities: one line each, found again by its number. Pure: no file, no database."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zengyi.facilities.rules.kinds import Kind, clocks, kind_named, kinds
from zengyi.facilities.rules.words import CODE_MOST, DRAWN_MOST, NAME_MOST, SPOT_MOST, FacilityState
from zengyi.people.rules.sheets import Column, RowError, Table, normal_building, rows_of


def _when_last(code: str) -> object:
    """What to fill in for a service: which kind has it, and how often it comes round."""
    kind = next(kind.name for kind in kinds().values() if kind.clock(code))
    return format_lazy(gettext_lazy("{kind}才填，例如 2026-11-13；每 {days} 天一次"), kind=kind, days=clocks()[code].days)


CODE = Column("code", ("编号", "设施编号", "点位编号"), CODE_MOST, gettext_lazy("必填；再次导入时凭它认是哪一处"), required=True)
COLUMNS = (
    CODE,
    Column("name", ("名称", "设施名称", "点位名称"), NAME_MOST, gettext_lazy("必填；例如 摄像头 12"), required=True),
    Column("kind", ("类别", "设施类别", "类型"), 12, gettext_lazy("必填；例如 摄像头、电梯、消防器材"), required=True),
    Column("place", ("楼幢或地点", "地点", "楼幢", "幢号"), 60, gettext_lazy("名单里有的楼幢或地点，例如 3幢、南区大门")),
    Column("spot", ("具体位置", "位置"), SPOT_MOST, gettext_lazy("例如 2 单元门口；不写门牌")),
    Column("state", ("状态",), 10, gettext_lazy("能用、还没装、已拆除；空着按能用。坏没坏，查过才算")),
    Column("since", ("投用日期", "启用日期"), 20, gettext_lazy("例如 2017-06-01；空着按今天")),
    Column("up", ("接在哪", "上级编号"), CODE_MOST, gettext_lazy("它接在哪个电源、线路、交换机上，写那一处的编号")),
    Column("repairer", ("维修单位",), 80, gettext_lazy("名单里有的单位，全称或简称")),
    Column("model", ("型号",), 60, gettext_lazy("装在里面的机器")),
    Column("serial", ("序列号",), 60, gettext_lazy("机器上的号")),
    Column("warranty", ("保修到",), 20, gettext_lazy("例如 2027-05-31")),
    Column("x", ("图上横向", "横坐标"), 5, gettext_lazy("在小区示意图上从左数，例如 240；空着跟着楼幢")),
    Column("y", ("图上纵向", "纵坐标"), 5, gettext_lazy("从上数，例如 120；横向纵向要么都填，要么都空")),
    *(Column(f"last-{code}", (clock.column,), 20, _when_last(code)) for code, clock in clocks().items()),
)
#: Columns of services that come round, by their keys.
LASTS = {f"last-{code}": code for code in clocks()}
_TITLES = {column.key: column.title for column in COLUMNS}
_STATES = {"能用": FacilityState.IN_SERVICE, "还没装": FacilityState.PLANNED, "已拆除": FacilityState.RETIRED}
#: How the sheet calls a state.
WORDS = {state: word for word, state in _STATES.items()}
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:\s+0{1,2}:00(?::00)?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One facility in a sheet. What is empty was not filled in and changes nothing."""

    line: int
    code: str
    name: str
    kind: str
    place_id: int | None = None
    spot: str = ""
    state: str = ""
    since: date | None = None
    up: str = ""
    repairer_id: int | None = None
    model: str = ""
    serial: str = ""
    warranty: date | None = None
    x: int | None = None
    y: int | None = None
    lasts: tuple[tuple[str, date], ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """A facility as the register has it."""

    id: int
    name: str
    kind: str
    place_id: int | None
    spot: str
    state: str
    up: str
    repairer_id: int | None
    model: str
    serial: str
    warranty: date | None
    x: int | None = None
    y: int | None = None
    lasts: Mapping[str, date] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """A row that changes what is known: which columns, by their keys."""

    row: SheetRow
    known: Known
    columns: tuple[str, ...]

    @property
    def titles(self) -> str:
        """The columns as the sheet calls them."""
        return _("、").join(_TITLES[key] for key in self.columns)


@dataclass(slots=True)
class Plan:
    """What importing a sheet would do."""

    new: list[SheetRow] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    unchanged: int = 0
    errors: list[RowError] = field(default_factory=list)

    @property
    def total(self) -> int:
        """Rows that can be read."""
        return len(self.new) + len(self.changed) + self.unchanged


@dataclass(frozen=True, slots=True)
class Ground:
    """What a sheet's words may name: places by their plain names, units by theirs, facilities by number."""

    places: Mapping[str, int]
    units: Mapping[str, int]
    known: Mapping[str, Known]
    today: date


def plain_place(name: str) -> str:
    """A place's name as it is compared: a building by its number, everything else without spaces."""
    return normal_building(name)


def plan(table: Table, ground: Ground) -> Plan:
    """What the table of texts says. Raises :class:`~zengyi.core.errors.Invalid` without a header, or with nothing below it."""
    found, lines, ups = Plan(), dict[str, int](), list[tuple[int, str]]()
    for line, given, errors in rows_of(COLUMNS, table, CODE):
        row = _row(line, given, ground, errors)
        if row.code and row.code in lines:
            errors.append(RowError(line, CODE.title, _("和第 %(line)d 行编号一样，一处只写一行。") % {"line": lines[row.code]}))
        lines.setdefault(row.code, line)
        known = ground.known.get(row.code)
        if known is not None and not errors:
            _against(line, row, known, errors)
        if errors:
            found.errors += errors
            continue
        if row.up:
            ups.append((line, row.up))
        columns = () if known is None else _changes(row, known)
        if known is None:
            found.new.append(row)
        elif columns:
            found.changed.append(Change(row, known, columns))
        else:
            found.unchanged += 1
    for line, up in ups:
        if up not in lines and up not in ground.known:
            found.errors.append(RowError(line, _TITLES["up"], _("名单里没有编号 %(code)s，表里也没有。") % {"code": up}))
    found.errors += _circles(found, ground)
    found.errors.sort(key=lambda error: error.line)
    return found


def single(table: Table, ground: Ground) -> tuple[SheetRow, list[RowError]]:
    """The one facility that a table of one line says anew, and what is wrong with it: here, what is empty is empty from now on."""
    line, given, errors = next(rows_of(COLUMNS, table, CODE))
    row = _row(line, given, ground, errors)
    known = ground.known[row.code]
    _against(line, row, known, errors)
    if row.up and row.up not in ground.known:
        errors.append(RowError(line, _TITLES["up"], _("名单里没有编号 %(code)s，表里也没有。") % {"code": row.up}))
    return row, errors + _circles(Plan(changed=[Change(row, known, ())]), ground)


def _row(line: int, given: Mapping[str, str], ground: Ground, errors: list[RowError]) -> SheetRow:
    kind = kind_named(given.get("kind", ""))
    if given.get("kind") and kind is None:
        words = _("、").join(one.name for one in kinds().values())
        errors.append(RowError(line, _TITLES["kind"], _("只能填：%(words)s。") % {"words": words}))
    place = plain_place(given.get("place", ""))
    if place and place not in ground.places:
        errors.append(RowError(line, _TITLES["place"], _("名单里没有这个楼幢或地点，请看看有没有写错。")))
    unit = given.get("repairer", "")
    if unit and unit not in ground.units:
        errors.append(RowError(line, _TITLES["repairer"], _("名单里没有这个单位。")))
    state = given.get("state", "")
    if state and state not in _STATES:
        errors.append(RowError(line, _TITLES["state"], _("只能填：%(words)s。") % {"words": _("、").join(_STATES)}))
    if given.get("up") and given.get("up") == given.get("code"):
        errors.append(RowError(line, _TITLES["up"], _("不能接在自己上。")))
    return SheetRow(
        line=line,
        code=given.get("code", ""),
        name=given.get("name", ""),
        kind=kind.code if kind else "",
        place_id=ground.places.get(place) if place else None,
        spot=given.get("spot", ""),
        state=str(_STATES.get(state, "")),
        since=_day(line, "since", given, errors),
        up=given.get("up", ""),
        repairer_id=ground.units.get(unit) if unit else None,
        model=given.get("model", ""),
        serial=given.get("serial", ""),
        warranty=_day(line, "warranty", given, errors),
        **_drawn(line, given, errors),
        lasts=tuple(_lasts(line, given, kind, ground.today, errors)),
    )


def _lasts(line: int, given: Mapping[str, str], kind: Kind | None, today: date, errors: list[RowError]) -> Iterator[tuple[str, date]]:
    """When services that come round were done last: those that this kind has, on days that were."""
    for key, code in LASTS.items():
        day = _day(line, key, given, errors)
        if day is None or kind is None:
            continue
        if kind.clock(code) is None:
            errors.append(RowError(line, _TITLES[key], _("这类设施没有这一项。")))
        elif day > today:
            errors.append(RowError(line, _TITLES[key], _("请写已经做过的那一天，不能写以后的日子。")))
        else:
            yield code, day


def _drawn(line: int, given: Mapping[str, str], errors: list[RowError]) -> dict[str, int]:
    """Where it stands on the drawing: both numbers or none."""
    texts = {key: given.get(key, "") for key in ("x", "y")}
    if not any(texts.values()):
        return {}
    wrong = [key for key, text in texts.items() if not (text.isascii() and text.isdigit() and int(text) <= DRAWN_MOST)]
    sentence = _("横向和纵向都要填，写 0 到 %(most)d 的整数。") % {"most": DRAWN_MOST}
    errors += [RowError(line, _TITLES[key], sentence) for key in wrong]
    return {} if wrong else {key: int(text) for key, text in texts.items()}


def _day(line: int, key: str, given: Mapping[str, str], errors: list[RowError]) -> date | None:
    text = given.get(key, "")
    if not text:
        return None
    found = _DAY.fullmatch(text)
    try:
        day = date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        day = None
    if day is None or not 1950 <= day.year <= 2100:
        errors.append(RowError(line, _TITLES[key], _("请写成 2026-11-25 这样的日期。")))
        return None
    return day


def _against(line: int, row: SheetRow, known: Known, errors: list[RowError]) -> None:
    if row.kind != known.kind:
        errors.append(RowError(line, _TITLES["kind"], _("这个编号原来是另一类设施，类别不能改；换了东西请用新编号。")))
    if known.state == FacilityState.RETIRED and row.state != FacilityState.RETIRED:
        errors.append(RowError(line, CODE.title, _("这一处已经拆除，编号不再使用；请用新编号。")))
    if row.state == FacilityState.PLANNED and known.state != FacilityState.PLANNED:
        errors.append(RowError(line, _TITLES["state"], _("已经投用了，不能改回还没装。")))


def _changes(row: SheetRow, known: Known) -> tuple[str, ...]:
    pairs = {
        "name": (row.name, known.name),
        "place": (row.place_id, known.place_id),
        "spot": (row.spot, known.spot),
        "up": (row.up, known.up),
        "repairer": (row.repairer_id, known.repairer_id),
        "model": (row.model, known.model),
        "serial": (row.serial, known.serial),
        "warranty": (row.warranty, known.warranty),
    }
    found = [key for key, (said, was) in pairs.items() if said and said != was]
    if row.x is not None and (row.x, row.y) != (known.x, known.y):
        found.append("x")
    found += [f"last-{code}" for code, day in row.lasts if code not in known.lasts or day > known.lasts[code]]
    taken_down = row.state == FacilityState.RETIRED and known.state != FacilityState.RETIRED
    built_in = row.state == FacilityState.IN_SERVICE and known.state == FacilityState.PLANNED
    return (*found, "state") if taken_down or built_in else tuple(found)


def _circles(found: Plan, ground: Ground) -> list[RowError]:
    """Rows that would hang on themselves by way of others."""
    up = {code: known.up for code, known in ground.known.items()}
    rows = {row.code: row for row in (*found.new, *(change.row for change in found.changed))}
    up |= {code: row.up for code, row in rows.items() if row.up}
    wrong = []
    for code, row in rows.items():
        seen, here = {code}, up.get(code, "")
        while here and here not in seen:
            seen.add(here)
            here = up.get(here, "")
        if here == code and row.up:
            wrong.append(RowError(row.line, _TITLES["up"], _("转一圈又接回自己了，请看看哪一处写反了。")))
    return wrong
