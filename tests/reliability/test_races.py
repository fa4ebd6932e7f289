"""Moves that exclude each other, made in the same moment: one of them happens, the other is refused, and nothing is half done."""

import random
import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from tests.cast import AT, Cast
from tests.live import Answer, Live
from tests.reliability import verdict
from tests.reliability.hands import Hand, at_once, members, post_at_once, raw_of, session, token, with_barrier
from zengyi.bank import actions as bank_actions
from zengyi.bank.models import Account, Filing, Posting, RollCall
from zengyi.bank.rules import Had, granted
from zengyi.core.errors import WrongState
from zengyi.core.models import Event
from zengyi.orders import actions
from zengyi.orders.models import Claim, Order
from zengyi.people.models import Look
from zengyi.people.rules import SYSTEM

pytestmark = pytest.mark.live

Asked = tuple[str, str, Any, str]
WISH: dict[str, Any] = {"kind": "WISH", "category": "HELP", "title": "想要一副老花镜", "text": "看报纸看不清了。"}
EACH = 3


def move(order: Order, verb: str, who: str, **body: Any) -> Asked:
    """A move of an order, to be sent."""
    return who, f"/api/v1/orders/{order.pk}/{verb}", body, ""


def statuses(answers: list[Answer]) -> Counter[int]:
    """How many of each."""
    return Counter(answer.status for answer in answers)


def test_thirty_claim_ten_orders(live: Live, cast: Cast) -> None:
    orders = [cast.published() for _ in range(10)]
    dice = random.Random(10)
    asked = [move(orders[dice.randrange(10)], "claim", raw_of(cast.users[name])) for name in members(cast, 36)]
    answers = post_at_once(live, asked)
    wanted = {path for _, path, _, _ in asked}
    assert statuses(answers) == {200: len(wanted), 409: 36 - len(wanted)}
    assert Claim.objects.filter(state="ACTIVE").count() == Claim.objects.values("order").distinct().count() == len(wanted)
    assert verdict.faults() == []


def test_nobody_gets_more_than_the_cap_by_claiming_many_at_once(live: Live, cast: Cast) -> None:
    orders = [cast.published(places=2) for _ in range(10)]
    names = members(cast, 2)
    answers = post_at_once(live, [move(order, "claim", raw_of(cast.users[name])) for order in orders for name in names])
    assert statuses(answers) == {200: 10, 409: 10}
    for refused in (answer for answer in answers if answer.status == 409):
        assert refused.body["title"] == "您手上已经有 5 单，先办好一单再接。"
    assert verdict.faults() == []


def claimed(cast: Cast, by: str) -> Order:
    """An order that a member is at."""
    return cast.claimed(by, "resident")


def assigned(cast: Cast, by: str) -> Order:
    """An order proposed to a member."""
    order = cast.published("resident")
    return actions.assign(order.pk, member_id=cast.member_id(by), by=cast.actor("worker"), at=AT)


Pair = tuple[Callable[[Cast, str], Order], Callable[[Cast, Order, str], list[Asked]]]
REASON = {"reason": "这两天在外地"}
PAIRS: dict[str, Pair] = {
    "release and deliver": (
        claimed,
        lambda cast, order, by: [
            move(order, "release", raw_of(cast.users[by]), **REASON),
            move(order, "deliver", raw_of(cast.users[by]), text="修好了。"),
        ],
    ),
    "the desk releases and the claimant delivers": (
        claimed,
        lambda cast, order, by: [
            move(order, "release", token(cast, "worker2"), **REASON),
            move(order, "deliver", raw_of(cast.users[by]), text="修好了。"),
        ],
    ),
    "accept and cancel": (
        assigned,
        lambda cast, order, by: [
            move(order, "accept", raw_of(cast.users[by])),
            move(order, "cancel", token(cast, "resident"), **REASON),
        ],
    ),
    "assign and claim": (
        lambda cast, by: cast.published("resident"),
        lambda cast, order, by: [
            move(order, "assign", token(cast, "worker"), organisation_id=cast.unit.pk),
            move(order, "claim", raw_of(cast.users[by])),
        ],
    ),
    "confirm and return": (
        lambda cast, by: cast.delivered(by, "resident"),
        lambda cast, order, by: [
            move(order, "confirm", token(cast, "resident")),
            move(order, "return", token(cast, "resident"), **REASON),
        ],
    ),
}


