"""The checks themselves: each fault that a rush must not leave behind is found when it is planted."""

from collections.abc import Callable

import pytest
from django.db.models import F

from tests.cast import Cast
from tests.reliability import verdict
from zengyi.bank.models import Account
from zengyi.orders.models import Claim, Order

FAULTS: dict[str, tuple[str, Callable[[Cast, Order], object]]] = {
    "a place taken that nobody holds": ("1 places held, 2 written down as taken", lambda cast, o: change(o, places=2, taken=2)),
    "a place held that is not taken": ("1 places held, 0 written down as taken", lambda cast, o: change(o, taken=0)),
    "more held than there is": ("oversold", lambda cast, o: hold(cast, o, "member3")),
    "confirmed without points": (
        "CONFIRMED with help worth None",
        lambda cast, o: change(o, state="CONFIRMED", outcome="HELPED", ended_at=F("placed_at")),
    ),
    "open although somebody is at it": ("PUBLISHED although somebody is at it", lambda cast, o: change(o, state="PUBLISHED")),
    "nobody at it": ("CLAIMED although nobody is at it", lambda cast, o: Claim.objects.update(state="RELEASED", ended_at=F("claimed_at"))),
    "assigned to nobody": ("ASSIGNED with 0 proposals open", lambda cast, o: change(o, state="ASSIGNED")),
    "a number left out": ("follows 0", lambda cast, o: change(o, sequence=2)),
    "a balance changed": ("ledger: ", lambda cast, o: Account.objects.filter(pk=o.account_id or 0).update(balance=9)),
}


def change(order: Order, **values: object) -> None:
    """Write to an order behind the actions' back."""
    Order.objects.filter(pk=order.pk).update(**values)


def hold(cast: Cast, order: Order, name: str) -> None:
    """One more claim, without asking."""
    first = Claim.objects.get(order=order)
    first.pk, first.member = None, cast.members[name]
    first.save()


@pytest.mark.parametrize("title", FAULTS)
def test_a_planted_fault_is_seen(cast: Cast, title: str) -> None:
    seen, plant = FAULTS[title]
    order = cast.claimed("member2", "resident")
    assert verdict.faults() == []
    plant(cast, order)
    assert any(seen in fault for fault in verdict.faults()), verdict.faults()


def test_too_many_held_by_one_is_seen(cast: Cast) -> None:
    for _ in range(5):
        cast.claimed("member2", "resident")
    assert verdict.faults() == []
    sixth = cast.claimed("member3", "resident")
    Claim.objects.filter(order=sixth).update(member=cast.members["member2"])
    assert verdict.faults() == [f"member_id {cast.member_id('member2')} holds 6 orders"]
