"""The register, what is broken, and the rounds as tables. Nobody is named in them."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from zengyi.core import personal
from zengyi.core.ids import id_of
from zengyi.core.keyset import Page
from zengyi.core.sheets import Cell
from zengyi.facilities import queries, rules
from zengyi.people.rules import Actor, check_role
from zengyi.people.web.lists import PAGE, Listing, Taken, every


def _facilities(by: Actor, asked: QueryDict, at: datetime, contact: bool) -> Taken:
    kind, state, q = (asked.get(name, "").strip()[:40] for name in ("kind", "state", "q"))
    which = {"kind": kind if kind in rules.kinds() else "", "state": state if state in rules.FacilityState.values else "", "q": q}
    which["mark"] = queries.marked(asked)

    def behind(after: int | None) -> Page[Sequence[Cell]]:
        page = queries.facilities(
            by=by, at=at, community_id=by.community_id, place_id=id_of(asked.get("place")), **which, after=after, size=PAGE
        )
        return page.map(_facility)

    return Taken(every(behind))


def _facility(row: queries.Row) -> Sequence[Cell]:
    known = row.label if row.known or row.mark == "down" else str(_("不知道，好久没人看过"))
    return [row.code, personal.masked(row.name), row.kind_name, row.place, personal.masked(row.spot), known, row.seen_at]


def _defects(by: Actor, asked: QueryDict, at: datetime, contact: bool) -> Taken:
    check_role(by, "facility.read")
    here = Q(facility__community_id=by.community_id or 0)

    def behind(after: int | None) -> Page[Sequence[Cell]]:
        rows = queries.defects(here, size=PAGE, after=after)
        return Page([_defect(row) for row in rows], rows[-1].id if len(rows) == PAGE else None)

    return Taken(every(behind))


def _defect(row: queries.DefectRow) -> Sequence[Cell]:
    told: list[Cell] = [personal.masked(row.facility), row.item, row.reason, row.opened_at, row.fixed_at, row.number]
    return [*told, personal.masked(row.cause), row.returned, str(_("又坏了")) if row.repeat else ""]


def _rounds(by: Actor, asked: QueryDict, at: datetime, contact: bool) -> Taken:
    state = asked.get("state", "")
    state = state if state in rules.RoundState.values else ""

    def behind(after: int | None) -> Page[Sequence[Cell]]:
        return queries.rounds(by=by, state=state, after=after, size=PAGE).map(_round)

    return Taken(every(behind))


def _round(row: queries.RoundRow) -> Sequence[Cell]:
    return [personal.masked(row.route), row.due_date, row.label, row.stops, row.checks, row.fails, row.started_at, row.submitted_at]


LISTS = (
    Listing(
        "facilities",
        _("设施"),
        "facilities",
        (_("编号"), _("名称"), _("哪一类"), _("在哪里"), _("具体哪里"), _("现在怎么样"), _("最近看过")),
        _facilities,
        widths=(14, 30, 14, 20, 24, 16),
    ),
    Listing(
        "defects",
        _("坏了和修好的"),
        "facilities",
        (
            _("设施"),
            _("哪一项"),
            _("怎么了"),
            _("何时坏的"),
            _("何时修好"),
            _("单号"),
            _("原因在哪里"),
            _("退回几次"),
            _("是不是又坏"),
        ),
        _defects,
        widths=(30, 16, 20),
    ),
    Listing(
        "rounds",
        _("巡检"),
        "rounds",
        (_("路线"), _("哪一天"), _("到哪一步"), _("几个点"), _("看了几个"), _("坏的几个"), _("何时开始"), _("何时交的")),
        _rounds,
        widths=(30,),
    ),
)
