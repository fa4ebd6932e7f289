"""Many claim at once: exactly as many win as there are places, the others get a sentence. A naive twin oversells."""

import threading
from collections import Counter
from functools import partial
from typing import Any

import pytest

from tests.cast import AT, Cast
from tests.live import Answer, Live
from tests.reliability import verdict
from tests.reliability.hands import members, post_at_once, raw_of, with_barrier
from zengyi.orders.models import Claim, Order

pytestmark = pytest.mark.live

CROWD = 40


def claim_at_once(live: Live, cast: Cast, names: list[str], order_ids: list[int]) -> list[Answer]:
    """Everybody claims their order in the same moment."""
    asked: list[tuple[str, str, Any, str]] = [
        (raw_of(cast.users[name]), f"/api/v1/orders/{order_id}/claim", None, "") for name, order_id in zip(names, order_ids, strict=True)
    ]
    return post_at_once(live, asked)


@pytest.mark.parametrize("places", [1, 3, 17])
def test_as_many_win_as_there_are_places(live: Live, cast: Cast, places: int) -> None:
    order = cast.published(places=places)
    answers = claim_at_once(live, cast, members(cast, CROWD), [order.pk] * CROWD)
    assert Counter(answer.status for answer in answers) == {200: places, 409: CROWD - places}
    for refused in (answer for answer in answers if answer.status == 409):
        assert refused.headers["content-type"] == "application/problem+json"
        assert refused.body["title"] == "已被别人接走，看看附近另外几单。"
    active = Claim.objects.filter(order=order, state="ACTIVE")
    assert active.count() == active.values("member").distinct().count() == places
    assert verdict.events("claim", order.pk) == places
    assert verdict.oversold(order.pk) == 0
    assert verdict.faults() == []


def test_a_naive_twin_oversells(transactional_db: None, cast: Cast) -> None:
    """Read, decide, save: everybody who read before the first one saved believes that they have won."""
    order = cast.published(places=1)
    names = members(cast, CROWD)

    def naive(name: str, barrier: threading.Barrier) -> int:
        seen = Order.objects.get(pk=order.pk)
        barrier.wait()
        if seen.state not in ("PUBLISHED", "CLAIMED") or seen.taken >= seen.places:
            return 409
        seen.state, seen.taken, seen.claimed_at = "CLAIMED", seen.taken + 1, AT
        seen.save()
        Claim.objects.create(
            order=seen,
            community_id=seen.community_id,
            member=cast.members[name],
            state="ACTIVE",
            places=1,
            by=cast.users[name],
            claimed_at=AT,
            lease_until=AT,
        )
        return 200

    statuses = with_barrier([partial(naive, name) for name in names])
    assert Counter(statuses) == {200: CROWD}
    assert verdict.oversold(order.pk) == CROWD - 1
    assert f"order {order.pk}: oversold" in verdict.faults()
