"""Deeds: three people from filing to points, two for a penalty; whoever is entered by another may say 不是我."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from tests.bank.deeds import DAY, approved, attested, filed, reversed_
from tests.bank.roll import adopted
from tests.cast import AT, Cast
from tests.trail import refused, told
from tests.trust.ground import jpeg, undone
from zengyi.bank import actions, queries, rules
from zengyi.bank.actions import deed_photos
from zengyi.bank.models import Correction, Filing, FilingPhoto, Posting
from zengyi.core import photos
from zengyi.core.errors import Invalid, NotAllowed, NotThere, Refused, WrongState
from zengyi.core.guards import NotPrepared
from zengyi.people.models import Member, Person

Steps = dict[str, Callable[[], object]]


def test_filed_attested_and_approved_by_three(cast: Cast, at: datetime) -> None:
    with told("file", "filing") as step:
        made = filed(cast, rule="V05", quantity=2)
    assert (made.state, made.worth, made.points, step.postings) == ("SUBMITTED", 2, 0, [])
    assert step.event.after["worth"] == 2
    with told("attest", "filing") as step:
        actions.attest_deed(made.pk, by=cast.actor("worker"), at=at)
    assert (step.event.after, step.postings) == ({"state": "ATTESTED"}, [])
    with told("approve", "filing") as step:
        actions.approve_deed(made.pk, by=cast.actor("secretary"), at=at + timedelta(days=2))
    assert step.postings == [("DEED", "ISSUE", "党员甲", 2)]
    assert step.event.after == {"state": "POSTED", "points": 2, "short": ""}
    posting = Posting.objects.get()
    assert (posting.rule, posting.occurred_on, posting.key, posting.memo) == (
        "V05",
        DAY,
        f"deed:{made.pk}:1",
        f"环境整治或巡查 {made.text}",
    )
    assert cast.balance(member="member") == 2
    equation = queries.equation(cast.community.pk, "2026Q4", at=at)
    assert (equation.new, equation.reduced, equation.balance) == (0, 0, 0)  # no difficulty moved
    home = queries.account_home(cast.actor("member"), at)
    assert (home.gain, home.quarter_gain) == (2, 2)
    assert queries.check_ledger().problems == []


def test_the_version_of_the_day_counts_and_is_frozen(cast: Cast, at: datetime) -> None:
    version = adopted(cast, "V02", valid_from=date(2026, 11, 10), points=3, cap_quarter=9)
    before, after = filed(cast, day=date(2026, 11, 9)), filed(cast, day=date(2026, 11, 10))
    assert (before.worth, before.version_id, before.rule_from, before.cap_quarter) == (2, None, date(2020, 1, 1), 4)
    assert (after.worth, after.version_id, after.rule_from, after.cap_quarter) == (3, version.pk, date(2026, 11, 10), 9)


@pytest.mark.parametrize(
    ("field", "sentence", "given"),
    [
        ("rule", "没有这条规则", {"rule": "V99"}),
        ("rule", "没有这条规则", {"rule": "B02"}),  # by roll-call only
        ("rule", "没有这条规则", {"rule": "V10"}),  # by the system only
        ("rule", "没有这条规则", {"rule": "D01"}),  # by staff only
        ("occurred_on", "还没到", {"day": AT.date() + timedelta(days=1)}),
        ("occurred_on", "最早 2026-07-01", {"day": date(2026, 6, 30)}),
        ("quantity", "1 到 50", {"quantity": 0}),
        ("quantity", "1 到 50", {"quantity": 51}),
        ("quantity", "1 到 3", {"rule": "V20", "quantity": 4, "photos": [b"x"]}),
        ("text", "写一句", {"rule": "V05", "text": " 做了 "}),
        ("text", "500", {"text": "做" * 501}),
        ("photos", "要一张照片", {"rule": "V13"}),
        ("photos", "最多 3 张", {"photos": [b"x"] * 4}),
    ],
)
def test_what_cannot_be_filed(cast: Cast, field: str, sentence: str, given: dict[str, object]) -> None:
    with refused(Invalid, sentence, fields={field}):
        filed(cast, **given)  # type: ignore[arg-type]


def test_today_and_the_first_day_of_the_last_quarter_can_be_filed(cast: Cast, at: datetime) -> None:
    for day in (at.date(), date(2026, 7, 1)):
        assert filed(cast, day=day).state == "SUBMITTED"


def test_the_same_deed_counts_once(cast: Cast, at: datetime) -> None:
    first = filed(cast)
    with refused(WrongState, "已经申报过"):
        filed(cast, text="换个说法再报一次")
    filed(cast, "member2")
    filed(cast, day=DAY - timedelta(days=1))
    filed(cast, rule="V03")
    actions.withdraw_deed(first.pk, reason="写错了", by=cast.actor("member"), at=at)
    assert filed(cast).pk != first.pk


def test_levels_are_chosen_by_quantity(cast: Cast) -> None:
    assert filed(cast, rule="V20", quantity=3, photos=[jpeg()]).worth == 6


def test_photos_are_kept_and_swept(cast: Cast, at: datetime) -> None:
    made = filed(cast, rule="V13", photos=[jpeg()])
    photo = FilingPhoto.objects.get(filing=made)
    path = queries.deed_photo(photo.pk, by=cast.actor("member"))
    assert path.exists()
    assert queries.deed_photo(photo.pk, by=cast.actor("worker")) == path
    for who in ("member2", "far_worker"):
        with pytest.raises(NotThere):
            queries.deed_photo(photo.pk, by=cast.actor(who))
    with pytest.raises(NotAllowed):
        queries.deed_photo(photo.pk, by=cast.actor("resident"))
    with refused(WrongState):
        filed(cast, rule="V13", photos=[jpeg()])
    assert len(list(path.parent.parent.glob("*/*.preview.jpg"))) == 1  # what was refused left no file
    FilingPhoto.objects.all()._raw_delete("default")
    later = datetime.now(at.tzinfo) + photos.ORPHAN_AGE + timedelta(hours=1)
    swept = sum(deed_photos.sweep(later + timedelta(minutes=n)) for n in range(photos.FOLDERS))
    assert (swept, path.exists()) == (2, False)


def test_staff_file_for_a_member_who_is_told(cast: Cast, at: datetime) -> None:
    with refused(Invalid, fields={"member_id"}):
        actions.file_deed("V02", DAY, by=cast.actor("worker"), at=at)
    for unknown in (0, -1, 2**63, cast.member_id("far_member")):
        with refused(NotThere):
            actions.file_deed("V02", DAY, member_id=unknown, by=cast.actor("worker"), at=at)
    with refused(NotThere):  # nobody files in somebody else's name
        filed(cast, "member2", by="member")
    made = filed(cast, "member2", by="worker")
    told_ = queries.entered_by_others(by=cast.actor("member2"), at=at)
    assert [(row.id, row.filed_by, row.entered, row.verbs) for row in told_] == [(made.pk, "同志worker", True, frozenset({"deny"}))]
    assert queries.entered_by_others(by=cast.actor("member"), at=at) == []
    assert queries.entered_by_others(by=cast.actor("worker"), at=at) == []
    with refused(NotAllowed, "您申报的"):
        actions.attest_deed(made.pk, by=cast.actor("worker"), at=at)
    actions.attest_deed(made.pk, by=cast.actor("worker2"), at=at)
    with refused(NotAllowed):
        actions.approve_deed(made.pk, by=cast.actor("worker2"), at=at)
    actions.approve_deed(made.pk, by=cast.actor("secretary"), at=at)
    assert cast.balance(member="member2") == 2


def test_nobody_does_two_of_the_three(cast: Cast, at: datetime) -> None:
    """Whatever roles somebody has besides: the member is a secretary and a worker, too."""
    made = filed(cast)
    for role in ("worker", "secretary"):
        cast.grant("member", role, cast.community)
    grants = {choice.role.value: choice.acting_as for choice in cast.roles("member")}
    for role in ("worker", "secretary"):
        with refused(NotAllowed, "自己的事"):
            actions.attest_deed(made.pk, by=cast.actor("member", grants[role]), at=at)
    actions.attest_deed(made.pk, by=cast.actor("secretary"), at=at)
    with refused(NotAllowed, "自己的事"):
        actions.approve_deed(made.pk, by=cast.actor("member", grants["secretary"]), at=at)
    with refused(NotAllowed, "您证明的"):
        actions.approve_deed(made.pk, by=cast.actor("secretary"), at=at)
    with refused(NotAllowed, "您证明的"):
        actions.reject_deed(made.pk, "不算", by=cast.actor("secretary"), at=at)
    assert cast.balance(member="member") == 0


def test_neither_household_nor_unit_vouches(cast: Cast, at: datetime) -> None:
    made, theirs = filed(cast, "kin"), attested(cast, "kin", day=DAY - timedelta(days=1), attester="worker2")
    household = cast.members["kin"].person.household_index
    Person.objects.filter(user__username__in=["worker", "secretary"]).update(household_index=household)
    with refused(NotAllowed, "一家人"):
        actions.attest_deed(made.pk, by=cast.actor("worker"), at=at)
    with refused(NotAllowed, "一家人"):
        actions.approve_deed(theirs.pk, by=cast.actor("secretary"), at=at)
    other = attested(cast, "member3", attester="worker")
    with refused(NotAllowed, "证明的人和核准的人"):
        actions.approve_deed(other.pk, by=cast.actor("secretary"), at=at)


def test_nor_does_a_units_contact(cast: Cast, at: datetime) -> None:
    made = filed(cast, "colleague")
    cast.grant("worker", "organisation", cast.community, organisation=cast.unit)
    with refused(NotAllowed, "同单位"):
        actions.attest_deed(made.pk, by=cast.actor("worker"), at=at)
    own = filed(cast, "member3")
    Member.objects.filter(pk=cast.member_id("member3")).update(unit=None)
    cast.grant("member3", "organisation", cast.community, organisation=cast.unit)
    with refused(NotAllowed, "同单位"):
        actions.attest_deed(own.pk, by=cast.actor("worker"), at=at)
    actions.attest_deed(own.pk, by=cast.actor("worker2"), at=at)


def test_sent_back_with_a_reason(cast: Cast, at: datetime) -> None:
    made = filed(cast)
    for reason in ("", " 不 ", "不" * 201):
        with refused(Invalid, fields={"reason"}):
            actions.reject_deed(made.pk, reason, by=cast.actor("worker"), at=at)
    with told("reject", "filing") as step:
        actions.reject_deed(made.pk, "那天没有巡查", by=cast.actor("worker"), at=at)
    assert (step.event.reason, step.postings) == ("那天没有巡查", [])
    (row,) = queries.filings(by=cast.actor("member"), at=at).rows
    assert (row.state, row.reason, row.brings, row.moves) == ("REJECTED", "那天没有巡查", 0, ())
    waiting = attested(cast)
    with refused(NotAllowed):  # attested: only whoever could approve it
        actions.reject_deed(waiting.pk, "不算", by=cast.actor("worker2"), at=at)
    actions.reject_deed(waiting.pk, "不算", by=cast.actor("secretary"), at=at)
    with refused(WrongState, "已退回"):
        actions.approve_deed(waiting.pk, by=cast.actor("secretary"), at=at)


def test_only_whoever_filed_takes_it_back(cast: Cast, at: datetime) -> None:
    made = filed(cast, "member2", by="worker")
    for who in ("member2", "worker2", "secretary"):
        with refused(NotAllowed):
            actions.withdraw_deed(made.pk, by=cast.actor(who), at=at)
    actions.withdraw_deed(made.pk, by=cast.actor("worker"), at=at)
    done = approved(cast)
    with refused(WrongState, "已核准"):
        actions.withdraw_deed(done.pk, by=cast.actor("member"), at=at)


def test_not_me_freezes_what_waits(cast: Cast, at: datetime) -> None:
    made = attested(cast, "member2", by="worker2")
    with told("deny", "filing") as step:
        actions.deny_deed(made.pk, reason="那天我在外地", by=cast.actor("member2"), at=at)
    assert step.event.after == {"state": "DENIED", "points": 0}
    with refused(WrongState, "本人说不是"):
        actions.approve_deed(made.pk, by=cast.actor("secretary"), at=at)
    with refused(WrongState):
        actions.attest_deed(made.pk, by=cast.actor("secretary"), at=at)
    with refused(WrongState, "已经申报过"):  # frozen is not gone
        filed(cast, "member2")
    actions.reject_deed(made.pk, "核实了，不是他", by=cast.actor("secretary"), at=at)
    assert (Correction.objects.count(), cast.balance(member="member2")) == (0, 0)


def test_not_me_after_posting_asks_for_a_correction(cast: Cast, at: datetime) -> None:
    made = approved(cast, "member2", by="worker2")
    with told("deny", "filing"):
        actions.deny_deed(made.pk, by=cast.actor("member2"), at=at)
    assert cast.balance(member="member2") == 2  # until a second person decides
    with refused(WrongState, "冲销"):
        actions.reject_deed(made.pk, "不是他", by=cast.actor("secretary"), at=at)
    (found,) = queries.corrections(by=cast.actor("secretary"), at=at).rows
    assert (found.reason, found.may_decide) == ("本人说不是", True)
    with told("decide", "correction") as step:
        actions.decide_correction(found.id, True, by=cast.actor("secretary"), at=at)
    assert step.postings == [("REVERSAL", "党员乙", "ISSUE", 2)]
    made.refresh_from_db()
    assert (made.state, made.points, cast.balance(member="member2")) == ("REVERSED", 0, 0)
    assert queries.check_ledger().problems == []


def test_a_denial_that_does_not_hold_lets_the_deed_count_again(cast: Cast, at: datetime) -> None:
    made = approved(cast, "member2", by="worker2")
    posting = Posting.objects.get()
    actions.propose_correction(posting.pk, "好像记错了", by=cast.actor("worker"), at=at)
    actions.deny_deed(made.pk, by=cast.actor("member2"), at=at)
    (found,) = queries.corrections(by=cast.actor("secretary"), at=at).rows  # the one that waits serves
    actions.decide_correction(found.id, False, by=cast.actor("secretary"), at=at)
    made.refresh_from_db()
    assert (made.state, made.points, cast.balance(member="member2")) == ("POSTED", 2, 2)


def test_only_the_member_denies_and_only_what_others_entered(cast: Cast, at: datetime) -> None:
    made = filed(cast, "member2", by="worker")
    with refused(NotThere):
        actions.deny_deed(made.pk, by=cast.actor("member"), at=at)
    for who in ("worker", "secretary", "resident", "far_secretary"):
        with refused(NotAllowed):
            actions.deny_deed(made.pk, by=cast.actor(who), at=at)
    own = filed(cast)
    with refused(NotAllowed, "您自己申报的"):
        actions.deny_deed(own.pk, by=cast.actor("member"), at=at)


def test_a_deduction_takes_two_and_the_member_is_told(cast: Cast, at: datetime) -> None:
    made = filed(cast, "member2", rule="D01", by="worker", text="组织生活会没有来，也没请假")
    assert made.state == "ATTESTED"
    assert [row.brings for row in queries.entered_by_others(by=cast.actor("member2"), at=at)] == [-2]
    with refused(NotAllowed):
        actions.approve_deed(made.pk, by=cast.actor("worker"), at=at)
    with told("approve", "filing") as step:
        actions.approve_deed(made.pk, by=cast.actor("secretary"), at=at)
    assert step.postings == [("DEDUCT", "党员乙", "ISSUE", 2)]
    assert cast.balance(member="member2") == -2
    own = filed(cast, "member3", rule="D01", by="secretary", text="组织生活会没有来，也没请假")
    with refused(NotAllowed, "您申报的"):
        actions.approve_deed(own.pk, by=cast.actor("secretary"), at=at)
    actions.deny_deed(made.pk, reason="那天请过假", by=cast.actor("member2"), at=at)
    (found,) = queries.corrections(by=cast.actor("secretary"), at=at).rows
    actions.decide_correction(found.id, True, by=cast.actor("secretary"), at=at)
    assert cast.balance(member="member2") == 0
    assert queries.check_ledger().problems == []


def test_a_veto_posts_nothing(cast: Cast, at: datetime) -> None:
    made = filed(cast, "member2", rule="N01", by="worker", text="受到区纪委通报")
    with told("approve", "filing") as step:
        actions.approve_deed(made.pk, by=cast.actor("secretary"), at=at)
    assert (step.postings, Filing.objects.get().points) == ([], 0)
    actions.deny_deed(made.pk, reason="同名同姓", by=cast.actor("member2"), at=at)
    actions.approve_deed(made.pk, by=cast.actor("secretary"), at=at)  # looked into, and upheld
    actions.deny_deed(made.pk, reason="真的不是", by=cast.actor("member2"), at=at)
    actions.reject_deed(made.pk, "查了，不是他", by=cast.actor("secretary"), at=at)
    assert Filing.objects.get().state == "REJECTED"


def test_lists(cast: Cast, at: datetime) -> None:
    mine = [filed(cast, day=DAY - timedelta(days=n)).pk for n in range(5)]
    filed(cast, "member2")
    first = queries.filings(by=cast.actor("member"), at=at, size=3)
    rest = queries.filings(by=cast.actor("member"), at=at, size=3, after=first.next_after)
    assert [row.id for row in first.rows + rest.rows] == mine[::-1]
    assert rest.next_after is None
    assert len(queries.filings(by=cast.actor("worker"), at=at, state="SUBMITTED").rows) == 6
    assert queries.filings(by=cast.actor("worker"), at=at, state="POSTED").rows == []
    assert queries.filings(by=cast.actor("far_worker"), at=at).rows == []
    for who in ("resident", "unit", "property", "supervisor", "district", "admin"):
        with pytest.raises(NotAllowed):
            queries.filings(by=cast.actor(who), at=at)
    assert queries.filing(mine[0], by=cast.actor("member"), at=at)[0].id == mine[0]
    for who in ("member2", "far_secretary"):
        with pytest.raises(NotThere):
            queries.filing(mine[0], by=cast.actor(who), at=at)


def test_offered_is_accepted(cast: Cast, at: datetime) -> None:
    """In both directions: every move by everybody, in every state."""
    penal = filed(cast, "member2", rule="D01", by="worker", text="没有来，也没请假")
    denied = approved(cast, "member2", by="worker2")
    actions.deny_deed(denied.pk, by=cast.actor("member2"), at=at)
    made = [filed(cast), attested(cast, "member2", rule="V03"), approved(cast, "member3"), penal, denied]
    made.append(actions.reject_deed(filed(cast, "member3", rule="V03").pk, "不算", by=cast.actor("worker"), at=at))
    seen = set()
    for who in ("member", "member2", "worker", "worker2", "secretary"):
        by = cast.actor(who)
        offered = {row.id: row.verbs for row in queries.filings(by=by, at=at).rows}
        for filing in made:
            steps: Steps = {
                "attest": lambda: actions.attest_deed(filing.pk, by=by, at=at),  # noqa: B023
                "approve": lambda: actions.approve_deed(filing.pk, by=by, at=at),  # noqa: B023
                "reject": lambda: actions.reject_deed(filing.pk, "不算", by=by, at=at),  # noqa: B023
                "withdraw": lambda: actions.withdraw_deed(filing.pk, by=by, at=at),  # noqa: B023
                "deny": lambda: actions.deny_deed(filing.pk, by=by, at=at),  # noqa: B023
            }
            assert steps.keys() == {verb.value for verb in rules.FILING_MOVES}
            for verb, step in steps.items():
                done = accepts(step)
                assert done == (verb in offered.get(filing.pk, ())), (who, filing.state, verb)
                seen.add((verb, done))
    assert seen == {(verb.value, done) for verb in rules.FILING_MOVES for done in (True, False)}


def accepts(step: Callable[[], object]) -> bool:
    """Whether the step goes ahead; undone afterwards."""
    with undone():
        try:
            step()
        except Refused:
            return False
    return True


def test_a_filing_read_without_what_the_guards_need_is_a_fault(cast: Cast, at: datetime) -> None:
    made = filed(cast)
    with pytest.raises(NotPrepared):
        Filing.objects.get(pk=made.pk).facts(at)


def test_a_correction_sent_back_leaves_the_deed(cast: Cast, at: datetime) -> None:
    made = approved(cast)
    reversed_(cast, made, approve=False)
    made.refresh_from_db()
    assert (made.state, made.points, cast.balance(member="member")) == ("POSTED", 2, 2)
