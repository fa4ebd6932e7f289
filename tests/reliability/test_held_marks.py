"""Marks that were held, posted by two other people in the same moment: each is paid once, and who comes second is told."""

import threading
from collections import Counter
from datetime import timedelta
from functools import partial

import pytest
from django.db.models import F

from tests.cast import AT, Cast
from tests.live import Live
from tests.reliability import verdict
from tests.reliability.hands import Hand, at_once, members, session, with_barrier
from zengyi.bank import actions as bank
from zengyi.bank.models import Account, Posting, RollCall, RollCallEntry
from zengyi.bank.queries import check_ledger
from zengyi.core.models import Event
from zengyi.people.models import Member

pytestmark = pytest.mark.live


def held(cast: Cast, count: int) -> RollCall:
    """A roll-call whose marks are all of the secretary's own unit: she has decided, and they wait for somebody else."""
    names = members(cast, count)
    cast.second_role("secretary", "0077", unit=cast.unit)
    Member.objects.filter(number__in=names).update(unit=cast.unit)
    for name in ("secretary2", "secretary3"):
        cast.login(name, cast.person(f"书记{name}", cast.community))
        cast.grant(name, "secretary", cast.community)
    marks = {cast.member_id(name): "PRESENT" for name in names}
    made = bank.propose_roll_call(cast.branch.pk, "B04", AT.date() - timedelta(days=1), marks, by=cast.actor("worker"), at=AT)
    bank.decide_roll_call(made.pk, True, by=cast.actor("secretary"), at=AT)
    assert RollCallEntry.objects.filter(roll_call=made, note="HELD").count() == count
    assert not Posting.objects.filter(rule="B04").exists()
    return made


def balances(made: RollCall) -> set[int]:
    whose = RollCallEntry.objects.filter(roll_call=made).values("member_id")
    return set(Account.objects.filter(kind="BASE", member_id__in=whose).values_list("balance", flat=True))


def test_held_marks_are_posted_once(live: Live, cast: Cast) -> None:
    made = held(cast, 20)
    hands = [Hand(live, session(cast, name)) for name in ("secretary2", "secretary3") * 4]
    for hand in hands:
        hand.__enter__()
    answers = at_once([partial(hand.send, f"/bank/roll-calls/{made.pk}/", approve="1", held="1") for hand in hands])
    for hand in hands:
        hand.line.close()
    assert Counter(answers) == {303: 1, 409: 7}
    assert (Posting.objects.filter(rule="B04").count(), balances(made)) == (20, {2})
    assert Event.objects.filter(verb="decide", object_type="roll_call", object_id=made.pk).count() == 2, "the decision, and the held ones"
    assert verdict.faults() == []


def test_a_twin_that_looks_before_it_holds_pays_twice(transactional_db: None, cast: Cast) -> None:
    """Both find the marks held before either has posted them."""
    made = held(cast, 3)
    issue = Account.objects.get(community=cast.community, kind="ISSUE")
    accounts = {row.member_id: row for row in Account.objects.filter(kind="BASE")}
    for entry in RollCallEntry.objects.filter(roll_call=made):
        if entry.member_id not in accounts:
            opened = {"kind": "BASE", "community": cast.community, "member_id": entry.member_id, "balance": 0, "opened_at": AT}
            accounts[entry.member_id] = Account.objects.create(**opened)

    def naive(hand: int, barrier: threading.Barrier) -> int:
        found = list(RollCallEntry.objects.filter(roll_call=made, note="HELD").values_list("member_id", flat=True))
        barrier.wait()
        row = {
            "community": cast.community,
            "kind": "BASE",
            "debit": issue,
            "points": 2,
            "rule": "B04",
            "memo": "",
            "occurred_on": made.held_on,
        }
        for member_id in found:
            Posting.objects.create(credit=accounts[member_id], key=f"naive:{hand}:{member_id}", posted_at=AT, **row)
            Account.objects.filter(pk=accounts[member_id].pk).update(balance=F("balance") + 2)
        RollCallEntry.objects.filter(roll_call=made, note="HELD").update(note="", points=2)
        return len(found)

    assert with_barrier([partial(naive, hand) for hand in range(2)]) == [3, 3]
    assert balances(made) == {4}, "two were right"
    assert check_ledger().problems == [], "the books alone do not show it: only whoever holds first keeps them right"
