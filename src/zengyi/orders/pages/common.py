"""What the order pages share."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from zengyi.core import clock
from zengyi.orders import rules
from zengyi.people.queries import PlaceCard
from zengyi.people.rules import PlaceKind
from zengyi.people.web import acting, layout_of


def show(request: HttpRequest, template: str, context: Mapping[str, object], *, status: int = 200) -> HttpResponse:
    """The page, with what every order page knows."""
    by = acting(request)
    known = {"now": clock.now(), "by": by, "layout": layout_of(by), "rules": rules}
    return render(request, f"orders/{template}", {**known, **context}, status=status)


def back(request: HttpRequest, order_id: int) -> str:
    """Where to go on: staff who came from the desk return to it."""
    if request.GET.get("from") == "desk":
        return f"{reverse('desk')}?order={order_id}"
    return reverse("order", args=[order_id])


def place_choices(places: list[PlaceCard], home: int | None = None) -> list[tuple[str, list[tuple[int, str]]]]:
    """Places one may pick, by the estate they stand in: ``(estate, [(id, name)])``.

    Most matters are about one's own building: ``home`` comes first, yet is not picked, as a picked one is shown to everybody.
    Then come spots under no estate.
    """
    names = {place.id: place.name for place in places if place.kind == PlaceKind.ESTATE}
    own = _("我住的这一幢")
    groups: dict[str, list[tuple[int, str]]] = {own: [], "": []}
    for place in places:
        if place.kind in (PlaceKind.BUILDING, PlaceKind.SPOT):
            group = own if place.id == home else names.get(place.parent_id or 0, "")
            groups.setdefault(group, []).append((place.id, place.name))
    return [(name, found) for name, found in groups.items() if found]
