"""The dispatcher's desk: the queue with its lights, the marks on the building plan, and whom one could ask."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _

from zengyi.orders.models import Claim, Order
from zengyi.orders.queries.cards import HistoryLine, OrderDetail, OrderRow, row_of
from zengyi.orders.queries.details import detail_of, history_of, seen
from zengyi.orders.queries.lists import in_light, searched
from zengyi.orders.rules import OPEN_CLAIMS, OPEN_CLAIMS_OF_MEMBER, OPEN_STATES, Category, ClaimState, Kind, Light, State, stake
from zengyi.people import queries as people
from zengyi.people.queries import Party
from zengyi.people.rules import Actor, Duty, check_role

QUEUE_MOST = 100
SUGGESTIONS_MOST = 5
LOOK_BACK = timedelta(days=180)
#: While an order is here nobody has been asked yet.
UNTAKEN = (State.PLACED, State.TRIAGED, State.PUBLISHED)
DUTIES = {Category.HELP: Duty.GIVING, Category.OTHER: Duty.DELIBERATION}


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
class Suggestion:
    """Somebody one could propose an order to, with the reasons. ``value`` is ``member:3`` or ``organisation:7``."""

    value: str
    name: str
    member_id: int | None
    organisation_id: int | None
    reasons: list[str]
    load: int
    on_time: int | None


@dataclass(frozen=True, slots=True)
class Pane:
    """The order a dispatcher has picked."""

    order: OrderDetail
    history: list[HistoryLine]
    suggestions: list[Suggestion]


def desk(
    *, by: Actor, at: datetime, q: str = "", kind: str = "", category: str = "", light: str = "", place_id: int | None = None
) -> DeskView:
    """The open orders of the actor's community: new ones first by urgency, then by due date. Two statements."""
    check_role(by, "desk.use")
    here = Order.objects.filter(community_id=by.community_id, state__in=OPEN_STATES)
    rows: QuerySet[Order] = here.select_related("place").defer("search", "contact")
    if kind:
        rows = rows.filter(kind=kind)
    if category:
        rows = rows.filter(category=category)
    if light:
        rows = rows.filter(in_light(light, at))
    if place_id is not None:
        rows = rows.filter(place_id=place_id)
    if q.strip():
        rows = searched(rows, q)
    found = list(rows.order_by(F("due_at").asc(nulls_first=True), "urgency", "pk")[: QUEUE_MOST + 1])
    counts = _counts(here, at)
    return DeskView(
        queue=[row_of(order, at) for order in found[:QUEUE_MOST]],
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
    found = seen(order_id, by=by, events=True)
    wanted = found.order.state in UNTAKEN
    return Pane(detail_of(found, at), history_of(found), _suggested(found.order, at) if wanted else [])


def suggestions(order_id: int, *, by: Actor, at: datetime) -> list[Suggestion]:
    """Whom one could propose the order to, the best first, with reasons: skills, duty, distance, load, past on-time share.

    Left out are those with a stake in it and those who refused it or gave it back.
    """
    check_role(by, "order.assign")
    order = Order.objects.with_asker().filter(pk=order_id, community_id=by.community_id).select_related("place").first()
    return [] if order is None else _suggested(order, at)


def _suggested(order: Order, at: datetime) -> list[Suggestion]:
    loads, past, left_out = _records(order, at)
    asker, scored = order.asker(at), []
    for party in people.parties(order.community_id):
        key = (party.member_id, party.organisation_id)
        if key in left_out or stake(asker, party):
            continue
        load, (finished, on_time) = loads.get(key, 0), past.get(key, (0, 0))
        score, reasons = _judge(order, party, load, finished, on_time)
        if reasons:
            share = round(on_time * 100 / finished) if finished else None
            value = f"member:{party.member_id}" if party.member_id else f"organisation:{party.organisation_id}"
            scored.append((-score, load, value, Suggestion(value, party.name, *key, reasons, load, share)))
    scored.sort(key=lambda item: item[:3])
    return [item[3] for item in scored[:SUGGESTIONS_MOST]]


_Key = tuple[int | None, int | None]


def _records(order: Order, at: datetime) -> tuple[dict[_Key, int], dict[_Key, tuple[int, int]], set[_Key]]:
    """What everybody holds now, has done lately and in time, and who had this one before. One statement."""
    lately = Q(state=ClaimState.DONE, claimed_at__gt=at - LOOK_BACK)
    known = Claim.objects.filter(Q(state__in=OPEN_CLAIMS) | lately | Q(order_id=order.pk), order__community_id=order.community_id)
    rows = (
        known.order_by()
        .values_list("member_id", "organisation_id")
        .annotate(
            load=Count("pk", filter=Q(state__in=OPEN_CLAIMS)),
            finished=Count("pk", filter=lately),
            on_time=Count("pk", filter=lately & Q(order__delivered_at__lte=F("order__due_at"))),
            here=Count("pk", filter=Q(order_id=order.pk)),
        )
    )
    loads: dict[_Key, int] = {}
    past: dict[_Key, tuple[int, int]] = {}
    left_out: set[_Key] = set()
    for member_id, organisation_id, load, finished, on_time, here in rows:
        key = (member_id, organisation_id)
        loads[key], past[key] = load, (finished, on_time)
        if here:
            left_out.add(key)
    return loads, past, left_out


def _judge(order: Order, party: Party, load: int, finished: int, on_time: int) -> tuple[float, list[str]]:
    score, reasons = 0.0, []
    category = Category(order.category)
    if order.category in party.skills:
        score += 4
        reasons.append(_("会办%(what)s") % {"what": category.label})
    if party.duty and party.duty == DUTIES.get(category, Duty.GOVERNANCE):
        score += 2
        reasons.append(str(Duty(party.duty).label))
    if order.place_id is not None and party.home_id == order.place_id:
        score += 2
        reasons.append(_("住同一幢"))
    elif order.place is not None and party.estate_id is not None and party.estate_id == order.place.parent_id:
        score += 1
        reasons.append(_("住同一个小区"))
    if finished:
        share = on_time / finished
        score += 2 * share
        reasons.append(_("半年办过 %(n)d 单，%(share)d%% 按时") % {"n": finished, "share": round(share * 100)})
    if party.organisation_id is not None and order.places > 1:
        score += 1
        reasons.append(_("能派出几个人"))
    return score - load * 0.8 - (10 if load >= OPEN_CLAIMS_OF_MEMBER else 0), reasons


def waiting(community_id: int) -> int:
    """How many orders wait to be looked at."""
    return Order.objects.filter(community_id=community_id, state=State.PLACED).count()