def test_of_two_moves_one_happens(live: Live, cast: Cast) -> None:
    names = iter(members(cast, EACH * len(PAIRS)))
    asked: list[tuple[str, Order, list[Asked]]] = []
    for title, (prepare, moves) in PAIRS.items():
        for by in (next(names) for _ in range(EACH)):
            order = prepare(cast, by)
            asked.append((title, order, moves(cast, order, by)))
    answers = iter(post_at_once(live, [one for _, _, pair in asked for one in pair]))
    for title, order, pair in asked:
        found = [(one[1], next(answers)) for one in pair]
        assert sorted(answer.status // 100 for _, answer in found) == [2, 4], (title, found)
        won = next((path, answer) for path, answer in found if answer.status == 200)
        assert Order.objects.get(pk=order.pk).state == won[1].body["state"], (title, found)
        assert verdict.events(won[0].rpartition("/")[2], order.pk) == 1
    assert verdict.faults() == []


def test_of_two_proposals_at_once_the_later_is_told_of_the_first(live: Live, cast: Cast) -> None:
    """Whoever saw no proposal takes no place of one: one stands, and the colleague looks again."""
    orders = [cast.published("resident") for _ in range(EACH)]
    one, other = token(cast, "worker"), token(cast, "worker2")
    asked = [move(order, "assign", one, member_id=cast.member_id("member")) for order in orders]
    asked += [move(order, "assign", other, organisation_id=cast.unit.pk) for order in orders]
    answers = post_at_once(live, asked)
    for order, *both in zip(orders, answers[:EACH], answers[EACH:], strict=True):
        assert sorted(answer.status for answer in both) == [200, 409]
        assert Claim.objects.get(order=order).state == "PROPOSED"
        assert Order.objects.get(pk=order.pk).state == "ASSIGNED"
        assert verdict.events("assign", order.pk) == 1
    assert verdict.faults() == []


def test_triage_and_decline_leave_a_sound_order(live: Live, cast: Cast) -> None:
    orders = [cast.place("resident") for _ in range(10)]
    one, other = token(cast, "worker"), token(cast, "worker2")
    asked = [move(order, "triage", one, difficulty=5) for order in orders] + [move(order, "decline", other, **REASON) for order in orders]
    answers = post_at_once(live, asked)
    for order, triaged, declined in zip(orders, answers[:10], answers[10:], strict=True):
        now = Order.objects.get(pk=order.pk)
        assert (now.state, now.outcome) == ("CLOSED", "DECLINED")
        assert declined.status == 200
        assert triaged.status in (200, 409)
        assert verdict.events("triage", order.pk) == (triaged.status == 200)
        assert cast.balance(order=now) == 0
    assert verdict.faults() == []


def test_a_lapse_and_a_delivery_exclude_each_other(live: Live, cast: Cast) -> None:
    names = members(cast, 10)
    now = timezone.now()
    claims = [Claim.objects.get(order=cast.claimed(name, "resident")) for name in names]
    Claim.objects.update(lease_until=now - timedelta(hours=1), reminded_at=now - timedelta(days=1))

    def lapse(claim: Claim) -> bool:
        try:
            actions.lapse(claim.order_id, claim.pk, by=SYSTEM, at=now)
        except WrongState:
            return False
        return True

    hands = [Hand(live, raw_of(cast.users[name])) for name in names]
    for hand in hands:
        hand.__enter__()
    jobs: list[Callable[[], Any]] = [partial(lapse, claim) for claim in claims]
    delivering = [f"/api/v1/orders/{claim.order_id}/deliver" for claim in claims]
    jobs += [partial(hand.post, path, {"text": "修好了。"}) for hand, path in zip(hands, delivering, strict=True)]
    done = at_once(jobs)
    for hand in hands:
        hand.line.close()
    for claim, lapsed, answer in zip(claims, done[:10], done[10:], strict=True):
        assert (answer.status == 200) is not lapsed, answer
        claim.refresh_from_db()
        assert (claim.state, Order.objects.get(pk=claim.order_id).state) == (("LAPSED", "PUBLISHED") if lapsed else ("ACTIVE", "DELIVERED"))
    assert verdict.faults() == []


def test_two_merges_into_each_other(live: Live, cast: Cast) -> None:
    worker = token(cast, "worker")
    pairs = [(cast.place("resident"), cast.place("resident")) for _ in range(8)]
    asked = [move(a, "merge", worker, into_id=b.pk) for pair in pairs for a, b in (pair, pair[::-1])]
    answers = post_at_once(live, asked)
    assert statuses(answers) == {200: 8, 422: 8}
    for first, second in pairs:
        assert sorted(Order.objects.filter(pk__in=[first.pk, second.pk]).values_list("outcome", flat=True)) == ["", "MERGED"]
    assert verdict.faults() == []


def test_numbers_have_no_gap_and_no_double(live: Live, cast: Cast) -> None:
    """Half of the requests are double taps: they take a number and give it back when they are rolled back."""
    names = members(cast, 20)
    asked = [(raw_of(cast.users[name]), "/api/v1/orders", WISH, f"wish-{n}") for name in names for n in (0, 1, 1)]
    answers = post_at_once(live, asked)
    assert statuses(answers) == {201: 60}
    assert len({answer.body["number"] for answer in answers}) == Order.objects.count() == 40
    assert sorted(Order.objects.values_list("sequence", flat=True)) == list(range(1, 41))
    assert verdict.faults() == []


def roll_call(cast: Cast, names: list[str], days: int) -> RollCall:
    """A party lecture of everybody, so many days ago: 2 points each, at most 8 a year."""
    marks = {cast.member_id(name): "PRESENT" for name in names}
    return bank_actions.propose_roll_call(cast.branch.pk, "B04", AT.date() - timedelta(days=days), marks, by=cast.actor("worker"), at=AT)


def test_a_roll_call_is_posted_once(live: Live, cast: Cast) -> None:
    names = members(cast, 30)
    made = roll_call(cast, names, 1)
    hands = [Hand(live, session(cast, "secretary")) for _ in range(10)]
    for hand in hands:
        hand.__enter__()
    answers = at_once([partial(hand.send, f"/bank/roll-calls/{made.pk}/", approve="1") for hand in hands])
    for hand in hands:
        hand.line.close()
    assert Counter(answers) == {303: 1, 409: 9}
    assert Posting.objects.filter(rule="B04").count() == len(names)
    assert set(Account.objects.filter(kind="BASE", member__number__startswith="hand").values_list("balance", flat=True)) == {2}
    assert verdict.faults() == []


def test_roll_calls_approved_at_once_stay_below_the_cap(live: Live, cast: Cast) -> None:
    names = members(cast, 30)
    waiting = [roll_call(cast, names, days) for days in range(1, 7)]
    hands = [Hand(live, session(cast, "secretary")) for _ in waiting]
    for hand in hands:
        hand.__enter__()
    answers = at_once([partial(hand.send, f"/bank/roll-calls/{one.pk}/", approve="1") for hand, one in zip(hands, waiting, strict=True)])
    for hand in hands:
        hand.line.close()
    assert answers == [303] * len(waiting)
    assert set(Account.objects.filter(kind="BASE", member__number__startswith="hand").values_list("balance", flat=True)) == {8}
    assert verdict.faults() == []


def deeds(cast: Cast, names: list[str], count: int) -> list[Filing]:
    """So many deeds of each, attested: 2 points each, at most 4 a quarter."""
    made = []
    for name in names:
        for days in range(1, count + 1):
            day = AT.date() - timedelta(days=days)
            filing = bank_actions.file_deed("V02", day, member_id=cast.member_id(name), by=cast.actor("worker2"), at=AT)
            made.append(bank_actions.attest_deed(filing.pk, by=cast.actor("worker"), at=AT))
    return made


def test_deeds_approved_at_once_stay_below_the_cap(live: Live, cast: Cast) -> None:
    made, raw = deeds(cast, ["member", "member2"], 6), token(cast, "secretary")
    answers = post_at_once(live, [(raw, f"/api/v1/bank/filings/{filing.pk}/approve", None, "") for filing in made * 2])
    assert statuses(answers) == {200: 12, 409: 12}
    assert Counter(Posting.objects.filter(kind="DEED").values_list("credit__member__number", flat=True)) == {"0001": 2, "0002": 2}
    assert [cast.balance(member=name) for name in ("member", "member2")] == [4, 4]
    assert verdict.faults() == []


def test_a_twin_that_does_not_wait_exceeds_the_cap(transactional_db: None, cast: Cast) -> None:
    """Two read what was posted before either posts, and both find room."""
    made = deeds(cast, ["member"], 4)

    def naive(filing: Filing, barrier: threading.Barrier) -> int:
        had = sum(Filing.objects.filter(member=filing.member_id, rule="V02", points__gt=0).values_list("points", flat=True))
        barrier.wait()
        points, _short = granted(filing.worth, cap_quarter=4, cap_year=None, had=Had(had, had))
        Filing.objects.filter(pk=filing.pk).update(
            points=points, state="POSTED", decided_by=cast.users["secretary"], decided_at=AT, attested_at=AT
        )
        return points

    assert sum(with_barrier([partial(naive, filing) for filing in made])) == 8  # four were allowed


def test_a_contact_opened_many_times_at_once_is_one_look(live: Live, cast: Cast) -> None:
    order, who = cast.published("resident"), token(cast, "worker")
    answers = post_at_once(live, [move(order, "contact", who) for _ in range(8)] + [move(order, "contact", token(cast, "worker2"))])
    assert statuses(answers) == {200: 9}
    assert Look.objects.count() == Event.objects.filter(verb="look").count() == 2
    assert verdict.faults() == []


def test_a_twin_that_only_asks_first_writes_it_twice(transactional_db: None, cast: Cast) -> None:
    """Both find that nobody has looked today; without the unique row of the day both are written, and the owner reads it twice."""
    order, by = cast.published("resident"), cast.actor("worker")

    def naive(barrier: threading.Barrier) -> bool:
        found = Look.objects.filter(person_id=order.requester_id, viewer_id=by.login_id, day=AT.date()).exists()
        barrier.wait()
        return not found

    assert with_barrier([naive, naive]) == [True, True]
