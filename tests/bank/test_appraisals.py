"""评议: what a year's points propose, what the branch meeting decides, and that nothing of it is changed afterwards."""

import io
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from python_calamine import CalamineWorkbook

from tests.bank.years import HELD, MINUTES, YEAR, appraised, helped, met, noon, verdicts
from tests.cast import AT, Cast
from tests.trail import refused, told
from zengyi.bank import actions as bank
from zengyi.bank.actions import appraisals as actions
from zengyi.bank.models import Appraisal, AppraisalLine, Filing
from zengyi.bank.queries import appraisals as queries
from zengyi.bank.queries.checks import check_ledger
from zengyi.bank.rules.appraisals import Tier, TierLevel, Verdict, YearSums, proposed, tiers_of
from zengyi.core.errors import Invalid, NotAllowed, NotThere, WrongState
from zengyi.people.models import Member
from zengyi.people.queries.waiting import waiting
from zengyi.people.web.waiting import sources

HERE, ON_LEAVE, AWAY = "PRESENT", "LEAVE", "ABSENT"


def sums(cast: Cast, who: str, year: int = YEAR) -> YearSums:
    pk = cast.member_id(who)
    return queries.year_sums(cast.community.pk, year, [pk])[pk]


@pytest.fixture
def year(cast: Cast) -> Cast:
    """Four meetings of 3 points: one was always there, one ill in spring, one missed the third, one came to none."""
    for number, (month, kin, third) in enumerate(((2, ON_LEAVE, HERE), (5, HERE, HERE), (8, HERE, AWAY), (11, HERE, HERE))):
        marks = {"member": HERE, "kin": kin, "member3": third, "colleague": AWAY}
        met(cast, date(YEAR, month, 10 + number), marks)
    return cast


def test_tiers_are_data() -> None:
    assert tiers_of(2025) == (TierLevel(Tier.EXCELLENT, 90), TierLevel(Tier.QUALIFIED, 70), TierLevel(Tier.BASIC, 60))
    assert tiers_of(2019) == ()


def test_base_points_on_the_scale_of_a_full_year(year: Cast) -> None:
    """Leave costs nobody, a meeting that was missed does, and meetings that were not held cost nobody."""
    found = {
        who: (s.base, s.offered, s.base_score) for who in ("member", "kin", "member3", "colleague", "member2") for s in [sums(year, who)]
    }
    assert found == {"member": (12, 12, 60), "kin": (9, 9, 60), "member3": (9, 12, 45), "colleague": (0, 12, 0), "member2": (0, 0, 0)}


def test_gain_counts_where_the_quarters_standard_was_met(year: Cast) -> None:
    for month in (5, 8):
        helped(year, "member3", date(YEAR, month, 20), text=f"第{month}讲，讲了一个小时")
    assert (sums(year, "member3").gain, sums(year, "member3").held) == (3, 3)  # the third quarter was missed
    assert sums(year, "member3").score == 45 + 3


@pytest.mark.parametrize(
    ("gain", "tier"),
    [(0, Tier.BASIC), (9, Tier.BASIC), (10, Tier.QUALIFIED), (29, Tier.QUALIFIED), (30, Tier.EXCELLENT), (99, Tier.EXCELLENT)],
)
def test_what_points_propose(gain: int, tier: Tier) -> None:
    assert proposed(YearSums(60, 60, gain, 0, 0), tiers_of(2025)) == tier
    assert proposed(YearSums(60, 60, gain, 0, 0, ("N02",)), tiers_of(2025)) is None
    assert proposed(YearSums(0, 0, gain, 0, 0), tiers_of(2025)) is None


def test_deductions_and_their_reversal(year: Cast) -> None:
    worker, secretary, at = year.actor("worker"), year.actor("secretary"), noon(date(YEAR, 9, 1))
    made = bank.file_deed("D04", date(YEAR, 8, 20), text="群众投诉查实：答应了没有去", member_id=year.member_id("member"), by=worker, at=at)
    bank.approve_deed(made.pk, by=secretary, at=at)
    assert (sums(year, "member").deducted, sums(year, "member").score) == (3, 57)
    posting = Filing.objects.get(pk=made.pk).postings.get().posting_id
    wrong = bank.propose_correction(posting, "查错了人", by=worker, at=at)
    bank.decide_correction(wrong.pk, True, by=secretary, at=at)
    assert (sums(year, "member").deducted, sums(year, "member").score) == (0, 60)


