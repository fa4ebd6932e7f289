"""Postings: recognised, moved once, withdrawn, mirrored; never more than there is."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError

from tests.cast import Cast
from tests.trail import moved, snapshot
from zengyi.bank import actions, queries
from zengyi.bank.actions import LedgerError
from zengyi.bank.models import Account, Help, Posting
from zengyi.bank.rules import Share
from zengyi.core import audit, clock
from zengyi.core.steps import StepError, action
from zengyi.people.models import User
from zengyi.people.rules import SYSTEM


@action
def step(run: Any, at: datetime) -> Any:
    """One business step around a part of one."""
    result = run()
    audit.record("try", "thing", 1, by=SYSTEM, at=at, community_id=None)
    return result


@pytest.fixture
def open_account(cast: Cast, at: datetime) -> int:
    found: int = step(lambda: actions.open_difficulty(cast.community.pk, "2026-0001", 8, key="t:1", memo="桥", at=at), at)
    return found


def _asker() -> int:
    """Whoever had the difficulty."""
    return User.objects.values_list("person_id", flat=True).get(username="resident") or 0


def confirm(account_id: int, shares: list[Share], at: datetime, key: str = "c:1") -> None:
    day = clock.local_date(at)
    step(lambda: actions.post_confirmation(account_id, shares, asker_id=_asker(), key=key, memo="桥", occurred_on=day, at=at), at)


@pytest.fixture
def members(cast: Cast) -> Iterator[list[int]]:
    yield [cast.member_id(name) for name in ("member", "member2", "member3")]
    assert queries.check_ledger().problems == []


def test_parts_of_a_step_never_run_alone(cast: Cast, at: datetime) -> None:
    parts: list[Any] = [
        lambda: actions.open_difficulty(1, "x", 1, key="k", memo="", at=at),
        lambda: actions.withdraw_difficulty(1, key="k", memo="", at=at),
        lambda: actions.post_confirmation(1, [], asker_id=1, key="k", memo="", occurred_on=clock.local_date(at), at=at),
        lambda: actions.mirror(Posting(), key="k", memo="", at=at),
        lambda: actions.ensure_accounts(1, at=at),
    ]
    before = snapshot()
    for part in parts:
        with pytest.raises(StepError):
            part()
    assert snapshot() == before


def test_shares_go_where_they_belong(cast: Cast, at: datetime, open_account: int, members: list[int]) -> None:
    shares = [Share(3, member_id=members[0]), Share(0, member_id=members[1]), Share(5, organisation_id=cast.unit.pk)]
    confirm(open_account, shares, at)
    assert moved()[1:] == [("CONFIRM", "DIFFICULTY", "党员甲", 3), ("CONFIRM", "DIFFICULTY", "机关事务中心", 5)]
    assert (cast.balance(member="member"), cast.balance(unit=cast.unit)) == (3, 5)
    assert Account.objects.get(pk=open_account).balance == 0


def test_a_share_may_be_paid_twice_over_to_the_same(cast: Cast, at: datetime, open_account: int, members: list[int]) -> None:
    """Somebody who claimed, and whom a unit sent as well, gets both shares."""
    confirm(open_account, [Share(3, member_id=members[0]), Share(2, member_id=members[0])], at)
    assert cast.balance(member="member") == 5 and Account.objects.get(pk=open_account).balance == 3


def test_nothing_to_share_posts_nothing(cast: Cast, at: datetime, open_account: int, members: list[int]) -> None:
    confirm(open_account, [], at)
    confirm(open_account, [Share(0, member_id=members[0])], at)
    assert len(moved()) == 1


@pytest.mark.parametrize("points", [[9], [4, 5], [8, 1]])
def test_never_more_than_there_is(cast: Cast, at: datetime, open_account: int, members: list[int], points: list[int]) -> None:
    before = snapshot()
    with pytest.raises(LedgerError):
        confirm(open_account, [Share(p, member_id=m) for p, m in zip(points, members, strict=False)], at)
    assert snapshot() == before


def test_never_twice(cast: Cast, at: datetime, open_account: int, members: list[int]) -> None:
    confirm(open_account, [Share(4, member_id=members[0])], at)
    before = snapshot()
    with pytest.raises(IntegrityError):
        confirm(open_account, [Share(4, member_id=members[0])], at)
    assert snapshot() == before


def test_only_from_a_difficulty(cast: Cast, at: datetime, open_account: int, members: list[int]) -> None:
    confirm(open_account, [Share(4, member_id=members[0])], at)
    gain = Account.objects.get(member_id=members[0], kind="GAIN").pk
    for account_id in (gain, Account.objects.get(kind="ISSUE").pk, 10**6):
        with pytest.raises(LedgerError):
            confirm(account_id, [Share(1, member_id=members[1])], at, key="c:2")


def test_a_member_of_another_community_does_not_cross_the_books(cast: Cast, at: datetime, open_account: int) -> None:
    """The member's account belongs to another book; a posting across books would fail the ledger's check."""
    step(lambda: actions.ensure_accounts(cast.elsewhere.pk, member_ids=[cast.member_id("far_member")], at=at), at)
    before = snapshot()
    with pytest.raises(LedgerError):
        confirm(open_account, [Share(4, member_id=cast.member_id("far_member"))], at)
    assert snapshot() == before


def test_what_is_withdrawn_is_withdrawn_once(cast: Cast, at: datetime, open_account: int) -> None:
    step(lambda: actions.withdraw_difficulty(open_account, key="e:1", memo="", at=at), at)
    assert moved()[1:] == [("REVERSAL", "DIFFICULTY", "ISSUE", 8)]
    with pytest.raises(Posting.DoesNotExist):
        step(lambda: actions.withdraw_difficulty(open_account, key="e:2", memo="", at=at), at)
    assert queries.check_ledger().problems == []


def test_what_was_paid_out_cannot_be_withdrawn(cast: Cast, at: datetime, open_account: int, members: list[int]) -> None:
    confirm(open_account, [Share(1, member_id=members[0])], at)
    before = snapshot()
    with pytest.raises(LedgerError):
        step(lambda: actions.withdraw_difficulty(open_account, key="e:1", memo="", at=at), at)
    assert snapshot() == before


def test_a_mirror_is_exact_and_single(cast: Cast, at: datetime, open_account: int, members: list[int]) -> None:
    confirm(open_account, [Share(5, member_id=members[0])], at)
    posting = Posting.objects.get(kind="CONFIRM")
    mirror = step(lambda: actions.mirror(posting, key="r:1", memo="记错了", at=at), at)
    assert (mirror.debit_id, mirror.credit_id, mirror.points) == (posting.credit_id, posting.debit_id, posting.points)
    assert (mirror.reverses_id, mirror.kind, mirror.memo) == (posting.pk, "REVERSAL", "记错了")
    assert (cast.balance(member="member"), Account.objects.get(pk=open_account).balance) == (0, 8)
    with pytest.raises(IntegrityError):
        step(lambda: actions.mirror(posting, key="r:2", memo="", at=at), at)
    # What the whole step writes down beside it.
    Help.objects.filter(account_id=open_account).update(points=0, reversed_at=at)


def test_accounts_are_opened_once(cast: Cast, at: datetime, members: list[int]) -> None:
    for _n in range(2):
        step(lambda: actions.ensure_accounts(cast.community.pk, member_ids=members, organisation_ids=[cast.unit.pk], at=at), at)
    kinds = sorted(Account.objects.values_list("kind", flat=True))
    assert kinds == ["BASE"] * 3 + ["GAIN"] * 4
