"""Corrections: an exact mirror, proposed by one and decided by another, once."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from tests.bank.roll import posted
from tests.cast import AT, Cast
from tests.trail import refused, told
from tests.trust.ground import undone
from zengyi.bank import actions, queries
from zengyi.bank.models import Correction, Posting
from zengyi.core.errors import Invalid, NotAllowed, NotThere, WrongState
from zengyi.core.guards import NotPrepared
from zengyi.orders import actions as orders
from zengyi.orders.models import Order
from zengyi.people.rules import Actor

DAY = timedelta(days=1)


@pytest.fixture
def paid(cast: Cast, at: datetime) -> Posting:
    order = cast.delivered("member2", "resident")
    orders.confirm(order.pk, by=cast.actor("resident"), at=at + DAY)
    return Posting.objects.get(kind="CONFIRM")


def test_reversed_by_its_mirror(cast: Cast, at: datetime, paid: Posting) -> None:
    with told("propose", "correction") as step:
        proposed = actions.propose_correction(paid.pk, " 没有办成 ", by=cast.actor("worker"), at=at + 2 * DAY)
    assert (proposed.state, proposed.reason, step.event.reason, step.postings) == ("PROPOSED", "没有办成", "没有办成", [])
    with told("decide", "correction") as step:
        actions.decide_correction(proposed.pk, True, by=cast.actor("secretary"), at=at + 3 * DAY)
    assert step.postings == [("REVERSAL", "党员乙", "DIFFICULTY", 8)]
    assert (cast.balance(member="member2"), cast.balance(order=Order.objects.get())) == (0, 8)
    equation = queries.equation(cast.community.pk, "2026Q4", at=at)
    assert (equation.new, equation.reduced, equation.balance) == (8, 0, 8)
    entries = queries.entries(paid.credit_id, by=cast.actor("member2")).rows
    assert [(entry.points, entry.reversed) for entry in entries] == [(-8, False), (8, True)]
    assert queries.check_ledger().problems == []


def test_only_once(cast: Cast, at: datetime, paid: Posting) -> None:
    first = actions.propose_correction(paid.pk, "没有办成", by=cast.actor("worker"), at=at)
    with refused(WrongState, "已经有人提出"):
        actions.propose_correction(paid.pk, "我也觉得", by=cast.actor("worker2"), at=at)
    actions.decide_correction(first.pk, True, by=cast.actor("secretary"), at=at)
    with refused(WrongState, "已经审核过"):
        actions.decide_correction(first.pk, True, by=cast.actor("secretary"), at=at)
    with refused(NotThere, "已经冲销过"):
        actions.propose_correction(paid.pk, "再来一次", by=cast.actor("worker2"), at=at)
    mirror = Posting.objects.get(kind="REVERSAL")
    with refused(NotThere):
        actions.propose_correction(mirror.pk, "冲销的冲销", by=cast.actor("worker"), at=at)


def test_a_second_person_decides(cast: Cast, at: datetime, paid: Posting) -> None:
    found = actions.propose_correction(paid.pk, "没有办成", by=cast.actor("secretary"), at=at)
    with refused(NotAllowed, "另一位"):
        actions.decide_correction(found.pk, True, by=cast.actor("secretary"), at=at)
    for who in ("worker", "member2", "resident", "district"):
        with refused(NotAllowed):
            actions.decide_correction(found.pk, True, by=cast.actor(who), at=at)
    with refused(NotThere):
        actions.decide_correction(found.pk, True, by=cast.actor("far_secretary"), at=at)
    with refused(NotThere):
        actions.decide_correction(found.pk + 999, True, by=cast.actor("secretary"), at=at)


def test_not_approved_leaves_the_posting_and_may_be_proposed_again(cast: Cast, at: datetime, paid: Posting) -> None:
    first = actions.propose_correction(paid.pk, "没有办成", by=cast.actor("worker"), at=at)
    with told("decide", "correction") as step:
        actions.decide_correction(first.pk, False, by=cast.actor("secretary"), at=at)
    assert (step.postings, step.event.after) == ([], {"state": "REJECTED"})
    assert cast.balance(member="member2") == 8
    assert actions.propose_correction(paid.pk, "真的没有办成", by=cast.actor("worker"), at=at).pk != first.pk
    assert [row.state for row in queries.corrections(by=cast.actor("worker"), at=AT).rows] == ["PROPOSED", "REJECTED"]


def test_a_base_posting_too(cast: Cast, at: datetime) -> None:
    posted(cast, {"member": "PRESENT"})
    found = actions.propose_correction(Posting.objects.get().pk, "那天请假", by=cast.actor("worker"), at=at)
    with told("decide", "correction") as step:
        actions.decide_correction(found.pk, True, by=cast.actor("secretary"), at=at)
    assert step.postings == [("REVERSAL", "党员甲", "ISSUE", 3)]
    assert cast.balance(member="member", kind="BASE") == 0


def test_what_is_not_corrected(cast: Cast, at: datetime, paid: Posting) -> None:
    triage = Posting.objects.get(kind="TRIAGE")
    for posting_id in (triage.pk, 0, -1, 2**63, paid.pk + 999):
        with refused(NotThere):
            actions.propose_correction(posting_id, "记错了", by=cast.actor("worker"), at=at)
        with refused(NotThere):
            queries.correctable(posting_id, by=cast.actor("worker"))
    with refused(NotThere):
        actions.propose_correction(paid.pk, "别的社区", by=cast.actor("far_worker"), at=at)
    with refused(NotAllowed):
        actions.propose_correction(paid.pk, "我不同意", by=cast.actor("member2"), at=at)
    for reason in ("", " 错 ", "错" * 201):
        with refused(Invalid, fields={"reason"}):
            actions.propose_correction(paid.pk, reason, by=cast.actor("worker"), at=at)
    assert queries.correctable(paid.pk, by=cast.actor("worker")).points == 8
    assert Correction.objects.count() == 0


def test_listed_by_keyset(cast: Cast, at: datetime, paid: Posting) -> None:
    made = []
    for n in range(32):
        found = actions.propose_correction(paid.pk, f"第{n}次", by=cast.actor("worker"), at=at)
        actions.decide_correction(found.pk, False, by=cast.actor("secretary"), at=at)
        made.append(found.pk)
    first = queries.corrections(by=cast.actor("worker"), at=AT)
    rest = queries.corrections(by=cast.actor("worker"), after=first.next_after, at=AT)
    assert [row.id for row in first.rows + rest.rows] == made[::-1] and rest.next_after is None
    assert queries.corrections(by=cast.actor("far_worker"), at=AT).rows == []


def accepts(act: Callable[[], object]) -> bool:
    """Whether the action goes ahead; undone afterwards."""
    with undone():
        try:
            act()
        except (NotAllowed, NotThere, WrongState):
            return False
    return True


def test_offered_is_accepted(cast: Cast, at: datetime, paid: Posting) -> None:
    """In both directions: by everybody who reads the entries, for every kind, before somebody proposed, while it waits and after."""

    def look() -> set[tuple[str, str, bool]]:
        seen = set()
        for who in ("worker", "worker2", "secretary", "member2"):
            by = cast.actor(who)
            for account_id in (paid.credit_id, paid.debit_id):
                for entry in entries_read(account_id, by):
                    done = accepts(lambda: actions.propose_correction(entry.id, "没有办成", by=by, at=at))  # noqa: B023
                    assert entry.may_correct == done, (who, entry)
                    seen.add((who, entry.kind, done))
            if who != "member2":
                for row in queries.corrections(by=by, at=AT).rows:
                    done = accepts(lambda: actions.decide_correction(row.id, True, by=by, at=at))  # noqa: B023
                    assert row.may_decide == done, (who, row)
                    seen.add((who, "decide", done))
        return seen

    before = look()
    assert {("worker", "CONFIRM", True), ("worker", "TRIAGE", False), ("member2", "CONFIRM", False)} <= before
    found = actions.propose_correction(paid.pk, "没有办成", by=cast.actor("worker"), at=at)
    waiting = look()
    assert {("worker2", "CONFIRM", False), ("worker", "decide", False), ("secretary", "decide", True)} <= waiting
    actions.decide_correction(found.pk, True, by=cast.actor("secretary"), at=at)
    after = look()
    assert {("worker", "REVERSAL", False), ("secretary", "decide", False)} <= after and ("worker", "CONFIRM", True) not in after


def entries_read(account_id: int, by: Actor) -> list[queries.AccountEntry]:
    """The entries, to whoever may read them."""
    try:
        return queries.entries(account_id, by=by).rows
    except NotThere:
        return []


def test_a_posting_read_without_what_the_rule_needs_is_a_fault(cast: Cast, paid: Posting) -> None:
    with pytest.raises(NotPrepared):
        assert paid.facts
