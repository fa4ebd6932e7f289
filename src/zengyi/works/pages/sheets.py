"""The week's sheet for the three-party meeting: on a page, and on A4."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from zengyi.core import clock, paper
from zengyi.people.web import acting, layout_of
from zengyi.works import queries
from zengyi.works.queries.demands import DemandRow
from zengyi.works.queries.projects import LotRow
from zengyi.works.templatetags.works_words import short


def _wanted(request: HttpRequest) -> date | None:
    try:
        return date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return None


def _found(request: HttpRequest, project_id: int) -> tuple[queries.ProjectCard, queries.Sheet]:
    by, at = acting(request), clock.now()
    card = queries.project(project_id, by=by, at=at)
    return card, queries.sheet(card, queries.meeting_day(card, _wanted(request), at), by=by, today=clock.local_date(at))


@require_safe
def project_sheet(request: HttpRequest, project_id: int) -> HttpResponse:
    """The sheet of a week: the coming meeting's, or with ``?day=`` that of the week of a day."""
    card, found = _found(request, project_id)
    context = {
        "layout": layout_of(acting(request)),
        "card": card,
        "sheet": found,
        "left_out": paper.missing(),
        "today": clock.local_date(clock.now()),
    }
    return render(request, "works/sheet.html", context)


@never_cache
@require_safe
def project_sheet_paper(request: HttpRequest, project_id: int) -> HttpResponse:
    """The same on A4, with a QR code in every row."""
    at = clock.now()
    card, found = _found(request, project_id)
    return HttpResponse(paper.pdf("works/week", _data(request, card, found), at=at), content_type="application/pdf")


def _data(request: HttpRequest, card: queries.ProjectCard, found: queries.Sheet) -> dict[str, Any]:
    def link(demand_id: int) -> str:
        return paper.qr(request.build_absolute_uri(reverse("demand", args=[demand_id])))

    begins, ends = date_format(found.begins), date_format(found.ends)
    return {
        "left": card.title,
        "right": _("%(begins)s 至 %(ends)s") % {"begins": begins, "ends": ends},
        "title": _("三方单"),
        "below": _("社区、施工方、监理队，一周一页，当面过一遍"),
        "foot": card.title,
        "sums": [
            [_("新提"), str(found.new)],
            [_("答了"), str(found.answered)],
            [_("过期"), str(found.late)],
            [_("退回"), str(found.returned)],
        ],
        "balls": _("球在谁手里") + _("：") + (_("，").join(f"{name} {n}" for name, n in found.balls) or _("没有开着的")),
        "head": [_("编号"), _("什么事"), _("球在"), _("几天"), _("该动"), _("说到哪"), _("经过")],
        "rows": [[*_line(row, found.ends), link(row.id)] for row in found.rows],
        "ended_title": _("这周了结"),
        "ended_head": [_("编号"), _("什么事"), _("谁做的"), _("谁点的头")],
        "ended": [[one.name, one.title, one.doer, _said(one.checker, one.said)] for one in found.ended],
        "lots_title": _("进度"),
        "lots_head": [_("标段"), _("谁在做"), _("做到"), _("下一步"), _("比计划")],
        "lots": [_lot(lot, found.ends) for lot in card.lots],
        "signatures": [_("社区"), _("施工方"), _("监理队")],
        "site": paper.qr(request.build_absolute_uri(reverse("site", args=[card.id]))),
        "site_note": _("扫一扫看整个工地，不用登录"),
        "none": _("没有开着的诉求。"),
    }


def _said(*parts: str) -> str:
    return _("，").join(part for part in parts if part)


def _line(row: DemandRow, day: date) -> list[str]:
    due = _("过 %(days)d 天") % {"days": row.days_late} if row.days_late else _("今天") if row.left == 0 else short(row.due_on, day)
    said = _("拖了 %(n)d 次会，今天要定下来") % {"n": row.carries} if row.asks_for_decision else row.said or row.label
    where = _said(row.where, short(row.raised_on, day))
    return [row.name, row.title, where, row.ball_name, str(row.held), due, "late" if row.days_late else "", said]


def _lot(lot: LotRow, day: date) -> list[str]:
    ahead = lot.next_one
    coming = _said(ahead.name, short(ahead.ends, day)) if ahead else _("都做完了")
    late = _("晚 %(days)d 天") % {"days": lot.late} if lot.late else _("按计划")
    return [f"{lot.name} {lot.extent}".strip(), lot.contractor, lot.word or _("还没开始"), coming, late]
