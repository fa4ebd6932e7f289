# Chinese in this file is data: titles of the spreadsheets.
"""Who a row of a sheet is: known by number, by phone, or by name and household; and what importing it would do."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext_lazy as _

from zengyi.core.masking import mask_name
from zengyi.people.rules.sheets import Parsed, RowError, Sheet, SheetRow
from zengyi.people.rules.words import MemberStatus, alike, normal_name


@dataclass(frozen=True, slots=True)
class Change:
    """A row that changes somebody: who, and the titles of the columns that differ."""

    row: SheetRow
    person_id: int
    member_id: int | None
    person_columns: tuple[str, ...]
    member_columns: tuple[str, ...]

    @property
    def columns(self) -> str:
        """What differs, in words."""
        return _("、").join(self.person_columns + self.member_columns)


@dataclass(slots=True)
class ImportPlan:
    """What importing a sheet would do. With errors nothing is imported.

    ``unknown_units``: units without a kind, which are asked for once each. ``sharing``: new people whose phone somebody has already, whom
    it names.
    """

    sheet: Sheet
    new: list[SheetRow] = field(default_factory=list)
    joining: list[Change] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    unchanged: int = 0
    errors: list[RowError] = field(default_factory=list)
    new_branches: list[str] = field(default_factory=list)
    new_units: list[tuple[str, str]] = field(default_factory=list)
    unknown_units: list[str] = field(default_factory=list)
    sharing: list[tuple[SheetRow, str]] = field(default_factory=list)

    @property
    def lacks_kinds_only(self) -> bool:
        """Whether nothing is wrong but that some units' kinds are not known."""
        return bool(self.unknown_units) and all(error.column == "工作单位" for error in self.errors)

    @property
    def total(self) -> int:
        """People in the sheet."""
        return len(self.new) + len(self.joining) + len(self.changed) + self.unchanged


@dataclass(slots=True)
class Known:
    """The people of a community as the comparison needs them."""

    phone_index: Callable[[str], bytes | None]
    household_index: Callable[[int | None, str], bytes | None]
    persons: dict[int, tuple[str, bytes | None, int | None, bytes | None]] = field(default_factory=dict)
    by_phone: dict[bytes, list[int]] = field(default_factory=dict)
    by_household: dict[tuple[str, bytes | None], list[int]] = field(default_factory=dict)
    members: dict[str, tuple[int, int, int, str, str, int | None]] = field(default_factory=dict)
    number_of: dict[int, str] = field(default_factory=dict)
    registered: set[int] = field(default_factory=set)
    branches: dict[str, int] = field(default_factory=dict)
    units: dict[str, int] = field(default_factory=dict)
    taken: dict[int, int] = field(default_factory=dict)
    together: frozenset[bytes] = frozenset()
    own: int | None = None
    formerly: dict[int, set[bytes]] = field(default_factory=dict)

    def but_former(self, row: SheetRow, person_id: int) -> SheetRow:
        """The row without the phone and the home that the person had in an entry put together with theirs: those change nothing."""
        former = self.formerly.get(person_id, set())
        if self.phone_index(row.phone) in former:
            row = replace(row, phone="")
        if self.household_index(row.home_id, row.door) in former:
            row = replace(row, home_id=None, door="")
        return row


def compare(sheet: Sheet, parsed: Parsed, known: Known) -> ImportPlan:
    """What importing the rows would do to the people known. Rows that would change the one who imports are for a colleague to import."""
    plan = ImportPlan(sheet, errors=list(parsed.errors))
    phones = Counter(index for row in parsed.rows if (index := known.phone_index(row.phone)))
    known.together = frozenset(index for index, n in phones.items() if n > 1)
    for row in parsed.rows:
        if sheet == Sheet.MEMBERS:
            _plan_member(row, known, plan)
        else:
            _plan_resident(row, known, plan)
    own = [change.row.line for change in (*plan.changed, *plan.joining) if change.person_id == known.own]
    plan.errors += [RowError(line, "姓名", _("这一行会改您自己的资料，请删掉这一行，由另一位同事来导入。")) for line in own]
    plan.errors.sort(key=lambda error: error.line)
    return plan


def _plan_resident(row: SheetRow, known: Known, plan: ImportPlan) -> None:
    if not row.phone and not (row.home_id and row.door):
        plan.errors.append(RowError(row.line, "手机", _("要有手机号，或者幢号和门牌，下次才认得出是同一个人。")))
        return
    person_id = _find_person(row, known, plan)
    if person_id == _ERROR:
        return
    if person_id is None:
        _check_new(row, known, plan)
        return
    row = known.but_former(row, person_id)
    columns = _person_columns(row, known, person_id)
    if columns is None:
        plan.errors.append(RowError(row.line, "门牌", _("填了门牌要填幢号。")))
    elif columns:
        plan.changed.append(Change(row, person_id, known.members.get(known.number_of.get(person_id, ""), (None,))[0], columns, ()))
    else:
        plan.unchanged += 1


_ERROR = -1


