"""A published quarter for everybody: the page, the sheet for the board, the poster for groups, the text that is read out, the file."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from zengyi.bank import queries
from zengyi.bank.pages import outlets
from zengyi.bank.queries import Publication
from zengyi.core import clock, paper
from zengyi.people.web import acting, layout_of

POSTER_SCALE = 2


@require_safe
def quarter(request: HttpRequest, community_id: int, quarter: str) -> HttpResponse:
    """A published quarter: totals, who saved most, what was done, objections, the digits."""
    found, by = _publication(request, community_id, quarter), acting(request)
    context = {
        "found": found,
        "mine": queries.my_objections(community_id, quarter, by=by) if by.signed_in else [],
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
    made = paper.pdf("bank/statement", outlets.sheet(found, link=_link(request, found)), at=found.published_at)
    return HttpResponse(made, content_type="application/pdf")


@require_safe
def quarter_poster(request: HttpRequest, community_id: int, quarter: str) -> HttpResponse:
    """The picture for WeChat groups, 1080 × 1440."""
    found = _publication(request, community_id, quarter)
    made = paper.picture("bank/poster", outlets.poster(found, link=_link(request, found)), scale=POSTER_SCALE)
    return HttpResponse(made, content_type="image/png")


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
