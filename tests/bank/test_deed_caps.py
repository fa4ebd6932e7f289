"""Caps of deeds: what a cap holds back is stored as zero with the reason, and made good when a reversal leaves room."""

from datetime import date, datetime, timedelta

from tests.bank.deeds import DAY, approved, attested, filed, reversed_
from tests.bank.roll import adopted
from tests.cast import Cast
from tests.trail import refused, told
from zengyi.bank import actions, queries
from zengyi.bank.models import Filing, Posting
from zengyi.bank.rules import Had, asked, earliest, granted, shipped, worth
from zengyi.core.errors import WrongState


def on(days_before: int) -> date:
    """A day of this quarter."""
    return DAY - timedelta(days=days_before)


def stands(filing: Filing) -> tuple[int, str]:
    """The points that stand, and why they are fewer than the rule says."""
    filing.refresh_from_db()
    return filing.points, filing.short


def test_arithmetic() -> None:
    rules = {rule.code: rule for rule in shipped()}
    assert (asked(rules["V05"], 5), worth(rules["V05"], 5), worth(rules["V02"], 3), worth(rules["V20"], 2)) == (5, 2, 6, 4)
    assert granted(6, cap_quarter=4, cap_year=None, had=Had(0, 0)) == (4, "QUARTER")
    assert granted(3, cap_quarter=None, cap_year=6, had=Had(0, 7)) == (0, "YEAR")
    assert earliest(date(2026, 1, 1)) == date(2025, 10, 1)
    assert earliest(date(2026, 12, 31)) == date(2026, 7, 1)


def test_an_activitys_cap(cast: Cast) -> None:
    assert stands(approved(cast, rule="V05", quantity=5)) == (2, "ACTIVITY")


def test_a_quarters_cap_stores_the_overflow_as_zero(cast: Cast, at: datetime) -> None:
    """V02: two points each, four a quarter."""
    made = [approved(cast, day=on(n)) for n in range(2)]
    third = attested(cast, day=on(2))
    with told("approve", "filing") as step:
        actions.approve_deed(third.pk, by=cast.actor("secretary"), at=at)
    assert (step.postings, stands(third)) == ([], (0, "QUARTER"))
    before = approved(cast, day=date(2026, 9, 30))  # another quarter, another cap
    assert [stands(one)[0] for one in (*made, before)] == [2, 2, 2]
    assert cast.balance(member="member") == 6
    (row, *_rest) = [row for row in queries.filings(by=cast.actor("member"), at=at).rows if row.id == third.pk]
    assert (row.brings, row.why) == (0, "超过本季上限，多出的记 0 分")


def test_part_of_a_deed(cast: Cast) -> None:
    """V03: at most six a quarter."""
    approved(cast, rule="V03", quantity=2, day=on(1))
    assert stands(approved(cast, rule="V03", quantity=2)) == (2, "QUARTER")


def test_a_years_cap(cast: Cast) -> None:
    """V19: three points each, six a year; the quarters do not matter."""
    days = (date(2026, 9, 1), date(2026, 10, 8), date(2026, 11, 2))
    assert [stands(approved(cast, rule="V19", day=day)) for day in days] == [(3, ""), (3, ""), (0, "YEAR")]
    assert stands(approved(cast, "member2", rule="V19")) == (3, "")


def test_the_cap_of_the_deeds_own_version(cast: Cast) -> None:
    adopted(cast, "V02", valid_from=on(0), cap_quarter=6)
    for n in (1, 2):
        approved(cast, day=on(n))
    assert stands(approved(cast, day=on(3))) == (0, "QUARTER")  # four, as it was then
    assert stands(approved(cast, day=on(0))) == (2, "")


def test_deductions_know_no_cap_and_take_no_room(cast: Cast, at: datetime) -> None:
    for n in range(3):
        made = filed(cast, rule="D01", by="worker", text="没有来，也没请假", day=on(n))
        actions.approve_deed(made.pk, by=cast.actor("secretary"), at=at)
    assert cast.balance(member="member") == -6


def test_bogus_deeds_that_fill_the_cap_cost_nobody_their_points(cast: Cast, at: datetime) -> None:
    """The attack: somebody fills a member's cap with invented deeds; when they are reversed, the honest ones have come to nothing."""
    bogus = [approved(cast, by="worker2", day=on(n)) for n in range(2)]
    honest = [approved(cast, day=on(n)) for n in (2, 3, 4)]
    assert [stands(one) for one in honest] == [(0, "QUARTER")] * 3
    later = at + timedelta(days=3)
    actions.deny_deed(bogus[0].pk, reason="我没有去", by=cast.actor("member"), at=later)
    (found,) = queries.corrections(by=cast.actor("secretary"), at=at).rows
    with told("decide", "correction") as step:
        actions.decide_correction(found.id, True, by=cast.actor("secretary"), at=later)
    assert step.postings == [("REVERSAL", "党员甲", "ISSUE", 2), ("DEED", "ISSUE", "党员甲", 2)]
    assert [stands(one) for one in honest] == [(2, ""), (0, "QUARTER"), (0, "QUARTER")]  # the first approved, first
    made_good = Posting.objects.get(key=f"deed:{honest[0].pk}:1")
    assert made_good.memo == "在岗上帮社区做一次事，补记 2026-11-18 封顶少记的分"
    assert made_good.occurred_on == later.date()  # what a closed quarter says stays
    reversed_(cast, bogus[1], at=later)
    assert [stands(one)[0] for one in honest] == [2, 2, 0]
    assert cast.balance(member="member") == 4
    assert queries.check_ledger().problems == []


