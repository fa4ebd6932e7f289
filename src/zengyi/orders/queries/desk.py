"""The dispatcher's desk: the queue with its lights, the marks on the building plan, and whom one could ask."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from zengyi.orders.models import Order
from zengyi.orders.queries.cards import History, OrderDetail, OrderRow, row_of
from zengyi.orders.queries.details import detail_of, history_of, seen
from zengyi.orders.queries.lists import in_light, searched
from zengyi.orders.queries.suggesting import Suggestion, suggested
from zengyi.orders.rules import OPEN_STATES, Kind, Light, State
from zengyi.people.rules import Actor, check_role

QUEUE_MOST = 100
#: While an order is here nobody has been asked yet.
UNTAKEN = (State.PLACED, State.TRIAGED, State.PUBLISHED)


#: Where open orders stand, as the desk counts them below its plan.
STAGES: dict[str, tuple[State, ...]] = {
    "new": (State.PLACED, State.TRIAGED),
    "offered": (State.PUBLISHED, State.ASSIGNED),
    "doing": (State.CLAIMED,),
    "done": (State.DELIVERED,),
}


@dataclass(frozen=True, slots=True)
class PlaceMark:
    """What is open at a place: how many orders, and the worst light among them."""

    count: int
    light: str


@dataclass(frozen=True, slots=True)
class DeskView:
    """What a dispatcher looks at.

    ``kinds``, ``states`` and ``lights`` count all open orders of the community; ``more``: the queue was cut.
    """

    queue: list[OrderRow]
    more: bool
    lights: dict[str, int]
    kinds: dict[str, int]
    states: dict[str, int]
    marks: dict[int, PlaceMark]
    open: int


@dataclass(frozen=True, slots=True)
class Pane:
    """The order a dispatcher has picked."""

    order: OrderDetail
    history: History
    suggestions: list[Suggestion]


def desk(
    *,
    by: Actor,
    at: datetime,
    q: str = "",
    kind: str = "",
    category: str = "",
    light: str = "",
    stage: str = "",
    place_id: int | None = None,
) -> DeskView:
    """The open orders of the actor's community: new ones first by urgency, then by due date. Two statements."""
    check_role(by, "desk.use")
    here = Order.objects.filter(community_id=by.community_id, state__in=OPEN_STATES)
    rows: QuerySet[Order] = here.select_related("place").defer("search", "inner_search", "contact")
    if kind:
        rows = rows.filter(kind=kind)
    if category:
        rows = rows.filter(category=category)
    if light:
        rows = rows.filter(in_light(light, at))
    if stage:
        rows = rows.filter(state__in=STAGES[stage])
    if place_id is not None:
        rows = rows.filter(place_id=place_id)
    if q.strip():
        rows = searched(rows, q, inner=True)
    found = list(rows.order_by(F("due_at").asc(nulls_first=True), "urgency", "pk")[: QUEUE_MOST + 1])
    counts = _counts(here, at)
    return DeskView(
        queue=[row_of(order, by, at) for order in found[:QUEUE_MOST]],
        more=len(found) > QUEUE_MOST,
        lights={name: sum(row[name] for row in counts) for name in Light.values},
        kinds={name: sum(row[name] for row in counts) for name in Kind.values},
        states={state.value: sum(row[state.value] for row in counts) for state in OPEN_STATES},
        marks={row["place_id"]: _mark(row) for row in counts if row["place_id"] is not None},
        open=sum(row["open"] for row in counts),
    )


def _counts(here: "QuerySet[Order]", at: datetime) -> list[dict[str, Any]]:
    """Open orders by place, each by kind, state and light."""
    lights = {name: Count("pk", filter=in_light(name, at)) for name in Light.values}
    kinds = {name: Count("pk", filter=Q(kind=name)) for name in Kind.values}
    states = {state.value: Count("pk", filter=Q(state=state)) for state in OPEN_STATES}
    rows = here.order_by().values("place_id").annotate(**lights, **kinds, **states, open=Count("pk"))
    return [dict(row) for row in rows]


def _mark(row: dict[str, Any]) -> PlaceMark:
    worst = Light.LATE if row[Light.LATE] else Light.SOON if row[Light.SOON] else Light.OK
    return PlaceMark(row["open"], worst.value)


def pane(order_id: int, *, by: Actor, at: datetime) -> Pane:
    """An order beside the queue: itself, its history, and while nobody is at it whom one could ask. Raises :class:`NotThere`.

    Three statements.
    """
    check_role(by, "desk.use")
    found = seen(order_id, by=by, at=at, events=True)
    wanted = found.order.state in UNTAKEN
    return Pane(detail_of(found, at), history_of(found, at), suggested(found.order, at) if wanted else [])
