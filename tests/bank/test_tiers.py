"""A community's own tiers: by two people, for years to come, and what its years are held against then."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from tests.api import Api
from tests.bank.tiers import HIGHER, adopted, proposed
from tests.bank.years import YEAR, appraised, helped, met, verdicts
from tests.cast import AT, Cast
from tests.orders.test_api import problem
from tests.trail import refused, told
from zengyi.bank.actions import tiers as actions
from zengyi.bank.models import TierVersion
from zengyi.bank.queries import appraisals as queries
from zengyi.bank.queries.tiers import tiers_for
from zengyi.bank.rules.appraisals import Tier, YearSums
from zengyi.bank.rules.appraisals import proposed as by_points
from zengyi.core.errors import Invalid, NotAllowed, NotThere, WrongState

NEXT = 2027


def least(cast: Cast, year: int) -> list[int]:
    return [level.least for level in tiers_for(cast.community.pk, year)]


def test_by_two_people_from_a_year_on(cast: Cast, at: datetime) -> None:
    with told("propose", "tiers"):
        made = proposed(cast.actor("worker"), at=at)
    assert least(cast, NEXT) == [90, 70, 60], "proposed is not adopted"
    with told("decide", "tiers"):
        actions.decide_tiers(made.pk, True, by=cast.actor("secretary"), at=at)
    assert [least(cast, year) for year in (NEXT - 1, NEXT, NEXT + 5)] == [[90, 70, 60], list(HIGHER), list(HIGHER)]
    assert [level.least for level in tiers_for(cast.elsewhere.pk, NEXT)] == [90, 70, 60]
    adopted(cast, (100, 80, 50), NEXT + 1, at)
    assert [least(cast, year) for year in (NEXT, NEXT + 1)] == [list(HIGHER), [100, 80, 50]]
    adopted(cast, (92, 71, 61), NEXT, at)
    assert [least(cast, year) for year in (NEXT, NEXT + 1)] == [[92, 71, 61], [100, 80, 50]], "the last one for a year speaks"
    sums = YearSums(60, 60, 32, 0, 0)
    assert [by_points(sums, tiers_for(cast.community.pk, year)) for year in (NEXT - 1, NEXT + 1)] == [Tier.EXCELLENT, Tier.QUALIFIED]


def test_a_years_sheet_and_what_is_decided_are_held_against_them(cast: Cast) -> None:
    before = AT.replace(year=YEAR - 1)
    adopted(cast, (63, 62, 61), YEAR, before)
    met(cast, datetime(YEAR, 3, 5).date(), {"member": "PRESENT", "member2": "PRESENT"})
    helped(cast, "member", datetime(YEAR, 3, 20).date())
    sheet = queries.year_sheet(cast.branch.pk, YEAR, by=cast.actor("worker"), at=AT)
    found = {row.member_id: row.proposed for row in sheet.rows}
    assert (found[cast.member_id("member")], found[cast.member_id("member2")]) == ("EXCELLENT", "")
    given = verdicts(cast, member=("EXCELLENT", ""), member2=("BASIC", "大会定的"))
    made = appraised(cast, found=given)
    assert made.tiers == [["EXCELLENT", 63], ["QUALIFIED", 62], ["BASIC", 61]]
    own = queries.own_years(by=cast.actor("member"), at=AT)
    assert [level.least for level in own.tiers] == [63, 62, 61]


@pytest.mark.parametrize(
    ("points", "year", "field"),
    [
        ((90, 90, 60), NEXT, "qualified"),
        ((90, 70, 70), NEXT, "basic"),
        ((501, 70, 60), NEXT, "excellent"),
        ((90, 70, 0), NEXT, "basic"),
        (HIGHER, NEXT - 1, "from_year"),
        (HIGHER, NEXT + 3, "from_year"),
        (HIGHER, 0, "from_year"),
        (HIGHER, 10**9, "from_year"),
        ((90, 70, 60), NEXT, "excellent"),
    ],
)
def test_what_cannot_be(cast: Cast, points: tuple[int, int, int], year: int, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        proposed(cast.actor("worker"), points, year)
    assert list(refusal.value.fields) == [field]
    assert not TierVersion.objects.exists()


def test_not_by_one_person_not_twice_and_not_too_late(cast: Cast, at: datetime) -> None:
    secretary = cast.actor("secretary")
    mine = proposed(secretary, at=at)
    with refused(NotAllowed, "另一位"):
        actions.decide_tiers(mine.pk, True, by=secretary, at=at)
    with refused(NotAllowed):
        actions.decide_tiers(mine.pk, True, by=cast.actor("worker"), at=at)
    with refused(NotThere):
        actions.decide_tiers(mine.pk, True, by=cast.actor("far_secretary"), at=at)
    with refused(WrongState, "已经有人提出要改"):
        proposed(cast.actor("worker"), (96, 70, 60), at=at)
    TierVersion.objects.filter(pk=mine.pk).update(proposed_by=cast.users["worker"])
    with refused(WrongState, "已经开始"):
        actions.decide_tiers(mine.pk, True, by=secretary, at=at + timedelta(days=60))
    with refused(Invalid, "为什么"):
        actions.decide_tiers(mine.pk, False, by=secretary, at=at)
    actions.decide_tiers(mine.pk, False, reason="先不改", by=secretary, at=at)
    with refused(WrongState, "审核过"):
        actions.decide_tiers(mine.pk, True, by=secretary, at=at)
    assert least(cast, NEXT) == [90, 70, 60]


def test_the_table_refuses_what_the_actions_do(cast: Cast, at: datetime) -> None:
    made = proposed(cast.actor("worker"), at=at)
    rows = TierVersion.objects.filter(pk=made.pk)
    own = {"decided_by": made.proposed_by, "decided_at": at, "state": "ADOPTED"}
    for wrong in ({"state": "ADOPTED"}, {"qualified": 95}, {"basic": 0}, own):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**wrong)


def test_by_page_with_errors_that_keep_what_was_typed(cast: Cast, stopped: datetime) -> None:
    worker, secretary = Client(), Client()
    worker.force_login(cast.users["worker"])
    secretary.force_login(cast.users["secretary"])
    sent = {"excellent": "70", "qualified": "75", "basic": "60", "from_year": "2027", "why": "大家都过了 90 分"}
    wrong = worker.post("/bank/tiers/", sent)
    assert (wrong.status_code, "要比上一档低" in wrong.content.decode(), "大家都过了 90 分" in wrong.content.decode()) == (422, True, True)
    assert worker.post("/bank/tiers/", {**sent, "excellent": "95"}).status_code == 303
    pk = TierVersion.objects.get().pk
    assert "请" in worker.get(f"/bank/tiers/{pk}/").content.decode()
    assert "改评议的分档：2027 年起" in secretary.get("/waiting/").content.decode()
    assert secretary.post(f"/bank/tiers/{pk}/decide", {"approve": "1", "reason": ""}).status_code == 303
    public = Client().get(f"/bank/rules/?community={cast.community.pk}").content.decode()
    assert "优秀 95 分起" in public
    assert "优秀 90 分起" in public, "this year keeps its own"


@pytest.mark.usefixtures("stopped")
def test_over_the_api(cast: Cast) -> None:
    worker, secretary = Api("worker"), Api("secretary")
    body = {"excellent": 95, "qualified": 75, "basic": 60, "from_year": NEXT, "why": "大家商量过"}
    made = worker.post("/bank/tiers/proposals", body)
    assert (made.status, made.body["state"]) == (201, "PROPOSED"), made.body
    problem(worker.post("/bank/tiers/proposals", {**body, "basic": 50}), 409, "wrong-state")
    path = f"/bank/tiers/proposals/{made.body['id']}/decide"
    problem(worker.post(path, {"approve": True}), 403, "not-allowed")
    problem(secretary.post(path, {"approve": False}), 422)
    assert secretary.post(path, {"approve": True}).body["state"] == "ADOPTED"
    tiers = Api("resident").get(f"/bank/tiers/{cast.community.pk}/{NEXT}").body["tiers"]
    assert tiers == [{"code": "EXCELLENT", "least": 95}, {"code": "QUALIFIED", "least": 75}, {"code": "BASIC", "least": 60}]
    for year in (1999, 10**6):
        problem(worker.get(f"/bank/tiers/{cast.community.pk}/{year}"), 404)
