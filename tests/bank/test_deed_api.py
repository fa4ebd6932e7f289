"""The API's contract for deeds."""

from datetime import datetime
from typing import Any

import pytest

from tests.api import Api
from tests.bank.deeds import filed
from tests.cast import Cast
from tests.orders.test_api import problem
from zengyi.bank.models import Filing

pytestmark = pytest.mark.usefixtures("stopped")

FILING = {
    "id", "state", "rule", "kind", "name", "points", "short", "quantity", "occurred_on", "text", "member_id", "filed_at", "reason",
    "begins", "ends", "witness", "asks", "acknowledged",
}  # fmt: skip
NEW = {"rule": "V05", "occurred_on": "2026-11-20", "quantity": 2, "text": "河边巡查，拔掉一枝黄花"}


def test_a_deed_from_filing_to_points_by_three_people(cast: Cast) -> None:
    member, worker, secretary = Api("member"), Api("worker"), Api("secretary")
    made = member.post("/bank/filings", NEW)
    assert (made.status, set(made.body)) == (201, FILING), made.body
    assert (made.body["state"], made.body["rule"], made.body["points"]) == ("SUBMITTED", "V05", 2)
    assert made.body["member_id"] == cast.member_id("member")
    at = f"/bank/filings/{made.body['id']}"
    problem(member.post(f"{at}/attest"), 403, "not-allowed")
    problem(worker.post(f"{at}/approve"), 403, "not-allowed")
    problem(secretary.post(f"{at}/approve"), 409, "wrong-state")
    attested = worker.post(f"{at}/attest")
    assert (attested.status, attested.body["state"], set(attested.body)) == (200, "ATTESTED", FILING)
    problem(worker.post(f"{at}/attest"), 409, "wrong-state")
    done = secretary.post(f"{at}/approve")
    assert (done.status, done.body["state"], done.body["points"], done.body["short"]) == (200, "POSTED", 2, "")
    mine = member.get("/bank/accounts/me").body
    assert mine["gain"] == 2
    (entry,) = member.get(f"/bank/accounts/{mine['id']}/postings").body["items"]
    assert (entry["kind"], entry["rule"], entry["points"]) == ("DEED", "V05", 2)


def test_the_other_moves(cast: Cast) -> None:
    member, worker, worker2 = Api("member"), Api("worker"), Api("worker2")
    first = member.post("/bank/filings", NEW).body["id"]
    problem(worker.post(f"/bank/filings/{first}/reject"), 422)
    sent_back = worker.post(f"/bank/filings/{first}/reject", {"reason": "那天没有巡查"})
    assert (sent_back.body["state"], sent_back.body["reason"], sent_back.body["points"]) == ("REJECTED", "那天没有巡查", 0)
    second = member.post("/bank/filings", NEW).body["id"]
    assert member.post(f"/bank/filings/{second}/withdraw").body["state"] == "WITHDRAWN"
    for_member = {**NEW, "member_id": cast.member_id("member")}
    third = worker2.post("/bank/filings", for_member)
    assert (third.status, third.body["member_id"]) == (201, cast.member_id("member"))
    assert member.post(f"/bank/filings/{third.body['id']}/deny", {"reason": "我没有去"}).body["state"] == "DENIED"
    problem(worker2.post("/bank/filings", NEW), 422)


def test_hours_and_who_could_say_so(cast: Cast) -> None:
    member, worker = Api("member"), Api("worker")
    made = member.post("/bank/filings", {**NEW, "begins": "08:00", "ends": "10:00", "witness": "带队的小李"})
    assert (made.status, made.body["begins"], made.body["ends"], made.body["witness"]) == (201, "08:00", "10:00", "带队的小李")
    meanwhile = {**NEW, "rule": "V11", "begins": "09:00", "ends": "11:00"}
    said = problem(member.post("/bank/filings", meanwhile), 409, "wrong-state")
    assert "同时" in said["title"]
    assert member.post("/bank/filings", {**meanwhile, "begins": "10:00", "ends": "12:00"}).status == 201
    attested = worker.post(f"/bank/filings/{made.body['id']}/attest", {"witness": "电话问了小李"}).body
    assert (attested["state"], attested["witness"]) == ("ATTESTED", "电话问了小李")
    listed = member.get("/bank/filings", state="ATTESTED").body["items"][0]
    assert listed == attested
    problem(worker.post(f"/bank/filings/{made.body['id']}/attest", {"witness": "问" * 99}), 422)


