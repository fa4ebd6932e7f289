"""The deeds, roll-calls, corrections and posts as tables."""

from collections.abc import Sequence
from datetime import datetime

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from zengyi.bank import queries
from zengyi.bank.queries import duties
from zengyi.bank.rules import FilingState, RollCallState
from zengyi.core import personal
from zengyi.core.ids import id_of
from zengyi.core.keyset import Page
from zengyi.core.sheets import Cell
from zengyi.people.rules import Actor, Duty
from zengyi.people.web.lists import PAGE, Listing, Taken, every


def _deeds(by: Actor, asked: QueryDict, at: datetime, contact: bool) -> Taken:
    state = asked.get("state", "")
    state = state if state in FilingState.values else ""

    def behind(after: int | None) -> Page[Sequence[Cell]]:
        return queries.filings(by=by, at=at, state=state, after=after, size=PAGE).map(_deed)

    return Taken(every(behind))


def _deed(row: queries.FilingRow) -> Sequence[Cell]:
    told: list[Cell] = [row.occurred_on, row.member, row.rule, row.name, personal.masked(row.text), row.quantity, row.points]
    return [*told, row.why, row.label, row.attested_by, row.decided_by, personal.masked(row.reason)]


def _roll_calls(by: Actor, asked: QueryDict, at: datetime, contact: bool) -> Taken:
    def behind(after: int | None) -> Page[Sequence[Cell]]:
        branch = id_of(asked.get("branch"))
        page = queries.roll_calls(by=by, at=at, branch_id=branch, rule=asked.get("rule", "")[:8], after=after, size=PAGE)
        return page.map(_roll_call)

    return Taken(every(behind))


def _roll_call(row: queries.RollCallRow) -> Sequence[Cell]:
    state = str(RollCallState(row.state).label)
    return [row.held_on, row.branch, row.rule_name, personal.masked(row.note), state, row.proposed_at]


def _corrections(by: Actor, asked: QueryDict, at: datetime, contact: bool) -> Taken:
    def behind(after: int | None) -> Page[Sequence[Cell]]:
        page = queries.corrections(by=by, at=at, after=after, size=PAGE)
        return page.map(
            lambda row: [
                row.entry.occurred_on,
                personal.masked(row.entry.memo or row.entry.label),
                row.entry.points,
                personal.masked(row.reason),
                row.proposed_by,
                row.proposed_at,
                row.label,
            ]
        )

    return Taken(every(behind))


def _posts(by: Actor, asked: QueryDict, at: datetime, contact: bool) -> Taken:
    duty = asked.get("duty", "")
    duty = duty if duty in Duty.values else ""

    def behind(after: int | None) -> Page[Sequence[Cell]]:
        page = duties.vacancies(by=by, at=at, duty=duty, after=after, size=PAGE)
        return page.map(lambda row: [row.duty_name, personal.masked(row.title), row.timing, row.on_day, row.branch, row.places, row.taken])

    return Taken(every(behind))


LISTS = (
    Listing(
        "deeds",
        _("申报"),
        "deeds",
        (
            _("哪一天"),
            _("姓名"),
            _("规则"),
            _("什么事"),
            _("怎么说的"),
            _("多少"),
            _("得几分"),
            _("为什么少"),
            _("到哪一步"),
            _("谁证明的"),
            _("谁核准的"),
            _("原因"),
        ),
        _deeds,
        personal=True,
        widths=(12, 14, 8, 24, 40),
    ),
    Listing(
        "roll-calls",
        _("点名册"),
        "roll-calls",
        (_("哪一天"), _("支部"), _("规则"), _("说明"), _("到哪一步"), _("何时交的")),
        _roll_calls,
        widths=(12, 24, 24, 30),
    ),
    Listing(
        "corrections",
        _("冲销"),
        "corrections",
        (_("那笔账哪一天"), _("什么事"), _("几分"), _("为什么冲销"), _("谁提的"), _("何时提的"), _("到哪一步")),
        _corrections,
        personal=True,
        widths=(12, 40, 8, 40),
    ),
    Listing(
        "posts",
        _("四大岗"),
        "duties",
        (_("哪一岗"), _("什么事"), _("什么时候"), _("哪一天"), _("支部"), _("要几人"), _("认了几人")),
        _posts,
        widths=(12, 40, 24),
    ),
)
