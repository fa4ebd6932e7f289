"""Defects on pages: one cause with all that lies at it and its one order, taking it apart, and looking again after a repair."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zengyi.core import clock, web
from zengyi.core.forms import PlainForm
from zengyi.core.keyset import after_of, next_link
from zengyi.facilities import actions, queries
from zengyi.facilities.forms import CauseForm, GatherForm, RecheckForm
from zengyi.people.rules import may
from zengyi.people.web import acting, layout_of


@never_cache
@require_safe
def defect(request: HttpRequest, defect_id: int) -> HttpResponse:
    """A defect that stands by itself, with what lies at it; one that lies at another leads there."""
    card = queries.cause(defect_id, by=acting(request), after=after_of(request))
    if card.root.id != defect_id:
        return web.go(request, reverse("defect", args=[card.root.id]))
    return _shown(request, card)


def _shown(request: HttpRequest, card: queries.CauseCard, form: PlainForm | None = None) -> HttpResponse:
    by = acting(request)
    mine = card.community_id == by.community_id
    gather, cause = GatherForm(offered=card.offered), CauseForm(causes=card.causes)
    context = {
        "layout": layout_of(by),
        "card": card,
        "now": clock.now(),
        "form": form,
        "gather": form if isinstance(form, GatherForm) else gather,
        "cause": form if isinstance(form, CauseForm) else cause,
        "next": next_link(request, card.positions),
        "may_join": may(by, "defect.join") and mine and not card.root.fixed_at,
        "may_recheck": may(by, "defect.recheck") and mine,
    }
    return render(request, "facilities/defect.html", context, status=web.status_of(form) if form else 200)


def _sent(request: HttpRequest, card: queries.CauseCard, form: PlainForm, step: Callable[[], int], said: str) -> HttpResponse:
    answer = web.submit(request, form, step, to=lambda root: reverse("defect", args=[root]), said=lambda _root: said)
    return answer if answer is not None else _shown(request, card, form)


@require_POST
def defect_join(request: HttpRequest, defect_id: int) -> HttpResponse:
    """It lies at a switch, a line or a power supply: one order for all that is dark behind it."""
    by = acting(request)
    card = queries.cause(defect_id, by=by)
    form = CauseForm(request.POST, causes=card.causes)

    def step() -> int:
        return actions.join(defect_id, cause_id=form.cleaned_data["cause"], by=by, at=clock.now())

    return _sent(request, card, form, step, _("归到一起了，一张单子修。"))


@require_POST
def defect_gather(request: HttpRequest, defect_id: int) -> HttpResponse:
    """Several others lie at this one."""
    by = acting(request)
    card = queries.cause(defect_id, by=by)
    form = GatherForm(request.POST, offered=card.offered)

    def step() -> int:
        return actions.gather(card.root.id, defect_ids=form.cleaned_data["defects"], by=by, at=clock.now())

    return _sent(request, card, form, step, _("归到一起了，一张单子修。"))


@require_POST
def defect_part(request: HttpRequest, defect_id: int) -> HttpResponse:
    """It does not lie there after all."""
    by = acting(request)
    queries.defect(defect_id, by=by)
    answer = web.submit(
        request,
        None,
        lambda: actions.part(defect_id, by=by, at=clock.now()),
        to=lambda root: reverse("defect", args=[root]),
        said=lambda _root: _("拆出来了，单独开了一张单。"),
    )
    assert answer is not None  # without a form every refusal is raised
    return answer


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def defect_recheck(request: HttpRequest, defect_id: int) -> HttpResponse:
    """Look again at what was repaired: good, or not yet."""
    by = acting(request)
    row = queries.defect(defect_id, by=by)
    form = RecheckForm(web.sent(request))
    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            lambda: actions.recheck(defect_id, **form.cleaned_data, by=by, at=clock.now()),
            to=lambda _order: reverse("facility", args=[row.facility_id]),
            said=lambda _order: _("记下了。"),
        )
        if answer is not None:
            return answer
    return render(request, "facilities/recheck.html", {"layout": layout_of(by), "row": row, "form": form}, status=web.status_of(form))
