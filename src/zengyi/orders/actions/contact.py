"""Opening the phone and door of whoever asked: they see who did."""

from datetime import datetime

from django.db import IntegrityError

from zengyi.core.steps import action
from zengyi.orders import rules
from zengyi.orders.actions.finding import hold
from zengyi.orders.models import Order
from zengyi.people import actions as people
from zengyi.people.rules import Actor


def open_contact(order_id: int, *, by: Actor, at: datetime) -> Order:
    """Open the asker's phone and door to the actor until the day ends. Once a day it is written down, and the asker reads it."""
    try:
        return _open(order_id, by=by, at=at)
    except (people.OpenAlready, IntegrityError):
        return Order.objects.get(pk=order_id)


@action
def _open(order_id: int, *, by: Actor, at: datetime) -> Order:
    held = hold(order_id, by=by, at=at)
    order, s = held.order, held.situation
    target = order.target_asker(s.target.path, s.claims)
    rules.check_contact(by, target, anonymous=order.anonymous, sees=rules.may_see(by, s.target))
    people.look(order.requester_id, about=("order", order.pk, order.number), community_id=order.community_id, by=by, at=at)
    return order