def test_the_rest_of_a_deed_is_made_good_and_reversed_with_it(cast: Cast, at: datetime) -> None:
    """V03, six a quarter: four, then two of four, then the other two when the first is reversed."""
    first, second = approved(cast, rule="V03", quantity=2, day=on(1)), approved(cast, rule="V03", quantity=2)
    reversed_(cast, first)
    assert stands(second) == (4, "")
    assert [link.posting.points for link in second.postings.order_by("pk")] == [2, 2]
    both = [link.posting_id for link in second.postings.order_by("pk")]
    proposed = [actions.propose_correction(pk, "没有去", by=cast.actor("worker"), at=at) for pk in both]
    with told("decide", "correction") as step:
        actions.decide_correction(proposed[1].pk, True, by=cast.actor("secretary"), at=at)
    assert step.postings == [("REVERSAL", "党员甲", "ISSUE", 2)] * 2
    with refused(WrongState, "已经冲销过"):
        actions.decide_correction(proposed[0].pk, True, by=cast.actor("secretary"), at=at)
    actions.decide_correction(proposed[0].pk, False, by=cast.actor("secretary"), at=at)
    assert (stands(second)[0], cast.balance(member="member")) == (0, 0)
    assert queries.check_ledger().problems == []


def test_what_is_frozen_keeps_its_room_and_gets_no_more(cast: Cast, at: datetime) -> None:
    """V03: four and two of six; while the second is denied, a reversal gives it nothing; afterwards it gets the rest."""
    first, second = approved(cast, rule="V03", quantity=2, day=on(1)), approved(cast, rule="V03", quantity=2, by="worker2")
    actions.deny_deed(second.pk, by=cast.actor("member"), at=at)
    reversed_(cast, first)
    assert stands(second) == (2, "QUARTER")
    waits = next(row for row in queries.corrections(by=cast.actor("secretary"), at=at).rows if row.waits)
    actions.decide_correction(waits.id, False, by=cast.actor("secretary"), at=at)
    assert stands(second) == (4, "")
    assert queries.check_ledger().problems == []


def test_a_deed_that_came_to_nothing_can_still_be_sent_back(cast: Cast, at: datetime) -> None:
    """Otherwise an invented one would wait for points."""
    first = approved(cast, rule="V03", quantity=3, day=on(1))
    nothing = approved(cast, rule="V03")
    with refused(WrongState, "冲销"):
        actions.reject_deed(first.pk, "没有去", by=cast.actor("secretary"), at=at)
    actions.reject_deed(nothing.pk, "没有去", by=cast.actor("secretary"), at=at)
    reversed_(cast, first)
    assert (stands(nothing), cast.balance(member="member")) == ((0, "QUARTER"), 0)


def test_an_edit_by_hand_is_found(cast: Cast) -> None:
    made = approved(cast)
    Filing.objects.filter(pk=made.pk).update(points=1)
    assert queries.check_ledger().problems == [f"filing {made.pk}: its points are not those of its postings"]


def test_what_is_approved_after_its_quarter_is_closed_counts_in_the_open_one(cast: Cast, at: datetime) -> None:
    """The figures that were published stand; the caps are those of the deed's own quarter."""
    first, late, beyond = (attested(cast, day=date(2026, 9, day)) for day in (1, 2, 3))
    actions.approve_deed(first.pk, by=cast.actor("secretary"), at=at)
    where = cast.community.pk
    actions.tally_quarter(where, "2026Q3", by=cast.actor("worker"), at=at)
    actions.prepare_quarter(where, "2026Q3", by=cast.actor("worker"), at=at)
    actions.publish_quarter(where, "2026Q3", by=cast.actor("secretary"), at=at)
    for filing in (late, beyond):
        actions.approve_deed(filing.pk, by=cast.actor("secretary"), at=at)
    assert [stands(one) for one in (first, late, beyond)] == [(2, ""), (2, ""), (0, "QUARTER")]
    posting = Posting.objects.get(filing_of__filing=late)
    assert posting.occurred_on == at.date()
    assert posting.memo.startswith("补记 2026-09-02 ")
    reversed_(cast, first, at=at)
    assert stands(beyond) == (2, "")
    assert queries.check_ledger().problems == []
