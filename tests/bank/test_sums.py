"""Sums: opening + new − reduced = balance, the weeks, the district, the top savers, and the check that proves the books."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.bank.roll import posted
from tests.cast import AT, Cast
from tests.trail import refused
from zengyi.bank import actions, queries
from zengyi.bank.models import Account, Help, Posting
from zengyi.bank.queries import Part
from zengyi.bank.rules import Share
from zengyi.core import audit, clock
from zengyi.core.errors import NotThere
from zengyi.core.steps import action
from zengyi.people.rules import SYSTEM

YEAR = date(2026, 1, 1)
QUARTERS = ("2025Q4", "2026Q1", "2026Q2", "2026Q3", "2026Q4", "2027Q1")


@action
def step(run: Callable[[], Any]) -> Any:
    """One business step around a part of one."""
    result = run()
    audit.record("try", "thing", 1, by=SYSTEM, at=AT, community_id=None)
    return result


class Book:
    """A community's difficulties through the actions, and beside them a plain list of what happened."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.open: list[tuple[int, int]] = []
        self.paid: list[Posting] = []
        self.changes: list[tuple[date, int, int]] = []  # day, new, reduced
        self.n = 0
        # Many ask, so that no two meet so often in a quarter that less would be counted.
        me = cast.users["member"].person_id
        self.askers = sorted(one.person_id for one in cast.users.values() if one.person_id and one.person_id != me)

    def do(self, what: str, day: int, points: int) -> None:
        at = datetime.combine(YEAR + timedelta(days=day), time(9), UTC)
        today, self.n = clock.local_date(at), self.n + 1
        community = self.cast.community.pk
        if what == "recognise":
            account = step(lambda: actions.open_difficulty(community, "x", points, key=f"t:{self.n}", memo="", at=at))
            self.open.append((account, points))
            self.changes.append((today, points, 0))
        elif what == "withdraw" and self.open:
            account, had = self.open.pop(points % len(self.open))
            step(lambda: actions.withdraw_difficulty(account, key=f"w:{self.n}", memo="", at=at))
            self.changes.append((today, -had, 0))
        elif what == "confirm" and self.open:
            account, had = self.open.pop(points % len(self.open))
            shares = [Share(had, member_id=self.cast.member_id("member"))]
            asker = self.askers[self.n % len(self.askers)]
            more: dict[str, Any] = {"memo": "", "occurred_on": today, "at": at}
            step(lambda: actions.post_confirmation(account, shares, asker_id=asker, key=f"c:{self.n}", **more))
            self.paid.append(Posting.objects.get(key=f"c:{self.n}:1"))
            self.changes.append((today, 0, had))
        elif what == "correct" and self.paid:
            wrong = self.paid.pop(points % len(self.paid))
            step(lambda: actions.mirror(wrong, key=f"r:{self.n}", memo="", at=at))
            Help.objects.filter(account_id=wrong.debit_id).update(points=0, reversed_at=at)
            self.changes.append((today, 0, -wrong.points))

    def expected(self, quarter: str) -> tuple[int, int, int, int]:
        first, following = clock.quarter_bounds(quarter)
        opening = sum(new - reduced for day, new, reduced in self.changes if day < first)
        new = sum(new for day, new, _reduced in self.changes if first <= day < following)
        reduced = sum(reduced for day, _new, reduced in self.changes if first <= day < following)
        return opening, new, reduced, opening + new - reduced

    def weeks(self, quarter: str) -> list[tuple[int, int]]:
        first, following = clock.quarter_bounds(quarter)
        days = [day for day, _new, _reduced in self.changes if first <= day < following]
        found = []
        for week in range((max(days) - first).days // 7 + 1 if days else 0):
            end = min(first + timedelta(days=7 * week + 7), following)
            gained = sum(reduced for day, _new, reduced in self.changes if first <= day < end)
            found.append((gained, sum(new - reduced for day, new, reduced in self.changes if day < end)))
        return found


def parts(community_id: int, quarter: str) -> list[int]:
    """What the four numbers' parts add up to."""
    lists = (queries.movements if part in queries.MOVED else queries.standing for part in Part)
    return [sum(rows(community_id, quarter, part).values_list("change", flat=True)) for rows, part in zip(lists, Part, strict=True)]


WHAT = st.sampled_from(["recognise", "recognise", "confirm", "withdraw", "correct"])
HISTORY = st.lists(st.tuples(WHAT, st.integers(0, 364), st.integers(1, 20)), max_size=25)


@pytest.fixture
def shared(cast: Cast) -> Cast:
    return cast


@settings(max_examples=25, derandomize=True, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(HISTORY)
def test_any_history_adds_up(shared: Cast, history: list[tuple[str, int, int]]) -> None:
    """Whatever happened in whatever order of days: every quarter is the plain sum of what happened, and the next one's opening."""
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]
    with block:
        book = Book(shared)
        for what, day, points in history:
            book.do(what, day, points)
        before = 0
        for quarter in QUARTERS:
            found = queries.equation(shared.community.pk, quarter, at=AT)
            assert (found.opening, found.new, found.reduced, found.balance) == book.expected(quarter)
            assert found.opening + found.new - found.reduced == found.balance and found.opening == before
            assert queries.district(quarter, by=shared.actor("district"), at=AT).weeks == book.weeks(quarter)
            assert parts(shared.community.pk, quarter) == [getattr(found, part) for part in Part]
            before = found.balance
        assert queries.check_ledger().problems == []
        transaction.set_rollback(True)


def test_a_quarter_is_provisional_until_it_is_over(cast: Cast, at: datetime) -> None:
    cast.triaged("resident")
    found = {quarter: queries.equation(cast.community.pk, quarter, at=at).provisional for quarter in QUARTERS}
    assert found == {"2025Q4": False, "2026Q1": False, "2026Q2": False, "2026Q3": False, "2026Q4": True, "2027Q1": True}


@pytest.mark.parametrize("quarter", ["", "2026", "2026Q5", "2026Q0", "Q4", "二〇二六Q4", "9" * 30 + "Q1", "0Q1"])
def test_no_such_quarter(cast: Cast, at: datetime, quarter: str) -> None:
    with refused(NotThere):
        queries.equation(cast.community.pk, quarter, at=at)


def test_sums_are_public_but_a_districts_are_below_its_node(cast: Cast, at: datetime) -> None:
    order, far = cast.triaged("resident", difficulty=5), cast.triaged("far_resident", difficulty=7)
    for who in ("resident", "member", "unit", "worker", "district", "far_resident"):
        assert queries.equation(order.community_id, "2026Q4", by=cast.actor(who), at=at).balance == 5
    with refused(NotThere):
        queries.equation(order.community_id, "2026Q4", by=cast.actor("far_worker"), at=at)
    with refused(NotThere):
        queries.equation(10**6, "2026Q4", at=at)
    rows = queries.district("2026Q4", by=cast.actor("district"), at=at).rows
    assert [(row.name, row.subdistrict, row.equation.balance) for row in rows] == [("虹西社区", "虹桥街道", 5), ("秦西社区", "幸福街道", 7)]
    assert {order.community_id, far.community_id} == {row.community_id for row in rows}


def test_the_top_savers_are_masked_unless_they_agreed(cast: Cast, at: datetime) -> None:
    people = [("member", "党员甲", 3), ("member2", "党员乙", 9), ("member3", "党员丙", 5)]
    for name, _person, points in people:
        Account.objects.create(kind="GAIN", community=cast.community, member=cast.members[name], balance=points, opened_at=at)
        Account.objects.create(kind="BASE", community=cast.community, member=cast.members[name], balance=99, opened_at=at)
    Account.objects.create(kind="GAIN", community=cast.community, organisation=cast.unit, balance=7, opened_at=at)
    Account.objects.create(kind="GAIN", community=cast.elsewhere, organisation=cast.far_unit, balance=70, opened_at=at)
    Account.objects.create(kind="GAIN", community=cast.community, member=cast.members["kin"], balance=0, opened_at=at)
    agreed = cast.members["member3"].person
    agreed.name_public = True
    agreed.save()
    found = [(saver.name, saver.gain, saver.is_unit) for saver in queries.top_savers(cast.community.pk)]
    assert found == [("党*", 9, False), ("机关事务中心", 7, True), ("党员丙", 5, False), ("党*", 3, False)]
    for n in range(20):
        cast.member(f"m{n}", f"党员{n}", f"8{n:03d}")
        Account.objects.create(kind="GAIN", community=cast.community, member=cast.members[f"m{n}"], balance=100, opened_at=at)
    assert [saver.gain for saver in queries.top_savers(cast.community.pk)] == [100] * 10


def planted(cast: Cast, what: str) -> None:
    """Plant a fault that no action could cause."""
    issue, account = Account.objects.get(kind="ISSUE", community=cast.community), Account.objects.get(kind="DIFFICULTY")
    row = {"community": cast.community, "points": 1, "occurred_on": AT.date(), "posted_at": AT, "key": "planted"}
    match what:
        case "balance":
            Account.objects.filter(pk=account.pk).update(balance=9)
        case "posting":
            Posting.objects.create(kind="TRIAGE", debit=issue, credit=account, **row)
        case "mirror":
            first = Posting.objects.get(kind="TRIAGE")
            Posting.objects.create(kind="REVERSAL", debit=account, credit=issue, reverses=first, reversed_kind="TRIAGE", **row)
        case "abroad":
            far = Account.objects.create(kind="ISSUE", community=cast.elsewhere, opened_at=AT)
            Posting.objects.create(kind="TRIAGE", debit=far, credit=account, **row)


@pytest.mark.parametrize(
    ("what", "sentences"),
    [
        ("balance", ["balance is not the sum", "sums to"]),
        ("posting", ["balance is not the sum", "sums to"]),
        ("mirror", ["balance is not the sum", "not the mirror"]),
        ("abroad", ["crosses books"]),
    ],
)
def test_the_check_sees_what_was_planted(cast: Cast, what: str, sentences: list[str]) -> None:
    cast.triaged("resident")
    posted(cast, {"member": "PRESENT"})
    report = queries.check_ledger()
    assert report.problems == [] and len(report.checked) >= 4
    planted(cast, what)
    problems = queries.check_ledger().problems
    assert all(any(sentence in problem for problem in problems) for sentence in sentences), problems
