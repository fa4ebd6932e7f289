"""Why somebody may not make a move that others may make, and who those are."""

from dataclasses import dataclass, replace
from datetime import datetime

from zengyi.orders.queries.cards import OrderDetail
from zengyi.orders.rules import State, Verb, can, why_not
from zengyi.people import queries as people
from zengyi.people.rules import COMMUNITY_ROLES, allows

#: The move that an order in this state waits for, by somebody in particular.
_WAITED_FOR = {State.DELIVERED: Verb.CONFIRM, State.PUBLISHED: Verb.CLAIM}


@dataclass(frozen=True, slots=True)
class Hindrance:
    """Why the reader may not do what the order waits for. ``others``: the colleagues who may; ``nobody``: no colleague is left who may.

    Names are told to colleagues only.
    """

    verb: str
    reason: str
    others: tuple[str, ...] = ()
    nobody: bool = False


def hindrance(order: OrderDetail, at: datetime) -> Hindrance | None:
    """Why the reader may not do what the order waits for, although the table lets them; nothing when they may,
    or when it is none of their business.

    One statement when it is colleagues who may, otherwise none.
    """
    s = order.situation
    verb = _WAITED_FOR.get(State(order.state))
    if verb is None or not allows(s.by, f"order.{verb}", s.target):
        return None
    reason = why_not(verb, s)
    if not reason:
        return None
    if verb != Verb.CONFIRM or s.by.role not in COMMUNITY_ROLES:
        return Hindrance(verb, reason)
    staff = people.staff_of(order.community_id, at=at)
    others = tuple(one.name for one in staff if one.user_id != s.by.user_id and can(verb, replace(s, by=one)))
    return Hindrance(verb, reason, others, nobody=not others)
