"""The desk's side of the signs at buildings' doors: hang, print and end them, and take on what came in by them."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zengyi.core import clock, paper, web
from zengyi.core.errors import NotThere
from zengyi.core.forms import PlainForm
from zengyi.core.ids import id_of
from zengyi.core.web import status_of, submit
from zengyi.orders import actions, queries
from zengyi.orders.forms.door import CallForm, DropForm
from zengyi.orders.pages.common import show
from zengyi.people import queries as people
from zengyi.people.rules import known
from zengyi.people.web import acting


@require_http_methods(["GET", "HEAD", "POST"])
def signs(request: HttpRequest) -> HttpResponse:
    """GET: the buildings and their signs. POST: a sign for each that was ticked."""
    by = acting(request)
    cards, form = queries.signs(by=by), PlainForm(web.sent(request))
    if request.method == "POST":
        chosen = known(*(id_of(text) for text in request.POST.getlist("building")))
        answer = submit(
            request,
            form,
            lambda: actions.hang_signs(chosen, by=by, at=clock.now()),
            to=lambda _n: reverse("signs"),
            said=lambda n: ngettext("做好了 %(n)d 块牌，可以打印。", "做好了 %(n)d 块牌，可以打印。", n) % {"n": n},
        )
        if answer is not None:
            return answer
    hung, bare = [one for one in cards if one.id], [one for one in cards if not one.id]
    context = {"hung": hung, "bare": bare, "missing": paper.missing(), "form": form}
    return show(request, "signs.html", context, status=status_of(form))


@never_cache
@require_safe
def sign_sheet(request: HttpRequest) -> HttpResponse:
    """The signs in force as PDF: one a page of A4, or two to be cut to A5."""
    by = acting(request)
    only = known(*(id_of(text) for text in request.GET.getlist("building")))
    found = [one for one in queries.signs(by=by, only=only) if one.id]
    if not found:
        raise NotThere(_("还没有牌可以打印，请先做牌。"))
    community = people.community(by.community_id or 0)
    rows = []
    for one in found:
        link = request.build_absolute_uri(reverse("door", args=[one.token]))
        rows.append({"building": one.building, "estate": one.estate, "qr": paper.qr(link), "link": link.partition("://")[2]})
    data = {
        "title": _("楼幢扫码牌"),
        "half": request.GET.get("size") == "a5",
        "community": community.name,
        "phone": community.phone,
        "head": _("有难处，扫一扫"),
        "how": _("不用登录，不用下载。写几句话，拍张照，留个电话，社区来办。"),
        "call": _("不会扫，打电话也一样"),
        "signs": rows,
    }
    made = paper.pdf("orders/sign", data, at=clock.now())
    return HttpResponse(made, content_type="application/pdf", headers={"Content-Disposition": 'inline; filename="signs.pdf"'})


@require_POST
def sign_end(request: HttpRequest, sign_id: int) -> HttpResponse:
    """End a sign; a new one takes its place unless it is only taken down."""
    by, replace = acting(request), request.POST.get("replace") == "1"
    answer = submit(
        request,
        None,
        lambda: actions.end_sign(sign_id, replace=replace, by=by, at=clock.now()),
        to=lambda _new: reverse("signs"),
        said=lambda _new: _("换了新牌，原来那块扫不开了。请打印新的挂上。") if replace else _("停用了，原来那块扫不开了。"),
    )
    return cast(HttpResponse, answer)


@require_safe
def doorstep(request: HttpRequest) -> HttpResponse:
    """What came in by the signs and waits for the desk."""
    return _doorstep(request)


def _doorstep(request: HttpRequest, form: CallForm | DropForm | None = None, at_row: int = 0) -> HttpResponse:
    calls, entries = queries.doorstep(by=acting(request))
    rows = [
        (
            one,
            form if isinstance(form, CallForm) and one.id == at_row else CallForm(initial={"name": one.name}, auto_id=f"c{one.id}_%s"),
            form if isinstance(form, DropForm) and one.id == at_row else DropForm(auto_id=f"d{one.id}_%s"),
        )
        for one in calls
    ]
    context = {"rows": rows, "entries": entries, "form": form}
    return show(request, "doorstep.html", context, status=status_of(form) if form else 200)


@require_POST
def doorstep_call(request: HttpRequest, pending_id: int) -> HttpResponse:
    """Somebody answered, and it was meant: it is an order now."""
    by, form = acting(request), CallForm(request.POST, auto_id=f"c{pending_id}_%s")
    answer = submit(
        request,
        form,
        lambda: actions.confirm_by_call(pending_id, name=form.cleaned_data["name"], by=by, at=clock.now()),
        to=lambda order: reverse("order", args=[order.pk]),
        said=lambda _order: _("记成单子了，接着受理。"),
    )
    return answer or _doorstep(request, form, pending_id)


@require_POST
def doorstep_drop(request: HttpRequest, pending_id: int) -> HttpResponse:
    """Nothing comes of it."""
    by, form = acting(request), DropForm(request.POST, auto_id=f"d{pending_id}_%s")
    answer = submit(
        request,
        form,
        lambda: actions.drop_pending(pending_id, reason=form.cleaned_data["reason"], by=by, at=clock.now()),
        to=lambda _none: reverse("doorstep"),
        said=lambda _none: _("记下了，这一条不办。"),
    )
    return answer or _doorstep(request, form, pending_id)


@require_POST
def doorstep_check(request: HttpRequest, pending_id: int) -> HttpResponse:
    """The new entry was looked at."""
    by = acting(request)
    answer = submit(
        request,
        None,
        lambda: actions.person_checked(pending_id, by=by, at=clock.now()),
        to=lambda _none: reverse("doorstep"),
        said=lambda _none: _("核过了。"),
    )
    return cast(HttpResponse, answer)


@require_safe
def door_photo(request: HttpRequest, pending_id: int) -> HttpResponse:
    """The photo that came with it, for the desk."""
    answer = HttpResponse(queries.door_photo(pending_id, by=acting(request)).read_bytes(), content_type="image/jpeg")
    answer["Cache-Control"] = "private, max-age=86400, immutable"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
