"""A published quarter for everybody: the page, the sheet for the board, the poster for groups, the text that is read out, the file."""

from collections import Counter
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from zengyi.bank import queries
from zengyi.bank.pages import outlets, workbook
from zengyi.bank.queries import Publication
from zengyi.core import clock, made, paper
from zengyi.core.errors import Unavailable
from zengyi.core.keyset import after_of
from zengyi.core.public import public_page
from zengyi.core.sheets import XLSX
from zengyi.people import queries as people
from zengyi.people.web import acting, layout_of

POSTER_SCALE = 2
#: So many members of a branch stand on a page.
ROWS = 200


@public_page
@require_safe
def quarter(request: HttpRequest, community_id: int, quarter: str) -> HttpResponse:
    """A published quarter: totals, who saved most, what was done, objections, the digits."""
    found, by = _publication(request, community_id, quarter), acting(request)
    context = {
        "found": found,
        "mine": queries.my_objections(community_id, quarter, by=by, at=clock.now()) if by.signed_in else [],
        "phone": found.phone,
        "duties": outlets.duties(found),
        "objections": outlets.objections(found),
        "left_out": paper.missing(),
        "layout": layout_of(by),
    }
    return render(request, "bank/quarter.html", context)


@require_safe
def quarter_sheet(request: HttpRequest, community_id: int, quarter: str) -> HttpResponse:
    """The A4 sheet for the notice board, as PDF."""
    found = _publication(request, community_id, quarter)
    data = outlets.sheet(found, link=_link(request, found))
    file = _kept("bank/statement", data, found, lambda: paper.pdf("bank/statement", data, at=found.published_at))
    return HttpResponse(file, content_type="application/pdf")


@require_safe
def quarter_poster(request: HttpRequest, community_id: int, quarter: str) -> HttpResponse:
    """The picture for WeChat groups, 1080 × 1440."""
    found = _publication(request, community_id, quarter)
    data = outlets.poster(found, link=_link(request, found))
    file = _kept("bank/poster", data, found, lambda: paper.picture("bank/poster", data, scale=POSTER_SCALE))
    return HttpResponse(file, content_type="image/png")


def _kept(sheet: str, data: dict[str, object], found: Publication, make: Callable[[], bytes]) -> bytes:
    """The file, made once from the same data. Raises :class:`Unavailable` on a machine without a Chinese font, kept or not."""
    if reason := paper.missing():
        raise Unavailable(reason)
    return made.kept(str(found.community_id), paper.source(sheet, data), make, at=clock.now())


@require_safe
def quarter_book(request: HttpRequest, community_id: int, quarter: str) -> HttpResponse:
    """The publication as a workbook, for whoever goes on reckoning with it."""
    found = _publication(request, community_id, quarter)
    named = f'attachment; filename="zengyi-{community_id}-{quarter}.xlsx"'
    return HttpResponse(workbook.publication(found), content_type=XLSX, headers={"Content-Disposition": named})


@require_safe
def quarter_members(request: HttpRequest, community_id: int, quarter: str) -> HttpResponse:
    """Every member's points of a published quarter, inside the branch: one's own branch, for staff each of them."""
    by = acting(request)
    rows = queries.members_sums(community_id, quarter, by=by)
    names = Counter(row.branch for row in rows)
    branches = [name for _pk, name in people.branches_of(community_id) if name in names]
    asked = request.GET.get("branch", "")
    branch = asked if asked in branches else next(iter(branches), "")
    mine, start = [row for row in rows if row.branch == branch], after_of(request) or 0
    context = {
        "found": _publication(request, community_id, quarter),
        "branches": [(name, names[name]) for name in branches],
        "branch": branch,
        "count": len(mine),
        "rows": mine[start : start + ROWS],
        "onward": start + ROWS if len(mine) > start + ROWS else None,
        "layout": layout_of(by),
    }
    return render(request, "bank/quarter_members.html", context)


@require_safe
def quarter_text(request: HttpRequest, community_id: int, quarter: str) -> HttpResponse:
    """What is read out at the branch meeting."""
    return HttpResponse(outlets.text(_publication(request, community_id, quarter)), content_type="text/plain; charset=utf-8")


@require_safe
def quarter_file(request: HttpRequest, community_id: int, quarter: str) -> HttpResponse:
    """The statement as a file whose digits anybody can compute again."""
    raw = queries.exported(community_id, quarter, by=acting(request))
    named = f'attachment; filename="zengyi-{community_id}-{quarter}.json"'
    return HttpResponse(raw, content_type="application/json", headers={"Content-Disposition": named})


def _publication(request: HttpRequest, community_id: int, quarter: str) -> Publication:
    return queries.publication(community_id, quarter, by=acting(request), at=clock.now())


def _link(request: HttpRequest, found: Publication) -> str:
    return request.build_absolute_uri(reverse("quarter", args=[found.community_id, found.quarter]))
