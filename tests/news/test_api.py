"""The API's contract for news."""

import pytest

from tests.api import Api
from tests.cast import AT, Cast
from tests.news.pieces import published
from tests.orders.test_api import problem
from tests.trust.ground import jpeg
from zengyi.news import actions
from zengyi.news.models import Edition, Piece

pytestmark = pytest.mark.usefixtures("stopped")

NEW = {"kind": "BRIEF", "title": "一条河，950株一枝黄花清完了", "text": "分四次清除，清一株数一株。"}
PIECE = {"id", "state", "digest"}
MARK = {"kind", "field", "start", "end", "text", "key", "said"}


def test_a_piece_from_its_draft_to_the_outlets_by_three_people(cast: Cast) -> None:
    worker, second, secretary = Api("worker"), Api("worker2"), Api("secretary")
    figures = [{"label": "清除", "figure": "950 株"}]
    made = worker.post("/news", {**NEW, "place": "新幸西界河", "held_on": "2026-11-20", "figures": figures})
    assert (made.status, set(made.body), made.body["state"]) == (201, PIECE, "PROPOSED")
    at = f"/news/{made.body['id']}"
    problem(worker.post(f"{at}/check"), 403, "not-allowed")
    problem(second.post(f"{at}/approve"), 403, "not-allowed")
    problem(secretary.post(f"{at}/publish"), 409, "wrong-state")
    problem(worker.get(f"{at}/a4.pdf"), 404, "not-there")
    assert second.post(f"{at}/check", {"digest": made.body["digest"]}).body["state"] == "CHECKED"
    problem(second.post(f"{at}/check"), 409, "wrong-state")
    assert secretary.post(f"{at}/approve").body["state"] == "APPROVED"
    done = worker.post(f"{at}/publish")
    assert (done.status, done.body["state"], set(done.body)) == (200, "PUBLISHED", PIECE)
    shown = Api("resident").get("/news").body["items"]
    assert [(row["id"], row["title"], row["figures"]) for row in shown] == [(made.body["id"], NEW["title"], figures)]
    for name, kind in (
        ("a4.pdf", "application/pdf"),
        ("poster.png", "image/png"),
        ("robot.txt", "text/plain"),
        ("plain.txt", "text/plain"),
    ):
        answer = Api("resident").get(f"{at}/{name}")
        assert (answer.status, answer.headers["Content-Type"].partition(";")[0]) == (200, kind)
    problem(secretary.post(f"{at}/withdraw", {"reason": "一"}), 422, "invalid")
    gone = secretary.post(f"{at}/withdraw")
    assert (gone.body["state"], gone.body["hangs"]) == ("WITHDRAWN", [])
    problem(worker.get(f"{at}/robot.txt"), 404, "not-there")
    assert Api("resident").get("/news").body["items"] == []


def test_publishing_with_an_undecided_mark_lists_it(cast: Cast) -> None:
    worker, second, secretary = Api("worker"), Api("worker2"), Api("secretary")
    text = "想来的请打13800138000，都来。"
    at = f"/news/{worker.post('/news', {**NEW, 'text': text}).body['id']}"
    marks = worker.get(f"{at}/marks")
    assert (marks.status, len(marks.body), set(marks.body[0])) == (200, 1, MARK)
    (mark,) = marks.body
    assert (mark["kind"], mark["field"], text[mark["start"] : mark["end"]], mark["said"]) == ("PHONE", "text", "13800138000", None)
    second.post(f"{at}/check")
    secretary.post(f"{at}/approve")
    refused = worker.post(f"{at}/publish")
    problem(refused, 409, "undecided-marks")
    assert refused.body["marks"] == marks.body
    assert not Edition.objects.exists()
    answered = second.post(f"{at}/marks", {"answers": [{"key": mark["key"], "said": "MASK"}]})
    assert (answered.status, answered.body["state"]) == (200, "CHECKED"), "the approval has to be given anew"
    assert worker.get(f"{at}/marks").body[0]["said"] == "MASK"
    secretary.post(f"{at}/approve")
    assert worker.post(f"{at}/publish").body["state"] == "PUBLISHED"
    assert worker.get(f"{at}/robot.txt").body.decode().count("13800138000") == 0


