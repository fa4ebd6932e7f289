"""The lists of topics, sessions and ballots as tables. Nobody is named in them."""

from collections.abc import Sequence
from datetime import datetime

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zengyi.core import personal
from zengyi.core.keyset import Page
from zengyi.core.sheets import Cell
from zengyi.councils import queries
from zengyi.councils.queries.ballots import BallotRow, Turnout, turnouts
from zengyi.people.rules import Actor
from zengyi.people.web.lists import PAGE, Listing, Taken, every


def _topics(by: Actor, asked: QueryDict, at: datetime, contact: bool) -> Taken:
    def behind(after: int | None) -> Page[Sequence[Cell]]:
        page = queries.topics(by=by, after=after, size=PAGE)
        return page.map(lambda row: [row.number, personal.masked(row.title), row.label, row.urgency, row.raised_at])

    return Taken(every(behind))


def _sessions(by: Actor, asked: QueryDict, at: datetime, contact: bool) -> Taken:
    def behind(after: int | None) -> Page[Sequence[Cell]]:
        page = queries.sessions(by=by, after=after, size=PAGE)
        return page.map(lambda row: [row.kind_name, personal.masked(row.title), row.ordinal, row.place, row.starts_at, row.label])

    return Taken(every(behind))


def _ballots(by: Actor, asked: QueryDict, at: datetime, contact: bool) -> Taken:
    """With how many came, never with what anybody said. Two statements a page."""

    def behind(after: int | None) -> Page[Sequence[Cell]]:
        page = queries.ballots(by=by, after=after, size=PAGE)
        came = turnouts([row.id for row in page.rows])
        return page.map(lambda row: _ballot(row, came.get(row.id)))

    return Taken(every(behind))


def _ballot(row: BallotRow, came: Turnout | None) -> Sequence[Cell]:
    passed = {True: str(_("通过")), False: str(_("没有通过")), None: ""}[row.adopted]
    told: list[Cell] = [row.number, personal.masked(row.title), str(row.method.label), row.label, row.closes_at, passed]
    return [*told, came.heads if came else 0, came.heads_voted if came else 0]


LISTS = (
    Listing(
        "topics",
        _("议题"),
        "topics",
        (_("编号"), _("什么事"), _("到哪一步"), _("急不急（1 最急）"), _("何时提的")),
        _topics,
        widths=(16, 40, 14),
    ),
    Listing(
        "sessions",
        _("会议"),
        "sessions",
        (_("哪一种会"), _("题目"), _("第几次"), _("在哪里"), _("何时"), _("到哪一步")),
        _sessions,
        widths=(16, 36, 8, 24),
    ),
    Listing(
        "ballots",
        _("表决"),
        "ballots",
        (
            _("编号"),
            _("题目"),
            _("怎么表决"),
            _("到哪一步"),
            _("何时截止"),
            _("结果"),
            pgettext_lazy("ballot", "应到几人"),
            pgettext_lazy("ballot", "来了几人"),
        ),
        _ballots,
        widths=(16, 40),
    ),
)
