"""Lists of orders: what somebody may see, filtered and searched, by keyset."""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import reduce
from operator import or_

from django.db.models import Count, F, Q, QuerySet, Window

from zengyi.bank import queries as bank
from zengyi.core import clock, personal, search
from zengyi.core.clock import SHANGHAI
from zengyi.core.keyset import Page
from zengyi.orders.models import Claim, Exclusion, Order
from zengyi.orders.queries.cards import OrderRow, row_of
from zengyi.orders.rules import OPEN_CLAIMS, OPEN_STATES, PUBLIC_STATES, SOON, ClaimState, Light, State
from zengyi.people.rules import COMMUNITY_ROLES, NOBODY, STAFF_ROLES, Actor, Scope, scopes

SIZE_MOST = 100
SIMILAR_MOST = 3
SIMILAR_LOOKED_AT = 200
SIMILAR_DAYS = timedelta(days=60)
SIMILAR_SHARE = 0.2
_NUMBER = re.compile(r"(20\d\d)-(\d{1,9})")
_HELD = (*OPEN_CLAIMS, ClaimState.DONE)
WORKED_ON = tuple(state for state in OPEN_STATES if state != State.DELIVERED)


def reaches(by: Actor, state: str = "") -> list[Q]:
    """The orders the actor may look at, one part for each scope, each of them read by an index of its own.

    Together they are the rule that ``rules.may_see`` asks of a single order. ``state``: only orders in that state are wanted; a
    part that holds none of those is left out.
    """
    on_view: Q | None = Q(private=False)
    if state not in PUBLIC_STATES:
        on_view = None if state else Q(state__in=PUBLIC_STATES, private=False)
    found: list[Q | None] = []
    for scope in scopes(by.role, "order.list"):
        match scope:
            case Scope.PUBLIC:
                found.append(on_view)
            case Scope.OWN if by.person_id is not None:
                found.append(Q(requester_id=by.person_id))
            case Scope.ASSIGNED:
                found += held_by(by)
            case Scope.NEIGHBOUR if by.community_id is not None:
                found.append(None if on_view is None else Q(community_id=by.community_id) & on_view)
            case Scope.COMMUNITY if by.community_id is not None:
                found.append(Q(community_id=by.community_id))
            case Scope.SUBTREE if by.place_path:
                found.append(Q(community__path__startswith=by.place_path))
    return [part for part in found if part is not None]


def held_by(by: Actor) -> list[Q]:
    """Orders the actor, as a member or as an organisation, holds or has done."""
    held = Claim.objects.filter(state__in=_HELD)
    holders = {"organisation_id": by.organisation_id, "member_id": by.member_id}
    return [Q(pk__in=held.filter(**{name: pk}).values("order_id")) for name, pk in holders.items() if pk is not None]


def _mine(by: Actor) -> list[Q]:
    """The actor's own orders, as far as they may look at them: each part is one of the scopes or lies within what staff reach."""
    own = [] if by.person_id is None else [Q(requester_id=by.person_id)]
    if by.role in STAFF_ROLES:
        own += [Q(placed_by_id=by.user_id)] if by.role in COMMUNITY_ROLES else []
        return [part & any_of(reaches(by)) for part in own]
    among = scopes(by.role, "order.list")
    return [*(own if Scope.OWN in among else []), *(held_by(by) if Scope.ASSIGNED in among else [])]


def any_of(parts: list[Q]) -> Q:
    """The condition that a row lies in any of the parts; no row does when there are none."""
    return reduce(or_, parts) if parts else Q(pk__in=[])


def newest(rows: "QuerySet[Order]", parts: list[Q], size: int) -> "QuerySet[Order]":
    """The newest ``size`` of those rows that lie in any of the parts.

    With one condition "this part or that part" a database would read all orders, newest first, until it has found enough. So each part is
    read by an index of its own, up to ``size`` rows, and the newest of all these are the answer.
    """
    rows = rows.order_by("-pk")
    if len(parts) < 2:
        return rows.filter(any_of(parts))[:size]
    # SQLite does not allow LIMIT directly inside a UNION, but it does in a subquery.
    ids = [Order.objects.filter(pk__in=rows.filter(part).values("pk")[:size]).values("pk") for part in parts]
    among = Order.objects.filter(pk__in=ids[0].union(*ids[1:])).order_by("-pk")
    return among[:size]


#: How far an order has got, whatever became of it afterwards: the steps that the district's screen counts.
STEPS = {
    "placed": Q(),
    "triaged": Q(triaged_at__isnull=False),
    "claimed": Q(claimed_at__isnull=False),
    "delivered": Q(delivered_at__isnull=False),
    "confirmed": Q(state=State.CONFIRMED),
}


def in_light(name: str, at: datetime) -> Q:
    """Orders being worked on that stand in one of the three lights."""
    worked_on = Q(state__in=WORKED_ON)
    match name:
        case Light.LATE:
            return worked_on & Q(due_at__lt=at)
        case Light.SOON:
            return worked_on & Q(due_at__gte=at, due_at__lte=at + SOON)
        case _:
            return worked_on & Q(due_at__gt=at + SOON)