def test_points_that_were_reversed_do_not_count(year: Cast) -> None:
    helped(year, "member", date(YEAR, 5, 20))
    assert sums(year, "member").gain == 3
    posting = Filing.objects.get().postings.get().posting_id
    wrong = bank.propose_correction(posting, "没有讲过", by=year.actor("worker"), at=noon(date(YEAR, 6, 1)))
    bank.decide_correction(wrong.pk, True, by=year.actor("secretary"), at=noon(date(YEAR, 6, 1)))
    assert sums(year, "member").gain == 0


def test_a_veto_overrides_the_points_and_never_the_ledger(year: Cast) -> None:
    for number in range(10):
        helped(year, "member", date(YEAR, 5, 1 + number), rule="V16", text=f"第{number}起，邻里纠纷劝好了", quantity=4)
    at = noon(date(YEAR, 12, 1))
    made = bank.file_deed(
        "N02", date(YEAR, 11, 20), text="判决书已经生效，支部已核实", member_id=year.member_id("member"), by=year.actor("worker"), at=at
    )
    balance = year.balance(member="member")
    bank.approve_deed(made.pk, by=year.actor("secretary"), at=at)
    assert year.balance(member="member") == balance
    assert sums(year, "member").vetoes == ("N02",)
    with refused(Invalid, "一票否决", fields={f"tier-{year.member_id('member')}"}):
        appraised(year, found=verdicts(year, member=("EXCELLENT", "一贯积极"), colleague=("UNQUALIFIED", "一次也没来")))
    appraised(year, found=verdicts(year, member=("UNQUALIFIED", "违法"), colleague=("UNQUALIFIED", "一次也没来")))


def test_a_year_is_decided_by_the_meeting_and_two_people(year: Cast, at: datetime) -> None:
    found = verdicts(year, colleague=("UNQUALIFIED", "一次也没来，大会表决"), member3=("BASIC", "补了两次课，大会同意"))
    with told("propose", "appraisal") as step:
        made = appraised(year, found=found, others="街道党工委一位同志列席")
    assert step.postings == []
    with refused(NotAllowed):
        actions.decide_appraisal(made.pk, True, by=year.actor("worker"), at=at)
    with told("decide", "appraisal"):
        actions.decide_appraisal(made.pk, True, by=year.actor("secretary"), at=at)
    card = queries.appraisal(made.pk, by=year.actor("worker"), at=at)
    lines = {row.number: (row.score, row.proposed, row.tier) for row in card.rows}
    assert lines == {
        "0001": (60, "BASIC", "BASIC"),
        "0002": (0, "", "DEFERRED"),
        "0003": (45, "", "BASIC"),
        "0004": (60, "BASIC", "BASIC"),
        "0005": (0, "", "UNQUALIFIED"),
    }
    assert (card.state, len(card.present), card.minutes, card.others) == ("DECIDED", 5, MINUTES, "街道党工委一位同志列席")
    assert card.counts == [("基本合格", 3), ("不合格", 1), ("暂不评定", 1)]
    with refused(WrongState):
        actions.decide_appraisal(made.pk, False, reason="再想想", by=year.actor("secretary"), at=at)


def test_later_postings_change_nothing_of_what_was_decided(year: Cast, at: datetime) -> None:
    made = appraised(year)
    actions.decide_appraisal(made.pk, True, by=year.actor("secretary"), at=at)
    before = list(AppraisalLine.objects.order_by("pk").values())
    met(year, date(YEAR, 12, 1), dict.fromkeys(("member", "kin"), HERE), rule="B04")
    assert sums(year, "member").base == 14
    assert list(AppraisalLine.objects.order_by("pk").values()) == before


@pytest.mark.parametrize(
    "change",
    [
        lambda: Appraisal.objects.update(minutes="改过的会议记录，看不出来"),
        lambda: Appraisal.objects.update(state="PROPOSED", decided_by=None, decided_at=None),
        lambda: AppraisalLine.objects.update(tier="EXCELLENT", reason="悄悄改的"),
        lambda: AppraisalLine.objects.all().delete(),
        lambda: Appraisal.objects.all()._raw_delete("default"),
    ],
)
def test_a_decision_cannot_be_changed_even_by_sql(year: Cast, at: datetime, change: Any) -> None:
    made = appraised(year)
    actions.decide_appraisal(made.pk, True, by=year.actor("secretary"), at=at)
    with pytest.raises(DatabaseError), transaction.atomic():
        change()
    assert not [problem for problem in check_ledger().problems if "appraisal" in problem]


