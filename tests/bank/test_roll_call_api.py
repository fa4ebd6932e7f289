"""The API's contract for roll-calls."""

from typing import Any

import pytest

from tests.api import Api
from tests.cast import Cast
from tests.orders.test_api import problem
from zengyi.bank.models import Posting, RollCall

pytestmark = pytest.mark.usefixtures("stopped")

ROLL_CALL = {
    "id", "state", "rule", "branch_id", "held_on", "note", "present", "leave", "absent", "proposed_at", "reason", "marks",
}  # fmt: skip


def call(cast: Cast, **changed: Any) -> dict[str, Any]:
    """A roll-call of three."""
    marks = [{"member_id": cast.member_id(n), "mark": m} for n, m in (("member", "PRESENT"), ("member2", "LEAVE"), ("member3", "ABSENT"))]
    return {"rule": "B02", "branch_id": cast.branch.pk, "held_on": "2026-11-20", "marks": marks, **changed}


def test_put_down_by_one_and_posted_by_another(cast: Cast) -> None:
    worker, secretary = Api("worker"), Api("secretary")
    made = worker.post("/bank/roll-calls", call(cast))
    assert (made.status, set(made.body)) == (201, ROLL_CALL), made.body
    assert (made.body["state"], made.body["present"], made.body["leave"], made.body["absent"]) == ("PROPOSED", 1, 1, 1)
    path = f"/bank/roll-calls/{made.body['id']}"
    problem(worker.post("/bank/roll-calls", call(cast)), 409, "wrong-state")
    problem(worker.post(f"{path}/decide", {"approve": True}), 403, "not-allowed")
    problem(secretary.post(f"{path}/decide", {"approve": False}), 422)
    problem(secretary.post(f"{path}/decide", {}), 422)
    done = secretary.post(f"{path}/decide", {"approve": True})
    assert (done.status, done.body["state"]) == (200, "POSTED")
    assert {one["member_id"]: (one["mark"], one["points"]) for one in done.body["marks"]}[cast.member_id("member")] == ("PRESENT", 3)
    problem(secretary.post(f"{path}/decide", {"approve": True}), 409, "wrong-state")
    assert worker.get(path).body == done.body
    assert Api("member").get("/bank/accounts/me").body["base"] == 3


def test_sent_back(cast: Cast) -> None:
    made = Api("worker").post("/bank/roll-calls", call(cast)).body["id"]
    back = Api("secretary").post(f"/bank/roll-calls/{made}/decide", {"approve": False, "reason": "少了一位"})
    assert (back.body["state"], back.body["reason"], Posting.objects.count()) == ("REJECTED", "少了一位", 0)


def test_who_put_it_down_never_decides(cast: Cast) -> None:
    """Neither with the role that decides, nor by another key of the same request."""
    secretary = Api("secretary")
    made = secretary.post("/bank/roll-calls", call(cast), key="once")
    assert secretary.post("/bank/roll-calls", call(cast), key="once").body == made.body
    problem(secretary.post(f"/bank/roll-calls/{made.body['id']}/decide", {"approve": True}), 403, "not-allowed")
    assert RollCall.objects.get().state == "PROPOSED"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"rule": "V05"}, "rule"),
        ({"rule": ""}, "rule"),
        ({"held_on": "2026-11-24"}, "held_on"),
        ({"held_on": 1}, "held_on"),
        ({"marks": []}, "marks"),
        ({"marks": None}, "marks"),
        ({"branch_id": "1"}, "branch_id"),
        ({"surplus": 1}, "surplus"),
    ],
)
def test_what_is_not_taken(cast: Cast, change: dict[str, Any], field: str) -> None:
    answer = Api("worker").post("/bank/roll-calls", call(cast, **change))
    problem(answer, 422)
    assert any(name.startswith(field) for name in answer.body["fields"]), answer.body
    assert not RollCall.objects.exists()


def test_marks_that_are_not_taken(cast: Cast) -> None:
    one = {"member_id": cast.member_id("member"), "mark": "PRESENT"}
    for marks in ([one, one], [{**one, "mark": "LATE"}], [{**one, "member_id": cast.member_id("far_member")}], [{**one, "member_id": 0}]):
        answer = Api("worker").post("/bank/roll-calls", call(cast, marks=marks))
        problem(answer, 422)
        assert any(name.startswith("marks") for name in answer.body["fields"]), answer.body
    assert not RollCall.objects.exists()


def test_outside_of_ones_community(cast: Cast) -> None:
    made = Api("worker").post("/bank/roll-calls", call(cast)).body["id"]
    problem(Api("far_worker").post("/bank/roll-calls", call(cast)), 404)
    problem(Api("far_worker").get(f"/bank/roll-calls/{made}"), 404)
    problem(Api("far_secretary").post(f"/bank/roll-calls/{made}/decide", {"approve": True}), 404)
    problem(Api("member").get(f"/bank/roll-calls/{made}"), 403)
    problem(Api("member").post("/bank/roll-calls", call(cast)), 403)
