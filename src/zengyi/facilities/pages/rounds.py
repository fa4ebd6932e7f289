"""Rounds on pages: what is to be walked, one round, its review, and laying out a route."""

from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zengyi.core import clock, web
from zengyi.core.keyset import after_of, next_link
from zengyi.councils import queries as councils
from zengyi.facilities import actions, queries, rules
from zengyi.facilities.forms import ChecklistForm, ReviewForm, RouteForm
from zengyi.people import queries as people
from zengyi.people.rules import may
from zengyi.people.web import acting, layout_of


@never_cache
@require_safe
def rounds(request: HttpRequest) -> HttpResponse:
    """What is to be walked today, what was, and the routes."""
    by, state = acting(request), request.GET.get("state", "")
    state = state if state in rules.RoundState.values else ""
    page = queries.rounds(by=by, state=state, after=after_of(request))
    context = {
        "layout": layout_of(by),
        "page": page,
        "next": next_link(request, page),
        "state": state,
        "states": rules.RoundState.choices,
        "routes": queries.routes(by=by),
        "may_plan": may(by, "round.plan"),
        "filtered": bool(state or request.GET.get("after")),
    }
    return render(request, "facilities/rounds.html", context)


@never_cache
@require_safe
def round_(request: HttpRequest, round_id: int) -> HttpResponse:
    """All that was found on a round."""
    by = acting(request)
    card = queries.round_card(round_id, by=by)
    return _shown(request, card, ReviewForm(late=card.late))


def _shown(request: HttpRequest, card: queries.RoundCard, form: ReviewForm) -> HttpResponse:
    by, row = acting(request), card.row
    here, mine = card.community_id == by.community_id, row.walked_by_id is not None and row.walked_by_id == by.user_id
    context = {
        "layout": layout_of(by),
        "card": card,
        "now": clock.now(),
        "row": row,
        "form": form,
        "may_walk": may(by, "round.walk") and here and row.state in (rules.RoundState.SCHEDULED, rules.RoundState.STARTED),
        "begun": row.state == rules.RoundState.STARTED,
        "may_review": may(by, "round.review") and here and row.state == rules.RoundState.SUBMITTED and not mine,
    }
    return render(request, "facilities/round.html", context, status=web.status_of(form))


@require_POST
def round_review(request: HttpRequest, round_id: int) -> HttpResponse:
    """It was looked through, by somebody who did not walk it."""
    by = acting(request)
    card = queries.round_card(round_id, by=by)
    form = ReviewForm(request.POST, late=card.late)
    answer = web.submit(
        request,
        form,
        lambda: actions.review(round_id, **form.cleaned_data, by=by, at=clock.now()),
        to=lambda pk: reverse("round", args=[pk]),
        said=lambda _pk: _("复核过了。"),
    )
    return answer if answer is not None else _shown(request, card, form)


@require_safe
def check_photo(request: HttpRequest, photo_id: UUID, *, preview: bool = False) -> HttpResponse:
    """A photo of a check, for whoever may see the round; it never changes under its name."""
    return jpeg(queries.photo(photo_id, preview=preview, by=acting(request)))


def jpeg(path: Path) -> HttpResponse:
    """The file of a photo, as an answer that nothing is run from."""
    answer = HttpResponse(path.read_bytes(), content_type="image/jpeg")
    answer["Cache-Control"] = "private, max-age=86400, immutable"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Content-Disposition"] = "inline"
    return answer


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def route_new(request: HttpRequest) -> HttpResponse:
    """Lay out a route past the facilities of some kinds."""
    by = acting(request)
    counts = queries.counts(by.community_id or 0, at=clock.now())
    duties = councils.daily_duties(by.community_id or 0)
    asked: dict[str, Any] = {"counts": counts, "duties": duties, "units": people.units_of(by.community_id or 0)}
    form = RouteForm(web.sent(request), **asked, initial={"starts_on": clock.local_date(clock.now())})

    def step() -> int:
        given = dict(form.cleaned_data)
        ids = queries.ids_of(given.pop("kinds"), by=by)
        return actions.lay_out(**given, facility_ids=ids, by=by, at=clock.now())

    if request.method == "POST":
        answer = web.submit(request, form, step, to=lambda _made: reverse("rounds"), said=lambda _made: _("定好了。到日子就会排出来。"))
        if answer is not None:
            return answer
    return render(request, "facilities/route_new.html", {"layout": layout_of(by), "form": form}, status=web.status_of(form))


@require_POST
def route_end(request: HttpRequest, route_id: int) -> HttpResponse:
    """Nobody walks it any more."""
    by = acting(request)
    step = web.submit(
        request,
        None,
        lambda: actions.end_route(route_id, by=by, at=clock.now()),
        to=lambda _route: reverse("rounds"),
        said=lambda _route: _("从明天起不查了。"),
    )
    assert step is not None  # without a form every refusal is raised
    return step


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def checklist(request: HttpRequest, checklist_id: int) -> HttpResponse:
    """GET: what is asked, in which version. POST: the next version."""
    by = acting(request)
    card = queries.checklist(checklist_id, by=by)
    form = ChecklistForm(web.sent(request), card=card)
    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            lambda: actions.revise(checklist_id, add=form.added(), drop=form.cleaned_data["drop"], by=by, at=clock.now()),
            to=lambda _version: reverse("checklist", args=[checklist_id]),
            said=lambda version: _("记成第 %(version)d 版了。") % {"version": version},
        )
        if answer is not None:
            return answer
    context = {
        "layout": layout_of(by),
        "card": card,
        "form": form,
        "may_plan": may(by, "round.plan") and card.community_id == by.community_id,
    }
    return render(request, "facilities/checklist.html", context, status=web.status_of(form))


def _walk_of(begun: actions.Begun) -> str:
    """The page of the walk. It lies in the browser for as long as its pass lasts, so that each pass has an address of its own."""
    return f"{reverse('round-walk', args=[begun.round_id])}?{urlencode({'pass': begun.key[-8:]})}"


@require_POST
def round_start(request: HttpRequest, round_id: int) -> HttpResponse:
    """Begin the round, or go on with it, on this phone."""
    by = acting(request)
    queries.sheet(round_id, by=by)
    answer = web.submit(request, None, lambda: actions.start(round_id, by=by, at=clock.now()), to=_walk_of)
    assert answer is not None  # without a form every refusal is raised
    return answer


@require_POST
def round_hand_in(request: HttpRequest, round_id: int) -> HttpResponse:
    """Hand in what is here of a round that was typed in or came as a file."""
    by = acting(request)
    card = queries.round_card(round_id, by=by)
    manifest: dict[str, Any] = {one.uid: [] for one in card.checks}
    answer = web.submit(
        request,
        None,
        lambda: actions.hand_in(round_id, manifest=manifest, by=by, at=clock.now()),
        to=lambda _done: reverse("round", args=[round_id]),
        said=lambda _done: _("交上了，等人复核。"),
    )
    assert answer is not None  # without a form every refusal is raised
    return answer
