"""The pieces, and what hangs on the boards, as tables. Nobody is named in them."""

from collections.abc import Sequence
from datetime import datetime

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from zengyi.core.keyset import Page
from zengyi.core.sheets import Cell
from zengyi.news import queries
from zengyi.news.rules import PieceState
from zengyi.people.rules import Actor
from zengyi.people.web.lists import PAGE, Listing, Taken, every


def _pieces(by: Actor, asked: QueryDict, at: datetime, contact: bool) -> Taken:
    state = asked.get("state", "")
    state = state if state in PieceState.values else ""

    def behind(after: int | None) -> Page[Sequence[Cell]]:
        page = queries.desk(by=by, state=state, after=after, size=PAGE)
        return page.map(lambda row: [row.title, row.kind_label, row.label, row.edited_at, str(_("看得到")) if row.shown else ""])

    return Taken(every(behind))


def _hung(by: Actor, asked: QueryDict, at: datetime, contact: bool) -> Taken:
    rows: list[Sequence[Cell]] = []
    for spot, sheets in queries.boards(by=by, at=at):
        for one in sheets:
            photo = one.photos[0][0] if one.photos else None
            rows.append([spot, one.title, one.hung_on, one.until, len(one.photos), photo, str(_("要换新的")) if one.stale else ""])
    return Taken(rows)


LISTS = (
    Listing(
        "pieces", _("稿子"), "news-desk", (_("标题"), _("哪一种"), _("到哪一步"), _("何时改的"), _("公开了没有")), _pieces, widths=(44,)
    ),
    Listing(
        "hung",
        _("公示栏上的"),
        "news-boards",
        (_("哪一块栏"), _("标题"), _("何时贴的"), _("贴到哪天"), _("几张照片"), _("最近哪天拍的"), _("要不要换")),
        _hung,
        widths=(24, 40),
    ),
)
