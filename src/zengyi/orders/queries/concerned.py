"""Whom an order concerns, by their logins: for messages."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from zengyi.core import personal
from zengyi.orders.models import Claim, Order
from zengyi.orders.rules import ClaimState
from zengyi.people.queries import contacts_of
from zengyi.people.rules import known

#: Claims whose holders still hear of the order: proposed, at work, done, or left out.
_HEARD = (ClaimState.PROPOSED, ClaimState.ACTIVE, ClaimState.DONE, ClaimState.LEFT_OUT)


@dataclass(frozen=True, slots=True)
class Concerned:
    """An order's number and title without what is personal in it, and the logins of who asked and of who has to do with it.

    ``askers``: of whoever has the difficulty; ``person``: the same, with or without a login. ``asked``: those it is proposed to.
    """

    number: str
    title: str
    askers: frozenset[int]
    asked: frozenset[int]
    helpers: frozenset[int]
    private: bool
    person: frozenset[int]


def concerned(order_ids: Collection[int], at: datetime) -> dict[int, Concerned]:
    """Whom these orders concern at ``at``. Three statements."""
    rows = Order.objects.filter(pk__in=order_ids).values_list(
        "pk", "year", "sequence", "title", "requester__user__id", "private", "requester_id"
    )
    claims = Claim.objects.filter(order_id__in=order_ids, state__in=_HEARD).annotate(login=F("member__person__user__id"))
    held = list(claims.values_list("order_id", "state", "login", "organisation_id"))
    units = contacts_of({unit for _order, _state, _login, unit in held if unit is not None}, at=at)
    found: dict[int, tuple[set[int], set[int]]] = {order_id: (set(), set()) for order_id in order_ids}
    for order_id, state, login, unit in held:
        logins = {login} if login is not None else set(units.get(unit or 0, ()))
        found[order_id][0 if state == ClaimState.PROPOSED else 1].update(logins)
    return {
        pk: Concerned(
            number=f"{year}-{sequence:04d}",
            title=personal.masked(title),
            askers=known(login),
            asked=frozenset(found[pk][0]),
            helpers=frozenset(found[pk][1]),
            private=private,
            person=known(requester),
        )
        for pk, year, sequence, title, login, private, requester in rows
    }
