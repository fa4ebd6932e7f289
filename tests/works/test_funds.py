"""Money: approved by a second person or an emergency's two, the maintenance fund by the owners' vote, paid within what was approved."""

import itertools
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cast import AT, Cast
from tests.trail import refused, told
from tests.works import sites
from zengyi.core.errors import Invalid, NotAllowed, NotThere, WrongState
from zengyi.councils.queries.ballots import Adopted
from zengyi.councils.rules.shares import spread
from zengyi.people.queries.waiting import waiting
from zengyi.people.web.waiting import sources
from zengyi.works import actions, queries
from zengyi.works.models import FundLine, Payment, Project, Raise
from zengyi.works.rules.funds import PACKS, asks_anew

TODAY = AT.date()
DAY = timedelta(days=1)


def line(cast: Cast, source: str = "ALLIANCE", amount: int = 4_600_000, *, who: str = "worker", **more: Any) -> FundLine:
    """Money that somebody asks for."""
    return actions.propose_line(sites.ranked(cast).pk, "垃圾分类站", source, amount, **more, by=cast.actor(who), at=AT)


def approved(cast: Cast, amount: int = 4_600_000, **more: Any) -> FundLine:
    """Money that was approved at the alliance's meeting."""
    return actions.decide_line(line(cast, amount=amount, **more).pk, True, "联盟会第 4 次", by=cast.actor("secretary"), at=AT)


@pytest.fixture
def vote(monkeypatch: pytest.MonkeyPatch, cast: Cast) -> dict[str, Any]:
    """An adopted vote of the community's owners, number 7; its fields may be changed."""
    fields: dict[str, Any] = {"community_id": cast.community.pk, "subject": "USE_FUND", "adopted": True, "amount": 2_880_000}
    more: dict[str, Any] = {"id": 7, "number": "2026-02", "title": "换玻璃", "digest": "", "pack": None}

    def found(ballot_id: int) -> Adopted | None:
        return Adopted(**fields, **more) if ballot_id == 7 else None

    monkeypatch.setattr("zengyi.councils.queries.adopted_ballot", found)
    return fields


def test_money_is_approved_by_another_and_funds_the_project(cast: Cast, at: datetime) -> None:
    made = line(cast, who="secretary")
    with refused(NotAllowed):
        actions.decide_line(made.pk, True, "联盟会第 4 次", by=cast.actor("secretary"), at=at)
    with refused(NotAllowed):
        actions.decide_line(made.pk, True, "联盟会第 4 次", by=cast.actor("worker"), at=at)
    other = line(cast)
    with refused(Invalid, fields={"basis"}):
        actions.decide_line(other.pk, True, "", by=cast.actor("secretary"), at=at)
    with told("approve", "fund-line") as found:
        actions.decide_line(other.pk, True, "联盟会第 4 次", by=cast.actor("secretary"), at=at)
    assert found.event.after["approved"] == 4_600_000
    assert Project.objects.get(pk=other.project_id).state == "FUNDED"
    with refused(WrongState):
        actions.decide_line(other.pk, False, "反悔了", by=cast.actor("secretary"), at=at)
    with refused(NotThere):
        actions.decide_line(made.pk, True, "不在这里", by=cast.actor("far_secretary"), at=at)


def test_the_maintenance_fund_needs_the_owners_vote_on_that_subject(cast: Cast, at: datetime, vote: dict[str, Any]) -> None:
    made, by = line(cast, "MAINTENANCE", 2_880_000), cast.actor("secretary")
    for wrong in ({"adopted": False}, {"subject": "OTHER"}, {"community_id": cast.elsewhere.pk}, {"amount": 2_879_999}):
        kept = dict(vote)
        vote.update(wrong)
        with refused(WrongState, "要有通过了的业主表决"):
            actions.decide_line(made.pk, True, "业主表决", ballot_id=7, by=by, at=at)
        vote.update(kept)
    for missing in (None, 8):
        with refused(WrongState):
            actions.decide_line(made.pk, True, "业主表决", ballot_id=missing, by=by, at=at)
    found = actions.decide_line(made.pk, True, "业主表决", ballot_id=7, by=by, at=at)
    assert (found.basis, found.ballot_id, found.approved) == ("BALLOT", 7, 2_880_000)
    again = line(cast, "MAINTENANCE", 100)
    with refused(WrongState, "已经用在另一笔"):
        actions.decide_line(again.pk, True, "业主表决", ballot_id=7, by=by, at=at)


