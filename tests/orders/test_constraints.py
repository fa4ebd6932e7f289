"""The tables of orders refuse impossible rows, whoever writes to them."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.bank.test_constraints import breaks
from tests.cast import Cast
from zengyi.bank.models import Account
from zengyi.orders import actions
from zengyi.orders.models import Claim, Counter, Order, Sent


def test_numbers_are_given_out_once(cast: Cast, at: datetime) -> None:
    first, second = cast.place(), cast.place()
    breaks("one_order_per_number", lambda: Order.objects.filter(pk=second.pk).update(sequence=first.sequence))
    breaks("one_counter_per_year", lambda: Counter.objects.create(community=cast.community, year=2026))


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("places_not_oversold", {"taken": 3}),
        ("places_not_oversold", {"places": 1}),
        ("difficulty_has_account", {"difficulty": None}),
        ("difficulty_has_account", {"account": None}),
        ("difficulty_has_account", {"difficulty": 0}),
        ("order_end_paired", {"state": "CLOSED"}),
        ("order_end_paired", {"state": "CONFIRMED"}),
        ("order_end_paired", {"ended_at": "now"}),
        ("order_outcome_paired", {"outcome": "HELPED"}),
        ("order_outcome_paired", {"state": "CLOSED", "ended_at": "now"}),
        ("merged_is_closed", {"merged_into": "self"}),
        ("merged_is_closed", {"state": "CLOSED", "ended_at": "now", "outcome": "MERGED"}),
        ("merged_is_closed", {"merged_into": "self", "state": "CLOSED", "ended_at": "now", "outcome": "DECLINED"}),
    ],
)
def test_orders(cast: Cast, at: datetime, name: str, change: dict[str, Any]) -> None:
    order = cast.claimed("member2", "resident", places=2)
    actions.claim(order.pk, by=cast.actor("member3"), at=at)
    values = {field: at if value == "now" else order.pk if value == "self" else value for field, value in change.items()}
    with pytest.raises(IntegrityError) as seen, transaction.atomic():
        Order.objects.filter(pk=order.pk).update(**values)
    broken = {name, "order_outcome_paired"} if name == "order_end_paired" else {name}
    assert any(constraint in str(seen.value) for constraint in broken), seen.value


@pytest.mark.parametrize("field", ["taken", "places", "difficulty", "reminders"])
def test_nothing_is_counted_below_zero(cast: Cast, field: str) -> None:
    order = cast.claimed("member2", "resident")
    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(**{field: -1})


def test_an_account_belongs_to_one_order(cast: Cast, at: datetime) -> None:
    first, second = cast.triaged("resident"), cast.triaged("resident2")
    breaks("account_id", lambda: Order.objects.filter(pk=second.pk).update(account=first.account_id))
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.filter(label=first.number).update(balance=-1)


def test_claims(cast: Cast, at: datetime) -> None:
    order = cast.claimed("member2", "resident", places=3)
    held = {
        "order": order,
        "community": cast.community,
        "by": cast.users["member2"],
        "claimed_at": at,
        "lease_until": at + timedelta(days=3),
    }
    member, unit = cast.members["member2"], cast.unit
    breaks("one_open_claim_member", lambda: Claim.objects.create(**held, member=member, state="ACTIVE"))
    breaks("one_open_claim_member", lambda: Claim.objects.create(**held, member=member, state="PROPOSED"))
    breaks("claim_of_one", lambda: Claim.objects.create(**held, state="ACTIVE"))
    breaks("claim_of_one", lambda: Claim.objects.create(**held, state="ACTIVE", member=cast.members["member3"], organisation=unit))
    breaks("claim_end_paired", lambda: Claim.objects.create(**held, state="ACTIVE", organisation=unit, ended_at=at))
    breaks("claim_end_paired", lambda: Claim.objects.create(**held, state="RELEASED", organisation=unit))
    Claim.objects.create(**held, state="RELEASED", member=member, ended_at=at)
    Claim.objects.create(**held, state="ACTIVE", organisation=unit)
    breaks("one_open_claim_unit", lambda: Claim.objects.create(**held, state="PROPOSED", organisation=unit))


def test_a_member_is_sent_once_for_a_claim(cast: Cast) -> None:
    claim = Claim.objects.get(order=cast.claimed("unit", "resident"))
    Sent.objects.create(claim=claim, member=cast.members["member2"], points=1)
    breaks("one_share_per_sent_member", lambda: Sent.objects.create(claim=claim, member=cast.members["member2"], points=2))
    with pytest.raises(IntegrityError), transaction.atomic():
        Sent.objects.create(claim=claim, member=cast.members["member3"], points=-1)
