"""The API's contract for appraisals, and for roll-calls whose marks are held."""

from typing import Any

import pytest

from tests.api import Api
from tests.bank.years import HELD, MINUTES, YEAR, helped, met, verdicts
from tests.cast import Cast
from tests.orders.test_api import problem
from zengyi.bank.models import Appraisal

pytestmark = pytest.mark.usefixtures("stopped")

APPRAISAL = {
    "id", "state", "branch_id", "year", "held_on", "minutes", "others", "why", "reason", "corrects", "corrected_by", "proposed_at",
    "decided_at", "tiers", "members",
}  # fmt: skip
LINE = {"member_id", "year", "score", "proposed", "tier", "reason", "present"}
SUMS = {"base", "offered", "base_score", "gain", "held", "deducted", "vetoes"}


@pytest.fixture
def year(cast: Cast) -> Cast:
    """A year in which everybody of the first branch was at its meetings, and one of them gave a lecture."""
    everybody = dict.fromkeys(("member", "member2", "member3", "kin", "colleague"), "PRESENT")
    for month in (2, 5, 8, 11):
        met(cast, HELD.replace(year=YEAR, month=month), everybody)
    helped(cast, "member", HELD.replace(year=YEAR, month=8))
    return cast


def body(cast: Cast, **changed: Any) -> dict[str, Any]:
    """What the meeting decided, as it is sent."""
    found = [{"member_id": pk, "tier": one.tier, "reason": one.reason, "present": one.present} for pk, one in verdicts(cast).items()]
    given = {"branch_id": cast.branch.pk, "year": YEAR, "held_on": HELD.isoformat(), "minutes": MINUTES, "verdicts": found}
    return {**given, **changed}


def test_from_the_sheet_to_what_stands(year: Cast) -> None:
    worker, secretary, member = Api("worker"), Api("secretary"), Api("member")
    sheet = worker.get(f"/bank/branches/{year.branch.pk}/appraisals/{YEAR}")
    assert (sheet.status, sheet.body["is_over"], sheet.body["stands"], sheet.body["waiting"]) == (200, True, None, None), sheet.body
    own = next(one for one in sheet.body["members"] if one["member_id"] == year.member_id("member"))
    assert (set(own), set(own["year"]), own["year"]["base"], own["score"], own["proposed"]) == (LINE, SUMS, 12, 63, "BASIC")
    made = worker.post("/bank/appraisals", body(year))
    assert (made.status, set(made.body), made.body["state"]) == (201, APPRAISAL, "PROPOSED"), made.body
    problem(worker.post("/bank/appraisals", body(year)), 409, "wrong-state")
    path = f"/bank/appraisals/{made.body['id']}"
    problem(worker.post(f"{path}/decide", {"approve": True}), 403, "not-allowed")
    problem(secretary.post(f"{path}/decide", {"approve": False}), 422)
    done = secretary.post(f"{path}/decide", {"approve": True})
    assert (done.status, done.body["state"], done.body["minutes"]) == (200, "DECIDED", MINUTES)
    assert worker.get(path).body == done.body
    problem(secretary.post(f"{path}/decide", {"approve": True}), 409, "wrong-state")
    mine = member.get("/bank/appraisals/mine").body
    assert [(one["year"], one["tier"], one["score"]) for one in mine["decided"]] == [(YEAR, "BASIC", 63)]
    assert set(mine["sums"]) == SUMS
    assert worker.get(f"/bank/branches/{year.branch.pk}/appraisals/{YEAR}").body["stands"] == made.body["id"]


def test_what_is_refused_leaves_nothing(year: Cast) -> None:
    worker = Api("worker")
    twice = body(year)
    problem(worker.post("/bank/appraisals", {**twice, "verdicts": twice["verdicts"] + twice["verdicts"][:1]}), 422)
    refused: tuple[dict[str, Any], ...] = ({"minutes": "短"}, {"year": "2025x"}, {"verdicts": []}, {"held_on": "2026-13-01"}, {"more": 1})
    for changed in refused:
        problem(worker.post("/bank/appraisals", body(year, **changed)), 422)
    problem(worker.post("/bank/appraisals", body(year, branch_id=year.far_branch.pk)), 404)
    problem(Api("member").post("/bank/appraisals", body(year)), 403, "not-allowed")
    problem(Api("member").get(f"/bank/branches/{year.branch.pk}/appraisals/{YEAR}"), 403, "not-allowed")
    problem(worker.get(f"/bank/branches/{year.branch.pk}/appraisals/2001"), 404)
    assert Appraisal.objects.count() == 0


def test_sent_back_and_put_down_again(year: Cast) -> None:
    made = Api("worker").post("/bank/appraisals", body(year)).body["id"]
    back = Api("secretary").post(f"/bank/appraisals/{made}/decide", {"approve": False, "reason": "没写谁主持"})
    assert (back.body["state"], back.body["reason"]) == ("REJECTED", "没写谁主持")
    assert Api("worker").post("/bank/appraisals", body(year)).status == 201


def test_marks_of_the_decider_are_posted_by_another(cast: Cast) -> None:
    """A secretary who was at the meeting decides about the others; her own mark another one posts, over the API as on the page."""
    cast.second_role("secretary", "0901")
    cast.login("secretary2", cast.person("同志secretary2", cast.community))
    cast.grant("secretary2", "secretary", cast.community)
    marks = [{"member_id": cast.member_id(who), "mark": "PRESENT"} for who in ("member", "secretary")]
    meeting = {"rule": "B02", "branch_id": cast.branch.pk, "held_on": "2026-11-20", "marks": marks}
    worker, first, second = Api("worker"), Api("secretary"), Api("secretary2")
    made = worker.post("/bank/roll-calls", meeting).body["id"]
    path = f"/bank/roll-calls/{made}"
    problem(second.post(f"{path}/post-held"), 404)
    done = first.post(f"{path}/decide", {"approve": True}).body
    assert {one["member_id"]: (one["points"], one["note"]) for one in done["marks"]}[cast.member_id("secretary")] == (0, "HELD")
    problem(first.post(f"{path}/post-held"), 403, "not-allowed")
    problem(worker.post(f"{path}/post-held"), 403, "not-allowed")
    (listed,) = second.get(f"/bank/roll-calls?branch_id={cast.branch.pk}&rule=B02").body["items"]
    assert (listed["id"], listed["present"], listed["may_post_held"]) == (made, 2, True)
    held = second.post(f"{path}/post-held").body
    assert {one["points"] for one in held["marks"]} == {3}
    problem(second.post(f"{path}/post-held"), 409, "wrong-state")
    assert second.get(f"/bank/roll-calls?after={made}").body == {"items": [], "next": None}
