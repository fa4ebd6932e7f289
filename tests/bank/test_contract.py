"""The API's contract as somebody outside would play it: nothing but what was promised, over HTTP, with three and two logins."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache

from tests.api import Api
from tests.bank.test_quarters import AFTER, DAY, Q, year
from tests.cast import AT, Cast
from tests.orders.test_api import problem
from zengyi.core import clock

__all__ = ["year"]
RULE = {"code", "kind", "name", "step", "duty", "points", "unit", "cap_activity", "cap_quarter", "cap_year", "valid_from", "valid_to"}


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The clock, to be set by changing its only item."""
    cache.clear()
    at = [AT]
    monkeypatch.setattr(clock, "now", lambda: at[0])
    return at


def test_a_deed_by_three_people(cast: Cast) -> None:
    rules = Api("member").get("/bank/rules", on="2026-11-25").body["items"]
    assert all(rule.keys() >= RULE for rule in rules)
    by_code = {rule["code"]: rule for rule in rules}
    assert {rule["kind"] for rule in rules} == {"BASE", "GAIN", "DEDUCT", "VETO"}
    assert (by_code["V09"]["step"], by_code["V09"]["duty"], by_code["V09"]["points"]) == ("GIVE_CARE", "GIVING", 2)

    body = {"rule": "V09", "occurred_on": "2026-11-20", "quantity": 1, "text": "给孩子找到一套旧课本"}
    member, worker, secretary = Api("member"), Api("worker"), Api("secretary")
    problem(Api().post("/bank/filings", body), 401)
    made, again = (member.post("/bank/filings", body, key="a-deed") for _ in range(2))
    assert (made.status, made.body) == (201, again.body), "the same key, the same deed"
    assert made.body.keys() >= {"id", "state", "rule", "points", "member_id"}
    assert (made.body["state"], made.body["points"], made.body["member_id"]) == ("SUBMITTED", 2, cast.member_id("member"))
    at = f"/bank/filings/{made.body['id']}"
    problem(member.post(f"{at}/attest"), 403, "not-allowed")
    assert worker.post(f"{at}/attest").body["state"] == "ATTESTED"
    problem(worker.post(f"{at}/approve"), 403, "not-allowed")
    problem(member.post(f"{at}/approve"), 403, "not-allowed")
    assert secretary.post(f"{at}/approve").body["state"] == "POSTED"
    assert [row["id"] for row in member.get("/bank/filings", state="POSTED").body["items"]] == [made.body["id"]]
    assert member.get("/bank/filings", state="SUBMITTED").body == {"items": [], "next": None}
    assert member.get("/bank/accounts/me").body["gain"] == 2


def test_a_quarter_by_two_people_with_an_objection(year: Cast, now: list[datetime]) -> None:
    now[0] = AFTER
    path = f"/bank/quarters/{year.community.pk}/{Q}"
    worker, secretary, resident = Api("worker"), Api("secretary"), Api("resident")

    def done(by: Api, verb: str, body: Any = None, *, to: str = path) -> str:
        answer = by.post(f"{to}/{verb}", body)
        assert answer.status in (200, 201), answer.body
        return str(answer.body["state"])

    assert resident.get(path).body["totals"] is None
    problem(resident.post(f"{path}/tally"), 403)
    problem(worker.post(f"{path}/publish"), 403, "not-allowed")
    assert done(worker, "tally") == "TALLIED"
    problem(secretary.post(f"{path}/publish"), 409, "wrong-state")
    assert done(secretary, "prepare", {"savers": 5}) == "PREPARED"
    problem(secretary.post(f"{path}/publish"), 403, "not-allowed")
    assert [done(worker, "tally"), done(worker, "prepare", {"savers": 5})] == ["TALLIED", "PREPARED"]
    assert done(secretary, "publish") == "PUBLISHED"
    told = resident.get(path).body
    assert (told["state"], told["totals"]["gain"], told["equation"]["balance"], len(told["digits"].split())) == ("PUBLISHED", 13, 2, 12)

    one = resident.post(f"{path}/objections", {"text": "支部大会我在，漏记了一次。"})
    assert (one.status, one.body["state"], one.body["number"]) == (201, "OPEN", 1)
    objection = f"/bank/objections/{one.body['id']}"
    answer = {"text": "查了签到表，已经补记。", "public": "漏记一次，已补记。"}
    problem(resident.post(f"{objection}/answer", answer), 403)
    assert set(problem(worker.post(f"{objection}/answer", {**answer, "public": "请打13800138000"}), 422)["fields"]) == {"public"}
    assert done(worker, "answer", answer, to=objection) == "ANSWERED"
    assert done(resident, "contest", to=objection) == "CONTESTED"
    problem(worker.post(f"{objection}/review", {"text": "我再看一遍"}), 403)
    assert done(secretary, "review", {"text": "又查了一遍，属实。"}, to=objection) == "REVIEWED"

    problem(secretary.post(f"{path}/seal"), 409, "wrong-state")
    now[0] = AFTER + 10 * DAY + timedelta(hours=1)
    problem(Api("worker").post(f"{path}/seal"), 403, "not-allowed")
    assert done(Api("secretary"), "seal") == "SEALED"
    sealed = Api("resident").get(path).body
    assert {**told, "state": "SEALED", "sealed_at": sealed["sealed_at"]} == sealed, "nothing of what was published has changed"
