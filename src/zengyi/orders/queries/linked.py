"""Orders that something of a package above points to, as far as it needs to know: whose they are, and whether they are at an end."""

from collections.abc import Collection
from dataclasses import dataclass

from zengyi.orders.models import Order
from zengyi.orders.rules import OPEN_STATES, State


@dataclass(frozen=True, slots=True)
class Linked:
    """An order that is pointed to."""

    id: int
    number: str
    title: str
    state: State
    community_id: int
    requester_id: int
    private: bool

    @property
    def is_open(self) -> bool:
        """Whether whoever asked for it still waits for an answer."""
        return self.state in OPEN_STATES


def linked(order_ids: Collection[int]) -> list[Linked]:
    """The orders of these ids, the oldest first. One statement."""
    rows = Order.objects.filter(pk__in=order_ids).order_by("pk")
    read = rows.only("year", "sequence", "title", "state", "community_id", "requester_id", "private")
    return [Linked(o.pk, o.number, o.title, State(o.state), o.community_id, o.requester_id, o.private) for o in read]
