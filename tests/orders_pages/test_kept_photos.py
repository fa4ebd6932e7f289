"""Photos chosen for a form stay with it, without a line of script, whatever is wrong in it; and are received once with one."""

import hashlib
import re
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from zengyi.core import idempotency, images, staging
from zengyi.core.models import IdempotencyKey
from zengyi.orders import actions
from zengyi.orders.models import Order, Photo

pytestmark = pytest.mark.databases("sqlite")

WORDS = {"kind": "DEMAND", "category": "LIGHT", "title": "楼道灯不亮", "text": "三楼的灯坏了一周。", "urgency": "2"}
SCRIPT = {"X-Zengyi-Form": "form"}
NEW = "/orders/new"


def file(content: bytes) -> SimpleUploadedFile:
    """As a browser sends it."""
    return SimpleUploadedFile("a.jpg", content, content_type="image/jpeg")


def kept(answer: Any) -> list[str]:
    """The ids that the page holds."""
    return re.findall(r'name="photos_kept" value="([0-9a-f-]{36})"', answer.content.decode())


def stage(client: Client, content: bytes, name: str = "") -> str:
    """As the script sends one; returns its id."""
    name = name or str(uuid4())
    answer = client.post(f"/staged/{name}", {"photo": file(content)}, headers=SCRIPT)
    assert (answer.status_code, answer.json()) == (200, {"sha256": hashlib.sha256(content).hexdigest()})
    return name


def errors(answer: Any) -> str:
    """What stands at the photos."""
    return "".join(re.findall(r'id="id_photos-error">.*?</p>', answer.content.decode(), re.S))


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> list[list[bytes]]:
    """The photos that the action gets, each time it is called."""
    seen: list[list[bytes]] = []
    place = actions.place

    def look(**asked: Any) -> Any:
        seen.append(asked["photos"])
        return place(**asked)

    monkeypatch.setattr(actions, "place", look)
    return seen


def test_a_refused_form_lists_its_photos_and_the_action_gets_their_bytes(cast: Any, given: list[list[bytes]]) -> None:
    client, grey, teal, green = cast.client("resident"), cast.jpeg(), cast.jpeg("teal"), cast.jpeg("green")
    key = str(uuid4())

    def wrong() -> dict[str, Any]:
        return {**WORDS, "_key": key, "title": "", "photos": [file(grey), file(teal)]}

    answer = client.post(NEW, wrong())
    ids = kept(answer)
    assert answer.status_code == 422 and len(ids) == 2
    assert errors(answer) == ""
    assert kept(client.post(NEW, wrong())) == ids, "the same form again keeps each photo once"
    seen = client.get(f"/staged/{ids[0]}")
    assert (seen.status_code, seen["Content-Type"]) == (200, "image/jpeg") and f'src="/staged/{ids[0]}"' in answer.content.decode()
    again = client.post(NEW, {**WORDS, "_key": key, "title": "", "photos_kept": ids, "photos": [file(green)]})
    assert kept(again)[:2] == ids and len(kept(again)) == 3
    right = {**WORDS, "_key": key, "photos_kept": kept(again), "photos_drop": ids[1:2]}
    done = client.post(NEW, right)
    assert done.status_code == 303
    assert given == [[grey, green]]
    assert Photo.objects.count() == 2
    assert client.get(f"/staged/{ids[0]}").status_code == 404, "taken"
    assert client.post(NEW, right)["Location"] == done["Location"], "a second press gets the first one's answer"
    assert Order.objects.count() == 1


def test_a_wrong_figure_drops_no_photo(cast: Any) -> None:
    order = cast.claimed("unit", "resident")
    client, path = cast.client("unit"), f"/orders/{order.pk}/deliver"
    share = f"sent_{cast.members['colleague'].pk}"
    answer = client.post(path, {"text": "坑洞已经填平。", share: "9", "photos": [file(cast.jpeg())]})
    assert answer.status_code == 422 and "单位这份只有 8 分" in answer.content.decode()
    assert client.post(path, {"text": "坑洞已经填平。", share: "8", "photos_kept": kept(answer)}).status_code == 303
    assert Photo.objects.filter(order=order, stage="AFTER").count() == 1