def test_the_member_acknowledges_what_another_entered(cast: Cast) -> None:
    member, worker = Api("member"), Api("worker")
    made = worker.post("/bank/filings", {**NEW, "member_id": cast.member_id("member")}).body
    assert made["acknowledged"] is False
    at = f"/bank/filings/{made['id']}/acknowledge"
    problem(worker.post(at), 403, "not-allowed")
    problem(Api("member2").post(at), 404)
    said = member.post(at)
    assert (said.status, said.body["acknowledged"], said.body["state"]) == (200, True, "SUBMITTED")
    problem(member.post(at), 409, "wrong-state")
    assert member.get("/bank/filings").body["items"][0]["acknowledged"] is True
    own = member.post("/bank/filings", {**NEW, "rule": "V02"}).body["id"]
    problem(member.post(f"/bank/filings/{own}/acknowledge"), 403, "not-allowed")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"rule": "V99"}, "rule"),
        ({"rule": ""}, "rule"),
        ({"rule": "V13"}, "photos"),
        ({"occurred_on": "2026-11-24"}, "occurred_on"),
        ({"occurred_on": "2026-01-01"}, "occurred_on"),
        ({"occurred_on": 1763000000}, "occurred_on"),
        ({"occurred_on": "yesterday"}, "occurred_on"),
        ({"quantity": 0}, "quantity"),
        ({"quantity": "2"}, "quantity"),
        ({"text": ""}, "text"),
        ({"begins": "08:00"}, "ends"),
        ({"begins": "10:00", "ends": "08:00"}, "ends"),
        ({"begins": "8 点", "ends": "10:00"}, "begins"),
        ({"begins": 800, "ends": "10:00"}, "begins"),
        ({"begins": "08:00Z", "ends": "10:00"}, "begins"),
        ({"begins": "08:00", "ends": "24:00"}, "ends"),
        ({"begins": "08:00", "ends": "09:00"}, "quantity"),
        ({"rule": "V02", "begins": "08:00", "ends": "10:00"}, "begins"),
        ({"witness": "问" * 99}, "witness"),
        ({"points": 50}, "points"),
        ({"state": "POSTED"}, "state"),
    ],
)
def test_what_is_refused_names_its_field(cast: Cast, change: dict[str, Any], field: str) -> None:
    said = problem(Api("member").post("/bank/filings", {**NEW, **change}), 422)
    assert set(said["fields"]) == {field}
    assert not Filing.objects.exists()


def test_a_retry_files_once_and_approves_once(cast: Cast) -> None:
    member, worker, secretary = Api("member"), Api("worker"), Api("secretary")
    first, again = (member.post("/bank/filings", NEW, key="one") for _ in range(2))
    assert (first.status, first.body) == (again.status, again.body)
    problem(member.post("/bank/filings", {**NEW, "quantity": 1}, key="one"), 422)
    at = f"/bank/filings/{first.body['id']}"
    worker.post(f"{at}/attest")
    done = [secretary.post(f"{at}/approve", key="two") for _ in range(2)]
    assert [answer.status for answer in done] == [200, 200]
    assert member.get("/bank/accounts/me").body["gain"] == 2


def test_listed_page_by_page(cast: Cast, at: datetime) -> None:
    made = [filed(cast, rule=rule).pk for rule in ("V02", "V03", "V05", "V08", "V09")]
    filed(cast, "member2")
    member, worker = Api("member"), Api("worker")
    first = member.get("/bank/filings", size=3).body
    rest = member.get("/bank/filings", size=3, after=first["next"]).body
    assert [row["id"] for row in first["items"] + rest["items"]] == made[::-1]
    assert rest["next"] is None
    assert set(first["items"][0]) == FILING
    assert len(worker.get("/bank/filings", state="SUBMITTED").body["items"]) == 6
    assert worker.get("/bank/filings", state="POSTED").body["items"] == []
    problem(worker.get("/bank/filings", state="GONE"), 422)
    problem(Api("resident").get("/bank/filings"), 403)
    problem(Api().get("/bank/filings"), 401)
