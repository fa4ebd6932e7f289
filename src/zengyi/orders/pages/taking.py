"""The list of orders as a table. Nobody is named in it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from zengyi.core import personal
from zengyi.core.keyset import Page
from zengyi.core.sheets import Cell
from zengyi.orders import queries, rules
from zengyi.orders.forms import filters_of
from zengyi.people.rules import Actor
from zengyi.people.web.lists import Listing, Taken, every

_HEAD = (
    _("单号"),
    _("到哪一步"),
    _("哪一类"),
    _("什么事"),
    _("在哪里"),
    _("困难几分"),
    _("要几人"),
    _("接了几人"),
    _("何时点的"),
    _("何时前办好"),
    _("何时办完"),
)


def _orders(by: Actor, asked: QueryDict, at: datetime, contact: bool) -> Taken:
    given = filters_of(asked)
    which: dict[str, Any] = {"state": given.state, "kind": given.kind, "category": given.category, "q": given.q, "light": given.light}
    which |= {"step": given.step, "quarter": given.quarter}

    def behind(after: int | None) -> Page[Sequence[Cell]]:
        page = queries.listing(by=by, at=at, **which, community_id=by.community_id, after=after, size=100)
        return page.map(_row)

    return Taken(every(behind))


def _row(row: queries.OrderRow) -> Sequence[Cell]:
    where = " · ".join(part for part in (row.place_name, row.spot) if part)
    said = [row.number, str(rules.State(row.state).label), str(rules.Category(row.category).label), personal.masked(row.title), where]
    return [*said, row.difficulty, row.places, row.taken, row.placed_at, row.due_at, row.ended_at]


LISTS = (Listing("orders", _("单子"), "orders", _HEAD, _orders, widths=(12, 14, 12, 40, 24)),)
