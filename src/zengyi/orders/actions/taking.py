"""The statements of a claim, the step in which many meet: prepared, and one of them decides who wins."""

from datetime import datetime
from functools import partial
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Count, Exists, F, IntegerField, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from zengyi.core.prepared import Query, Statement
from zengyi.core.sql import Turn
from zengyi.orders.models import ASKER, ASKER_FOR_MEMBER, Claim, Order
from zengyi.orders.rules import OPEN_CLAIMS, OPEN_CLAIMS_OF_MEMBER, OPEN_CLAIMS_OF_ORGANISATION
from zengyi.people.rules import Actor, Role

#: The order's columns that a claim, its event and its answer need, in the order of the table.
_FIELDS = (
    *("id", "community_id", "year", "sequence", "kind", "category", "title", "text", "place_id", "spot", "urgency", "state", "outcome"),
    *("difficulty", "places", "taken", "requester_id", "private", "placed_at", "published_at", "claimed_at", "delivered_at", "ended_at"),
    "due_at",
)
_KNOWN = ("path", "mine_open", "mine_here")
_ASKER = {"member_id": ASKER_FOR_MEMBER, "organisation_id": ASKER}


def _claimable(holder: str, order: int, mine: int) -> Any:
    """The order with all that claiming needs to know. The claimant's next claim waits here until this one is through."""
    own = Claim.objects.filter(state__in=OPEN_CLAIMS, **{holder: mine})
    counted = own.order_by().annotate(all=Value(1)).values("all").annotate(n=Count("pk")).values("n")
    rows = Order.objects.with_asker(_ASKER[holder]).annotate(
        path=F("community__path"),
        mine_open=Coalesce(Subquery(counted, output_field=IntegerField()), 0),
        mine_here=Exists(own.filter(order_id=OuterRef("pk"))),
        turn=Turn(Value(mine), purpose=holder),
    )
    return rows.filter(pk=order).values(*_FIELDS, *_KNOWN, *_ASKER[holder], "turn")


# Whatever was read before: the order is open and has room now, and the claimant does not hold too many now.
_TAKE = """
    UPDATE orders_order SET state = 'CLAIMED', taken = taken + %(places)s, claimed_at = COALESCE(claimed_at, %(at)s)
    WHERE id = %(order)s AND state IN ('PUBLISHED', 'CLAIMED') AND taken <= places - %(places)s
      AND (SELECT COUNT(*) FROM orders_claim WHERE {holder} = %(mine)s AND state IN ('PROPOSED', 'ACTIVE')) < %(most)s
"""
_HOLDERS = ("member_id", "organisation_id")
_look = {name: Query(f"orders_look_{name}", partial(_claimable, name), order=2**62, mine=2**62 + 1) for name in _HOLDERS}
_take = {name: Statement(f"orders_take_{name}", _TAKE.replace("{holder}", name)) for name in _HOLDERS}
_hold = Statement(
    "orders_hold",
    """
    INSERT INTO orders_claim (order_id, member_id, organisation_id, state, places, by_id, claimed_at, lease_until, reason)
    VALUES (%(order)s, %(member)s, %(organisation)s, 'ACTIVE', %(places)s, %(by)s, %(at)s, %(lease)s, '') RETURNING id
    """,
)


def most_open(by: Actor) -> int:
    """How many orders the claimant may hold at a time."""
    return OPEN_CLAIMS_OF_ORGANISATION if by.role == Role.ORGANISATION else OPEN_CLAIMS_OF_MEMBER


def look(order_id: int, *, by: Actor) -> Order | None:
    """The order as it stands now, with what the claimant holds (``mine_open``) and whether of this one too (``mine_here``)."""
    holder, mine = _holder(by)
    for row in _look[holder].rows(order=order_id, mine=mine):
        order = Order.from_db(DEFAULT_DB_ALIAS, _FIELDS, [row[name] for name in _FIELDS])
        for name in (*_KNOWN, *_ASKER[holder]):
            setattr(order, name, row[name])
        return order
    return None


def take(order: Order, places: int, lease_until: datetime, *, by: Actor, at: datetime) -> int | None:
    """Take places of the order; the claim's id, or nothing when there are none any more or the claimant holds too many by now."""
    holder, mine = _holder(by)
    with _take[holder].run(order=order.pk, places=places, mine=mine, most=most_open(by), at=at) as cursor:
        if not cursor.rowcount:
            return None
    unit = by.role == Role.ORGANISATION
    held = {"member": None if unit else by.member_id, "organisation": by.organisation_id if unit else None}
    with _hold.run(order=order.pk, places=places, by=by.login_id, at=at, lease=lease_until, **held) as cursor:
        return int(cursor.fetchone()[0])


def _holder(by: Actor) -> tuple[str, int]:
    return ("organisation_id", by.organisation_id or 0) if by.role == Role.ORGANISATION else ("member_id", by.member_id or 0)
