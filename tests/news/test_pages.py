"""The desk's pages of news: what is typed stays, marks are answered, drafts come from what happened, and what waits is told."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cast import AT, Cast
from tests.councils.talks import screened
from tests.news.pieces import RIVER, answered, proposed, published, through
from tests.trust.ground import jpeg
from zengyi.core import clock
from zengyi.core.errors import WrongState
from zengyi.councils import actions as topics
from zengyi.news import actions, queries
from zengyi.news.models import Piece
from zengyi.news.rules import PieceState
from zengyi.orders import actions as orders
from zengyi.orders.models import Order

pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture(autouse=True)
def _then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: AT)


def client_of(cast: Cast, name: str) -> Client:
    client = Client()
    client.force_login(cast.users[name])
    return client


def typed(**more: Any) -> dict[str, Any]:
    return {"kind": "BRIEF", "title": "一条河，清完了", "text": "分四次清除，清一株数一株。", **more}


def test_a_piece_is_written_with_its_figures_and_photos(cast: Cast) -> None:
    photo = SimpleUploadedFile("a.jpg", jpeg(), "image/jpeg")
    words = typed(figures="清除：950 株\n分几次 4次\n", held_on="2026-10-12", until="2026-11-20", pictures=photo)
    answer = client_of(cast, "worker").post("/news/new", words)
    piece = Piece.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"/news/{piece.pk}/edit")
    assert piece.figures == [["清除", "950 株"], ["分几次", "4次"]]
    page = client_of(cast, "worker2").get(f"/news/{piece.pk}/edit").content.decode()
    assert "看得清人脸或车牌吗" in page and "还有 1 处没答" in page


def test_what_was_typed_stays_when_something_is_wrong(cast: Cast) -> None:
    answer = client_of(cast, "worker").post("/news/new", typed(title="一", until="2026-11-20", figures="清除"))
    page = answer.content.decode()
    assert answer.status_code == 422 and "分四次清除" in page and 'href="#id_title"' in page
    answer = client_of(cast, "worker").post("/news/new", typed(until="2026-11-20", figures="清除"))
    page = answer.content.decode()
    assert answer.status_code == 422 and "先写哪一天开始" in page and "各最多 12 字" in page
    assert not Piece.objects.exists()


def test_marks_are_answered_on_the_page(cast: Cast) -> None:
    piece = proposed(cast, text="想来的请打13800138000。")
    client = client_of(cast, "worker2")
    key = queries.marks(piece.pk, by=cast.actor("worker2"))[0][0].key[:16]
    refused = client.post(f"/news/{piece.pk}/answers", {f"m{key}": "CONSENTED"})
    assert refused.status_code == 422 and "请写清楚谁、哪天、怎么同意的" in refused.content.decode()
    refused = client.post(f"/news/{piece.pk}/answers", {})
    assert refused.status_code == 422
    stale = client.post(f"/news/{piece.pk}/answers", {f"m{key}": "MASK", "digest": "0" * 64})
    assert stale.status_code == 409 and "刚刚有人动过" in stale.content.decode()
    assert client.post(f"/news/{piece.pk}/answers", {f"m{key}": "MASK", "digest": piece.digest}).status_code == 303
    page = client.get(f"/news/{piece.pk}/edit").content.decode()
    assert "都答了" in page and "请打（略）" in page and 'class="pm pm-mask"' in page


def test_only_the_steps_that_one_can_take_are_offered(cast: Cast) -> None:
    piece = proposed(cast)

    def offered(name: str) -> list[str]:
        page = client_of(cast, name).get(f"/news/{piece.pk}/edit").content.decode()
        return [verb for verb in ("check", "return", "approve", "publish", "withdraw") if f"/news/{piece.pk}/step/{verb}" in page]

    assert [offered(name) for name in ("worker", "worker2", "secretary")] == [[], ["check", "return"], ["check", "return"]]
    answered(cast, piece)
    through(cast, piece)
    assert [offered(name) for name in ("worker", "worker2")] == [["publish"], ["return", "publish"]]
    actions.publish(piece.pk, by=cast.actor("worker"), at=AT)
    assert offered("worker") == ["withdraw"]
    assert client_of(cast, "worker").get(f"/news/{piece.pk}/step/check").status_code == 409
    assert client_of(cast, "worker").get(f"/news/{piece.pk}/step/song").status_code == 404


def test_what_waits_is_told_to_whom_it_waits_for(cast: Cast) -> None:
    piece = proposed(cast)

    def waits(name: str) -> bool:
        return RIVER["title"] in client_of(cast, name).get("/waiting/").content.decode()

    assert [waits(name) for name in ("worker", "worker2", "secretary")] == [False, True, True]
    actions.send_back(piece.pk, "日期再核一核", by=cast.actor("worker2"), at=AT)
    assert [waits(name) for name in ("worker", "worker2", "secretary")] == [True, False, False]
    actions.edit(piece.pk, **RIVER, by=cast.actor("worker"), at=AT)
    actions.check(piece.pk, by=cast.actor("worker2"), at=AT)
    assert [waits(name) for name in ("worker", "worker2", "secretary")] == [False, False, True]
    actions.approve(piece.pk, by=cast.actor("secretary"), at=AT)
    assert [waits(name) for name in ("worker", "worker2", "secretary")] == [True, True, True]


def test_paper_that_hangs_is_listed_and_taken_down(cast: Cast) -> None:
    piece = published(cast)
    client = client_of(cast, "worker")
    assert client.post(f"/news/{piece.pk}/hang", {"spot": ""}).status_code == 422
    assert client.post(f"/news/{piece.pk}/hang", {"spot": "南门公示栏"}).status_code == 303
    assert "公示栏 1 处" in Client().get(f"/news/{piece.pk}/").content.decode()
    page = client.get(f"/news/{piece.pk}/step/withdraw").content.decode()
    assert "还贴着的地方" in page and "南门公示栏" in page
    hung = queries.piece(piece.pk, by=cast.actor("worker"), at=AT).hung[0].id
    assert client.post(f"/news/hung/{hung}/down").status_code == 303
    assert client.post(f"/news/hung/{hung}/down").status_code == 409


def test_the_look_while_typing_marks_and_measures(cast: Cast) -> None:
    answer = client_of(cast, "worker").post("/news/look", typed(text="请打13800138000，<b>"))
    page = answer.content.decode()
    assert answer.status_code == 200 and "1 处要看一眼" in page and "13800138000" in page and "&lt;b&gt;" in page
    assert "/ 2048" in page
    assert client_of(cast, "worker").post("/news/look", {"title": "\x00", "text": "一" * 9000}).status_code == 200


def test_a_solved_difficulty_makes_a_draft_whose_figures_are_bound(cast: Cast) -> None:
    order = orders.confirm(cast.delivered("unit", "resident").pk, by=cast.actor("resident"), at=AT)
    client = client_of(cast, "worker")
    desk = client.get("/news/desk/").content.decode()
    assert f"/news/new?from=ORDER:{order.pk}" in desk
    page = client.get(f"/news/new?from=ORDER:{order.pk}").content.decode()
    assert "办好了" in page and "从来处带入的数字" in page and "坑洞已经填平" in page
    words = typed(figures="困难减 999分\n看过 3人")
    assert client.post(f"/news/new?from=ORDER:{order.pk}", words).status_code == 303
    piece = Piece.objects.get()
    assert piece.figures == [["前后", "1 天"], ["困难减", "−8 分"], ["看过", "3人"]], "what is bound cannot be typed"
    actions.check(piece.pk, by=cast.actor("worker2"), at=AT)
    cast.taken_back(order, at=AT + timedelta(minutes=1))
    later = AT + timedelta(hours=1)
    with pytest.raises(WrongState, match="来处的数字变了：困难减"):
        actions.approve(piece.pk, by=cast.actor("secretary"), at=later)
    actions.edit(piece.pk, **{**RIVER, "figures": []}, by=cast.actor("worker"), at=later)
    assert Piece.objects.get().figures == [["前后", "1 天"]]
    through(cast, piece)
    assert client.get("/news/new?from=ORDER:999999").status_code == 422
    assert client.get("/news/new?from=SONG:1").status_code == 422


def test_nothing_is_drafted_from_what_is_not_public(cast: Cast) -> None:
    open_one = cast.published("resident").pk
    private = orders.confirm(cast.delivered("unit", "resident").pk, by=cast.actor("resident"), at=AT).pk
    Order.objects.filter(pk=private).update(private=True)
    for pk in (open_one, private):
        assert client_of(cast, "worker").get(f"/news/new?from=ORDER:{pk}").status_code == 422
    far = client_of(cast, "far_worker")
    done = orders.confirm(cast.delivered("unit2", "resident2").pk, by=cast.actor("resident2"), at=AT).pk
    assert far.get(f"/news/new?from=ORDER:{done}").status_code == 422


def test_a_topic_that_was_carried_out_makes_a_draft(cast: Cast) -> None:
    topic = screened(cast, AT)
    path = f"/news/new?from=TOPIC:{topic.pk}"
    client = client_of(cast, "worker")
    assert client.get(path).status_code == 422, "it is not at its end"
    topics.evaluate_topic(topic.pk, "GOOD", by=cast.actor("resident"), at=AT)
    assert f"from=TOPIC:{topic.pk}" in client.get("/news/desk/").content.decode()
    page = client.get(path).content.decode()
    assert "商量定了，也办了" in page and "提的人说：办好了" in page
    assert client.post(path, typed()).status_code == 303
    assert client_of(cast, "far_worker").get(path).status_code == 422


def test_the_page_of_the_community_leads_to_its_news(cast: Cast) -> None:
    published(cast)
    page = Client().get("/community/").content.decode()
    assert RIVER["title"] in page and f"/news/?community={cast.community.pk}" in page


def test_a_second_send_of_the_same_form_writes_once(cast: Cast) -> None:
    client, key = client_of(cast, "worker"), "8a57c2d0-3f0c-4a0e-9e8f-2f6f1f0b7c11"
    for _n in range(2):
        assert client.post("/news/new", typed(_key=key)).status_code == 303
    piece = Piece.objects.get()
    assert piece.state == PieceState.PROPOSED
