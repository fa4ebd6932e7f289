"""The API's contract for the bank: one's account, its entries, a quarter's sums."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.api import Api
from tests.bank.roll import posted
from tests.cast import Cast
from tests.orders.test_api import problem
from zengyi.orders import actions as orders

pytestmark = pytest.mark.usefixtures("stopped")

ACCOUNT = {"id", "base_account_id", "base", "gain", "held", "quarter", "quarter_base", "quarter_gain", "standard", "standard_met"}
ENTRY = {"id", "points", "kind", "rule", "memo", "occurred_on", "posted_at", "reversed"}


@pytest.fixture
def earned(cast: Cast, at: datetime) -> Cast:
    """A member with 8 points of gain and 3 of base, a unit with 5."""
    for who, points in (("member2", 8), ("unit", 5)):
        order = cast.delivered(who, "resident", difficulty=points, at=at - timedelta(days=1))
        orders.confirm(order.pk, by=cast.actor("resident"), at=at)
    posted(cast, {"member2": "PRESENT"})
    return cast


def test_my_account(earned: Cast) -> None:
    mine = Api("member2").get("/bank/accounts/me").body
    assert set(mine) == ACCOUNT
    assert (mine["base"], mine["gain"], mine["held"], mine["quarter"]) == (3, 8, 0, "2026Q4")
    assert (mine["standard"], mine["standard_met"], mine["quarter_base"], mine["quarter_gain"]) == (3, True, 3, 8)
    assert all(isinstance(mine[name], int) for name in ("id", "base_account_id", "base", "gain", "held"))
    unit = Api("unit").get("/bank/accounts/me").body
    assert (unit["base"], unit["gain"], unit["base_account_id"], unit["standard_met"]) == (0, 5, None, True)


def test_who_has_no_account(earned: Cast) -> None:
    problem(Api("member3").get("/bank/accounts/me"), 404, "not-there")
    problem(Api("resident").get("/bank/accounts/me"), 403, "not-allowed")
    problem(Api().get("/bank/accounts/me"), 401)


def test_entries(earned: Cast) -> None:
    api = Api("member2")
    mine = api.get("/bank/accounts/me").body
    gain = api.get(f"/bank/accounts/{mine['id']}/postings").body
    assert set(gain) == {"items", "next"} and gain["next"] is None
    (entry,) = gain["items"]
    assert set(entry) == ENTRY
    assert (entry["points"], entry["kind"], entry["occurred_on"], entry["reversed"]) == (8, "CONFIRM", "2026-11-23", False)
    (base,) = api.get(f"/bank/accounts/{mine['base_account_id']}/postings").body["items"]
    assert (base["points"], base["kind"], base["rule"]) == (3, "BASE", "B02")
    problem(Api("far_member").get(f"/bank/accounts/{mine['id']}/postings"), 404)
    problem(Api("district").get(f"/bank/accounts/{mine['id']}/postings"), 403)
    problem(api.get("/bank/accounts/999999/postings"), 404)
    problem(api.get("/bank/accounts/0/postings"), 422)


def test_entries_go_on_behind_the_last_id(earned: Cast, at: datetime) -> None:
    for n in range(5):
        asker = ("resident2", "resident")[n % 2]
        order = earned.delivered("member2", asker, difficulty=n + 1, at=at - timedelta(days=1))
        orders.confirm(order.pk, by=earned.actor(asker), at=at)
    api = Api("member2")
    account, seen = api.get("/bank/accounts/me").body["id"], []
    after: dict[str, int] = {}
    while True:
        page: dict[str, Any] = api.get(f"/bank/accounts/{account}/postings", size=4, **after).body
        seen += [entry["points"] for entry in page["items"]]
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    assert seen == [5, 4, 3, 2, 1, 8]
    for query in ({"size": 0}, {"size": 101}, {"after": -1}):
        problem(api.get(f"/bank/accounts/{account}/postings", **query), 422)


def test_a_communitys_quarter(earned: Cast) -> None:
    earned.triaged("resident2", difficulty=7)
    path = f"/bank/statements/{earned.community.pk}"
    said = Api("resident").get(f"{path}/2026Q4").body
    assert said == {
        "community": earned.community.pk,
        "quarter": "2026Q4",
        "opening": 0,
        "new": 20,
        "reduced": 13,
        "balance": 7,
        "provisional": True,
    }
    assert Api("district").get(f"{path}/2026Q3").body["provisional"] is False
    assert Api("far_resident").get(f"{path}/2026Q4").status == 200
    problem(Api("far_worker").get(f"{path}/2026Q4"), 404)
    problem(Api("worker").get("/bank/statements/999999/2026Q4"), 404)
    for quarter in ("2026Q5", "1999Q1", "2026", "now"):
        problem(Api("worker").get(f"{path}/{quarter}"), 422)