def test_an_edit_sends_it_back_and_knows_the_words_it_was_made_on(cast: Cast) -> None:
    worker = Api("worker")
    made = worker.post("/news", NEW).body
    at = f"/news/{made['id']}"
    Api("worker2").post(f"{at}/check")
    changed = worker.post(f"{at}/edit", {**NEW, "title": "一条河，清完了", "digest": made["digest"]})
    assert (changed.status, changed.body["state"]) == (200, "PROPOSED")
    problem(worker.post(f"{at}/edit", {**NEW, "digest": made["digest"]}), 409, "wrong-state")
    told = worker.get(at).body
    assert (told["title"], told["moves"], told["undecided"]) == ("一条河，清完了", [], 0)
    assert Api("worker2").get(at).body["moves"] == ["check", "return"]


def test_a_key_proposes_once(cast: Cast) -> None:
    worker = Api("worker")
    first, again = (worker.post("/news", NEW, key="one") for _n in range(2))
    assert (first.status, first.body) == (again.status, again.body)
    assert Piece.objects.count() == 1


def test_what_cannot_be_taken_is_told(cast: Cast) -> None:
    worker = Api("worker")
    for body, field in (
        ({**NEW, "kind": "SONG"}, "kind"),
        ({**NEW, "title": ""}, "title"),
        ({**NEW, "text": "\u200b\u200b\u200b"}, "text"),
        ({**NEW, "source": "ORDER", "source_ref": "999999"}, "source"),
        ({**NEW, "figures": [{"label": "清除", "figure": ""}]}, "figures"),
        ({**NEW, "song": "la"}, "song"),
    ):
        answer = worker.post("/news", body)
        problem(answer, 422, "invalid")
        assert any(name.startswith(field) for name in answer.body["fields"]), (field, answer.body)
    problem(Api("resident").post("/news", NEW), 403, "not-allowed")
    problem(Api().post("/news", NEW), 401, "not-signed-in")
    assert Piece.objects.count() == 0


def test_boards_are_told_and_kept_over_the_api(cast: Cast) -> None:
    worker, piece = Api("worker"), published(cast)
    up = worker.post(f"/news/{piece.pk}/hang", {"spot": "南门公示栏", "until": "2026-11-29"})
    assert (up.status, up.body["spot"], up.body["until"], up.body["seen_on"]) == (201, "南门公示栏", "2026-11-29", [])
    problem(worker.post(f"/news/{piece.pk}/hang", {"spot": "南门公示栏"}), 409, "wrong-state")
    assert worker.post(f"/news/{piece.pk}/hang", {"spot": "北门公示栏", "until": "2020-01-01"}).body["fields"].keys() == {"until"}
    actions.see(up.body["id"], jpeg(), by=cast.actor("worker2"), at=AT)
    (there,) = worker.get("/boards").body
    assert there["seen_on"] == ["2026-11-23"] and (there["proved_days"], there["proved"], there["photo_due"]) == (1, False, False)
    assert there == worker.get(f"/boards/{there['id']}").body
    withdrawn = worker.post(f"/news/{piece.pk}/withdraw", {"reason": "写错了"})
    assert withdrawn.body["hangs"] == ["南门公示栏"] and worker.get("/boards").body[0]["stale"]
    assert worker.post(f"/boards/{there['id']}/take-down").body["taken_on"] == "2026-11-23" and worker.get("/boards").body == []
    problem(worker.post(f"/boards/{there['id']}/take-down"), 409, "wrong-state")
    problem(Api("far_worker").get(f"/boards/{there['id']}"), 404, "not-there")
    problem(Api("resident").get("/boards"), 403, "not-allowed")
