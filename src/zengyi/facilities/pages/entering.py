"""Entering a facility by hand, and correcting what the register says of one, its place on the drawing included."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from zengyi.core import clock, web
from zengyi.facilities import actions, queries
from zengyi.facilities.forms import CorrectForm, FacilityForm
from zengyi.facilities.pages.dots import home
from zengyi.people import queries as people
from zengyi.people.rules import Actor, PlaceKind
from zengyi.people.web import acting, layout_of

_STANDS_AT = (PlaceKind.BUILDING, PlaceKind.SPOT, PlaceKind.ESTATE)


def _places(by: Actor) -> list[Any]:
    return people.places_of(by.community_id or 0)


def _named(places: list[Any]) -> list[str]:
    return [card.name for card in places if card.kind in _STANDS_AT]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def facility_new(request: HttpRequest) -> HttpResponse:
    """Enter one."""
    by = acting(request)
    places = _places(by)
    form = FacilityForm(web.sent(request), places=_named(places))
    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            lambda: actions.add(**form.cleaned_data, by=by, at=clock.now()),
            to=lambda made: reverse("facility", args=[made]),
            said=lambda _made: _("登记好了。"),
        )
        if answer is not None:
            return answer
    context = {"layout": layout_of(by), "form": form, "plan": home(places, None)}
    return render(request, "facilities/new.html", context, status=web.status_of(form))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def facility_edit(request: HttpRequest, facility_id: int) -> HttpResponse:
    """GET: what the register says of it. POST: the same anew."""
    by = acting(request)
    found = queries.entry(facility_id, by=by)
    places = _places(by)
    form = CorrectForm(web.sent(request), places=_named(places), initial=found.given)
    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            lambda: actions.correct(facility_id, given=form.cleaned_data, by=by, at=clock.now()),
            to=lambda pk: reverse("facility", args=[pk]),
            said=lambda _pk: _("改好了。"),
        )
        if answer is not None:
            return answer
    context = {"layout": layout_of(by), "form": form, "found": found, "plan": home(places, found.place_id)}
    return render(request, "facilities/edit.html", context, status=web.status_of(form))
