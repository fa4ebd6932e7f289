"""What the community does: take on, weigh anew, publish, decline, merge; and what the asker takes back."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.cast import Cast
from tests.trail import moved, refused, told
from zengyi.bank import queries as bank
from zengyi.bank.models import Account
from zengyi.core import worktime
from zengyi.core.errors import Invalid, NotAllowed, NotThere, WrongState
from zengyi.orders import actions, queries
from zengyi.orders.models import Claim, Order

DAY = timedelta(days=1)


def test_taken_on(cast: Cast, at: datetime) -> None:
    placed = cast.place("resident")
    with told("triage") as step:
        order = actions.triage(placed.pk, difficulty=8, places=2, needs="梯子", provides="灯泡", by=cast.actor("worker"), at=at)
    assert step.postings == [("TRIAGE", "ISSUE", "DIFFICULTY", 8)]
    assert (order.state, order.difficulty, order.places, order.needs, order.provides) == ("TRIAGED", 8, 2, "梯子", "灯泡")
    assert (order.triaged_by_id, order.triaged_at) == (cast.users["worker"].pk, at)
    assert order.due_at == worktime.add_working_hours(at, 21)
    assert step.event.before == {"state": "PLACED", "difficulty": None}
    assert step.event.after["difficulty"] == 8 and step.event.after["places"] == 2
    account = Account.objects.get(pk=order.account_id or 0)
    assert (account.kind, account.label, account.balance, account.community_id) == ("DIFFICULTY", order.number, 8, cast.community.pk)
    issue = Account.objects.get(kind="ISSUE")
    assert (issue.balance, issue.community_id) == (0, cast.community.pk)


def test_weighed_anew(cast: Cast, at: datetime) -> None:
    first = cast.triaged("resident", difficulty=8)
    with told("triage") as step:
        order = actions.triage(first.pk, difficulty=3, category="LIGHT", urgency=1, by=cast.actor("worker2"), at=at + DAY)
    assert step.postings == [("REVERSAL", "DIFFICULTY", "ISSUE", 8), ("TRIAGE", "ISSUE", "DIFFICULTY", 3)]
    assert step.event.before == {"state": "TRIAGED", "difficulty": 8}
    assert (order.category, order.urgency, order.triaged_by_id) == ("LIGHT", 1, cast.users["worker2"].pk)
    again = actions.triage(first.pk, difficulty=3, by=cast.actor("worker"), at=at + DAY)
    assert len({first.account_id, order.account_id, again.account_id}) == 3
    assert list(Account.objects.filter(kind="DIFFICULTY").order_by("pk").values_list("balance", flat=True)) == [0, 0, 3]
    equation = bank.equation(cast.community.pk, "2026Q4", at=at)
    assert (equation.new, equation.reduced, equation.balance) == (3, 0, 3)
    assert bank.check_ledger().problems == []


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"difficulty": 0}, "difficulty"),
        ({"difficulty": 21}, "difficulty"),
        ({"difficulty": True}, "difficulty"),
        ({"difficulty": 8, "places": 0}, "places"),
        ({"difficulty": 8, "places": 201}, "places"),
        ({"difficulty": 8, "category": "MOON"}, "category"),
        ({"difficulty": 8, "urgency": 9}, "urgency"),
        ({"difficulty": 8, "needs": "梯" * 201}, "needs"),
        ({"difficulty": 8, "due_at": datetime(2026, 11, 23, 1, tzinfo=UTC)}, "due_at"),
        ({"difficulty": 8, "due_at": datetime(2029, 11, 23, tzinfo=UTC)}, "due_at"),
    ],
)
def test_what_triage_cannot_take(cast: Cast, at: datetime, given: dict[str, Any], field: str) -> None:
    placed, weighed = cast.place("resident"), cast.triaged("resident")
    for order in (placed, weighed):
        with refused(Invalid, fields={field}):
            actions.triage(order.pk, **given, by=cast.actor("worker"), at=at)


def test_published(cast: Cast, at: datetime) -> None:
    order = cast.triaged("resident")
    with told("publish") as step:
        order = actions.publish(order.pk, by=cast.actor("worker"), at=at + DAY)
    assert (order.state, order.published_at, step.postings) == ("PUBLISHED", at + DAY, [])


@pytest.mark.parametrize("act", ["decline", "cancel", "merge"])
@pytest.mark.parametrize("weighed", [False, True])
def test_ended_before_anybody_is_at_it(cast: Cast, at: datetime, act: str, weighed: bool) -> None:
    order = cast.triaged("resident") if weighed else cast.place("resident")
    other = cast.place("resident2")
    by, outcome = {"decline": ("worker", "DECLINED"), "cancel": ("resident", "CANCELLED"), "merge": ("secretary", "MERGED")}[act]
    more = {"into_id": other.pk} if act == "merge" else {"reason": "没有这回事"}
    with told(act) as step:
        order = getattr(actions, act)(order.pk, **more, by=cast.actor(by), at=at + DAY)
    assert (order.state, order.outcome, order.ended_at) == ("CLOSED", outcome, at + DAY)
    assert step.postings == ([("REVERSAL", "DIFFICULTY", "ISSUE", 8)] if weighed else [])
    assert step.event.after == {"state": "CLOSED", "outcome": outcome} | ({"into": other.pk} if act == "merge" else {})
    assert step.event.reason == ("" if act == "merge" else "没有这回事")
    assert Order.objects.get(pk=order.pk).merged_into_id == (other.pk if act == "merge" else None)
    assert bank.check_ledger().problems == []


def test_taken_back_while_somebody_is_asked(cast: Cast, at: datetime) -> None:
    order = cast.triaged("resident")
    actions.assign(order.pk, member_id=cast.member_id("member"), by=cast.actor("worker"), at=at)
    with told("cancel") as step:
        actions.cancel(order.pk, reason="自己办好了", by=cast.actor("resident"), at=at)
    assert Claim.objects.get(order=order).state == "RELEASED"
    assert step.postings == [("REVERSAL", "DIFFICULTY", "ISSUE", 8)]
    with refused(NotThere):
        actions.accept(order.pk, by=cast.actor("member"), at=at)


@pytest.mark.parametrize("reason", ["", "不", " \n ", "不" * 201])
def test_a_reason_is_wanted(cast: Cast, at: datetime, reason: str) -> None:
    order = cast.place("resident")
    with refused(Invalid, fields={"reason"}):
        actions.decline(order.pk, reason=reason, by=cast.actor("worker"), at=at)
    with refused(Invalid, fields={"reason"}):
        actions.cancel(order.pk, reason=reason, by=cast.actor("resident"), at=at)


def test_only_the_asker_and_staff_take_an_order_back(cast: Cast, at: datetime) -> None:
    order = cast.published("resident")
    for who in ("resident2", "neighbour", "member", "unit", "district"):
        with refused(NotAllowed):
            actions.cancel(order.pk, reason="不要了", by=cast.actor(who), at=at)
    assert actions.cancel(order.pk, reason="电话里说不要了", by=cast.actor("secretary"), at=at).state == "CLOSED"


@pytest.mark.parametrize("who", ["resident", "member", "unit", "property", "supervisor", "district"])
def test_only_staff_sit_at_the_desk(cast: Cast, at: datetime, who: str) -> None:
    order, by = cast.published("resident"), cast.actor(who)
    moves: list[Any] = [
        lambda: actions.triage(order.pk, difficulty=3, by=by, at=at),
        lambda: actions.publish(order.pk, by=by, at=at),
        lambda: actions.assign(order.pk, member_id=cast.member_id("member2"), by=by, at=at),
        lambda: actions.decline(order.pk, reason="不受理", by=by, at=at),
        lambda: actions.merge(order.pk, into_id=order.pk, by=by, at=at),
        lambda: actions.remind(order.pk, by=by, at=at),
    ]
    for move in moves:
        with refused(NotAllowed):
            move()


def test_merged_along_a_chain_but_never_in_a_circle(cast: Cast, at: datetime) -> None:
    first, second, third = (cast.triaged(name) for name in ("resident", "resident2", "neighbour"))
    by = cast.actor("worker")
    with refused(Invalid, fields={"into_id"}):
        actions.merge(first.pk, into_id=first.pk, by=by, at=at)
    actions.merge(first.pk, into_id=second.pk, by=by, at=at)
    with refused(Invalid, "还没办完", fields={"into_id"}):
        actions.merge(second.pk, into_id=first.pk, by=by, at=at)
    actions.merge(second.pk, into_id=third.pk, by=by, at=at)
    with refused(Invalid, fields={"into_id"}):
        actions.merge(third.pk, into_id=first.pk, by=by, at=at)
    with refused(WrongState):
        actions.merge(first.pk, into_id=third.pk, by=by, at=at)
    assert [queries.detail(o.pk, by=by, at=at).merged_into for o in (first, second, third)] == [second.pk, third.pk, None]
    assert sum(cast.balance(order=Order.objects.get(pk=o.pk)) for o in (first, second, third)) == 8


def test_merged_only_within_the_community(cast: Cast, at: datetime) -> None:
    here, away = cast.place("resident"), cast.place("far_resident")
    for into in (away.pk, 10**9, 2**70, 0):
        with refused(NotThere):
            actions.merge(here.pk, into_id=into, by=cast.actor("worker"), at=at)


def test_merged_into_what_somebody_is_at(cast: Cast, at: datetime) -> None:
    twin, order = cast.published("resident2"), cast.delivered("member2", "resident")
    actions.merge(twin.pk, into_id=order.pk, by=cast.actor("worker"), at=at)
    actions.confirm(order.pk, by=cast.actor("resident"), at=at + DAY)
    ended, other = cast.place("neighbour"), Order.objects.get(pk=order.pk)
    with refused(Invalid, fields={"into_id"}):
        actions.merge(ended.pk, into_id=other.pk, by=cast.actor("worker"), at=at)


def test_a_note_is_a_step_of_its_own(cast: Cast, at: datetime) -> None:
    order = cast.claimed("member2", "resident")
    for who in ("resident", "member2", "worker"):
        with told("note") as step:
            actions.note(order.pk, text="看过了\n明天来", by=cast.actor(who), at=at)
        assert step.event.reason == "看过了\n明天来"
    for who in ("resident2", "member3"):
        with refused(NotAllowed):
            actions.note(order.pk, text="我也看看", by=cast.actor(who), at=at)
    with refused(Invalid, fields={"text"}):
        actions.note(order.pk, text="看" * 501, by=cast.actor("worker"), at=at)
    lines = queries.history(order.pk, by=cast.actor("worker"), at=at).lines
    assert [line.text for line in lines if line.verb == "note"] == ["看过了\n明天来"] * 3


def test_every_order_has_its_own_account(cast: Cast, at: datetime) -> None:
    orders = [cast.triaged("resident", difficulty=n) for n in (1, 20)] + [cast.triaged("far_resident", difficulty=5)]
    assert [cast.balance(order=order) for order in orders] == [1, 20, 5]
    assert [kind for kind, *_rest in moved()] == ["TRIAGE"] * 3
    assert Account.objects.filter(kind="ISSUE").count() == 2