def test_an_emergency_takes_two_hands_is_posted_and_only_then_paid(cast: Cast, at: datetime) -> None:
    made = line(cast, "MAINTENANCE", 2_340_000, payer_id=cast.second_unit.pk)
    with refused(Invalid, fields={"kind"}):
        actions.sign_line(made.pk, "HURRY", by=cast.actor("unit2"), at=at)
    with refused(NotAllowed):
        actions.sign_line(made.pk, "LIFT", by=cast.actor("unit"), at=at)  # not who keeps the money
    actions.sign_line(made.pk, "LIFT", by=cast.actor("unit2"), at=at)
    assert FundLine.objects.get().state == "PROPOSED"
    with refused(NotAllowed, "您已经签过了"):
        actions.sign_line(made.pk, "LIFT", by=cast.actor("unit2"), at=at)
    with refused(Invalid, fields={"kind"}):
        actions.sign_line(made.pk, "FIRE", by=cast.actor("secretary"), at=at)
    assert actions.sign_line(made.pk, "LIFT", by=cast.actor("secretary"), at=at).basis == "EMERGENCY"
    pay: dict[str, Any] = {"by": cast.actor("worker"), "at": at + 6 * DAY}
    with refused(WrongState, "先张贴"):
        actions.pay_line(made.pk, 100, "电梯维保公司", TODAY, **pay)
    with refused(Invalid, fields={"posted_on"}):
        actions.post_line(made.pk, TODAY + DAY, by=cast.actor("worker"), at=at)
    actions.post_line(made.pk, TODAY, by=cast.actor("worker"), at=at)
    with refused(Invalid, fields={"paid_on"}):
        actions.pay_line(made.pk, 100, "电梯维保公司", TODAY + 4 * DAY, **pay)
    actions.pay_line(made.pk, 100, "电梯维保公司", TODAY + 5 * DAY, **pay)
    other = line(cast)
    with refused(WrongState, "只有公共维修资金"):
        actions.sign_line(other.pk, "LIFT", by=cast.actor("secretary"), at=at)


def test_what_is_paid_never_exceeds_what_was_approved(cast: Cast, at: datetime) -> None:
    made, by = approved(cast, 1_000), cast.actor("worker")
    with told("pay", "payment"):
        actions.pay_line(made.pk, 600, "施工队", TODAY, by=by, at=at)
    with refused(Invalid, fields={"amount"}):
        actions.pay_line(made.pk, 401, "施工队", TODAY, by=by, at=at)
    actions.pay_line(made.pk, 400, "施工队", TODAY, by=by, at=at)
    with refused(WrongState, "付完了"):
        actions.pay_line(made.pk, 1, "施工队", TODAY, by=by, at=at)
    found = FundLine.objects.get(pk=made.pk)
    assert found.paid == sum(Payment.objects.values_list("amount", flat=True)) == 1_000
    for wrong in ({"paid": 1_001}, {"paid": -1}, {"approved": 999}):
        with pytest.raises(IntegrityError), transaction.atomic():
            FundLine.objects.filter(pk=made.pk).update(**wrong)
    with refused(NotAllowed):
        actions.pay_line(made.pk, 1, "施工队", TODAY, by=cast.actor("unit"), at=at)


@pytest.mark.parametrize(
    ("field", "more"),
    [
        ("amount", {"amount": 0}),
        ("amount", {"amount": 10**11 + 1}),
        ("source", {"source": "LOTTERY"}),
        ("payer_id", {"payer_id": 10**9}),
        ("pack", {"pack": "MARS"}),
    ],
)
def test_what_cannot_be_asked_for(cast: Cast, field: str, more: dict[str, Any]) -> None:
    project = sites.ranked(cast)
    asked: dict[str, Any] = {"source": "ALLIANCE", "amount": 100, **more}
    with refused(Invalid, fields={field}):
        actions.propose_line(project.pk, "垃圾分类站", **asked, by=cast.actor("worker"), at=AT)
    candidate = sites.proposed(cast)
    with refused(WrongState, "先排轻重缓急"):
        actions.propose_line(candidate.pk, "垃圾分类站", "ALLIANCE", 100, by=cast.actor("worker"), at=AT)
    with refused(NotAllowed):
        actions.propose_line(project.pk, "垃圾分类站", "ALLIANCE", 100, by=cast.actor("resident"), at=AT)


