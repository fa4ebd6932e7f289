"""Slips: printed and ticked off at the desk, and ticked off by the block leader who has the list."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from zengyi.core import clock, paper, web
from zengyi.core.errors import NotThere
from zengyi.core.forms import PlainForm
from zengyi.core.ids import id_of
from zengyi.messages import actions, queries
from zengyi.people import queries as people
from zengyi.people.rules import known
from zengyi.people.web import acting, layout_of

#: Paper is in the language of those whom it goes to.
PAPER_LANGUAGE = "zh-hans"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def slips(request: HttpRequest) -> HttpResponse:
    """The slips to hand over, by building; those that were ticked arrived, or need not be carried any more."""
    by, form = acting(request), PlainForm(web.sent(request))
    houses = queries.slips(by=by)
    if request.method == "POST":
        chosen, arrived = _chosen(request), request.POST.get("arrived") != "0"
        answer = web.submit(
            request,
            form,
            lambda: actions.hand_over(chosen, arrived=arrived, by=by, at=clock.now()),
            to=lambda _n: reverse("slips"),
            said=_said,
        )
        if answer is not None:
            return answer
    context = {"layout": layout_of(by), "houses": houses, "form": form, "missing": paper.missing()}
    return render(request, "messages/slips.html", context, status=web.status_of(form))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def slips_list(request: HttpRequest, token: str) -> HttpResponse:
    """The block leader's list, opened by the code on it: no sign-in, because the paper names the same people."""
    by, form = acting(request), PlainForm(web.sent(request))
    building, named = queries.listed(token, by=by)
    if request.method == "POST":
        chosen = _chosen(request)
        answer = web.submit(
            request,
            form,
            lambda: actions.carry(token, chosen, by=by, at=clock.now()),
            to=lambda _n: reverse("slips-list", args=[token]),
            said=_said,
        )
        if answer is not None:
            return answer
    left = [one for one in named if not one.done]
    context = {"layout": layout_of(by), "building": building, "named": named, "left": left, "done": len(named) - len(left), "form": form}
    return render(request, "messages/slips_list.html", context, status=web.status_of(form))


def _chosen(request: HttpRequest) -> frozenset[int]:
    return known(*(id_of(text) for text in request.POST.getlist("slip")))


def _said(number: int) -> str:
    return ngettext("记下了 %(n)d 张。", "记下了 %(n)d 张。", number) % {"n": number}


@never_cache
@require_safe
def slips_sheet(request: HttpRequest) -> HttpResponse:
    """For each building the block leader's list and the slips, on A4."""
    by, at = acting(request), clock.now()
    with override(PAPER_LANGUAGE):
        houses = queries.slips(by=by)
        if not houses:
            raise NotThere(_("没有要送的纸条。"))
        community = people.community(by.community_id or 0)
        data = {
            "title": _("送上门的纸条"),
            "houses": [_house(request, house) for house in houses],
            "foot": f"{community.name} {community.phone}".strip(),
        }
        made = paper.pdf("messages/slips", data, at=at)
    return HttpResponse(made, content_type="application/pdf", headers={"Content-Disposition": 'inline; filename="slips.pdf"'})


def _house(request: HttpRequest, house: queries.House) -> dict[str, object]:
    return {
        "name": house.name or _("不知道住哪一幢"),
        "note": _("%(n)d 张纸条，请楼长送到") % {"n": len(house.slips)},
        "how": _("交到手里的在下面打勾；或者用手机扫右边的码打勾，社区马上看得到。没见到人的，下次再送。"),
        "qr": paper.qr(request.build_absolute_uri(reverse("slips-list", args=[house.token]))),
        "slips": [
            {
                "to": _("%(name)s 收") % {"name": slip.name},
                "name": slip.name,
                "lines": [{"title": line.title, "text": line.text} for line in slip.lines],
                "more": _("还有 %(n)d 条，打电话问社区。") % {"n": slip.more} if slip.more else "",
                "day": dateformat.format(slip.made_at.astimezone(clock.SHANGHAI), _("n月j日")),
            }
            for slip in house.slips
        ],
    }