def test_what_an_action_refuses_keeps_the_photos_too(cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zengyi.orders.actions.placing.PLACED_A_DAY", 1)
    client = cast.client("resident")
    assert client.post(NEW, {**WORDS, "_key": str(uuid4())}).status_code == 303
    answer = client.post(NEW, {**WORDS, "_key": str(uuid4()), "photos": [file(cast.jpeg())]})
    assert answer.status_code == 429 and len(kept(answer)) == 1


def test_the_good_ones_stay_and_the_bad_one_is_told(cast: Any) -> None:
    client = cast.client("resident")
    answer = client.post(NEW, {**WORDS, "photos": [file(cast.jpeg()), file(b"no photo")]})
    assert answer.status_code == 422 and len(kept(answer)) == 1
    assert "不是照片" in errors(answer)
    many = client.post(NEW, {**WORDS, "photos": [file(cast.jpeg(f"#0000{n:02x}")) for n in range(7)]})
    assert "最多 6 张" in errors(many) and len(kept(many)) == 7, "which ones to leave out is for who took them to say"


def test_one_that_is_gone_is_told_and_the_others_stay(cast: Any) -> None:
    client = cast.client("resident")
    ids = [stage(client, cast.jpeg()), stage(client, cast.jpeg("teal"))]
    staging.drop(cast.users["resident"].pk, [UUID(ids[0])])
    answer = client.post(NEW, {**WORDS, "photos_kept": ids})
    assert answer.status_code == 422 and "已经不在了" in errors(answer)
    assert kept(answer) == ids[1:]
    assert client.post(NEW, {**WORDS, "photos_kept": kept(answer)}).status_code == 303


def test_nobody_elses_photo_is_found_by_its_id(cast: Any) -> None:
    name = stage(cast.client("resident"), cast.jpeg())
    other = cast.client("resident2")
    assert other.get(f"/staged/{name}").status_code == 404
    answer = other.post(NEW, {**WORDS, "photos_kept": [name]})
    assert answer.status_code == 422 and kept(answer) == []
    assert other.post(f"/staged/{name}", {"drop": "1"}).status_code == 204
    assert cast.client("resident").get(f"/staged/{name}").status_code == 200
    assert Client().post(f"/staged/{name}", {"photo": file(cast.jpeg())}).status_code == 401


def test_ids_that_are_none_are_nothing(cast: Any) -> None:
    odd = ["", "x", "../../etc/passwd", "0" * 32, str(uuid4()).upper()]
    assert cast.client("resident").post(NEW, {**WORDS, "photos_kept": odd}).status_code == 303


def test_one_photo_is_sent_again_and_not_all(cast: Any) -> None:
    client, name = cast.client("resident"), str(uuid4())
    for _again in range(3):
        stage(client, cast.jpeg(), name)
    other = client.post(f"/staged/{name}", {"photo": file(cast.jpeg("teal"))}, headers=SCRIPT)
    assert (other.status_code, other["Content-Type"]) == (409, "application/problem+json")
    for odd in (b"no photo", b"x" * (images.BYTES_MOST + 1)):
        bad = client.post(f"/staged/{uuid4()}", {"photo": file(odd)}, headers=SCRIPT)
        assert bad.status_code == 422 and "照片" in bad.json()["title"]
    assert client.post(f"/staged/{uuid4()}", {}, headers=SCRIPT).status_code == 422


def test_a_form_sent_again_by_the_script_is_the_same_form(cast: Any) -> None:
    """The answer got lost, and its photos were taken: sent again, it is answered as it was."""
    client, key = cast.client("resident"), str(uuid4())
    form = {**WORDS, "_key": key, "photos_kept": [stage(client, cast.jpeg())]}
    first = client.post(NEW, form, headers=SCRIPT)
    again = client.post(NEW, form, headers={"X-Zengyi-Form": "again"})
    unmarked = client.post(NEW, form, headers=SCRIPT)
    assert {answer["X-Zengyi-To"] for answer in (first, again, unmarked)} == {first["X-Zengyi-To"]}
    assert (Order.objects.count(), Photo.objects.count()) == (1, 1)
    IdempotencyKey.objects.all().delete()
    assert client.post(NEW, form, headers=SCRIPT).status_code == 422, "after a week, say: it places no order without its photo"


def test_a_full_disk_keeps_the_words(cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_asked: Any, **_more: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(staging, "_write", full)
    client = cast.client("resident")
    answer = client.post(NEW, {**WORDS, "title": "", "photos": [file(cast.jpeg())]})
    assert answer.status_code == 422 and "没能留住" in errors(answer)
    assert WORDS["text"] in answer.content.decode()
    client.raise_request_exception = False
    alone = client.post(f"/staged/{uuid4()}", {"photo": file(cast.jpeg())}, headers=SCRIPT)
    assert (alone.status_code, alone["Content-Type"]) == (503, "application/problem+json")


def test_it_lasts_as_long_as_a_sign_in_carries_words(cast: Any) -> None:
    assert timedelta(days=1) <= staging.LIVES
    assert idempotency.KEPT > staging.LIVES, "as long as an id can be sent, its form's answer is known"
