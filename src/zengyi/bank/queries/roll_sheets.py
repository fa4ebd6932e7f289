"""A branch's roll-call before it is put down: whether it may be, what a filled sheet says, and an empty one to fill in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from zengyi.bank.models import RollCall
from zengyi.bank.queries.rulebook import rulebook
from zengyi.bank.rules import Mark, RollCallState, Rule, check_listed, lists_deeds, takes_a_list
from zengyi.bank.rules.roll_sheets import BRANCH_TITLE, COLUMNS, MARK_TITLE, NUMBER_TITLE, RollPlan, Tell, plan_marks
from zengyi.core import clock, sheets
from zengyi.core.errors import Invalid, NotThere, Refused
from zengyi.people import queries as people
from zengyi.people.rules import Actor, check_role
from zengyi.people.rules.sheets import NAME, Listed, Table

BACK_MOST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Roster:
    """A branch and its members, in the order of their numbers."""

    branch_id: int
    branch: str
    members: list[Listed]


def roster(branch_id: int, *, by: Actor) -> Roster:
    """The members of a branch of the actor's community. Raises :class:`NotThere` for any other. Two statements."""
    check_role(by, "points.propose")
    community_id = by.community_id or 0
    name = dict(people.branches_of(community_id)).get(branch_id)
    if name is None:
        raise NotThere(_("没有找到这个支部。"))
    return Roster(branch_id, name, [one for one in people.listed_members(community_id) if one.branch_id == branch_id])


def plan_roll_call(branch_id: int, table: Table, *, by: Actor, tell: Tell = lambda _done, _all: None) -> RollPlan:
    """What a filled sheet says about a branch's members; ``tell`` hears how many rows are done. Nothing is written.

    Raises :class:`~zengyi.core.errors.Invalid` for a sheet without a header, :class:`NotThere` for another community's branch.
    """
    roster(branch_id, by=by)
    return plan_marks(table, people.listed_members(by.community_id or 0), branch_id, tell=tell)


def roll_template(found: Roster) -> bytes:
    """The branch's sheet, an xlsx file with everybody on it and nobody marked yet."""
    head = [NUMBER_TITLE, NAME.title, BRANCH_TITLE, MARK_TITLE]
    page = sheets.SheetPage(_("点名"), head, [[one.number, one.name, one.branch, ""] for one in found.members], widths=(14, 14, 28, 10))
    told = sheets.SheetPage(
        _("怎么填"), [_("哪一列"), _("怎么填")], [[column.title, str(column.hint)] for column in COLUMNS], widths=(14, 48)
    )
    return sheets.workbook(page, told)


def check_roll_call(branch_id: int, rule: str, held_on: date, marks: Mapping[int, str], *, note: str = "", by: Actor, at: datetime) -> Rule:
    """The rule, unless the actor may not put these marks down for that meeting; whether it was put down before, only writing tells.

    Raises :class:`Invalid` for a day ahead or long past, an unknown rule, a deed without words where they are asked for, or members of
    another branch.
    """
    check_role(by, "points.propose")
    community_id = by.community_id or 0
    if branch_id not in dict(people.branches_of(community_id)):
        raise NotThere(_("没有找到这个支部。"))
    today = clock.local_date(at)
    if not today - BACK_MOST <= held_on <= today:
        raise Invalid.on("held_on", _("日期要在今天以前、一年以内。"))
    found = rulebook(community_id).in_force(rule, held_on)
    if found is None or not takes_a_list(found):
        raise Invalid(_("没有这条规则。"), {"rule": _("请从里面选一条。")})
    if lists_deeds(found):
        check_listed(found, held_on, today, note)
    if not marks or any(mark not in Mark.values for mark in marks.values()):
        raise Invalid(_("名册是空的，或有看不懂的记号。"), {"marks": _("每人选一个：到、请假、缺席。")})
    if people.members_in(branch_id, marks) != set(marks):
        raise Invalid.on("marks", _("名册里有别的支部的党员。"))
    return found


def against_roll_call(
    branch_id: int, rule: str, held_on: date, marks: Mapping[int, str], *, note: str = "", by: Actor, at: datetime
) -> str:
    """Why it could not be put down now; empty when it could."""
    try:
        check_roll_call(branch_id, rule, held_on, marks, note=note, by=by, at=at)
    except Refused as refusal:
        return refusal.sentence
    same = RollCall.objects.filter(branch_id=branch_id, rule=rule, held_on=held_on).exclude(state=RollCallState.REJECTED)
    return twice() if same.exists() else ""


def twice() -> str:
    """What somebody hears who puts the same meeting down again."""
    return _("这次会议已经点过名了。")
