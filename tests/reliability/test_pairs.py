"""Help of the same two people, confirmed in the same moment: their number is counted right, and nothing is posted beyond it."""

import threading
from functools import partial
from typing import Any

import pytest

from tests.cast import AT, Cast
from tests.live import Live
from tests.reliability import verdict
from tests.reliability.hands import post_at_once, token, with_barrier
from zengyi.bank.models import Help
from zengyi.bank.rules import credit
from zengyi.core import clock
from zengyi.orders.models import Order

pytestmark = pytest.mark.live

#: Nobody holds more than five orders at a time.
COUNTS = [8, 8, 8, 4, 4]


def delivered(cast: Cast, many: int) -> list[Order]:
    """So many orders of one resident, done by one member."""
    return [cast.delivered("member2", "resident") for _n in range(many)]


def test_five_confirmed_at_once_count_as_five_in_a_row(live: Live, cast: Cast) -> None:
    orders = delivered(cast, 5)
    raw = token(cast, "resident")
    answers = post_at_once(live, [(raw, f"/api/v1/orders/{order.pk}/confirm", {}, "") for order in orders * 2])
    assert sorted(answer.status for answer in answers) == [200] * 5 + [409] * 5
    assert sorted(Help.objects.values_list("points", flat=True), reverse=True) == COUNTS
    assert cast.balance(member="member2") == sum(COUNTS)
    assert verdict.faults() == []


def test_a_twin_that_does_not_wait_counts_too_few(transactional_db: None, cast: Cast) -> None:
    """All count how often it was before any of them is written down."""
    orders = delivered(cast, 5)
    asker, helper = cast.users["resident"].person_id or 0, cast.member_id("member2")

    def naive(order: Order, barrier: threading.Barrier) -> int:
        before = Help.objects.filter(asker_id=asker, member_id=helper, reversed_at=None).count()
        barrier.wait()
        day = clock.local_date(AT)
        points = credit(8, before, day)
        row: dict[str, Any] = {"community": cast.community, "account_id": order.account_id, "asker_id": asker, "member_id": helper}
        Help.objects.create(**row, occurred_on=day, worth=8, points=points, short="" if points == 8 else "PAIR", confirmed_at=AT)
        return points

    assert sum(with_barrier([partial(naive, order) for order in orders])) == 5 * 8  # 32 were allowed