def test_what_the_database_itself_refuses(year: Cast, at: datetime) -> None:
    made = appraised(year)
    line = AppraisalLine.objects.filter(appraisal=made, proposed="BASIC")[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        Appraisal.objects.filter(pk=made.pk).update(state="DECIDED", decided_by=made.proposed_by_id, decided_at=at)
    same = {name: getattr(line, name) for name in ("member_id", "base", "offered", "gain", "held", "deducted", "score", "present")}
    with pytest.raises(IntegrityError), transaction.atomic():
        Appraisal.objects.filter(pk=made.pk).update(state="REJECTED")  # by nobody
    other = Appraisal.objects.create(
        community=year.community, branch=year.second_branch, year=YEAR, tiers=[], held_on=HELD, minutes=MINUTES,
        proposed_by=year.users["worker"], proposed_at=at,
    )  # fmt: skip
    for wrong in ({"tier": "EXCELLENT", "proposed": "BASIC"}, {"tier": "EXCELLENT", "proposed": "EXCELLENT", "vetoes": "N01"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            AppraisalLine.objects.create(appraisal=other, **same, **wrong)


def test_a_correction_is_a_decision_of_its_own(year: Cast, at: datetime) -> None:
    first = appraised(year)
    with refused(WrongState, "在等审核"):
        appraised(year)
    actions.decide_appraisal(first.pk, True, by=year.actor("secretary"), at=at)
    found = verdicts(year, kin=("EXCELLENT", "漏看了一面锦旗，大会重新表决"))
    with refused(Invalid, fields={"why"}):
        appraised(year, found=found)
    second = appraised(year, found=found, why="漏看了一面锦旗", held_on=date(2026, 3, 6))
    assert second.corrects_id == first.pk
    actions.decide_appraisal(second.pk, True, by=year.actor("secretary"), at=at)
    card = queries.appraisal(first.pk, by=year.actor("worker"), at=at)
    assert (card.state, card.corrected_by) == ("DECIDED", second.pk)
    own = queries.own_years(by=year.actor("kin"), at=at)
    assert [(line.tier, line.is_corrected) for line in own.lines] == [("EXCELLENT", False), ("BASIC", True)]
    third = appraised(year, why="再更正一次")
    assert third.corrects_id == second.pk


def test_sent_back_and_put_down_again(year: Cast, at: datetime) -> None:
    made = appraised(year)
    with refused(Invalid, fields={"reason"}):
        actions.decide_appraisal(made.pk, False, by=year.actor("secretary"), at=at)
    actions.decide_appraisal(made.pk, False, reason="记录里没有写谁主持", by=year.actor("secretary"), at=at)
    assert queries.own_years(by=year.actor("member"), at=at).lines == []
    assert appraised(year).corrects_id is None


def test_what_cannot_be_put_down(year: Cast, at: datetime) -> None:
    kin, member3 = year.member_id("kin"), year.member_id("member3")
    found = verdicts(year)
    few = {pk: replace(one, present=n < 2) for n, (pk, one) in enumerate(found.items())}
    for field, more in (
        ("minutes", {"minutes": "短"}),
        ("minutes", {"minutes": "长" * 4001}),
        ("others", {"others": "长" * 201}),
        ("held_on", {"held_on": date(2025, 10, 31)}),
        ("held_on", {"held_on": AT.date() + timedelta(days=1)}),
        ("verdicts", {"found": {kin: found[kin]}}),
        ("present", {"found": few}),
        (f"tier-{kin}", {"found": found | {kin: Verdict("", "", True)}}),
        (f"reason-{kin}", {"found": found | {kin: Verdict("EXCELLENT", "", True)}}),
        (f"reason-{member3}", {"found": found | {member3: Verdict("UNQUALIFIED", " ", True)}}),
        (f"reason-{kin}", {"found": found | {kin: Verdict("BASIC", "长" * 201, True)}}),
    ):
        with refused(Invalid, fields={field}):
            appraised(year, **more)
    given: dict[str, Any] = {"minutes": MINUTES, "verdicts": found, "at": at}
    for wrong in (2026, 2022):
        with refused(Invalid, fields={"year"}):
            actions.propose_appraisal(year.branch.pk, wrong, HELD, by=year.actor("worker"), **given)
    with refused(NotThere):
        actions.propose_appraisal(year.far_branch.pk, YEAR, HELD, by=year.actor("worker"), **given)
    for who in ("member", "resident", "district"):
        with refused(NotAllowed):
            actions.propose_appraisal(year.branch.pk, YEAR, HELD, by=year.actor(who), **given)


def test_half_of_those_enrolled_have_to_be_there(year: Cast) -> None:
    """Those who only registered where they live do not count."""
    Member.objects.filter(pk__in=[year.member_id(name) for name in ("member2", "colleague", "kin")]).update(status="IN_SERVICE")
    found = verdicts(year)
    there = {year.member_id("member")}
    appraised(year, found={pk: replace(one, present=pk in there) for pk, one in found.items()})  # one of two


def test_nobody_decides_about_their_own_household_or_unit(year: Cast, at: datetime) -> None:
    made = appraised(year)
    assert waiting(sources(), by=year.actor("secretary"), at=at, most=9).counts["appraisal"] == 1
    actions.decide_appraisal(made.pk, False, reason="再看一遍", by=year.actor("secretary"), at=at)
    year.second_role("secretary", "0066", unit=year.unit)
    made = appraised(year)
    assert "appraisal" not in waiting(sources(), by=year.actor("secretary"), at=at, most=9).counts
    with refused(NotAllowed, "自己、家人或同单位"):
        actions.decide_appraisal(made.pk, True, by=year.actor("secretary"), at=at)
    for who, error in (("far_secretary", NotThere), ("member", NotAllowed)):
        with refused(error):
            actions.decide_appraisal(made.pk, True, by=year.actor(who), at=at)


def test_a_member_sees_their_own_and_nobody_elses(year: Cast, at: datetime) -> None:
    made = appraised(year)
    actions.decide_appraisal(made.pk, True, by=year.actor("secretary"), at=at)
    (line,) = queries.own_years(by=year.actor("member"), at=at).lines
    assert (line.year, line.tier, line.score) == (YEAR, "BASIC", 60)
    for who, error in (("member", NotAllowed), ("resident", NotAllowed), ("district", NotAllowed), ("far_worker", NotThere)):
        with pytest.raises(error):
            queries.appraisal(made.pk, by=year.actor(who), at=at)
        with pytest.raises(error):
            queries.year_sheet(year.branch.pk, YEAR, by=year.actor(who), at=at)
    client = Client()
    client.force_login(year.users["member"])
    html = client.get("/bank/appraisals/").content.decode()
    assert "党员乙" not in html and "党员丙" not in html


def test_the_sheet_as_a_file_and_on_paper(year: Cast, stopped: datetime) -> None:
    made = appraised(year)
    client = Client()
    client.force_login(year.users["worker"])
    for path in (f"/bank/appraisals/{made.pk}/table.xlsx", f"/bank/appraisals/sheet.xlsx?branch={year.branch.pk}&year={YEAR}"):
        rows = CalamineWorkbook.from_filelike(io.BytesIO(client.get(path).content)).get_sheet_by_index(0).to_python()
        found = {row[1]: row[2:8] for row in rows if row[0] in ("0001", "0003")}
        assert found == {"党员甲": ["12/12", 60, 0, 0, 0, 60], "党员丙": ["9/12", 45, 0, 0, 0, 45]}
    for path in (f"/bank/appraisals/{made.pk}/paper.pdf", f"/bank/appraisals/sheet.pdf?branch={year.branch.pk}&year={YEAR}"):
        assert client.get(path).content.startswith(b"%PDF")


def test_a_veto_that_is_denied_waits(year: Cast) -> None:
    at = noon(date(YEAR, 12, 1))
    made = bank.file_deed(
        "N01", date(YEAR, 11, 20), text="通报文件已收到，支部核实", member_id=year.member_id("member"), by=year.actor("worker"), at=at
    )
    bank.approve_deed(made.pk, by=year.actor("secretary"), at=at)
    assert sums(year, "member").vetoes == ("N01",)
    bank.deny_deed(made.pk, by=year.actor("member"), at=at)
    assert sums(year, "member").vetoes == ()
