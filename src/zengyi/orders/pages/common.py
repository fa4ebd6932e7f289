"""What the order pages share."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from zengyi.core import clock
from zengyi.orders import rules
from zengyi.people.pages import acting, layout_of
from zengyi.people.queries import PlaceCard
from zengyi.people.rules import PlaceKind


def show(request: HttpRequest, template: str, context: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    """The page, with what every order page knows."""
    by = acting(request)
    known = {"now": clock.now(), "by": by, "layout": layout_of(by), "rules": rules}
    return render(request, f"orders/{template}", {**known, **context}, status=status)


def place_choices(places: list[PlaceCard]) -> list[tuple[str, list[tuple[int, str]]]]:
    """Places one may pick, by the estate they stand in: ``(estate, [(id, name)])``; spots under no estate come first."""
    names = {place.id: place.name for place in places if place.kind == PlaceKind.ESTATE}
    groups: dict[str, list[tuple[int, str]]] = {"": []}
    for place in places:
        if place.kind in (PlaceKind.BUILDING, PlaceKind.SPOT):
            groups.setdefault(names.get(place.parent_id or 0, ""), []).append((place.id, place.name))
    return [(name, found) for name, found in groups.items() if found]
