"""The API's contract for orders: statuses, field names, retries, pages."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.api import Api, Said
from tests.cast import Cast
from tests.trail import snapshot
from zengyi.core.models import Event
from zengyi.orders import actions
from zengyi.orders.models import Claim, Order

pytestmark = pytest.mark.usefixtures("stopped")

ORDER = {
    "id", "number", "community", "kind", "category", "state", "outcome", "title", "text", "place", "spot", "urgency", "difficulty",
    "places", "taken", "due_at", "placed_at", "delivered_at", "ended_at",
}  # fmt: skip
NEW = {"kind": "DEMAND", "title": "虹西路西段桥面破损", "text": "西段桥面有两处大坑。"}


def problem(said: Said, status: int, kind: str = "") -> Any:
    """The answer is a problem document of that status, with a sentence."""
    assert (said.status, said.headers["Content-Type"]) == (status, "application/problem+json"), said.body
    assert said.body["status"] == status and said.body["title"] and said.body["type"].startswith("about:blank#")
    assert not kind or said.body["type"].endswith(kind)
    assert ("fields" in said.body) == (status == 422)
    return said.body


def test_the_bridge_by_the_api(cast: Cast) -> None:
    member, worker, unit = Api("member"), Api("worker"), Api("unit")
    placed = member.post("/orders", {**NEW, "kind": "REPORT", "place": cast.bridge.pk, "urgency": 2})
    assert placed.status == 201 and set(placed.body) == ORDER
    order = placed.body
    assert (order["number"], order["state"], order["difficulty"], order["place"]) == ("2026-0001", "PLACED", None, cast.bridge.pk)
    assert (order["kind"], order["category"], order["urgency"], order["community"]) == ("REPORT", "OTHER", 2, cast.community.pk)
    at = f"/orders/{order['id']}"
    moves = [
        (worker, "triage", {"difficulty": 8}, "TRIAGED"),
        (worker, "publish", {}, "PUBLISHED"),
        (unit, "claim", {}, "CLAIMED"),
        (unit, "deliver", {"text": "桥面坑洞已经填平。"}, "DELIVERED"),
        (member, "confirm", {}, "CONFIRMED"),
    ]
    for who, verb, body, state in moves:
        said = who.post(f"{at}/{verb}", body)
        assert (said.status, said.body["state"], set(said.body)) == (200, state, ORDER), said.body
    detail = member.get(at)
    assert (
        set(detail.body) == ORDER | {"claims", "requester", "excluded", "booked", "taken_back", "pair", "moves"}
        and detail.body["outcome"] == "HELPED"
    )
    (claim,) = detail.body["claims"]
    assert (claim["party"], claim["organisation_id"], claim["member_id"], claim["points"]) == ("机关事务中心", cast.unit.pk, None, 8)
    assert unit.get("/bank/accounts/me").body["gain"] == 8


def test_every_other_verb(cast: Cast) -> None:
    worker, member, resident = Api("worker"), Api("member2"), Api("resident")
    order = cast.triaged("resident", places=2)
    at = f"/orders/{order.pk}"
    party = {"member_id": cast.member_id("member2"), "points": 3}
    assert worker.post(f"{at}/assign", party).body["state"] == "ASSIGNED"
    assert member.post(f"{at}/refuse", {"reason": "这两天在外地"}).body["state"] == "PUBLISHED"
    assert worker.post(f"{at}/assign", party).body["state"] == "ASSIGNED"
    assert member.post(f"{at}/accept").body["taken"] == 1
    assert member.post(f"{at}/release", {"reason": "赶不回来"}).body["state"] == "PUBLISHED"
    again = member.post(f"{at}/claim")
    assert (again.status, again.body["title"]) == (409, "这一单您刚退过，先请别人来接。")
    member = Api("member3")
    assert member.post(f"{at}/claim").body["state"] == "CLAIMED"
    assert member.post(f"{at}/deliver", {"text": "办好了"}).body["state"] == "DELIVERED"
    until = (order.placed_at + timedelta(days=4)).isoformat()
    back = resident.post(f"{at}/return", {"reason": "还在漏", "due_at": until})
    assert (back.body["state"], datetime.fromisoformat(back.body["due_at"])) == ("CLAIMED", order.placed_at + timedelta(days=4))
    assert resident.post(f"{at}/note", {"text": "谢谢"}).status == 200
    twin, other, last = (cast.place("resident2", title=f"第{n}单") for n in range(3))
    assert worker.post(f"/orders/{twin.pk}/merge", {"into_id": order.pk}).body["outcome"] == "MERGED"
    assert worker.post(f"/orders/{other.pk}/decline", {"reason": "不归社区管"}).body["outcome"] == "DECLINED"
    assert Api("resident2").post(f"/orders/{last.pk}/cancel", {"reason": "自己好了"}).body["outcome"] == "CANCELLED"


def test_closing_after_silence(cast: Cast, at: datetime) -> None:
    order = cast.delivered("member2", "resident", at=at - timedelta(days=12))
    for day in (9, 6):
        actions.remind(order.pk, by=cast.actor("worker"), at=at - timedelta(days=day))
    assert Api("worker").post(f"/orders/{order.pk}/close").body["outcome"] == "NO_ANSWER"


def test_on_behalf(cast: Cast) -> None:
    worker = Api("worker")
    body = {**NEW, "kind": "WISH", "on_behalf_of": {"name": "居民0808", "phone": "13900000808", "channel": "PAPER"}}
    order = Order.objects.get(pk=worker.post("/orders", body).body["id"])
    assert (order.requester.name, order.channel, order.source) == ("居民0808", "PAPER", "WORKER")
    told = problem(Api("resident").post("/orders", body), 422, "invalid")
    assert set(told["fields"]) == {"on_behalf_of"}
    seen = worker.get(f"/orders/{order.pk}").body["requester"]
    assert seen == {"name": "居民0808", "phone": None, "home": None, "door": None}
    assert worker.post(f"/orders/{order.pk}/contact").status == 200
    seen = worker.get(f"/orders/{order.pk}").body["requester"]
    assert seen == {"name": "居民0808", "phone": "13900000808", "home": "", "door": ""}


def test_401_not_signed_in(cast: Cast) -> None:
    order, nobody = cast.published("resident"), Api()
    for said in (
        nobody.get("/orders"),
        nobody.get(f"/orders/{order.pk}"),
        nobody.post("/orders", NEW),
        nobody.post(f"/orders/{order.pk}/claim"),
    ):
        problem(said, 401, "not-signed-in")
        assert said.headers["WWW-Authenticate"].startswith("Bearer")
    wrong = Api()
    wrong.token = "no-such-token"
    problem(wrong.get("/orders"), 401)


def test_403_in_scope_but_not_allowed(cast: Cast) -> None:
    order = cast.published("resident")
    tries = [("resident2", "claim", {}), ("member", "publish", {}), ("unit", "triage", {"difficulty": 3}), ("member", "confirm", {}),
             ("resident2", "cancel", {"reason": "不要了"}), ("kin", "claim", {}), ("worker", "claim", {})]  # fmt: skip
    before = snapshot()
    for who, verb, body in tries:
        problem(Api(who).post(f"/orders/{order.pk}/{verb}", body), 403, "not-allowed")
    problem(Api("district").post("/orders", NEW), 403)
    assert {name: rows for name, rows in snapshot().items() if name != "core_event"} == {
        k: v for k, v in before.items() if k != "core_event"
    }
    assert not Event.objects.filter(object_type="order", verb__in=["claim", "confirm", "cancel"]).exists()


def test_404_out_of_scope_or_unknown(cast: Cast) -> None:
    order = cast.published("resident")
    for who in ("far_member", "far_worker", "far_resident"):
        problem(Api(who).get(f"/orders/{order.pk}"), 404, "not-there")
    problem(Api("far_member").post(f"/orders/{order.pk}/claim"), 404)
    problem(Api("far_worker").post(f"/orders/{order.pk}/publish"), 404)
    worker = Api("worker")
    problem(worker.get("/orders/999999"), 404)
    problem(worker.post("/orders/999999/publish"), 404)
    placed = cast.place("resident")
    problem(Api("member").get(f"/orders/{placed.pk}"), 404)


def test_409_wrong_state_or_lost_the_race(cast: Cast) -> None:
    order = cast.claimed("member2", "resident")
    said = problem(Api("member3").post(f"/orders/{order.pk}/claim"), 409, "wrong-state")
    assert said["title"] == "已被别人接走，看看附近另外几单。"
    problem(Api("worker").post(f"/orders/{order.pk}/publish"), 409)
    problem(Api("resident").post(f"/orders/{order.pk}/confirm"), 409)


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"kind", "title", "text"}),
        ({**NEW, "kind": "report"}, {"kind"}),
        ({**NEW, "title": "桥"}, {"title"}),
        ({**NEW, "title": "桥" * 61}, {"title"}),
        ({**NEW, "text": 7}, {"text"}),
        ({**NEW, "urgency": 5}, {"urgency"}),
        ({**NEW, "place": 0}, {"place"}),
        ({**NEW, "place": True}, {"place"}),
        ({**NEW, "place": 999999}, {"place"}),
        ({**NEW, "contact": "打我电话"}, {"contact"}),
        ({**NEW, "difficulty": 20}, {"difficulty"}),
        ({**NEW, "state": "CONFIRMED"}, {"state"}),
    ],
)
def test_422_with_the_fields(cast: Cast, body: dict[str, Any], fields: set[str]) -> None:
    before = snapshot()
    api = Api("resident")
    tokens = snapshot()
    told = problem(api.post("/orders", body), 422, "invalid")
    assert set(told["fields"]) == fields and all(told["fields"].values())
    assert snapshot() == tokens and before["orders_order"] == []


def test_what_is_no_json_is_malformed(cast: Cast) -> None:
    said = Api("resident").post("/orders", "{not json")
    assert (said.status, said.headers["Content-Type"]) == (400, "application/problem+json")


def test_the_same_key_and_body_get_the_same_answer(cast: Cast) -> None:
    api = Api("resident")
    first = api.post("/orders", NEW, key="tap-1")
    again = api.post("/orders", NEW, key="tap-1")
    assert (first.status, first.body) == (again.status, again.body) == (201, first.body)
    assert Order.objects.count() == 1 and Event.objects.filter(verb="place").count() == 1
    problem(api.post("/orders", {**NEW, "title": "另一座桥"}, key="tap-1"), 422)
    assert api.post("/orders", NEW, key="tap-2").body["id"] != first.body["id"]
    assert Api("resident2").post("/orders", NEW, key="tap-1").status == 201
    assert Order.objects.count() == 3


def test_a_retried_move_gets_the_first_answer_whatever_happened_since(cast: Cast, at: datetime) -> None:
    order, api = cast.published("resident"), Api("member2")
    first = api.post(f"/orders/{order.pk}/claim", key="k")
    actions.deliver(order.pk, text="办好了", by=cast.actor("member2"), at=at)
    again = api.post(f"/orders/{order.pk}/claim", key="k")
    assert (again.status, again.body) == (200, first.body) and again.body["state"] == "CLAIMED"
    assert Claim.objects.count() == 1
    problem(api.post(f"/orders/{order.pk}/claim"), 409)


def test_a_refusal_may_be_tried_again_under_its_key(cast: Cast, at: datetime) -> None:
    order, api = cast.claimed("member3", "resident"), Api("member2")
    problem(api.post(f"/orders/{order.pk}/claim", key="k"), 409)
    actions.release(order.pk, reason="让给别人", by=cast.actor("member3"), at=at)
    assert api.post(f"/orders/{order.pk}/claim", key="k").status == 200


@pytest.mark.parametrize("key", ["k" * 65, "键", "a\tb"])
def test_a_key_has_its_form(cast: Cast, key: str) -> None:
    told = problem(Api("resident").post("/orders", NEW, key=key), 422)
    assert set(told["fields"]) == {"Idempotency-Key"} and not Order.objects.exists()


def test_pages_go_on_behind_the_last_id(cast: Cast) -> None:
    made = [cast.place("resident" if n < 12 else "resident2", title=f"第{n}盏灯").pk for n in range(24)]
    api, seen, after = Api("worker"), [], None
    while True:
        said = api.get("/orders", size=7, **({"after": after} if after else {})).body
        assert set(said) == {"items", "next"} and all(set(item) == ORDER for item in said["items"])
        seen += [item["id"] for item in said["items"]]
        after = said["next"]
        if after is None:
            break
    assert seen == made[::-1]


def test_filters(cast: Cast, at: datetime) -> None:
    light = cast.place("resident", kind="DEMAND", category="LIGHT", title="楼道灯不亮", text="三楼")
    bridge = cast.published("member")
    far = cast.published("far_resident")
    api = Api("worker")

    def found(**query: Any) -> list[int]:
        return [item["id"] for item in api.get("/orders", **query).body["items"]]

    assert found() == [bridge.pk, light.pk]
    assert found(state="PLACED") == [light.pk] and found(kind="REPORT") == [bridge.pk] and found(category="LIGHT") == [light.pk]
    assert found(q="楼道") == [light.pk] and found(q=bridge.number) == [bridge.pk] and found(q="没有") == []
    assert found(community=cast.elsewhere.pk) == [] and found(community=cast.community.pk) == [bridge.pk, light.pk]
    district = Api("district").get("/orders", community=cast.elsewhere.pk).body["items"]
    assert [item["id"] for item in district] == [far.pk]
    mine = [item["id"] for item in Api("resident").get("/orders", mine="true").body["items"]]
    assert mine == [light.pk]
    for query in ({"state": "GONE"}, {"size": 0}, {"size": 101}, {"after": 0}, {"after": "x"}, {"community": 2**63}):
        problem(api.get("/orders", **query), 422)


def test_who_asked_is_told_only_to_those_who_may_know(cast: Cast, at: datetime) -> None:
    order = cast.published("resident")
    for who, knows in (("worker", True), ("resident", True), ("member2", False), ("neighbour", False), ("unit", False)):
        assert (Api(who).get(f"/orders/{order.pk}").body["requester"] is not None) == knows
    actions.claim(order.pk, by=cast.actor("member2"), at=at)
    told = Api("member2").get(f"/orders/{order.pk}").body["requester"]
    assert told == {"name": "居民1206", "phone": None, "home": None, "door": None}
    assert Api("member2").post(f"/orders/{order.pk}/contact").status == 200
    told = Api("member2").get(f"/orders/{order.pk}").body["requester"]
    assert told == {"name": "居民1206", "phone": "13900001206", "home": "201幢", "door": "1206"}
    assert Api("member3").get(f"/orders/{order.pk}").body["requester"] is None
    listed = Api("member2").get("/orders").body
    assert "居民1206" not in str(listed) and "13900001206" not in str(listed)


def test_moves_are_those_one_can_make(cast: Cast) -> None:
    order = cast.published("resident")
    moves = {
        "worker": ["assign", "merge", "cancel"],
        "resident": ["cancel"],
        "member2": ["claim"],
        "unit": ["claim"],
        "kin": [],
        "resident2": [],
    }
    assert {who: Api(who).get(f"/orders/{order.pk}").body["moves"] for who in moves} == moves
