"""The pages of a round: opened before the stairs go down, typed in from paper, handed in as a file, reviewed, looked at again."""

import base64
import gzip
import hashlib
import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

import zengyi
from tests.cast import AT, Cast
from tests.facilities.walks import Estate
from tests.trust.ground import jpeg
from zengyi.facilities import actions, queries
from zengyi.facilities.models import Check, Defect, Photo, Round, Route
from zengyi.orders import actions as orders

pytestmark = pytest.mark.databases("sqlite")

WEIGHT_MOST = 60 * 1024


@pytest.fixture
def walker(cast: Cast, client: Client, stopped: Any) -> Client:
    client.force_login(cast.users["property"])
    return client


def test_the_page_of_a_round_weighs_little_with_a_hundred_questions(cast: Cast, walker: Client) -> None:
    estate = Estate(cast, cameras=50)
    begun = estate.round()
    answer = walker.get(f"/rounds/{begun}/walk")
    page = answer.content.decode()
    data = json.loads(page.partition('id="round-data" type="application/json">')[2].partition("</script>")[0])
    assert len(data["pairs"]) >= 100 and data["key"].startswith("round.")
    assert answer["Cache-Control"].startswith("private, max-age=")
    static = Path(zengyi.__file__).parent
    beside = [
        static / "facilities/static/facilities/round.js", static / "facilities/static/facilities/round.css",
        static / "project/static/zengyi/zengyi.css", static / "project/static/zengyi/zengyi.js", static / "project/static/zengyi/icons.svg",
    ]  # fmt: skip
    weight = sum(len(gzip.compress(raw)) for raw in (answer.content, *(path.read_bytes() for path in beside)))
    assert weight <= WEIGHT_MOST, weight
    for name in ("同志property", "13900"):
        assert name not in page.partition("round-data")[2]


def test_without_a_pass_the_page_leads_to_where_one_is_given(cast: Cast, walker: Client) -> None:
    estate = Estate(cast)
    actions.run_due(AT)
    waits = Round.objects.get(route_id=estate.route).pk
    assert walker.get(f"/rounds/{waits}/walk")["Location"] == f"/rounds/{waits}/"
    assert "开始查" in walker.get(f"/rounds/{waits}/").content.decode()
    keyed = {"_key": "0b5bd1a2-8cbb-4f0e-9b42-3f1e5a1c7d10"}  # as the page sends it: the answer is stored by the step itself
    for _twice in range(2):
        assert walker.post(f"/rounds/{waits}/start", keyed)["Location"].startswith(f"/rounds/{waits}/walk?pass=")
    assert walker.get(f"/rounds/{waits}/walk").status_code == 200


def test_the_pass_uploads_by_the_api_when_nobody_is_signed_in_any_more(cast: Cast, walker: Client) -> None:
    estate = Estate(cast)
    begun = estate.round()
    key = actions.start(begun, by=estate.by, at=AT).key
    one = estate.check("C1")
    body = {"uid": str(one.uid), "item": one.item, "facility_id": one.facility_id, "result": "OK", "elapsed_ms": 1, "at": AT.isoformat()}
    stranger = Client()
    headers = {"Authorization": f"Bearer {key}"}

    def send(path: str, data: object, **more: Any) -> Any:
        return stranger.post(path, json.dumps(data), content_type="application/json", headers={**headers, **more})

    answer = send(f"/api/v1/rounds/{begun}/checks", {"checks": [body]})
    assert (answer.status_code, answer.json()["checks"][0]["status"]) == (200, 201)
    photo = jpeg()
    path = f"/api/v1/rounds/{begun}/checks/{one.uid}/photos/{hashlib.sha256(photo).hexdigest()}"
    sent = [stranger.put(path, photo, content_type="image/jpeg", headers=headers).status_code for _twice in range(2)]
    assert sent == [201, 200]
    manifest = [{"uid": str(one.uid), "photos": [hashlib.sha256(photo).hexdigest()]}]
    assert send(f"/api/v1/rounds/{begun}/submit", {"manifest": manifest}).json()["state"] == "SUBMITTED"
    for path in (f"/api/v1/rounds/{begun + 1}/checks", "/api/v1/orders"):
        assert send(path, {"checks": [body]}).status_code == 401
    assert stranger.get("/api/v1/orders", headers=headers).status_code == 401
    assert Client().post(f"/api/v1/rounds/{begun}/checks", "{}", content_type="application/json").status_code == 401


