"""Placing an order, and the orders like it that are suggested while somebody types."""

from typing import Any, Protocol

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from zengyi.core import clock, web
from zengyi.core.ids import WithId
from zengyi.orders import actions, forms, queries, rules
from zengyi.orders.pages import saying
from zengyi.orders.pages.common import place_choices, show
from zengyi.people import queries as people
from zengyi.people.rules import COMMUNITY_ROLES, Actor, Duty, Role
from zengyi.people.web import acting

TILES_MOST = 120


@require_http_methods(["GET", "HEAD", "POST"])
def order_new(request: HttpRequest) -> HttpResponse:
    """The form of a new order; a worker writes it down on behalf of somebody."""
    by = acting(request)
    kinds = rules.kinds_for(by.role)
    home = people.home_of(by.person_id) if by.role == Role.RESIDENT and by.person_id is not None else None
    groups = place_choices(people.places_of(by.community_id), home) if by.community_id else []
    flat = [choice for _estate, found in groups for choice in found]
    kind_of_form = forms.BehalfForm if by.role in COMMUNITY_ROLES else forms.OrderForm
    units = people.units_of(by.community_id) if by.community_id else []
    own = next(((place_id, name) for place_id, name in flat if place_id == home), None)
    known: dict[str, Any] = {"kinds": kinds, "places": flat, "units": units, "home": own}
    if request.method == "POST":
        form = kind_of_form(request.POST, request.FILES, **known)
        answer = web.submit(
            request,
            form,
            lambda: _place(form, by),
            to=lambda order: reverse("order", args=[order.pk]),
            said=lambda order: saying.placed(by, private=order.private),
        )
        if answer is not None:
            return answer
    else:
        form = kind_of_form(initial=_initial(request, by, kinds), **known)
    picked = form["place"].value()
    context = {
        "form": form,
        "groups": groups,
        "tiles": len(flat) <= TILES_MOST,
        "picked": next((name for place_id, name in flat if str(place_id) == str(picked)), ""),
        "keeps_away": bool(form["about_unit"].value() or form["without_unit"].value()),
        "units": units,
        "on_behalf": kind_of_form is forms.BehalfForm,
        "community": people.community(by.community_id) if by.community_id else None,
    }
    return web.waiting(form, show(request, "new.html", context, status=web.status_of(form)))


def _initial(request: HttpRequest, by: Actor, kinds: tuple[rules.Kind, ...]) -> dict[str, Any]:
    asked = forms.filters_of(request.GET)
    reports = by.role == Role.MEMBER and by.duty == Duty.MONITORING
    kind = asked.kind if asked.kind in kinds else rules.Kind.REPORT if reports else rules.Kind.DEMAND
    return {"kind": kind, "category": asked.category, "place": asked.place, "title": asked.q, "at_home": True}


class _Placed(WithId, Protocol):
    """An order that was placed."""

    @property
    def private(self) -> bool: ...


def _place(form: forms.OrderForm, by: Actor) -> _Placed:
    given = form.cleaned_data
    behalf = None
    if given.get("name") or given.get("phone"):
        behalf = rules.OnBehalf(name=given["name"], phone=given["phone"], channel=rules.Channel(given["channel"]))
    return actions.place(
        kind=given["kind"],
        category=given["category"],
        title=given["title"],
        text=given["text"],
        place_id=given["place"],
        spot=given["spot"],
        urgency=given["urgency"],
        contact=given["contact"],
        photos=forms.contents(given["photos"]),
        on_behalf=behalf,
        anonymous=given["anonymous"],
        private=given["private"],
        about_unit=given["about_unit"],
        excluded_units=[] if given["without_unit"] is None else [given["without_unit"]],
        by=by,
        at=clock.now(),
    )


@require_POST
def similar(request: HttpRequest) -> HttpResponse:
    """Open orders like the one being written: a fragment for its form. What is not sent yet stands in no address."""
    by = acting(request)
    asked = forms.filters_of(request.POST)
    text = forms.words(f"{request.POST.get('title', '')} {request.POST.get('text', '')}")
    rows = queries.similar(text, asked.place, asked.category, by=by, at=clock.now()) if len(text) > 1 else []
    return show(request, "_similar.html", {"rows": rows})
