"""Double taps and retries: one posting, one order, one answer. Naive twins post and place twice."""

import json
import threading
import uuid
from collections import Counter
from typing import Any

import pytest

from tests.cast import AT, Cast
from tests.live import Live
from tests.reliability import verdict
from tests.reliability.hands import post_at_once, token, with_barrier
from zengyi.bank.models import Account, Posting
from zengyi.core.models import IdempotencyKey
from zengyi.orders.models import Order

pytestmark = pytest.mark.live

TAPS = 20
WISH: dict[str, Any] = {"kind": "WISH", "category": "HELP", "title": "想要一副老花镜", "text": "看报纸看不清了。"}


def test_one_key_confirms_once_and_answers_always_the_same(live: Live, cast: Cast) -> None:
    order = cast.delivered("member2", "member")
    member, path = token(cast, "member"), f"/api/v1/orders/{order.pk}/confirm"
    answers = post_at_once(live, [(member, path, {}, "tap-1")] * TAPS)
    answers += [live.post(path, {}, member, "tap-1")]
    assert Counter(answer.status for answer in answers) == {200: TAPS + 1}
    assert len({json.dumps(answer.body) for answer in answers}) == 1
    assert answers[0].body["state"] == "CONFIRMED"
    assert verdict.confirmations(order.pk) == verdict.events("confirm", order.pk) == 1
    assert cast.balance(member="member2") == 8
    other = live.post(path, {"channel": "PHONE"}, member, "tap-1")
    assert other.status == 422
    assert "Idempotency-Key" in other.body["fields"]
    assert verdict.faults() == []


@pytest.mark.parametrize("keyed", [True, False], ids=["different keys", "no key"])
def test_different_taps_confirm_once(live: Live, cast: Cast, keyed: bool) -> None:
    order = cast.delivered("member2", "member")
    member, path = token(cast, "member"), f"/api/v1/orders/{order.pk}/confirm"
    answers = post_at_once(live, [(member, path, {}, uuid.uuid4().hex if keyed else "") for _ in range(TAPS)])
    assert Counter(answer.status for answer in answers) == {200: 1, 409: TAPS - 1}
    assert all(len(answer.body["title"]) > 5 for answer in answers if answer.status == 409)
    assert verdict.confirmations(order.pk) == verdict.events("confirm", order.pk) == 1
    assert cast.balance(member="member2") == 8
    assert IdempotencyKey.objects.count() == (1 if keyed else 0)
    assert verdict.faults() == []


def test_requester_and_colleague_confirm_at_once(live: Live, cast: Cast) -> None:
    order = cast.delivered("unit", "resident")
    path = f"/api/v1/orders/{order.pk}/confirm"
    own, staff = token(cast, "resident"), token(cast, "worker2")
    answers = post_at_once(live, [(own, path, {}, ""), (staff, path, {"channel": "PHONE"}, "")] * (TAPS // 2))
    assert Counter(answer.status for answer in answers) == {200: 1, 409: TAPS - 1}
    assert verdict.confirmations(order.pk) == 1
    assert cast.balance(unit=cast.unit) == 8
    assert verdict.faults() == []


def test_a_hundred_requests_with_two_contents_and_one_key_place_one_order(live: Live, cast: Cast) -> None:
    worker = token(cast, "worker")
    contents = [{**WISH, "on_behalf_of": {"name": "居民0402", "phone": phone}} for phone in ("13900000402", "13900000403")]
    answers = post_at_once(live, [(worker, "/api/v1/orders", contents[n % 2], "wish-1") for n in range(100)])
    assert Counter(answer.status for answer in answers) == {201: 50, 422: 50}
    assert len({json.dumps(answer.body) for answer in answers if answer.status == 201}) == 1
    winners = {n % 2 for n, answer in enumerate(answers) if answer.status == 201}
    assert len(winners) == 1
    assert Order.objects.count() == IdempotencyKey.objects.count() == 1
    order = Order.objects.get()
    assert order.requester.phone == contents[winners.pop()]["on_behalf_of"]["phone"]
    assert verdict.events("place", order.pk) == 1
    assert verdict.faults() == []


def test_the_same_key_is_everybodys_own(live: Live, cast: Cast) -> None:
    names = ["member", "member2", "member3", "kin"]
    answers = post_at_once(live, [(token(cast, name), "/api/v1/orders", WISH, "wish-1") for name in names])
    assert [answer.status for answer in answers] == [201] * len(names)
    assert len({answer.body["id"] for answer in answers}) == len(names)


def test_a_naive_twin_posts_twice(transactional_db: None, cast: Cast) -> None:
    """Look at the state, think, post: two taps both find the order delivered. Balances are written as they were read."""
    order = cast.delivered("member2", "member")
    gain = Account.objects.get(kind="GAIN", member=cast.members["member2"])

    def naive(barrier: threading.Barrier) -> int:
        seen = Order.objects.get(pk=order.pk)
        accounts = Account.objects.in_bulk([seen.account_id or 0, gain.pk])
        barrier.wait()
        if seen.state != "DELIVERED":
            return 409
        seen.state, seen.outcome, seen.ended_at = "CONFIRMED", "HELPED", AT
        seen.save()
        Posting.objects.create(
            community=cast.community,
            kind="CONFIRM",
            debit_id=seen.account_id or 0,
            credit=gain,
            points=8,
            key=uuid.uuid4().hex,
            occurred_on=AT.date(),
            posted_at=AT,
        )
        for account, change in ((accounts[seen.account_id or 0], -8), (accounts[gain.pk], 8)):
            account.balance += change
            account.save()
        return 200

    assert with_barrier([naive] * TAPS) == [200] * TAPS
    assert verdict.confirmations(order.pk) == TAPS
    assert f"order {order.pk}: CONFIRMED with {8 * TAPS} points posted" in verdict.faults()


def test_a_naive_twin_answers_a_retry_with_a_second_order(transactional_db: None, cast: Cast) -> None:
    """Look up the key, place, store the key afterwards: two taps both find the key unknown."""
    served: dict[str, Any] = {}

    def naive(barrier: threading.Barrier) -> int:
        known = served.get("wish-1")
        barrier.wait()
        if known is not None:
            return int(known)
        served["wish-1"] = cast.place("member", **WISH).pk
        return int(served["wish-1"])

    assert len(set(with_barrier([naive] * 4))) == 4
    assert Order.objects.count() == 4
