"""Drafts from what happened: figures bound to a roll, a ledger, a project; a changed one sends the piece back; children's pictures wait."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from tests.activities.plans import AGREED, SATURDAY, planned
from tests.activities.test_patrols import found
from tests.activities.test_telling import told as told_to
from tests.api import Api
from tests.cast import AT, Cast
from tests.news.pieces import RIVER, answered, through
from tests.news.test_pages import client_of, typed
from tests.orders.test_api import problem
from tests.trust.ground import jpeg
from tests.works.sites import site
from zengyi.activities import actions as held
from zengyi.activities.actions import Marked
from zengyi.activities.models import Attendee, Occasion
from zengyi.activities.rules.minors import Child, Purpose
from zengyi.core import clock
from zengyi.core.errors import WrongState
from zengyi.core.models import Event
from zengyi.news import actions, queries
from zengyi.news.models import Piece
from zengyi.news.rules import PieceState, Said
from zengyi.works import actions as works

END = SATURDAY + timedelta(minutes=90)
LATER = END + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: LATER)


@pytest.fixture
def closed(cast: Cast) -> Occasion:
    """A family with a child of which no picture may be shown, somebody who does not come, and a member who helps."""
    made = planned(cast.actor("worker"), helpers=[("看热熔枪", 2)], text="压花、贴卡、写字。")
    held.sign_up(made.pk, seats=2, children=[Child("FROM_8", AGREED, "小花")], by=cast.actor("resident"), at=AT)
    held.sign_up(made.pk, by=cast.actor("resident2"), at=AT)
    helper = made.slots.get(role="HELPER")
    held.sign_up(made.pk, slot_id=helper.pk, by=cast.actor("member"), at=AT)
    there = Attendee.objects.filter(occasion=made).exclude(sign_up__person=cast.users["resident2"].person)
    marks = [Marked(pk, "IN") for pk in there.values_list("pk", flat=True)]
    held.record_attendance(made.pk, marks, by=cast.actor("worker"), at=SATURDAY)
    return held.close_occasion(made.pk, by=cast.actor("worker"), at=END)


def told(cast: Cast, source: str, ref: int, **more: Any) -> Piece:
    """A piece as it is drafted, that three people bring as far as its approval."""
    by = cast.actor("worker")
    draft = queries.drafted(source, str(ref), by=by, at=LATER)
    words = {name: getattr(draft, name) for name in ("kind", "title", "text", "place", "held_on", "until", "organisers")}
    return actions.propose(**words, source=source, source_ref=str(ref), **more, by=by, at=LATER)


def checked(cast: Cast, piece: Piece, **by_kind: str) -> Piece:
    answered(cast, piece, **by_kind)
    return actions.check(piece.pk, by=cast.actor("worker2"), at=LATER)


def test_an_activity_is_told_by_its_roll_and_by_nobodys_name(cast: Cast, closed: Occasion) -> None:
    path = f"/news/new?from=ACTIVITY:{closed.pk}"
    client = client_of(cast, "worker")
    assert path in client.get("/news/desk/").content.decode()
    page = client.get(path).content.decode()
    assert "干花书签，和孩子一起做，来了 3 人" in page and "压花、贴卡、写字。" in page and "从来处带入的数字" in page
    people = [cast.users[name].person for name in ("resident", "member")]
    assert not any(name in page for name in ("小花", *(person.name for person in people if person)))
    assert client.post(path, typed(figures="来了 99人\n书签 24个")).status_code == 303
    assert Piece.objects.get().figures == [["来了", "3 人"], ["孩子", "1 个"], ["帮忙", "1 人"], ["书签", "24个"]]


def test_nothing_is_told_of_what_is_not_over_or_anothers(cast: Cast, closed: Occasion) -> None:
    ahead = planned(cast.actor("worker"), starts_at=LATER + timedelta(days=1), ends_at=LATER + timedelta(days=1, hours=1))
    ledger = found(cast).ledger_id
    going = site(cast).project.pk
    worker, far = client_of(cast, "worker"), client_of(cast, "far_worker")
    for client, ref in (
        (worker, f"ACTIVITY:{ahead.pk}"),
        (far, f"ACTIVITY:{closed.pk}"),
        (worker, "ACTIVITY:999999"),
        (worker, "ACTIVITY:x"),
        (worker, f"LEDGER:{ledger}"),
        (worker, "LEDGER:999999"),
        (worker, f"PROJECT:{going}"),
        (worker, "PROJECT:0"),
    ):
        assert client.get(f"/news/new?from={ref}").status_code == 422, ref
    offered = worker.get("/news/desk/").content.decode()
    assert not any(f"from={name}" in offered for name in (f"ACTIVITY:{ahead.pk}", "LEDGER", "PROJECT"))


def test_a_corrected_roll_sends_the_piece_back_with_a_sentence(cast: Cast, closed: Occasion) -> None:
    piece = checked(cast, told(cast, "ACTIVITY", closed.pk))
    absent = Attendee.objects.get(occasion=closed, sign_up__person=cast.users["resident2"].person)
    held.correct_attendance(absent.pk, 90, "来了，签到漏了", by=cast.actor("worker"), at=LATER)
    client = client_of(cast, "secretary")
    answer = client.post(f"/news/{piece.pk}/step/approve", {"digest": piece.digest, "_key": "8a57c2d0-3f0c-4a0e-9e8f-2f6f1f0b7c12"})
    assert answer.status_code == 409 and "来处的数字变了：来了。" in answer.content.decode()
    piece.refresh_from_db()
    assert (piece.state, piece.checked_by_id) == (PieceState.PROPOSED, None)
    assert piece.remark.startswith("来处的数字变了：来了。")
    assert Event.objects.latest("pk").verb == "return"
    assert "稿子退回来了：来处的数字变了" in client_of(cast, "worker").get("/waiting/").content.decode()
    words = {**RIVER, "figures": [("书签", "24 个")]}
    actions.edit(piece.pk, **words, by=cast.actor("worker"), at=LATER)
    assert Piece.objects.get().figures == [["来了", "4 人"], ["孩子", "1 个"], ["帮忙", "1 人"], ["书签", "24 个"]]
    assert through(cast, piece).state == PieceState.APPROVED


def test_over_the_api_a_changed_figure_is_a_conflict_and_the_piece_is_back(cast: Cast, closed: Occasion) -> None:
    piece = checked(cast, told(cast, "ACTIVITY", closed.pk))
    Attendee.objects.filter(occasion=closed, band="").update(minutes=0)
    key = "9b57c2d0-3f0c-4a0e-9e8f-2f6f1f0b7c13"
    for _again in range(2):
        problem(Api("secretary").post(f"/news/{piece.pk}/approve", key=key), 409, "wrong-state")
    assert Piece.objects.get().state == PieceState.PROPOSED


def test_a_source_that_is_gone_sends_the_piece_back_and_lets_it_go(cast: Cast, closed: Occasion) -> None:
    piece = checked(cast, told(cast, "ACTIVITY", closed.pk))
    held.run_due(END + timedelta(days=31))
    with pytest.raises(WrongState, match="来处的事不再公开"):
        actions.approve(piece.pk, by=cast.actor("secretary"), at=LATER)
    assert client_of(cast, "worker").get(f"/news/{piece.pk}/edit").status_code == 200
    actions.edit(piece.pk, **{**RIVER, "figures": [("来了", "3 人")]}, by=cast.actor("worker"), at=LATER)
    piece.refresh_from_db()
    assert (piece.source, piece.bound, piece.figures) == ("", 0, [["来了", "3 人"]])
    assert through(cast, piece).state == PieceState.APPROVED


def with_picture(cast: Cast, occasion: Occasion, said: Said) -> Piece:
    piece = checked(cast, told(cast, "ACTIVITY", occasion.pk, pictures=[jpeg()]), PICTURE=said)
    return actions.approve(piece.pk, by=cast.actor("secretary"), at=LATER)


def test_a_picture_of_children_waits_until_every_guardian_has_agreed(cast: Cast, closed: Occasion) -> None:
    piece = with_picture(cast, closed, Said.CONSENTED)
    client = client_of(cast, "worker")
    for path in (f"/news/{piece.pk}/edit", f"/news/{piece.pk}/step/publish"):
        assert "照片先等等：来的孩子里还有 1 个" in client.get(path).content.decode()
    refused = client.post(f"/news/{piece.pk}/step/publish", {"digest": piece.digest})
    assert refused.status_code == 409 and "照片先等等" in refused.content.decode()
    child = Attendee.objects.exclude(band="").get(occasion=closed)
    for purpose in (Purpose.PHOTOGRAPH, Purpose.PUBLISH):
        with pytest.raises(WrongState, match="照片先等等"):
            actions.publish(piece.pk, by=cast.actor("worker"), at=LATER)
        held.answer_consent(child.sign_up_id, child.pk, purpose, given=True, by=cast.actor("resident"), at=LATER)
    assert actions.publish(piece.pk, by=cast.actor("worker"), at=LATER).state == PieceState.PUBLISHED


@pytest.mark.parametrize("said", [Said.MASK, Said.NOT_PERSON])
def test_a_picture_without_anybody_waits_for_nobody(cast: Cast, closed: Occasion, said: Said) -> None:
    piece = with_picture(cast, closed, said)
    assert "照片先等等" not in client_of(cast, "worker").get(f"/news/{piece.pk}/edit").content.decode()
    assert actions.publish(piece.pk, by=cast.actor("worker"), at=LATER).state == PieceState.PUBLISHED


def test_once_the_answers_are_deleted_no_picture_of_children_goes_out(cast: Cast, closed: Occasion) -> None:
    piece = with_picture(cast, closed, Said.CONSENTED)
    held.run_due(END + timedelta(days=31))
    with pytest.raises(WrongState, match="没法再核对"):
        actions.publish(piece.pk, by=cast.actor("worker"), at=LATER)


def test_a_drill_is_told_by_its_record(cast: Cast) -> None:
    ends = LATER - timedelta(hours=1)
    times: dict[str, Any] = {"starts_at": ends - timedelta(hours=1), "ends_at": ends, "place_id": cast.buildings[0].pk, "capacity": None}
    drill = planned(cast.actor("worker"), title="联合消防演练", kind="DRILL", **times)
    path = f"/news/new?from=ACTIVITY:{drill.pk}"
    assert client_of(cast, "worker").get(path).status_code == 422
    said: dict[str, Any] = {"content": "疏散", "departments": "消防站", "people_count": 412, "seconds": 370, "problems": "三楼堆了货"}
    held.record_drill(drill.pk, **said, by=cast.actor("worker"), at=LATER)
    assert path in client_of(cast, "worker").get("/news/desk/").content.decode()
    piece = told(cast, "ACTIVITY", drill.pk)
    assert (piece.title, piece.figures) == ("联合消防演练，来了 412 人", [["演练", "412 人"], ["用时", "6 分 10 秒"]])
    assert "发现 1 处要改的，都派了单" in piece.text


def test_a_ledger_is_told_when_nothing_is_left(cast: Cast) -> None:
    ledger, by, then = found(cast).ledger_id or 0, cast.actor("worker"), AT + timedelta(days=9)
    for day, count, people in ((25, 200, 30), (26, 10, 27)):
        held.visit(ledger, date(2026, 11, day), removed=count, who="居民和党员", people_count=people, by=by, at=then)
    held.visit(ledger, date(2026, 11, 27), by=by, at=then)
    assert f"/news/new?from=LEDGER:{ledger}" in client_of(cast, "worker").get("/news/desk/").content.decode()
    piece = checked(cast, told(cast, "LEDGER", ledger))
    assert piece.figures == [["清除", "210 株"], ["分几次", "2 次"], ["动手的", "57 人次"], ["回看", "1 次"]]
    assert "210 株一枝黄花清完了" in piece.title and "分 2 次清除，清一株数一株，一共 210 株。" in piece.text
    held.visit(ledger, date(2026, 12, 1), by=by, at=AT + timedelta(days=10))
    with pytest.raises(WrongState, match="来处的数字变了：回看"):
        actions.approve(piece.pk, by=cast.actor("secretary"), at=LATER)
    held.visit(ledger, date(2026, 12, 2), found=5, by=by, at=AT + timedelta(days=10))
    assert client_of(cast, "worker").get(f"/news/new?from=LEDGER:{ledger}").status_code == 422, "it came back"


def test_a_project_is_told_once_it_is_shown(cast: Cast) -> None:
    made, by = site(cast, households=48), cast.actor("worker")
    for node in made.milestones:
        works.report_milestone(node.pk, AT.date(), AT.date(), by=cast.actor("unit"), at=AT)
    works.inspect_project(made.project.pk, by=cast.actor("supervisor"), at=AT)
    works.add_pair(made.project.pk, "车位", jpeg(), jpeg(), by=by, at=AT)
    works.add_voice(made.project.pk, "下楼不摸黑了，打 13977001234", by=by, at=AT)
    path = f"/news/new?from=PROJECT:{made.project.pk}"
    assert client_of(cast, "worker").get(path).status_code == 422
    works.show_project(made.project.pk, by=by, at=AT)
    assert path in client_of(cast, "worker").get("/news/desk/").content.decode()
    piece = told(cast, "PROJECT", made.project.pk)
    assert piece.figures == [["提的", "48 户"], ["前后", "1 天"], ["前后对照", "1 处"]]
    assert piece.title == "虹桥新村改造，做好了" and "邻居说：“下楼不摸黑了" in piece.text and "13977001234" not in piece.text


def shown_with_children(cast: Cast, closed: Occasion) -> tuple[Piece, Attendee]:
    """A published piece with a picture of a child, whose guardian has agreed to it."""
    piece, child = with_picture(cast, closed, Said.CONSENTED), Attendee.objects.exclude(band="").get(occasion=closed)
    for purpose in (Purpose.PHOTOGRAPH, Purpose.PUBLISH):
        _says(cast, child, purpose, given=True)
    return actions.publish(piece.pk, by=cast.actor("worker"), at=LATER), child


def _says(cast: Cast, child: Attendee, purpose: str, *, given: bool, at: datetime = LATER) -> None:
    held.answer_consent(child.sign_up_id, child.pk, purpose, given=given, by=cast.actor("resident"), at=at)


TAKE_DOWN = "家长收回了同意"


def _asked(cast: Cast, piece: Piece) -> list[bool]:
    """Whether each of the places says that the piece has to come down: what waits, its desk, the list, its page for staff, and for all."""
    worker, paths = client_of(cast, "worker"), ("/waiting/", f"/news/{piece.pk}/edit", "/news/desk/", f"/news/{piece.pk}/")
    pages = [worker.get(path).content.decode() for path in paths]
    return [TAKE_DOWN in page for page in (*pages, Client().get(f"/news/{piece.pk}/").content.decode())]


@pytest.mark.parametrize("purpose", Purpose)
def test_what_a_guardian_takes_back_puts_the_piece_before_whoever_can_take_it_down(cast: Cast, closed: Occasion, purpose: Purpose) -> None:
    piece, child = shown_with_children(cast, closed)
    assert _asked(cast, piece) == [False] * 5
    _says(cast, child, purpose, given=False)
    assert _asked(cast, piece) == [True] * 4 + [False]
    words, _more, url = told_to(cast, "worker", LATER)[0]
    assert (words, url) == (f"家长收回了同意，请撤下：{piece.title}", f"/news/{piece.pk}/edit")
    assert not any(TAKE_DOWN in words for name in ("secretary", "resident", "worker2") for words, *_more in told_to(cast, name, LATER))
    assert TAKE_DOWN not in client_of(cast, "far_worker").get("/waiting/").content.decode()
    held.run_due(END + timedelta(days=31))  # the answers are deleted; the picture is still there
    assert _asked(cast, piece) == [True] * 4 + [False]
    actions.withdraw(piece.pk, "家长收回了同意", by=cast.actor("secretary"), at=LATER)
    assert TAKE_DOWN not in client_of(cast, "worker").get("/waiting/").content.decode()


def test_what_is_agreed_to_again_may_stay_and_another_edition_without_the_picture_too(cast: Cast, closed: Occasion) -> None:
    piece, child = shown_with_children(cast, closed)
    _says(cast, child, Purpose.PUBLISH, given=False)
    _says(cast, child, Purpose.PHOTOGRAPH, given=False)
    _says(cast, child, Purpose.PUBLISH, given=True)
    assert _asked(cast, piece)[0], "one of the two is still missing"
    _says(cast, child, Purpose.PHOTOGRAPH, given=True)
    assert _asked(cast, piece) == [False] * 5
    _says(cast, child, Purpose.PHOTOGRAPH, given=False)
    words = {name: getattr(piece, name) for name in ("kind", "title", "text", "place", "held_on", "until", "organisers")}
    again = actions.edit(piece.pk, **words, without=[str(piece.pictures.get().pk)], by=cast.actor("worker"), at=LATER)
    answered(cast, again)
    assert _asked(cast, piece)[0], "the old edition is still on view"
    actions.publish(through(cast, again).pk, by=cast.actor("worker"), at=LATER + timedelta(minutes=1))
    assert _asked(cast, piece) == [False] * 5


def test_who_was_not_there_or_is_not_on_the_picture_takes_nothing_down(cast: Cast, closed: Occasion) -> None:
    piece, child = shown_with_children(cast, closed)
    Attendee.objects.filter(pk=child.pk).update(minutes=0)
    _says(cast, child, Purpose.PUBLISH, given=False)
    assert not _asked(cast, piece)[0]


@pytest.mark.parametrize("said", [Said.MASK, Said.NOT_PERSON])
def test_a_picture_without_anybody_stays(cast: Cast, closed: Occasion, said: Said) -> None:
    piece, child = with_picture(cast, closed, said), Attendee.objects.exclude(band="").get(occasion=closed)
    actions.publish(piece.pk, by=cast.actor("worker"), at=LATER)
    _says(cast, child, Purpose.TAKE_PART, given=False)
    assert not _asked(cast, piece)[0]
