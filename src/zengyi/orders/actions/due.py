"""What falls due by itself: claims that lapse, reminders, orders that nobody answered. ``zengyi work`` runs it."""

from collections.abc import Callable, Iterable
from datetime import datetime

from zengyi.core.errors import Refused
from zengyi.orders.actions import photos
from zengyi.orders.actions.claiming import lapse
from zengyi.orders.actions.finishing import close, remind, remind_claimant
from zengyi.orders.models import Claim, Order
from zengyi.orders.rules import REMINDERS_BEFORE_SILENCE, SILENCE, ClaimState, State
from zengyi.people.rules import SYSTEM

BATCH = 200


def run_due(at: datetime) -> int:
    """Do what is due at ``at``, at most a few hundred steps, each an action of its own; returns how many were done."""
    done = 0
    over = Claim.objects.filter(lease_until__lte=at).order_by("lease_until", "pk")
    proposed = over.filter(state=ClaimState.PROPOSED, order__state=State.ASSIGNED)
    done += _each(proposed.values_list("order_id", "pk")[:BATCH], lambda order, claim: lapse(order, claim, by=SYSTEM, at=at))
    active = over.filter(state=ClaimState.ACTIVE, order__state=State.CLAIMED)
    lapsed = active.filter(reminded_at__isnull=False).values_list("order_id", "pk")[:BATCH]
    done += _each(lapsed, lambda order, claim: lapse(order, claim, by=SYSTEM, at=at))
    late = active.filter(reminded_at=None).values_list("order_id", "pk")[:BATCH]
    done += _each(late, lambda order, claim: remind_claimant(order, claim, by=SYSTEM, at=at))
    waiting = Order.objects.filter(state=State.DELIVERED).order_by("reminded_at", "pk")
    quiet = waiting.filter(reminders__gte=REMINDERS_BEFORE_SILENCE, reminded_at__lte=at - SILENCE)
    done += _each(quiet.values_list("pk", "pk")[:BATCH], lambda order, _: close(order, by=SYSTEM, at=at))
    asked = waiting.filter(reminders__lt=REMINDERS_BEFORE_SILENCE)
    first = asked.filter(reminded_at=None, delivered_at__lte=at - SILENCE).values_list("pk", "pk")[:BATCH]
    again = asked.filter(reminded_at__lte=at - SILENCE).values_list("pk", "pk")[:BATCH]
    for due in (first, again):
        done += _each(due, lambda order, _: remind(order, by=SYSTEM, at=at))
    photos.sweep(at)
    return done


def _each(rows: Iterable[tuple[int, int]], step: Callable[[int, int], object]) -> int:
    done = 0
    for order_id, other_id in list(rows):
        try:
            step(order_id, other_id)
        except Refused:
            continue  # somebody moved it in the meantime
        done += 1
    return done
