# Chinese in this file is data: words and titles of the spreadsheets.
"""The sheet of a roll-call: one line a member with what they are marked as. Pure: no file, no database.

The titles are those of the sheet that is printed for signatures and of the template, and what offices call them otherwise.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zengyi.bank.rules.words import Mark
from zengyi.people.rules.sheets import NAME, Column, Listed, RowError, Table, rows_of

MARK_TITLE, NUMBER_TITLE, BRANCH_TITLE = "记号", "党员编号", "支部"

COLUMNS = (
    Column("number", (NUMBER_TITLE, "编号"), 20, gettext_lazy("有同名的才要填")),
    NAME,
    Column("branch", (BRANCH_TITLE, "党支部", "所在支部"), 60, gettext_lazy("可以不填；填了就要是这个支部")),
    Column("mark", (MARK_TITLE, "出勤", "出勤情况", "考勤", "签到"), 10, gettext_lazy("到、请假或缺席"), required=True),
)

#: What people write for each mark.
WORDS = {
    **dict.fromkeys(("到", "已到", "出勤", "到会", "签到", "已签", "是", "√", "✓", "✔", "1"), Mark.PRESENT),
    **dict.fromkeys(("请假", "假", "事假", "病假", "公假", "已请假", "△"), Mark.LEAVE),
    **dict.fromkeys(("缺席", "缺", "缺勤", "未到", "没到", "旷会", "否", "×", "✗", "✘", "x", "X", "0"), Mark.ABSENT),
}


@dataclass(slots=True)
class RollPlan:
    """A sheet as read: everybody's mark, what is wrong with the other rows, and who of the branch does not stand on it."""

    marks: dict[int, str] = field(default_factory=dict)
    errors: list[RowError] = field(default_factory=list)
    left_out: list[Listed] = field(default_factory=list)


#: Tells how many rows are done, and of how many.
Tell = Callable[[int, int], None]


def plan_marks(table: Table, members: Iterable[Listed], branch_id: int, *, tell: Tell = lambda _done, _all: None) -> RollPlan:
    """What the table of texts says about the members of a branch.

    Raises :class:`~zengyi.core.errors.Invalid` when it has no header, or nobody below it. A row that can't be taken is told with its
    number, and so with every one after it: nothing is guessed.
    """
    known = list(members)
    numbers = {member.number: member for member in known}
    named: dict[str, list[Listed]] = {}
    for member in known:
        named.setdefault(_plain(member.name), []).append(member)
    plan, lines = RollPlan(), dict[int, int]()
    for line, given, errors in rows_of(COLUMNS, table):
        found = None if errors else _who(line, given, numbers, named, branch_id, errors)
        mark = WORDS.get(given.get("mark", ""))
        if given.get("mark") and mark is None:
            errors.append(RowError(line, MARK_TITLE, _("只能写：到、请假、缺席。")))
        if found is not None and found.member_id in lines:
            sentence = _("和第 %(line)d 行是同一个人，一个人只写一行。") % {"line": lines[found.member_id]}
            errors.append(RowError(line, NAME.title, sentence))
        elif found is not None:
            lines[found.member_id] = line
        if errors:
            plan.errors += errors
        elif found is not None and mark is not None:
            plan.marks[found.member_id] = mark.value
        tell(line, len(table))
    plan.left_out = [member for member in known if member.branch_id == branch_id and member.member_id not in lines]
    return plan


def _who(
    line: int,
    given: dict[str, str],
    numbers: dict[str, Listed],
    named: dict[str, list[Listed]],
    branch_id: int,
    errors: list[RowError],
) -> Listed | None:
    """The member that a row is about; what is wrong goes to ``errors``."""
    number, name, branch = given.get("number", ""), given.get("name", ""), given.get("branch", "")
    if number and (member := numbers.get(number)) is None:
        errors.append(RowError(line, NUMBER_TITLE, _("名单里没有这个编号。")))
    elif number and member is not None and _plain(member.name) != _plain(name):
        errors.append(RowError(line, NAME.title, _("编号 %(number)s 在名单里不是这个姓名，请看看哪个写错了。") % {"number": number}))
        return None
    else:
        everywhere = [member] if number and member is not None else named.get(_plain(name), [])
        here = [one for one in everywhere if one.branch_id == branch_id]
        if len(here) > 1:
            errors.append(RowError(line, NUMBER_TITLE, _("支部里有同名的，请填党员编号。")))
        elif not everywhere:
            errors.append(RowError(line, NAME.title, _("名单里没有这位党员。")))
        elif not here:
            errors.append(RowError(line, NAME.title, _("是%(branch)s的党员，不在这次点名的支部。") % {"branch": everywhere[0].branch}))
        elif branch and _plain(branch) != _plain(here[0].branch):
            errors.append(RowError(line, BRANCH_TITLE, _("这次点的是%(branch)s，表里写的是别的支部。") % {"branch": here[0].branch}))
        else:
            return here[0]
    return None


def _plain(text: str) -> str:
    return "".join(text.split())
