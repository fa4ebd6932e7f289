"""What must be true of the database after any rush: the same checks look at the product and at its broken twins."""

from collections.abc import Iterable, Iterator

from django.db.models import Count, Q, Sum

from zengyi.bank import queries as bank
from zengyi.bank.models import Help, Posting
from zengyi.core.models import Event
from zengyi.orders import queries as orders
from zengyi.orders.models import Claim, Order
from zengyi.orders.rules import OPEN_CLAIMS, ClaimState, State


def oversold(order_id: int) -> int:
    """How many more places of an order are held than it has."""
    order = Order.objects.get(pk=order_id)
    return max(0, _held(order_id) - order.places)


def confirmations(order_id: int) -> int:
    """How many postings came from confirming an order that one member did alone: 1 is right."""
    account = Order.objects.get(pk=order_id).account_id
    return Posting.objects.filter(debit_id=account, kind="CONFIRM").count()


def events(verb: str, order_id: int) -> int:
    """How often the trail says that this happened to the order."""
    return Event.objects.filter(verb=verb, object_type="order", object_id=order_id).count()


def faults() -> list[str]:
    """Everything that is wrong with orders, claims and books; nothing after any rush of the product's own steps."""
    found = [f"ledger: {problem}" for problem in bank.check_ledger().problems]
    found += [f"orders: {problem}" for problem in orders.check_ended().problems]
    for order in Order.objects.order_by("pk"):
        found += [f"order {order.pk}: {fault}" for fault in _faults_of(order)]
    for column, most in (("member_id", 5), ("organisation_id", 20)):
        holders = Claim.objects.filter(Q(**{f"{column}__isnull": False}), state__in=OPEN_CLAIMS).order_by()
        held = holders.values(column).annotate(held=Count("pk")).filter(held__gt=most)
        found += [f"{column} {row[column]} holds {row['held']} orders" for row in held]
    return [*found, *_gaps(Order.objects.order_by("community_id", "year", "sequence"))]


def _faults_of(order: Order) -> Iterator[str]:
    held = _held(order.pk)
    if held != order.taken:
        yield f"{held} places held, {order.taken} written down as taken"
    if held > order.places:
        yield "oversold"
    posted = Posting.objects.filter(debit_id=order.account_id or 0, kind="CONFIRM").aggregate(sum=Sum("points"))["sum"] or 0
    helped = Help.objects.filter(account_id=order.account_id or 0).aggregate(worth=Sum("worth"), points=Sum("points"))
    if (helped["worth"] or 0) != (order.difficulty if order.state == State.CONFIRMED else 0):
        yield f"{order.state} with help worth {helped['worth']}"
    if posted != (helped["points"] or 0):
        yield f"{order.state} with {posted} points posted"
    if order.state in (State.PUBLISHED, State.ASSIGNED) and held:
        yield f"{order.state} although somebody is at it"
    if order.state in (State.CLAIMED, State.DELIVERED) and not held:
        yield f"{order.state} although nobody is at it"
    proposals = Claim.objects.filter(order_id=order.pk, state=ClaimState.PROPOSED).count()
    if proposals != (order.state == State.ASSIGNED):
        yield f"{order.state} with {proposals} proposals open"


def _held(order_id: int) -> int:
    held = Claim.objects.filter(order_id=order_id, state__in=[ClaimState.ACTIVE, ClaimState.DONE])
    return held.aggregate(sum=Sum("places"))["sum"] or 0


def _gaps(orders: Iterable[Order]) -> Iterator[str]:
    """Numbers of a community and year that are missing or given twice."""
    last: dict[tuple[int, int], int] = {}
    for order in orders:
        before = last.get((order.community_id, order.year), 0)
        if order.sequence != before + 1:
            yield f"order {order.pk}: number {order.number} follows {before}"
        last[order.community_id, order.year] = order.sequence