def test_a_tenth_more_of_the_maintenance_fund_is_asked_anew(cast: Cast, at: datetime, vote: dict[str, Any]) -> None:
    """Test vector 9: 100,000.00 approved; 109,999.99 is fine, 110,000.00 is filed anew."""
    vote["amount"] = None
    assert not asks_anew(10_000_000, 10_999_999, PACKS["HANGZHOU"])
    assert asks_anew(10_000_000, 11_000_000, PACKS["HANGZHOU"])
    assert not asks_anew(10_000_000, 90_000_000, PACKS["ZIBO"])
    made = line(cast, "MAINTENANCE", 10_000_000, pack="HANGZHOU")
    actions.decide_line(made.pk, True, "业主表决", ballot_id=7, by=cast.actor("secretary"), at=at)
    by = cast.actor("secretary")
    with refused(Invalid, fields={"total"}):
        actions.raise_line(made.pk, 11_000_000, "料涨价了", by=by, at=at)
    with refused(Invalid, fields={"total"}):
        actions.raise_line(made.pk, 10_000_000, "一样多", by=by, at=at)
    actions.raise_line(made.pk, 10_999_999, "料涨价了", by=by, at=at)
    assert list(Raise.objects.values_list("before", "after")) == [(10_000_000, 10_999_999)]
    with refused(Invalid, fields={"total"}):  # in small steps neither: what was granted first counts
        actions.raise_line(made.pk, 11_000_000, "再涨一点", by=by, at=at)
    free = approved(cast, 100)
    assert actions.raise_line(free.pk, 1_000, "多出一倍", by=by, at=at).approved == 1_000


def test_what_goes_beyond_is_asked_anew_and_linked_to_what_it_follows(cast: Cast, at: datetime, vote: dict[str, Any]) -> None:
    vote["amount"] = None
    by, secretary = cast.actor("worker"), cast.actor("secretary")
    made = line(cast, "MAINTENANCE", 10_000_000, pack="HANGZHOU")
    more: dict[str, Any] = {"payer_id": cast.unit.pk, "by": by, "at": at}
    with refused(Invalid, fields={"follows_id"}):  # nothing is beyond what nobody has approved
        actions.propose_line(made.project_id, "超出的", "MAINTENANCE", 1_000_000, follows_id=made.pk, **more)
    actions.decide_line(made.pk, True, "业主表决", ballot_id=7, by=secretary, at=at)
    shown = queries.line(made.pk, by=by, at=at)
    assert "anew" in shown.verbs
    for source, other in (("DONATION", made.pk), ("MAINTENANCE", 10**9)):
        with refused(Invalid, fields={"follows_id"}):
            actions.propose_line(made.project_id, "超出的", source, 1_000_000, follows_id=other, **more)
    beyond = actions.propose_line(made.project_id, "超出的", "MAINTENANCE", 1_000_000, follows_id=made.pk, **more)
    with refused(WrongState, "已经用在另一笔"):  # a vote of its own
        actions.decide_line(beyond.pk, True, "业主表决", ballot_id=7, by=secretary, at=at)
    row = queries.line(beyond.pk, by=by, at=at)
    assert (row.follows, row.follows_id) == ("垃圾分类站", made.pk)
    client = Client()
    client.force_login(cast.users["worker"])
    page = client.get(f"/works/{made.project_id}/money?follows={made.pk}").content.decode()
    assert "垃圾分类站，超出的" in page
    assert "超出 10% 以上" in page
    plain = line(cast)
    assert "anew" not in queries.line(plain.pk, by=by, at=at).verbs
    with pytest.raises(IntegrityError), transaction.atomic():
        FundLine.objects.filter(pk=plain.pk).update(follows=plain)


def test_money_waits_for_who_is_to_move_it(cast: Cast, at: datetime) -> None:
    def waits(who: str) -> list[str]:
        found = waiting(sources(), by=cast.actor(who), at=at, most=9)
        return [item.kind for item in found.items if item.kind.startswith("line")]

    made = line(cast, "MAINTENANCE", 2_340_000, payer_id=cast.unit.pk)
    assert (waits("secretary"), waits("worker"), waits("unit")) == (["line-decide"], [], [])
    actions.sign_line(made.pk, "LIFT", by=cast.actor("secretary"), at=at)
    assert waits("unit") == ["line-sign"]
    actions.sign_line(made.pk, "LIFT", by=cast.actor("unit"), at=at)
    assert (waits("worker"), waits("secretary"), waits("unit")) == (["line-post"], ["line-post"], [])
    actions.post_line(made.pk, TODAY, by=cast.actor("worker"), at=at)
    assert waits("worker") == waits("secretary") == []