def test_the_paper_twin_has_the_same_codes_and_is_typed_in_once(cast: Cast, walker: Client) -> None:
    estate = Estate(cast, cameras=3)
    begun = estate.round()
    printed = pypdfium2.PdfDocument(io.BytesIO(walker.get(f"/rounds/{begun}/round.pdf").content))
    text = "".join(page.get_textpage().get_text_range() for page in printed)
    page = walker.get(f"/rounds/{begun}/typed").content.decode()
    for code in ("CAM-PICTURE", "LIF-RUN", "C2", "L1"):
        assert code in text and code in page
    lift, camera = estate.ids["L1"], estate.ids["C1"]
    filled = {f"c-{lift}-LIF-RUN": "FAIL:DOOR", f"c-{camera}-CAM-PICTURE": "OK", f"c-{camera}-CAM-REPLAY": "NOT_REACHED:LOCKED"}
    for _twice in range(2):
        assert walker.post(f"/rounds/{begun}/typed", filled).status_code == 303
    assert Check.objects.count() == 3 and Defect.objects.get().fails == 1
    assert walker.post(f"/rounds/{begun}/typed", {}).status_code == 422
    assert walker.post(f"/rounds/{begun}/typed", {f"c-{lift}-LIF-RUN": "FAIL:NONSENSE"}).status_code == 422
    assert walker.post(f"/rounds/{begun}/hand-in").status_code == 303
    assert Round.objects.get(pk=begun).state == "SUBMITTED"


def test_what_was_typed_in_without_a_pass_stays_on_the_page(cast: Cast, walker: Client) -> None:
    estate = Estate(cast)
    begun = estate.round()
    walker.force_login(cast.users["worker"])
    answer = walker.post(f"/rounds/{begun}/typed", {f"c-{estate.ids['L1']}-LIF-RUN": "FAIL:DOOR"})
    page = answer.content.decode()
    assert answer.status_code == 409 and "请先按“开始查”。" in page
    assert '<option value="FAIL:DOOR" selected>' in page
    assert not Check.objects.exists()
    answer = walker.post(f"/rounds/{begun}/typed", {})
    assert answer.status_code == 422 and "还一项也没有填。" in answer.content.decode()


def test_a_round_as_a_file_counts_once_however_often_it_comes(cast: Cast, walker: Client) -> None:
    estate = Estate(cast)
    begun = estate.round()
    photo = jpeg()
    checks = [estate.check("C1"), estate.check("C2", "FAIL")]
    file: dict[str, Any] = {
        "zengyi": "round",
        "round": begun,
        "checks": [
            {
                "uid": str(one.uid), "item": one.item, "facility_id": one.facility_id, "result": one.result,
                "reason": one.reason, "note": "", "elapsed_ms": one.elapsed_ms, "at": one.at.isoformat(),
            }
            for one in checks
        ],
        "photos": [{"uid": str(checks[0].uid), "sha256": hashlib.sha256(photo).hexdigest(), "jpeg": base64.b64encode(photo).decode()}],
    }  # fmt: skip

    def hand_in(content: object) -> Any:
        raw = content if isinstance(content, bytes) else json.dumps(content).encode()
        return walker.post(f"/rounds/{begun}/file", {"file": SimpleUploadedFile("round.json", raw)})

    assert "新的 2 项，早就有的 0 项，没收的 0 项，照片 1 张" in hand_in(file).content.decode()
    assert "新的 0 项，早就有的 2 项，没收的 0 项，照片 1 张" in hand_in(file).content.decode()
    assert (Check.objects.count(), Photo.objects.count(), Defect.objects.count()) == (2, 1, 1)
    nonsense: list[object] = [
        b"{", b"[]", b"\xff\xfe", {**file, "round": begun + 1}, {**file, "checks": [{}]}, {**file, "checks": []},
        {**file, "photos": [{"uid": "x", "sha256": "y", "jpeg": "z"}]},
    ]  # fmt: skip
    for content in nonsense:
        assert hand_in(content).status_code == 422, content


