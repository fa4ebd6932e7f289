"""The contract of field work, played as an outsider would who has nothing but the API and a login: a register, a round, a finding, an
activity with a waiting list, a roll, a record that anybody checks."""

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from tests.api import Api
from tests.cast import AT, Cast
from tests.trust.ground import jpeg
from zengyi.core import clock
from zengyi.facilities import actions as facilities

DAY = timedelta(days=1)


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A clock that the test moves on."""
    now = [AT]
    monkeypatch.setattr("zengyi.core.clock.now", lambda: now[0])
    return now


def put(api: Api, path: str, body: bytes) -> tuple[int, Any]:
    """PUT the bytes of a photo."""
    heads = {"Authorization": f"Bearer {api.token}"}
    answer = api.client.put(f"/api/v1{path}", body, content_type="image/jpeg", headers=heads)
    return answer.status_code, json.loads(answer.content)


def test_a_register_a_round_and_how_much_of_it_works(cast: Cast, watch: list[datetime]) -> None:
    api = Api("property")
    made = api.post("/facilities", {"code": "L-1", "name": "电梯 1", "kind": "LIFT", "place": "202幢"})
    assert made.status == 201 and set(made.body) == {"id"}
    rows = [["编号", "名称", "类别", "楼幢或地点"], *([f"C-{n}", f"摄像头 {n}", "摄像头", "201幢"] for n in range(390))]
    assert api.post("/facilities/import", {"rows": rows}).body == {"new": 390, "changed": 0, "unchanged": 0, "errors": []}
    spoilt = api.post("/facilities/import", {"rows": [rows[0], ["X", "", "飞碟", "999幢"]]})
    assert spoilt.status == 422 and len(spoilt.body["fields"]["2"]) == 3  # all that is wrong with the line at once
    assert api.post("/facilities/import", {"rows": [rows[0], ["X", "", "飞碟", "999幢"]], "dry_run": True}).status == 200
    here = cast.community.pk
    listed = api.get("/facilities", community=here, kind="LIFT", state="IN_SERVICE").body["items"]
    assert [(one["id"], one["code"], one["state"]) for one in listed] == [(made.body["id"], "L-1", "IN_SERVICE")]
    cameras = api.get("/facilities", kind="CAMERA", size=3).body["items"]
    facilities.lay_out(
        name="早巡", schedule="DAILY", facility_ids=[made.body["id"], *(one["id"] for one in cameras)], by=cast.actor("property"), at=AT
    )
    facilities.run_due(AT)
    due = api.get("/rounds", state="SCHEDULED", due=clock.local_date(AT).isoformat()).body["items"]
    assert [one["route"] for one in due] == ["早巡"]
    number = due[0]["id"]
    begun = api.post(f"/rounds/{number}/start").body
    assert {one["key"] for one in begun["items"]} == {"LIF-RUN", "CAM-PICTURE", "CAM-REPLAY"} and begun["version"] == 1
    assert [one["code"] for one in begun["facilities"]] == ["L-1", "C-0", "C-1", "C-2"]
    one = {
        "uid": str(uuid4()),
        "item": "LIF-RUN",
        "facility_id": made.body["id"],
        "result": "FAIL",
        "note": "门关不上",
        "elapsed_ms": 61_000,
    }
    one |= {"at": (AT + timedelta(minutes=1)).isoformat()}
    strange = {**one, "uid": str(uuid4()), "item": "NO-SUCH"}
    good = {**one, "uid": str(uuid4()), "item": "CAM-PICTURE", "facility_id": cameras[0]["id"], "result": "OK", "note": ""}
    watch[0] = AT + timedelta(minutes=5)
    first = api.post(f"/rounds/{number}/checks", {"checks": [one, strange, good]})
    assert first.status == 200 and [row["status"] for row in first.body["checks"]] == [201, 422, 201] and first.body["checks"][1]["title"]
    again = api.post(f"/rounds/{number}/checks", {"checks": [good, one, {**good, "result": "FAIL"}]})
    assert sorted(row["status"] for row in again.body["checks"]) == [200, 422]  # two bodies under one id in one upload: neither is taken
    assert [r["status"] for r in api.post(f"/rounds/{number}/checks", {"checks": [good]}).body["checks"]] == [200]
    assert [r["status"] for r in api.post(f"/rounds/{number}/checks", {"checks": [{**good, "result": "FAIL"}]}).body["checks"]] == [422]
    unread = [
        {**good, "uid": str(uuid4()), **wrong} for wrong in ({"result": "MAYBE"}, {"elapsed_ms": 10**12}, {"at": "gestern"}, {"x": 1})
    ]
    mixed = api.post(f"/rounds/{number}/checks", {"checks": [*unread, good]})
    assert [row["status"] for row in mixed.body["checks"]] == [422, 422, 422, 422, 200] and all(
        row["title"] for row in mixed.body["checks"][:4]
    )
    assert api.post(f"/rounds/{number}/checks", {"checks": [{**good, "uid": "no id"}]}).status == 422
    photo = jpeg()
    sha = hashlib.sha256(photo).hexdigest()
    path = f"/rounds/{number}/checks/{one['uid']}/photos/{sha}"
    manifest = [{"uid": one["uid"], "photos": [sha]}, {"uid": good["uid"], "photos": []}]
    waits = api.post(f"/rounds/{number}/submit", {"manifest": manifest}).body
    assert (waits["state"], waits["missing_checks"], waits["missing_photos"]) == ("STARTED", [], [f"{one['uid']}/{sha}"])
    assert [put(api, path, photo)[0] for _twice in range(2)] == [201, 200]
    assert put(api, path, photo + b"x")[0] == 422
    handed = api.post(f"/rounds/{number}/submit", {"manifest": manifest}).body
    assert handed == {"state": "SUBMITTED", "missing_checks": [], "missing_photos": []}
    broken = api.get("/facilities", state="DOWN").body["items"]
    assert [one["code"] for one in broken] == ["L-1"]
    watch[0] = AT + timedelta(hours=3)
    day = clock.local_date(AT).isoformat()
    share = api.get("/facilities/availability", **{"community": here, "kind": "LIFT", "from": day, "to": day}).body
    assert set(share) == {"up", "down", "unknown", "in_service_hours", "share"}
    assert share["down"] == pytest.approx(3 - 1 / 60, abs=0.02) and share["in_service_hours"] == pytest.approx(3, abs=0.02)
    assert share["share"] == 0


def test_a_finding_says_where_what_and_how_one_knows(cast: Cast, watch: list[datetime]) -> None:
    api = Api("member")
    told = {"place_id": cast.bridge.pk, "category": "GOLDENROD", "count": 210, "basis": "COUNTED", "fixed": False}
    found = api.post("/findings", told)
    assert found.status == 201 and found.body["order_id"] and found.body["ledger_id"]
    fixed = api.post("/findings", {"text": "北岸", "category": "RUBBISH", "basis": "PRESENT", "fixed": True})
    assert (fixed.status, fixed.body["order_id"]) == (201, None)
    assert api.post("/findings", {"category": "NOTHING"}).status == 201
    assert api.post("/findings", {**told, "basis": "COUNTED", "count": None}).status == 422


def test_an_activity_from_its_plan_to_a_record_that_anybody_checks(cast: Cast, watch: list[datetime]) -> None:
    staff, family, other = Api("worker"), Api("resident"), Api("member")
    activity = staff.post("/activities", {"title": "干花书签，和孩子一起做", "text": "干花压一压。", "kind": "CRAFT", "minors": True})
    assert activity.status == 201 and set(activity.body) == {"id"}
    begins = AT + DAY
    times = {"starts_at": begins.isoformat(), "ends_at": (begins + timedelta(minutes=90)).isoformat(), "capacity": 2}
    occasion = staff.post(f"/activities/{activity.body['id']}/occasions", times)
    assert occasion.status == 201 and set(occasion.body) == {"id"}
    number = occasion.body["id"]
    child = {"band": "FROM_8", "agreed": {"TAKE_PART": True, "RECORD": True, "PHOTOGRAPH": False}, "called": "小花"}
    sure = family.post(f"/occasions/{number}/sign-ups", {"seats": 2, "children": [child]}, key="sure")
    assert (sure.status, sure.body["state"], sure.body["position"]) == (201, "CONFIRMED", None)
    waits = other.post(f"/occasions/{number}/sign-ups", {"seats": 1})
    assert (waits.status, waits.body["state"], waits.body["position"]) == (201, "WAITLISTED", 1)
    rung = staff.post(f"/occasions/{number}/sign-ups", {"name": "张三", "phone": "13900007777", "seats": 2, "channel": "PHONE"})
    assert (rung.status, rung.body["state"], rung.body["position"]) == (201, "WAITLISTED", 2)
    assert staff.post(f"/sign-ups/{rung.body['id']}/cancel").body["state"] == "CANCELLED"
    assert family.post(f"/occasions/{number}/sign-ups", {"seats": 1}).status == 409
    watch[0] = begins + timedelta(minutes=5)
    staff, family = Api("worker"), Api("resident")  # yesterday's tokens have run out
    roll = staff.get(f"/occasions/{number}/roll").body["items"]
    assert [one["is_child"] for one in roll] == [False, True] and "小花" not in json.dumps(roll, ensure_ascii=False)
    marks = [{"attendee_id": one["attendee_id"], "mark": "IN", "at": begins.isoformat()} for one in roll]
    assert [staff.post(f"/occasions/{number}/attendance", {"marks": marks}).body["changed"] for _twice in range(2)] == [2, 0]
    assert family.post(f"/occasions/{number}/attendance", {"marks": marks}).status == 403
    watch[0] = begins + timedelta(hours=2)
    assert staff.post(f"/occasions/{number}/close").body["state"] == "CLOSED"
    day = clock.local_date(begins).isoformat()
    issued = staff.post(f"/sign-ups/{sure.body['id']}/records", {"first": day, "last": day})
    assert issued.status == 201
    nobody = Client().get(f"/api/v1/records/{issued.body['number']}")
    told = json.loads(nobody.content)
    assert nobody.status_code == 200 and (told["minutes"], told["state"], told["whole"]) == (90, "ISSUED", True)
    assert told["digest"] == issued.body["digest"] and "小花" not in nobody.content.decode()
    assert Client().get("/api/v1/records/FW-2026-0000-22222222").status_code == 404
