"""The plan of the estate on which a demand is pinned."""

from collections.abc import Iterable

from zengyi.people.queries import PlaceCard
from zengyi.people.rules import PlaceKind
from zengyi.people.web.plan import Plan, plans


def estate_of(cards: Iterable[PlaceCard], place_id: int | None) -> int | None:
    """The estate where that place lies, else the first one; nothing where there is none."""
    estates = [card.id for card in cards if card.kind == PlaceKind.ESTATE]
    parent = next((card.parent_id for card in cards if card.id == place_id), None)
    return next((one for one in (place_id, parent, *estates) if one in estates), None)


def plan_of(cards: Iterable[PlaceCard], estate_id: int | None) -> Plan | None:
    """The drawing of one estate; nothing where it has none."""
    mine = [card for card in cards if estate_id in (card.id, card.parent_id, card.plan.get("on"))]
    drawn = plans(mine, {}) if estate_id is not None else []
    return drawn[0] if drawn and drawn[0].blocks else None


def spot_on(plan: Plan, x: int, y: int) -> tuple[float, float]:
    """A pin's place in the units of the drawing."""
    left, top, width, height = plan.view
    return round(left + width * x / 1000, 1), round(top + height * y / 1000, 1)
