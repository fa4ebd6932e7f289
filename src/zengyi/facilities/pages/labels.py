"""Labels: give them to those that have none, print them on A4, and put a new one in the place of another."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zengyi.core import clock, paper
from zengyi.core.errors import NotThere
from zengyi.core.ids import id_of
from zengyi.core.web import submit
from zengyi.facilities import actions, queries, rules
from zengyi.facilities.pages.register import chosen_kind
from zengyi.people.web import acting, layout_of


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def facility_labels(request: HttpRequest) -> HttpResponse:
    """GET: how many there are and how many hang without one. POST: give those a label."""
    by, kind = acting(request), chosen_kind(request)
    bare = queries.unlabelled(by=by, kind=kind)
    if request.method == "POST":
        if not bare:
            return render(request, "facilities/labels.html", _labels(request, kind, bare), status=409)
        answer = submit(
            request,
            None,
            lambda: actions.issue(bare, by=by, at=clock.now()),
            to=lambda _n: f"{reverse('facility-labels')}?kind={kind}",
            said=lambda n: ngettext("给 %(n)d 处做好了标签，可以打印。", "给 %(n)d 处做好了标签，可以打印。", n) % {"n": n},
        )
        assert answer is not None  # without a form every refusal is raised
        return answer
    return render(request, "facilities/labels.html", _labels(request, kind, bare))


def _labels(request: HttpRequest, kind: str, bare: list[int]) -> dict[str, object]:
    by = acting(request)
    return {
        "layout": layout_of(by),
        "kind": kind,
        "kinds": list(rules.kinds().values()),
        "bare": len(bare),
        "there": queries.labels(by=by, kind=kind),
        "missing": paper.missing(),
    }


@require_safe
def facility_label_sheet(request: HttpRequest) -> HttpResponse:
    """The labels in force on A4, twelve a page, to be cut apart."""
    by, only = acting(request), id_of(request.GET.get("facility"))
    found = queries.labels(by=by, kind=chosen_kind(request), ids=[only] if only is not None else None)
    if not found:
        raise NotThere(_("还没有标签可以打印，请先做标签。"))
    told = []
    for one in found:
        link = _link(request, one.token)
        address = link.partition("//")[2].rstrip("/")
        told.append({"code": one.code, "name": one.name, "where": one.where, "qr": paper.qr(link), "address": address})
    data = {
        "title": _("设施标签"),
        "community": by.community_name,
        "how": _("扫一扫，看好坏，坏了点一下就报。不用登录。"),
        "labels": told,
    }
    made = paper.pdf("facilities/labels", data, at=clock.now())
    return HttpResponse(made, content_type="application/pdf", headers={"Content-Disposition": 'inline; filename="labels.pdf"'})


def _link(request: HttpRequest, token: str) -> str:
    return request.build_absolute_uri(reverse("facility-scan", args=[token]))


@require_POST
def facility_label_new(request: HttpRequest, facility_id: int) -> HttpResponse:
    """A new label; the one that hangs there leads nowhere from now on."""
    by = acting(request)
    queries.facility(facility_id, by=by, at=clock.now())
    answer = submit(
        request,
        None,
        lambda: actions.replace(facility_id, by=by, at=clock.now()),
        to=lambda pk: reverse("facility", args=[pk]),
        said=lambda _pk: _("换了新标签，原来那张不再用了。"),
    )
    assert answer is not None  # without a form every refusal is raised
    return answer
