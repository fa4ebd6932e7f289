"""The bridge, played through the pages by four people, without a line of script; and what each page says to whom."""

import re
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from zengyi.core import clock
from zengyi.orders import actions, queries
from zengyi.people import queries as people
from zengyi.people.rules import Role, scopes

pytestmark = pytest.mark.databases("sqlite")

PLACED = {
    "kind": "REPORT",
    "category": "ROAD",
    "title": "虹西路西段桥面破损",
    "text": "桥面破了一块，早晚骑电动车的人多。",
    "spot": "桥上",
    "urgency": "1",
}


def photo(data: bytes, name: str = "a.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type="image/jpeg")


def send(client: Client, url: str, **data: Any) -> Any:
    """Fill in a form as the page shows it and send it."""
    page = client.get(url)
    assert page.status_code == 200, (url, page.status_code)
    found = re.search(r'name="_key" value="([0-9a-f-]{36})"', page.content.decode())
    assert found, url
    return client.post(url, {"_key": found[1], **data})


def order_id_of(answer: Any) -> int:
    assert answer.status_code == 303, answer.content.decode()[:2000]
    return int(re.search(r"/orders/(\d+)/", answer["Location"])[1])  # type: ignore[index]


def as_seen(login: str, cast: Any, order_id: int) -> queries.OrderDetail:
    by = people.actor_for_user(cast.users[login].pk, at=clock.now())
    return queries.detail(order_id, by=by, at=clock.now())


@pytest.fixture
def bridge(cast: Any) -> int:
    """The bridge, reported with two photos."""
    shots = [photo(cast.jpeg(), "1.jpg"), photo(cast.jpeg("teal"), "2.jpg")]
    answer = send(cast.client("member"), "/orders/new", **PLACED, place=str(cast.bridge.pk), photos=shots)
    return order_id_of(answer)


def test_the_bridge_from_report_to_points(cast: Any, bridge: int) -> None:
    url = f"/orders/{bridge}/"
    monitor, worker, unit = cast.client("member"), cast.client("worker"), cast.client("unit")
    text = monitor.get(url).content.decode()
    assert "等社区看" in text and "虹西路西段桥" in text and text.count("/photos/") >= 2

    desk = worker.get(f"/desk/?order={bridge}").content.decode()
    assert 'name="difficulty"' in desk and "虹西路西段桥面破损" in desk and "区机关事务服务中心" in desk
    answer = send(
        worker, f"{url}triage?from=desk", difficulty="8", places="3", category="ROAD", urgency="1", needs="修补料", provides="警示桩"
    )
    assert answer["Location"] == f"/desk/?order={bridge}"
    assert "+8" in worker.get(answer["Location"]).content.decode()
    assert order_id_of(send(worker, f"{url}publish")) == bridge

    public = Client().get(url).content.decode()
    assert "认领公告" in public and "党员甲" not in public
    seen = unit.get(url).content.decode()
    assert "单位接单" in seen
    key = re.search(r'name="_key" value="([^"]+)"', seen)[1]  # type: ignore[index]
    assert order_id_of(unit.post(f"{url}claim", {"_key": key})) == bridge
    assert order_id_of(unit.post(f"{url}claim", {"_key": key})) == bridge, "a second press gets the first one's answer"
    assert cast.client("member2").post(f"{url}claim", {"_key": str(uuid4())}).status_code == 409

    sent = {"text": "桥面坑洞已经填平，通行正常。", f"sent_{cast.members['colleague'].pk}": "3", "photos": [photo(cast.jpeg("green"))]}
    order_id_of(send(unit, f"{url}deliver", **sent))
    assert "请您确认" in monitor.get(url).content.decode()
    order_id_of(send(monitor, f"{url}return", reason="边上还有一道缝"))
    assert as_seen("unit", cast, bridge).state == "CLAIMED"
    order_id_of(send(unit, f"{url}deliver", **{**sent, "photos": []}))
    order_id_of(send(monitor, f"{url}confirm"))

    done = as_seen("member", cast, bridge)
    assert (done.state, done.outcome, done.difficulty) == ("CONFIRMED", "HELPED", 8)
    history = monitor.get(f"{url}history").content.decode()
    for words in ("点了这一单", "社区受理", "发了认领公告", "接单", "还不行", "边上还有一道缝", "确认办好"):
        assert words in history


def test_what_was_typed_survives_an_error(cast: Any) -> None:
    client = cast.client("resident")
    bad = {**PLACED, "kind": "DEMAND", "title": "桥", "place": str(cast.bridge.pk), "contact": "请打给我"}
    answer = client.post("/orders/new", {**bad, "photos": [photo(cast.jpeg())]})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="桥"' in text and "桥面破了一块" in text and 'value="请打给我"' in text
    assert re.search(rf'value="{cast.bridge.pk}"\s+checked', text)
    assert 'href="#id_title"' in text and 'href="#id_contact"' in text and 'id="errors"' in text
    assert 'name="photos_kept"' in text and "没能留住" not in text, "the photo, too"
    assert "onclick" not in text and 'style="' not in text
    hostile = client.post("/orders/new", {**PLACED, "kind": "DEMAND", "photos": [photo(b"<svg onload=alert(1)>", "x.jpg")]})
    assert hostile.status_code == 422 and "不是照片" in hostile.content.decode()


MOVES = (
    "triage",
    "publish",
    "assign",
    "accept",
    "refuse",
    "claim",
    "release",
    "deliver",
    "confirm",
    "return",
    "decline",
    "merge",
    "cancel",
    "close",
    "note",
)
HOSTILE = {
    "difficulty": "9" * 40,
    "places": "-1",
    "due_at": "0000-00-00T00:00",
    "category": "\0",
    "urgency": "x" * 3000,
    "party": "member:999999999999999999",
    "points": "1e9",
    "reason": "\0" * 300,
    "claim_id": "9" * 30,
    "text": "",
    "channel": "TELEPATHY",
    "into_id": "9" * 30,
    "number": "2026-99999999999999999999",
    "_key": "not-a-key",
}


@pytest.mark.parametrize("verb", MOVES)
def test_a_move_never_breaks(cast: Any, bridge: int, verb: str) -> None:
    statuses = {}
    for login in ("", "resident", "member", "unit", "worker", "secretary", "district", "far_resident", "far_worker"):
        client = cast.client(login)
        for data in ({}, HOSTILE):
            answer = client.post(f"/orders/{bridge}/{verb}", data)
            assert answer.status_code in (303, 401, 403, 404, 409, 422), (login, verb, answer.status_code)
            statuses[login] = answer.status_code
        assert client.get(f"/orders/{bridge}/{verb}").status_code in (200, 303, 401, 403, 404, 409)
    # The role is checked first. Whoever may make the move in their own community does not learn that such an order exists elsewhere.
    unknown = {role: 404 if scopes(Role(role), f"order.{verb}") else 403 for role in ("resident", "worker")}
    assert (statuses["far_resident"], statuses["far_worker"]) == (unknown["resident"], unknown["worker"])
    for number, status in ((10**18 - 1, unknown["worker"]), (0, unknown["worker"]), (10**30, 404)):
        assert cast.client("worker").post(f"/orders/{number}/{verb}", HOSTILE).status_code == status


def test_bad_moves_keep_what_was_typed(cast: Any, bridge: int) -> None:
    worker = cast.client("worker")
    answer = worker.post(
        f"/orders/{bridge}/triage", {"difficulty": "21", "places": "3", "category": "ROAD", "urgency": "1", "needs": "修补料"}
    )
    text = answer.content.decode()
    assert answer.status_code == 422 and 'value="21"' in text and 'value="修补料"' in text and 'href="#id_difficulty"' in text
    assert worker.post(f"/orders/{bridge}/bogus").status_code == 404
    late = worker.post(f"/orders/{bridge}/confirm", {"channel": "PHONE"})
    assert late.status_code == 409
    empty = worker.post(f"/orders/{bridge}/decline", {"reason": ""})
    assert empty.status_code == 422 and "请说一句原因" in empty.content.decode()
    merged = worker.post(f"/orders/{bridge}/merge", {"number": "2026-9999"})
    assert merged.status_code == 422 and "没有找到这个单号" in merged.content.decode()


def test_whoever_is_not_listed_is_found_by_name(cast: Any, bridge: int) -> None:
    """Sixty at a time; a name finds the others, and picking one of them works as ever."""
    for number in range(70):
        cast.member(f"many{number}", f"党员{number:02d}号", f"7{number:03d}")
    worker = cast.client("worker")
    send(worker, f"/orders/{bridge}/triage", difficulty="8", places="3", category="ROAD", urgency="1")
    plain = worker.get(f"/orders/{bridge}/assign").content.decode()
    assert plain.count('name="party"') == 60 and "没有列出来" in plain and "党员69号" not in plain
    asked = {"find": "1", "points": "3"}
    answer = worker.post(f"/orders/{bridge}/assign?from=desk", {**asked, "who": "69号"})
    found = answer.content.decode()
    assert (answer.status_code, found.count('name="party"')) == (200, 1)
    assert "党员69号" in found and "没有列出来" not in found
    for words in ("谁也不是", "按时", "·"):
        assert "没有找到" in worker.post(f"/orders/{bridge}/assign", {**asked, "who": words}).content.decode(), words
    picked = re.search(r'name="party" value="(member:[0-9]+)"', found)
    assert picked is not None
    again = worker.post(f"/orders/{bridge}/assign", {**asked, "who": "68号", "party": picked[1]}).content.decode()
    assert "党员68号" in again and 'name="points" value="3"' in again, "what was typed stays"
    assert re.search(rf'value="{picked[1]}"[^>]* checked', again), "whoever was picked stays picked"


def test_merge_by_number_and_assign(cast: Any, bridge: int) -> None:
    worker = cast.client("worker")
    other = order_id_of(send(cast.client("resident"), "/orders/new", **{**PLACED, "kind": "DEMAND", "title": "西段桥面有大坑"}))
    page = worker.get(f"/orders/{other}/merge").content.decode()
    assert "虹西路西段桥面破损" in page, "the order like it is offered"
    number = as_seen("worker", cast, bridge).number
    order_id_of(send(worker, f"/orders/{other}/merge", number=number.partition("-")[2]))
    merged = as_seen("resident", cast, other)
    assert (merged.state, merged.outcome, merged.merged_into) == ("CLOSED", "MERGED", bridge)

    order_id_of(send(worker, f"/orders/{bridge}/triage", difficulty="8", places="1", category="ROAD", urgency="1"))
    order_id_of(send(worker, f"/orders/{bridge}/assign", party=f"organisation:{cast.unit.pk}"))
    unit = cast.client("unit")
    assert "接受派单" in unit.get(f"/orders/{bridge}/").content.decode()
    order_id_of(send(unit, f"/orders/{bridge}/refuse", reason="人手不够"))
    assert as_seen("worker", cast, bridge).state == "PUBLISHED"


def test_on_behalf_and_confirmed_by_a_second_person(cast: Any) -> None:
    worker = cast.client("worker")
    behalf = {**PLACED, "kind": "DEMAND", "name": "居民一二零六", "phone": "139 0000 1206", "channel": "PHONE"}
    order_id = order_id_of(send(worker, "/orders/new", **behalf))
    url = f"/orders/{order_id}/"
    assert "社区代点" in worker.get(url).content.decode()
    order_id_of(send(worker, f"{url}triage", difficulty="4", places="2", category="ROAD", urgency="2"))
    order_id_of(send(worker, f"{url}publish"))
    for login in ("member2", "member"):
        order_id_of(send(cast.client(login), f"{url}claim"))
    order_id_of(send(cast.client("member2"), f"{url}deliver", text="修好了"))
    assert worker.get(f"{url}confirm").status_code == 403, "who triaged it does not confirm it"
    second = cast.client("worker2")
    page = second.get(f"{url}confirm").content.decode()
    shares = re.findall(r'name="(share_\d+)"', page)
    assert len(shares) == 2 and 'name="channel"' in page
    wrong = second.post(f"{url}confirm", {"channel": "PHONE", shares[0]: "4", shares[1]: "4"})
    assert wrong.status_code == 422 and "一共分了 8 分" in wrong.content.decode()
    order_id_of(send(second, f"{url}confirm", channel="PHONE", **{shares[0]: "3", shares[1]: "1"}))
    assert [claim.points for claim in as_seen("worker", cast, order_id).claims] == [3, 1]


def test_a_photo_is_for_those_who_see_its_order(cast: Any, bridge: int) -> None:
    seen = as_seen("worker", cast, bridge).photos[0]
    url = f"/photos/{seen.id}.jpg"
    answer = cast.client("member").get(url)
    assert answer.status_code == 200 and answer["Content-Type"] == "image/jpeg" and answer.content[:2] == b"\xff\xd8"
    assert (
        answer["X-Content-Type-Options"] == "nosniff" and "private" in answer["Cache-Control"] and "public" not in answer["Cache-Control"]
    )
    assert cast.client("worker").get(url).status_code == 200
    for login in ("", "resident", "member2", "far_resident", "far_worker"):
        assert cast.client(login).get(url).status_code == 404, login
    assert cast.client("worker").get(f"/photos/{uuid4()}.jpg").status_code == 404
    assert cast.client("worker").get("/photos/nonsense.jpg").status_code == 404


@pytest.mark.parametrize("anonymous", [False, True])
def test_private_things_stay_private(cast: Any, anonymous: bool) -> None:
    data = {**PLACED, "kind": "WISH", "contact": "13800001111", **({"anonymous": "on"} if anonymous else {})}
    order_id = order_id_of(send(cast.client("resident"), "/orders/new", **data))
    for login in ("", "member2", "resident2", "unit", "far_resident"):
        assert cast.client(login).get(f"/orders/{order_id}/").status_code == 404
    by = people.actor_for_user(cast.users["worker"].pk, at=clock.now())
    actions.triage(order_id, difficulty=2, by=by, at=clock.now())
    actions.publish(order_id, by=by, at=clock.now())
    helper = cast.client("member2")
    for login in ("", "member2", "resident2", "unit"):
        text = cast.client(login).get(f"/orders/{order_id}/").content.decode()
        assert "13800001111" not in text and "居民一二零六" not in text and "1206" not in text, login
    order_id_of(send(helper, f"/orders/{order_id}/claim"))
    text = helper.get(f"/orders/{order_id}/").content.decode()
    assert "13800001111" not in text and "1206" not in text, "nobody sees phone and door without leaving a look"
    assert helper.post(f"/orders/{order_id}/contact").status_code == (403 if anonymous else 303)
    text = helper.get(f"/orders/{order_id}/").content.decode()
    if anonymous:
        assert "13800001111" not in text and "1206" not in text, "who gave no name stays unknown even to who helps"
    else:
        assert "13800001111" in text and "1206" in text, "who is at it sees phone and door"


def test_no_template_holds_style_or_script() -> None:
    folder = Path(__file__).parents[2] / "src/zengyi/orders/templates"
    for path in folder.rglob("*.html"):
        text = path.read_text()
        assert not re.search(r'\sstyle="|<script|<style|\son[a-z]+="', text), path.name


def test_ones_own_building_comes_first_and_is_not_picked(cast: Any) -> None:
    page = cast.client("resident").get("/orders/new").content.decode()
    own = cast.buildings[0]
    first = re.search(
        r'<legend>我住的这一幢</legend>\s*<div[^>]*>\s*<label>\s*<input\s+type="radio"\s+name="place"\s+value="(\d+)"\s*>', page
    )
    assert first and int(first[1]) == own.pk
    assert len(re.findall(rf'name="place"\s+value="{own.pk}"', page)) == 1
    assert "我住的这一幢" not in cast.client("member").get("/orders/new").content.decode()