def without_excluded(rows: "QuerySet[Order]", by: Actor) -> "QuerySet[Order]":
    """Without the orders from which an organisation of the actor's is kept away; their own stay, and the community's staff work on all."""
    if by.role in STAFF_ROLES or not by.units:
        return rows
    away = Q(pk__in=Exclusion.objects.filter(organisation_id__in=sorted(by.units)).values("order_id"))
    return rows.exclude(away if by.person_id is None else away & ~Q(requester_id=by.person_id))


def searched(rows: "QuerySet[Order]", q: str, *, inner: bool) -> "QuerySet[Order]":
    """Orders found by number (``2026-0148``) or by words. ``inner``: also by the phones, doors and the like in them."""
    number = _NUMBER.fullmatch(q.strip())
    if number:
        return rows.filter(year=int(number[1]), sequence=int(number[2]))
    return search.matching(rows, "search", q, *(["inner_search"] if inner else []))


def listing(
    *,
    by: Actor,
    at: datetime,
    state: str = "",
    kind: str = "",
    category: str = "",
    q: str = "",
    mine: bool = False,
    only_open: bool = False,
    public: bool = False,
    light: str = "",
    step: str = "",
    quarter: str = "",
    community_id: int | None = None,
    requester_id: int | None = None,
    after: int | None = None,
    size: int = 20,
) -> Page[OrderRow]:
    """Orders the actor may see, newest first; ``public``: only what everybody may. ``after`` is the last id of the page before.

    One statement.
    """
    rows = without_excluded(Order.objects.all(), by)
    parts = reaches(by, state)
    wanted = {"state": state, "kind": kind, "category": category, "community_id": community_id, "requester_id": requester_id}
    rows = rows.filter(**{name: value for name, value in wanted.items() if value not in ("", None)})
    if mine:
        parts = _mine(by)
    if public:
        rows = rows.filter(any_of(reaches(NOBODY)))
    if only_open:
        rows = rows.filter(state__in=OPEN_STATES)
    if light:
        rows = rows.filter(in_light(light, at))
    if step:
        rows = rows.filter(STEPS[step])
    if quarter:
        first, following = clock.quarter_bounds(quarter)
        since, until = (datetime.combine(day, time.min, SHANGHAI) for day in (first, following))
        rows = rows.filter(placed_at__gte=since, placed_at__lt=until)
    if q.strip():
        rows = searched(rows, q, inner=by.role in COMMUNITY_ROLES and not public)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    size = max(1, min(size, SIZE_MOST))
    told = newest(rows, parts, size + 1).select_related("place").defer("search", "inner_search", "contact")
    found = list(told.annotate(left=F("account__balance"), booked=bank.booked("account_id")))
    return Page([row_of(order, by, at) for order in found[:size]], found[size - 1].pk if len(found) > size else None)


@dataclass(frozen=True, slots=True)
class OnOffer:
    """How many orders of a community wait for somebody to take them, and what the newest is about."""

    count: int = 0
    newest: str = ""


def on_offer(community_id: int, *, by: Actor) -> OnOffer:
    """What the actor sees of a community's orders that wait for somebody to take them. One statement."""
    rows = Order.objects.filter(any_of(reaches(by, State.PUBLISHED)), community_id=community_id, state=State.PUBLISHED)
    newest = without_excluded(rows, by).order_by("-pk").annotate(n=Window(Count("pk"))).values_list("n", "title").first()
    return OnOffer(newest[0], personal.masked(newest[1])) if newest else OnOffer()


def similar(text: str, place_id: int | None, category: str, *, by: Actor, at: datetime) -> list[OrderRow]:
    """Recent open orders of the community that sound like ``text``: at most three, the likest first.

    Looked at are those of the same category or the same place, at most two hundred; likeness is the share of common
    bigrams. One statement reads the words of these, a second one the orders that are told.
    """
    wanted = set(search.tokens(text).split())
    if not wanted or by.community_id is None:
        return []
    open_ones = Order.objects.filter(
        any_of(reaches(by)), community_id=by.community_id, state__in=OPEN_STATES, placed_at__gt=at - SIMILAR_DAYS
    )
    rows = without_excluded(open_ones, by)
    near = Q(category=category) if category else Q()
    if place_id is not None:
        near |= Q(place_id=place_id)
    scored = []
    looked_at = rows.filter(near).order_by("-pk").values_list("pk", "place_id", "search")[:SIMILAR_LOOKED_AT]
    for pk, place, stored in looked_at:
        words = set(stored.split())
        share = len(wanted & words) / min(len(wanted), len(words) or 1)
        share += 0.1 if place_id is not None and place == place_id else 0
        if share >= SIMILAR_SHARE:
            scored.append((share, pk))
    likest = [pk for _share, pk in sorted(scored, reverse=True)[:SIMILAR_MOST]]
    read = rows.filter(pk__in=likest).select_related("place").defer("search", "inner_search", "contact").in_bulk() if likest else {}
    return [row_of(read[pk], by, at) for pk in likest if pk in read]
