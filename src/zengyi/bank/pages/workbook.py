"""A published quarter as a workbook: the same words and figures as on the sheet for the board, the digits among them."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from zengyi.bank.pages import outlets
from zengyi.bank.queries import Publication
from zengyi.core.sheets import Cell, SheetPage, workbook

_WIDE, _USUAL = 60, 14


def publication(found: Publication) -> bytes:
    """The workbook. Figures are numbers; every text is text."""
    statement, totals = found.statement, found.statement["totals"]
    equation = statement["equation"]
    said: dict[str, Any] = outlets.sheet(found, link="")
    sums = [
        (said["members"]["label"], totals["members"]),
        (_("达到基础标准"), totals["met"]),
        (said["gain"]["label"], totals["confirmed"]),
        (_("按规则另记"), totals["other"]),
        (_("季初困难"), equation["opening"]),
        (_("新添困难"), equation["new"]),
        (_("减去困难"), equation["reduced"]),
        (_("季末还有"), equation["balance"]),
    ]
    digits = [(number, group) for number, group in enumerate(found.digits, 1)]
    above = (said["title"], said["below"], said["period"])
    pages = [
        _page(_("公示"), (_("项目"), _("数")), sums, above=above),
        _page(said["deeds_title"], (_("什么事"), _("分值")), found.deeds),
        _page(said["categories_title"], (_("哪一类"), _("分值")), [(one["label"], one["points"]) for one in statement["categories"]]),
        _page(said["duties_title"], (_("哪个岗"), _("人数")), outlets.duties(found)),
        _page(said["objections_title"], (said["objections_title"],), [(sentence,) for sentence in said["objections"]]),
        SheetPage(_("核对码"), (_("第几组"), _("核对码")), digits, (_USUAL, _USUAL), (said["digits_how"],)),
    ]
    if statement["savers"]:
        rows = [(rank, one["name"], one["branch"], one["points"]) for rank, one in enumerate(statement["savers"], 1)]
        widths = (_USUAL, 2 * _USUAL, 2 * _USUAL, _USUAL)
        pages.insert(1, SheetPage(_("储值大户"), said["savers_head"][:4], rows, widths, (said["savers_title"], said["savers_remark"])))
    return workbook(*pages)


def _page(name: str, head: tuple[str, ...], rows: Iterable[Sequence[Cell]], *, above: tuple[str, ...] = ()) -> SheetPage:
    return SheetPage(name, head, rows, (_WIDE, _USUAL), above)