def test_review_and_looking_again_on_their_pages(cast: Cast, walker: Client) -> None:
    estate = Estate(cast, repairer="机关事务中心")
    begun = estate.round()
    one = estate.check("L1", "FAIL")
    actions.record_checks(begun, [one], by=estate.by, at=AT)
    actions.hand_in(begun, manifest={str(one.uid): []}, by=estate.by, at=AT)
    assert "看过了，复核" not in walker.get(f"/rounds/{begun}/").content.decode()
    walker.force_login(cast.users["worker"])
    assert "看过了，复核" in walker.get(f"/rounds/{begun}/").content.decode()
    assert walker.post(f"/rounds/{begun}/review", {"note": "清楚"}).status_code == 303
    defect = Defect.objects.get()
    assert defect.order_id is not None
    orders.accept(defect.order_id, by=cast.actor("unit"), at=AT)
    orders.deliver(defect.order_id, text="换了门机。", by=cast.actor("unit"), at=AT)
    facility = f"/facilities/{estate.ids['L1']}/"
    assert f"/defects/{defect.pk}/recheck" in walker.get(facility).content.decode()
    assert walker.post(f"/defects/{defect.pk}/recheck", {"passed": "no"}).status_code == 422
    assert walker.post(f"/defects/{defect.pk}/recheck", {"passed": "no", "reason": "还响"}).status_code == 303
    orders.deliver(defect.order_id, text="又换了一个。", by=cast.actor("unit"), at=AT + timedelta(hours=1))
    assert walker.post(f"/defects/{defect.pk}/recheck", {"passed": "yes"}).status_code == 303
    assert "修好复查过" in walker.get(facility).content.decode()
    order = walker.get(f"/orders/{defect.order_id}/").content.decode()
    assert "坏了的设施" in order and facility in order


def test_a_route_is_laid_out_on_its_page(cast: Cast, walker: Client) -> None:
    Estate(cast)
    given = {"name": "夜巡", "schedule": "WEEKLY", "weekday": "3", "starts_on": "2026-11-23", "kinds": ["CAMERA", "LIFT"]}
    assert walker.post("/rounds/routes/new", given).status_code == 303
    made = Route.objects.get(name="夜巡")
    assert (made.stops.count(), made.weekday) == (9, 3)
    assert walker.post("/rounds/routes/new", given).status_code == 409
    assert walker.post("/rounds/routes/new", {**given, "name": "补的", "starts_on": "2026-11-01"}).status_code == 422
    assert "夜巡" in walker.get("/rounds/").content.decode()


def test_a_checklist_becomes_another_version_and_keeps_what_was_asked(cast: Cast, walker: Client) -> None:
    estate = Estate(cast)
    begun = estate.round()
    path = f"/rounds/checklists/{estate.route_row.checklist_id}/"
    assert "LIF-RUN" in walker.get(path).content.decode()
    for wrong, field in (({"kind": "LIFT", "title": "有人应"}, "id_key"), ({"title": "有人应"}, "id_kind"), ({}, "")):
        refused = walker.post(path, wrong)
        assert refused.status_code == 422 and field in refused.content.decode(), wrong
    reused = walker.post(path, {"kind": "LIFT", "key": "LIF-RUN", "title": "另一个问题", "stops": "on"})
    assert reused.status_code == 422 and "用过了" in reused.content.decode() and "另一个问题" in reused.content.decode()
    bell = {"kind": "LIFT", "key": "LIF-BELL", "title": "紧急呼叫有人应", "look": "按一下，有人答", "stops": "on", "drop": ["LIF-RUN"]}
    assert walker.post(path, bell).status_code == 303
    card = queries.checklist(estate.route_row.checklist_id, by=estate.by)
    assert (card.version, [(one.key, one.gone) for one in card.gone]) == (2, [("LIF-RUN", 2)])
    assert next(one for one in card.asked if one.key == "LIF-BELL").look == ["按一下", "有人答"]
    assert "LIF-BELL" in walker.get(path).content.decode()
    assert {item.key for item in queries.sheet(begun, by=estate.by).items} >= {"LIF-RUN"}, "a round that was begun keeps its version"