def test_the_database_lets_no_maintenance_fund_go_without_a_vote_or_two_hands(cast: Cast) -> None:
    made = line(cast, "MAINTENANCE", 100)
    spent = {"state": "APPROVED", "granted": 100, "approved": 100, "decided_at": AT, "decided_by": cast.users["secretary"]}
    secretary = cast.users["secretary"]
    wrongs: tuple[dict[str, Any], ...] = (
        {"basis": "DECISION"},
        {"basis": "BALLOT"},
        {"basis": "EMERGENCY", "emergency": "LIFT"},
        {"basis": "EMERGENCY", "emergency": "LIFT", "signed_by": secretary},
        {"basis": "EMERGENCY", "signed_by": cast.users["worker"]},
    )
    for wrong in wrongs:
        with pytest.raises(IntegrityError), transaction.atomic():
            FundLine.objects.filter(pk=made.pk).update(**spent, **wrong)
    good = {"basis": "EMERGENCY", "emergency": "LIFT", "signed_by": cast.users["worker"]}
    FundLine.objects.filter(pk=made.pk).update(**spent, **good)
    with pytest.raises(IntegrityError), transaction.atomic():
        FundLine.objects.filter(pk=made.pk).update(paid=1)  # not posted


def test_everybody_reads_the_account_and_who_paid_for_what(cast: Cast, at: datetime) -> None:
    made = approved(cast, 4_600_000, payer_id=cast.unit.pk)
    actions.pay_line(made.pk, 2_000_000, "施工队", TODAY, by=cast.actor("worker"), at=at)
    found = queries.money(made.project_id, by=cast.actor("resident"), at=at)
    assert (found.approved, found.paid, found.left) == (4_600_000, 2_000_000, 2_600_000)
    with refused(WrongState, "先给联盟起个名字"):
        actions.join_alliance(cast.unit.pk, "出两万元", by=cast.actor("worker"), at=at)
    actions.name_alliance("星湖邻里", by=cast.actor("worker"), at=at)
    actions.name_alliance("星湖邻里 · 党建联盟", by=cast.actor("worker"), at=at)
    with refused(Invalid, fields={"organisation_id"}):
        actions.join_alliance(cast.far_unit.pk, "出两万元", by=cast.actor("worker"), at=at)
    actions.join_alliance(cast.unit.pk, "出两万元", by=cast.actor("worker"), at=at)
    actions.join_alliance(cast.unit.pk, "出两万元，每季查电梯", by=cast.actor("worker"), at=at)
    card = queries.alliance(by=cast.actor("resident"), at=at)
    assert card.name == "星湖邻里 · 党建联盟"
    assert [(one.gives, one.paid) for one in card.members] == [("出两万元，每季查电梯", 2_000_000)]
    with refused(NotAllowed):
        actions.name_alliance("居民的", by=cast.actor("resident"), at=at)


def test_vector_8_is_shared_out_to_the_cent() -> None:
    """100,000.00 over 80, 120 and 100 square metres."""
    assert spread(10_000_000, [8_000, 12_000, 10_000]) == [2_666_667, 4_000_000, 3_333_333]


@given(st.integers(0, 10**11), st.lists(st.integers(1, 10**7), min_size=1, max_size=300))
@settings(max_examples=200, deadline=None, derandomize=True, database=None)
def test_shares_are_exact_and_fair(total: int, areas: list[int]) -> None:
    shares = spread(total, areas)
    assert sum(shares) == total
    whole = sum(areas)
    assert all(abs(share * whole - total * area) < whole for share, area in zip(shares, areas, strict=True))  # within a fen
    order = sorted(range(len(areas)), key=lambda n: areas[n])
    assert all(shares[one] <= shares[other] or areas[one] == areas[other] for one, other in itertools.pairwise(order))


@pytest.mark.parametrize("areas", [[], [0], [1, -1]])
def test_nothing_is_shared_out_over_nothing(areas: list[int]) -> None:
    with pytest.raises(ValueError, match="positive"):
        spread(100, areas)


def test_days_make_sense(cast: Cast, at: datetime) -> None:
    made = approved(cast)
    for wrong in (TODAY + DAY, date(1999, 12, 31)):
        with refused(Invalid, fields={"paid_on"}):
            actions.pay_line(made.pk, 1, "施工队", wrong, by=cast.actor("worker"), at=at)
