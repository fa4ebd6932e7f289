"""The statements every move begins with: the order, held for it, and its claims; prepared, as every move runs them."""

from dataclasses import dataclass
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import F

from zengyi.core.prepared import Query
from zengyi.orders.models import ASKER, Claim, Order
from zengyi.orders.rules import Hand
from zengyi.people.rules import known

#: No move reads the words a search finds it by, nor the phone, which would be decrypted each time.
_ORDER = tuple(field.attname for field in Order._meta.concrete_fields if field.attname not in {"search", "contact"})
_BESIDE = ("home", "works", "helper", "share", "helper_home", "helper_works")
_CLAIM = tuple(field.attname for field in Claim._meta.concrete_fields)


@dataclass(frozen=True, slots=True)
class Helper:
    """A member whom a claiming unit sent, with the points of its share that go to the member."""

    claim_id: int
    member_id: int
    points: int
    household: bytes | None
    unit_id: int | None

    @property
    def hand(self) -> Hand:
        """As somebody who is at it."""
        return Hand(None, self.member_id, known(self.unit_id), self.household)


def _order(order: int) -> Any:
    return Order.objects.with_asker().annotate(path=F("community__path")).filter(pk=order).values(*_ORDER, *ASKER, "path")


def _claims(order: int) -> Any:
    """A claim comes once for each member sent."""
    rows = Claim.objects.annotate(
        home=F("member__person__household_index"),
        works=F("member__unit_id"),
        helper=F("sent__member_id"),
        share=F("sent__points"),
        helper_home=F("sent__member__person__household_index"),
        helper_works=F("sent__member__unit_id"),
    )
    return rows.filter(order_id=order).order_by("pk", "sent__pk").values(*_CLAIM, *_BESIDE)


_hold = Query("orders_hold_order", _order, hold=Order._meta.db_table, order=2**62)
_held = Query("orders_claims_of", _claims, order=2**62)


def hold(order_id: int) -> tuple[Order, str] | None:
    """The order of that id, held for this step, and the path of its community."""
    for row in _hold.rows(order=order_id):
        order = Order.from_db(DEFAULT_DB_ALIAS, _ORDER, [row[name] for name in _ORDER])
        for name in ASKER:
            setattr(order, name, row[name])
        return order, row["path"]
    return None


def claims(order_id: int) -> tuple[list[Claim], list[Helper], dict[int, Hand]]:
    """The claims of an order, oldest first, whom units sent, and by claim id who claimed."""
    found: dict[int, Claim] = {}
    sent: list[Helper] = []
    hands: dict[int, Hand] = {}
    for row in _held.rows(order=order_id):
        if row["id"] not in found:
            claim = found[row["id"]] = Claim.from_db(DEFAULT_DB_ALIAS, _CLAIM, [row[name] for name in _CLAIM])
            hands[claim.pk] = Hand(claim.by_id, claim.member_id, known(claim.organisation_id, row["works"]), _bytes(row["home"]))
        if row["helper"] is not None:
            sent.append(Helper(row["id"], row["helper"], row["share"], _bytes(row["helper_home"]), row["helper_works"]))
    return list(found.values()), sent, hands


def _bytes(value: Any) -> bytes | None:
    return None if value is None else bytes(value)
