"""The API's contract for changed rules, corrections and links to vouch by."""

from urllib.parse import urlsplit

import pytest
from django.test import Client

from tests.api import Api
from tests.bank.deeds import approved, filed
from tests.cast import Cast
from tests.orders.test_api import problem
from zengyi.bank.models import Posting
from zengyi.core.models import IdempotencyKey

pytestmark = pytest.mark.usefixtures("stopped")
CHANGE = {"code": "V15", "points": 2, "cap_quarter": 10, "valid_from": "2027-01-01", "why": "走访要上门、要记、要回话"}


def test_a_rule_is_changed_by_two(cast: Cast) -> None:
    worker, secretary = Api("worker"), Api("secretary")
    made = worker.post("/bank/rules/proposals", CHANGE)
    assert (made.status, made.body["state"], made.body["rule"]["points"], made.body["before"]["points"]) == (201, "PROPOSED", 2, 1)
    problem(worker.post("/bank/rules/proposals", CHANGE), 409, "wrong-state")
    problem(worker.post("/bank/rules/proposals", {**CHANGE, "code": "X"}), 422)
    problem(worker.post("/bank/rules/proposals", {**CHANGE, "points": 51}), 422)
    problem(Api("member").post("/bank/rules/proposals", CHANGE), 403, "not-allowed")
    path = f"/bank/rules/proposals/{made.body['id']}/decide"
    problem(worker.post(path, {"approve": True}), 403, "not-allowed")
    problem(secretary.post(path, {"approve": False}), 422)
    assert secretary.post(path, {"approve": True}).body["state"] == "ADOPTED"
    problem(secretary.post(path, {"approve": True}), 409, "wrong-state")
    (row,) = worker.get("/bank/rules/proposals").body["items"]
    assert (row["id"], row["state"]) == (made.body["id"], "ADOPTED")
    rules = {on: Api("member").get(f"/bank/rules?on={on}").body["items"] for on in ("2026-12-31", "2027-01-01")}
    assert [next(one["points"] for one in found if one["code"] == "V15") for found in rules.values()] == [1, 2]


def test_a_posting_is_reversed_by_two(cast: Cast) -> None:
    approved(cast, "member")
    posting = Posting.objects.get(kind="DEED")
    worker, secretary = Api("worker"), Api("secretary")
    body = {"posting_id": posting.pk, "reason": "那天没有去"}
    made = worker.post("/bank/corrections", body)
    assert (made.status, made.body["state"], made.body["posting_id"]) == (201, "PROPOSED", posting.pk)
    problem(worker.post("/bank/corrections", body), 409, "wrong-state")
    problem(worker.post("/bank/corrections", {**body, "posting_id": posting.pk + 99}), 404)
    problem(worker.post("/bank/corrections", {**body, "reason": "x"}), 422)
    problem(Api("member").post("/bank/corrections", body), 403, "not-allowed")
    path = f"/bank/corrections/{made.body['id']}/decide"
    problem(worker.post(path, {"approve": True}), 403, "not-allowed")
    assert secretary.post(path, {"approve": True}).body["state"] == "POSTED"
    (row,) = worker.get("/bank/corrections?size=1").body["items"]
    assert (row["state"], row["entry"]["reversed"], row["reason"]) == ("POSTED", True, "那天没有去")
    assert cast.balance(member="member") == 0


def test_a_link_is_sent_and_nothing_that_is_kept_gives_it_away(cast: Cast) -> None:
    made = filed(cast)
    worker = Api("worker")
    path = f"/bank/filings/{made.pk}/link"
    sent = worker.post(path, {"name": "3 幢陈阿姨"}, key="once")
    assert (sent.status, sent.body["filing_id"], sent.body["name"]) == (201, made.pk, "3 幢陈阿姨")
    again = worker.post(path, {"name": "3 幢陈阿姨"}, key="once")
    assert (again.status, again.body) == (201, sent.body), "the same link, not a second one"
    token = urlsplit(sent.body["address"]).path.strip("/").split("/")[-1]
    assert not [row for row in IdempotencyKey.objects.values_list("answer", flat=True) if token in row]
    assert "3 幢陈阿姨" in Client().get(f"/vouch/{token}/").content.decode()
    problem(Api("member").post(path, {"name": "3 幢陈阿姨"}), 403, "not-allowed")
    problem(worker.post(path, {"name": "x"}), 422)
