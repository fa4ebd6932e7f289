"""Demands: put one down, look at one, every move it can make, its photos."""

from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from zengyi.core import clock, web
from zengyi.core.forms import contents
from zengyi.core.ids import WithId
from zengyi.people import queries as people
from zengyi.people.rules import Actor, PlaceKind, check_role
from zengyi.people.web import acting, layout_of
from zengyi.works import actions, forms, queries
from zengyi.works.pages import plans
from zengyi.works.pages.common import Ask
from zengyi.works.rules import demands as rules
from zengyi.works.rules.demands import Answer, Ball, DemandVerb, Way


@require_http_methods(["GET", "HEAD", "POST"])
def demand_new(request: HttpRequest, project_id: int) -> HttpResponse:
    """Put a demand down, standing on the stair or on the phone."""
    by = acting(request)
    of = queries.project(project_id, by=by, at=clock.now())
    cards = people.places_of(by.community_id or 0)
    estate = plans.estate_of(cards, of.place_id)
    known: dict[str, Any] = {
        "lots": [(lot.id, f"{lot.name} {lot.extent}".strip()) for lot in of.lots],
        "places": [(card.id, card.name) for kind in (PlaceKind.BUILDING, PlaceKind.SPOT) for card in cards if card.kind == kind],
        "estate": estate,
    }
    initial = {"way": Way.STAIR, "addressee": Ball.CONTRACTOR, "lot_id": of.lots[0].id if len(of.lots) == 1 else None}
    form = (
        forms.DemandForm(request.POST, request.FILES, **known) if request.method == "POST" else forms.DemandForm(initial=initial, **known)
    )
    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            lambda: _raise(project_id, form.cleaned_data, by),
            to=lambda made: reverse("demand", args=[made.pk]),
            said=lambda made: _("记上了，编号 S-%(number)d。下次三方会议上要答复。") % {"number": made.number},
        )
        if answer is not None:
            return answer
    if not form.is_bound:
        queries.refuse("demand", project_id, by=by)
    context = {"layout": layout_of(by), "form": form, "of": of, "plan": plans.plan_of(cards, estate), "estate": estate}
    return render(request, "works/demand_new.html", context, status=web.status_of(form))


class _Raised(WithId, Protocol):
    """A demand with its number in the community."""

    @property
    def number(self) -> int: ...


def _raise(project_id: int, given: dict[str, Any], by: Actor) -> _Raised:
    pin = tuple(given.pop(name) for name in ("pin_on", "pin_x", "pin_y"))
    words = {**given, "photos": contents(given["photos"]), "households": given["households"] or 0, "pin": None if None in pin else pin}
    return actions.raise_demand(project_id, **words, by=by, at=clock.now())


@require_safe
def demand(request: HttpRequest, demand_id: int) -> HttpResponse:
    """A demand with its way, and what the reader may do."""
    by = acting(request)
    found = queries.demand(demand_id, by=by, at=clock.now())
    moves = [(verb, ASKS[verb]) for verb in found.verbs]
    context = {"layout": layout_of(by), "found": found, "row": found.row, "moves": moves}
    if found.pin is not None:
        estate, x, y = found.pin
        context["plan"] = plan = plans.plan_of(people.places_of(found.facts.community_id), estate)
        context["pin"] = plan and plans.spot_on(plan, x, y)
    return render(request, "works/demand.html", context)


