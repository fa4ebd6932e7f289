"""A sum shared out over flats: on a page, as a table, and on A4."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from zengyi.core import clock, paper, web
from zengyi.core.errors import Invalid
from zengyi.core.sheets import XLSX, SheetPage, workbook
from zengyi.people.web import acting, layout_of
from zengyi.works import forms, queries
from zengyi.works.rules import shares
from zengyi.works.templatetags.works_words import yuan

#: As many flats stand on the page; all of them stand in the table.
SHOWN = 60


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def line_shares(request: HttpRequest, line_id: int) -> HttpResponse:
    """What falls on each flat: of the owners who voted on the sum, else of the flats that are typed in. Nothing is kept."""
    by, at = acting(request), clock.now()
    line, flats = queries.shared_line(line_id, by=by, at=at)
    form = None if flats else forms.SharesForm(request.POST if request.method == "POST" else None)
    if form is not None and form.is_bound and form.is_valid():
        try:
            flats = shares.flats_of(form.cleaned_data["flats"])
        except Invalid as wrong:
            web.add_refusal(form, wrong)
    found = queries.allocate(line.approved, flats) if flats else None
    if found is not None:
        match (request.POST or request.GET).get("as"):
            case "xlsx":
                return _sheet(line, found)
            case "pdf":
                return HttpResponse(paper.pdf("works/shares", _data(line, found), at=at), content_type="application/pdf")
    context = {"layout": layout_of(by), "line": line, "form": form, "found": found, "left_out": paper.missing()}
    context["back"] = f"{reverse('project', args=[line.project_id])}#money"
    if found is not None:
        context |= {"shown": found.parts[:SHOWN], "more": max(0, len(found.parts) - SHOWN), "voted": form is None}
    return render(request, "works/shares.html", context, status=web.status_of(form) if form else 200)


def _sheet(line: queries.LineRow, found: queries.Allocation) -> HttpResponse:
    rows = [[part.flat, yuan(part.area), yuan(part.fen)] for part in found.parts]
    above = [line.title, _("一共 %(sum)s 元，%(n)d 户") % {"sum": yuan(found.total), "n": len(rows)}]
    page = SheetPage(
        _("分摊"), [_("房号"), _("面积，平方米"), _("分摊，元")], [*rows, [_("合计"), yuan(found.area), yuan(found.total)]], above=above
    )
    answer = HttpResponse(workbook(page), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="shares-{line.id}.xlsx"'
    return answer


def _data(line: queries.LineRow, found: queries.Allocation) -> dict[str, Any]:
    return {
        "left": line.project,
        "right": f"{line.source_name} · {line.basis_name}",
        "title": _("分摊到每户"),
        "below": line.title,
        "foot": line.title,
        "sums": [
            [_("批了，元"), yuan(found.total)],
            [_("多少户"), str(len(found.parts))],
            [_("面积，平方米"), yuan(found.area)],
        ],
        "head": [_("房号"), _("平方米"), _("元")],
        "rows": [[part.flat, yuan(part.area), yuan(part.fen)] for part in found.parts],
        "note": _("按面积分摊，到分，加起来正好。不写业主姓名。"),
    }
