"""What must be true of the database after any rush: the same eyes look at the product and at its broken twins."""

from django.db.models import F, Q, Sum

from zengyi.bank import queries as bank
from zengyi.bank.models import Posting
from zengyi.core.models import Event
from zengyi.orders.models import Claim, Order
from zengyi.orders.rules import OPEN_CLAIMS_OF_MEMBER, OPEN_CLAIMS_OF_ORGANISATION, ClaimState, State


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
    for order in Order.objects.order_by("pk"):
        if _held(order.pk) != order.taken:
            found.append(f"order {order.pk}: {_held(order.pk)} places held, {order.taken} written down as taken")
        if oversold(order.pk):
            found.append(f"order {order.pk}: oversold")
        posted = Posting.objects.filter(debit_id=order.account_id, kind="CONFIRM").aggregate(sum=Sum("points"))["sum"] or 0
        if posted != (order.difficulty if order.state == State.CONFIRMED else 0):
            found.append(f"order {order.pk}: {order.state} with {posted} points posted")
        if order.state in (State.PUBLISHED, State.ASSIGNED) and order.taken:
            found.append(f"order {order.pk}: {order.state} although somebody is at it")
        if order.state in (State.CLAIMED, State.DELIVERED) and not order.taken:
            found.append(f"order {order.pk}: {order.state} although nobody is at it")
        if order.state != State.ASSIGNED and Claim.objects.filter(order_id=order.pk, state=ClaimState.PROPOSED).exists():
            found.append(f"order {order.pk}: {order.state} with a proposal open")
    for column, most in (("member_id", OPEN_CLAIMS_OF_MEMBER), ("organisation_id", OPEN_CLAIMS_OF_ORGANISATION)):
        holders = Claim.objects.filter(Q(**{f"{column}__isnull": False}), state=ClaimState.ACTIVE, order__state=State.CLAIMED)
        for holder in set(holders.values_list(column, flat=True)):
            if (held := holders.filter(**{column: holder}).count()) > most:
                found.append(f"{column} {holder} holds {held} orders")
    sequences = Order.objects.order_by("community_id", "year", "sequence").values_list("community_id", "year", "sequence")
    found += _gaps(list(sequences))
    if Order.objects.filter(taken__gt=F("places")).exists():
        found.append("more taken than there is")
    return found


def _held(order_id: int) -> int:
    held = Claim.objects.filter(order_id=order_id, state__in=[ClaimState.ACTIVE, ClaimState.DONE])
    return held.aggregate(sum=Sum("places"))["sum"] or 0


def _gaps(numbers: list[tuple[int, int, int]]) -> list[str]:
    """Numbers of a community and year that are missing or given twice."""
    found, last = [], {}
    for community, year, sequence in numbers:
        if sequence != last.get((community, year), 0) + 1:
            found.append(f"community {community}: number {year}-{sequence:04d} follows {last.get((community, year), 0)}")
        last[community, year] = sequence
    return found
