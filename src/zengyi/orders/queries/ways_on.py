"""What packages above may begin with an order: its page leads there whoever may do that."""

from collections.abc import Callable
from dataclasses import dataclass

from zengyi.orders.queries.cards import OrderDetail
from zengyi.orders.rules import on_view
from zengyi.people.rules import COMMUNITY_ROLES, Actor, may

#: By action of the table of roles: what the link says, and where it leads to for an order of that id.
_WAYS: dict[str, tuple[object, Callable[[int], str]]] = {}


def leads_to(action: str, label: object, where: Callable[[int], str]) -> None:
    """Whoever may do ``action`` may begin it with an order; the package above says so when Django starts."""
    _WAYS[action] = (label, where)


@dataclass(frozen=True, slots=True)
class WayOn:
    """A link from an order's page to a form of a package above."""

    label: str
    url: str


def ways_on(order: OrderDetail, by: Actor) -> list[WayOn]:
    """What the reader may begin with the order: the community with any of its own, others with theirs and with what is on public view."""
    known = by.role in COMMUNITY_ROLES or order.is_mine or on_view(order.state, private=order.private)
    if not known or order.community_id != by.community_id:
        return []
    return [WayOn(str(label), where(order.id)) for action, (label, where) in _WAYS.items() if may(by, action)]