def _find_person(row: SheetRow, known: Known, plan: ImportPlan) -> int | None:
    """The id of the person in the row, by phone, or by name and household. ``None``: somebody new. ``_ERROR``: an error was noted."""
    index = known.phone_index(row.phone)
    person_id = _by_phone(row, index, known)
    if person_id is None and row.home_id and row.door:
        # Somebody of that name behind that door is the same person, with another phone.
        same = known.by_household.get((row.name, known.household_index(row.home_id, row.door)), [])
        person_id = same[0] if len(same) == 1 else None
        if len(same) > 1:
            plan.errors.append(RowError(row.line, "姓名", _("这一户有同名的人，请填手机号。")))
            return _ERROR
    if person_id is not None:
        if person_id in known.taken:
            sentence = _("和第 %(line)d 行是同一个人。") % {"line": known.taken[person_id]}
            plan.errors.append(RowError(row.line, "姓名", sentence))
            return _ERROR
        known.taken[person_id] = row.line
    return person_id


def _by_phone(row: SheetRow, index: bytes | None, known: Known) -> int | None:
    """Who has that phone and that name; or, where one person has it and one row gives it, that person under another name.

    Households share phones: another name is another person, unless it looks like the same one mistyped.
    """
    there = known.by_phone.get(index, []) if index else []
    for pk in there:
        if normal_name(known.persons[pk][0]) == row.name:
            return pk
    if len(there) == 1 and index not in known.together and alike(known.persons[there[0]][0], row.name):
        return there[0]
    return None


def _check_new(row: SheetRow, known: Known, plan: ImportPlan) -> None:
    if row.door and not row.home_id:
        plan.errors.append(RowError(row.line, "门牌", _("填了门牌要填幢号。")))
        return
    index = known.phone_index(row.phone)
    if index and (there := known.by_phone.get(index)):
        plan.sharing.append((row, mask_name(known.persons[there[0]][0])))
    plan.new.append(row)


def _person_columns(row: SheetRow, known: Known, person_id: int) -> tuple[str, ...] | None:
    """The titles of the columns that differ; ``None`` when the row gives a door number and no building is known."""
    name, phone, home, household = known.persons[person_id]
    columns = []
    if row.name != normal_name(name):
        columns.append("姓名")
    if row.phone and known.phone_index(row.phone) != phone:
        columns.append("手机")
    if row.home_id and row.home_id != home:
        columns.append("幢号")
    if row.door:
        at = row.home_id or home
        if at is None:
            return None
        if known.household_index(at, row.door) != household:
            columns.append("门牌")
    return tuple(columns)


def _plan_member(row: SheetRow, known: Known, plan: ImportPlan) -> None:
    _plan_names(row, known, plan)
    standing = known.members.get(row.number)
    if standing is None:
        _plan_new_member(row, known, plan)
        return
    member_id, person_id, branch, status, duty, unit = standing
    index = known.phone_index(row.phone)
    others = [pk for pk in known.by_phone.get(index, []) if pk != person_id and alike(known.persons[pk][0], row.name)] if index else []
    if others:
        sentence = _("这个手机号在名单里是另一个人（%(name)s）的。") % {"name": mask_name(known.persons[others[0]][0])}
        plan.errors.append(RowError(row.line, "手机", sentence))
        return
    row = known.but_former(row, person_id)
    columns = _person_columns(row, known, person_id)
    if columns is None:
        plan.errors.append(RowError(row.line, "门牌", _("填了门牌要填幢号。")))
        return
    differs = {
        "支部": known.branches.get(row.branch) != branch,
        "身份": bool(row.status) and row.status != status,
        "岗位": bool(row.duty) and row.duty != duty,
        "工作单位": bool(row.unit) and known.units.get(row.unit) != unit,
        "报到": row.registered and member_id not in known.registered,
    }
    member_columns = tuple(title for title, is_other in differs.items() if is_other)
    if columns or member_columns:
        plan.changed.append(Change(row, person_id, member_id, columns, member_columns))
    else:
        plan.unchanged += 1


def _plan_new_member(row: SheetRow, known: Known, plan: ImportPlan) -> None:
    person_id = _find_person(row, known, plan)
    if person_id == _ERROR:
        return
    if person_id is None:
        _check_new(row, known, plan)
        return
    row, name = known.but_former(row, person_id), known.persons[person_id][0]
    if person_id in known.number_of:
        sentence = _("%(name)s已经是党员，编号 %(number)s。") % {"name": mask_name(name), "number": known.number_of[person_id]}
        plan.errors.append(RowError(row.line, "党员编号", sentence))
    elif normal_name(name) != row.name:
        sentence = _("这个手机号在名单里是另一个人（%(name)s）的。") % {"name": mask_name(name)}
        plan.errors.append(RowError(row.line, "手机", sentence))
    else:
        columns = _person_columns(row, known, person_id) or ()
        plan.joining.append(Change(row, person_id, None, columns, ("党员编号",)))


def _plan_names(row: SheetRow, known: Known, plan: ImportPlan) -> None:
    if row.branch not in known.branches and row.branch not in plan.new_branches:
        plan.new_branches.append(row.branch)
    if row.unit and row.unit not in known.units and row.unit not in {name for name, _kind in plan.new_units}:
        if row.unit_kind:
            plan.new_units.append((row.unit, row.unit_kind))
        else:
            if row.unit not in plan.unknown_units:
                plan.unknown_units.append(row.unit)
            plan.errors.append(RowError(row.line, "工作单位", _("还没有登记这个单位，请把“单位类别”也填上。")))


#: What a new member is when the sheet does not say.
STATUS_UNSAID = MemberStatus.ENROLLED
