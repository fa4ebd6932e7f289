"""Orders that something of a package above points to, as far as it needs to know: whose they are, and whether they are at an end."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q

from zengyi.orders.models import Order
from zengyi.orders.rules import OPEN_STATES, State

#: A number as people read it off a page or a slip.
_NUMBER = re.compile(r"(20\d\d)-(\d{1,9})", re.ASCII)


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


def numbered(community_id: int, numbers: Collection[str]) -> dict[str, int]:
    """The ids of a community's orders by their numbers (``2026-0148``), as these were written; who has none is left out. One statement."""
    wanted = {written: (int(found[1]), int(found[2])) for written in numbers if (found := _NUMBER.fullmatch(written))}
    meant = Q(pk__in=())
    for year, sequence in set(wanted.values()):
        meant |= Q(year=year, sequence=sequence)
    rows = Order.objects.filter(meant, community_id=community_id).values_list("pk", "year", "sequence")
    known = {(year, sequence): pk for pk, year, sequence in rows}
    return {written: known[key] for written, key in wanted.items() if key in known}