ASKS: dict[str, Ask] = {
    DemandVerb.ANSWER: Ask(
        gettext_lazy("答复"),
        gettext_lazy("答应了就定个日子；不能做就说清为什么。提的人和监理队都看得到。"),
        gettext_lazy("答复"),
        gettext_lazy("答复记上了。"),
    ),
    DemandVerb.DO: Ask(
        gettext_lazy("说做好了"),
        gettext_lazy("做的人不看自己做的：监理队或者提的人看过，才算完。"),
        gettext_lazy("做好了"),
        gettext_lazy("记上了，等监理队或者提的人来看。"),
    ),
    DemandVerb.PASS: Ask(
        gettext_lazy("看过，行"),
        gettext_lazy("您到现场看过，做得行，就点这里。"),
        gettext_lazy("行"),
        gettext_lazy("好的，了结了。还要告诉提的人一声。"),
    ),
    DemandVerb.RETURN: Ask(
        gettext_lazy("退回"),
        gettext_lazy("退回以后，施工方要另定一个日子。"),
        gettext_lazy("退回"),
        gettext_lazy("退回了，等一个新的日子。"),
    ),
    DemandVerb.SETTLE: Ask(
        gettext_lazy("说通了"),
        gettext_lazy("听了解释，可以接受，就了结。"),
        gettext_lazy("了结"),
        gettext_lazy("了结了。还要告诉提的人一声。"),
    ),
    DemandVerb.INSIST: Ask(
        gettext_lazy("再议"),
        gettext_lazy("还是要答复：下次三方会议上再说，也可以改请另一方答复。"),
        gettext_lazy("再议"),
        gettext_lazy("下次三方会议上再说。"),
    ),
    DemandVerb.TELL: Ask(
        gettext_lazy("告诉提的人"),
        gettext_lazy("打电话、上门都行，写一句他怎么说。"),
        gettext_lazy("告诉了"),
        gettext_lazy("记上了。"),
    ),
}


@require_http_methods(["GET", "HEAD", "POST"])
def demand_move(request: HttpRequest, demand_id: int, verb: str) -> HttpResponse:
    """A move of a demand."""
    if verb not in ASKS:
        raise Http404
    by = acting(request)
    check_role(by, rules.ACTIONS[DemandVerb(verb)])
    kind = forms.DEMAND_FORMS[verb]
    form = kind(request.POST, request.FILES) if request.method == "POST" else kind(initial={"answer": Answer.ACCEPT})
    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            lambda: _step(verb, demand_id, form.cleaned_data, by),
            to=lambda found: reverse("demand", args=[found.pk]),
            said=lambda _found: str(ASKS[verb].said),
        )
        if answer is not None:
            return answer
    found = queries.demand(demand_id, by=by, at=clock.now())
    if not form.errors:
        rules.CHECKS[DemandVerb(verb)](by, found.facts)
    context = {"layout": layout_of(by), "form": form, "ask": ASKS[verb], "row": found.row, "found": found}
    return render(request, "works/demand_move.html", context, status=web.status_of(form))


def _step(verb: str, demand_id: int, given: dict[str, Any], by: Actor) -> WithId:
    at = clock.now()
    match verb:
        case DemandVerb.ANSWER:
            return actions.answer_demand(demand_id, given["answer"], text=given["text"], promised=given["promised"], by=by, at=at)
        case DemandVerb.DO:
            return actions.do_demand(demand_id, given["text"], photos=contents(given["photos"]), by=by, at=at)
        case DemandVerb.PASS:
            return actions.pass_demand(demand_id, text=given["text"], by=by, at=at)
        case DemandVerb.RETURN:
            return actions.return_demand(demand_id, given["text"], by=by, at=at)
        case DemandVerb.SETTLE:
            return actions.settle_demand(demand_id, text=given["text"], by=by, at=at)
        case DemandVerb.INSIST:
            return actions.insist_on_demand(demand_id, given["text"], given["addressee"], by=by, at=at)
        case _:
            return actions.tell_raiser(demand_id, given["text"], by=by, at=at)


@require_safe
def work_photo(request: HttpRequest, photo_id: UUID, *, preview: bool = False) -> HttpResponse:
    """A photo or its preview. It never changes under its name, so a browser may keep it for a day."""
    return picture(queries.photo(photo_id, preview=preview, by=acting(request)))


def picture(path: Path) -> HttpResponse:
    """A picture as an answer."""
    answer = HttpResponse(path.read_bytes(), content_type="image/jpeg")
    answer["Cache-Control"] = "private, max-age=86400, immutable"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Content-Disposition"] = "inline"
    return answer
