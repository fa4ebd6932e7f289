"""Pictures of a piece that was written freely: somebody says whether children are on them, and then their guardians' answers count."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.activities.plans import AGREED, SATURDAY, planned
from tests.api import Api
from tests.cast import AT, Cast
from tests.news.pieces import RIVER, through
from tests.news.test_drafts import LATER, _asked, _says, _then, closed
from tests.news.test_pages import client_of
from tests.orders.test_api import problem
from tests.trail import refused
from tests.trust.ground import jpeg
from zengyi.activities import actions as held
from zengyi.activities.actions import Marked
from zengyi.activities.models import Attendee, Occasion
from zengyi.activities.rules.minors import Child, Purpose
from zengyi.core.errors import Invalid, WrongState
from zengyi.news import actions, queries
from zengyi.news.models import Edition, Piece
from zengyi.news.rules import Children, PieceState, Said

__all__ = ["_then", "closed"]
pytestmark = pytest.mark.databases("sqlite")
WRITTEN = (Said.CONSENTED, "11月28日书面同意")


def free(cast: Cast, pictures: int = 1) -> tuple[Piece, list[str]]:
    """A piece about nothing that is kept here, with pictures; and the keys of their marks."""
    piece = actions.propose(**RIVER, pictures=[jpeg()] * pictures, by=cast.actor("worker"), at=LATER)
    marks = [mark.key for mark, _said in queries.marks(piece.pk, by=cast.actor("worker")) if mark.kind == "PICTURE"]
    return piece, marks


def family(cast: Cast, begins: datetime) -> Occasion:
    """Another activity to which a child came."""
    made = planned(cast.actor("worker"), title="认树叶", starts_at=begins, ends_at=begins + timedelta(hours=1))
    held.sign_up(made.pk, seats=2, children=[Child("FROM_8", AGREED, "小花")], by=cast.actor("resident"), at=AT)
    marks = [Marked(pk, "IN") for pk in Attendee.objects.filter(occasion=made).values_list("pk", flat=True)]
    held.record_attendance(made.pk, marks, by=cast.actor("worker"), at=begins)
    return held.close_occasion(made.pk, by=cast.actor("worker"), at=LATER)


def said(cast: Cast, piece: Piece, key: str, *told: Any) -> Piece:
    """All have agreed to it; and what is said of children."""
    children = {key: Children(*told)} if told else {}
    return actions.answer(piece.pk, {key: WRITTEN}, children=children, by=cast.actor("worker2"), at=LATER)


def published(cast: Cast, piece: Piece) -> Piece:
    return actions.publish(through(cast, piece).pk, by=cast.actor("worker"), at=LATER)


def test_a_picture_waits_until_somebody_says_whether_children_are_on_it(cast: Cast) -> None:
    piece, (key,) = free(cast)
    said(cast, piece, key)
    through(cast, piece)
    wanted = "再说一下上面有没有孩子"
    for path in (f"/news/{piece.pk}/edit", f"/news/{piece.pk}/step/publish"):
        assert wanted in client_of(cast, "worker").get(path).content.decode()
    problem(Api("worker").post(f"/news/{piece.pk}/publish"), 409, "wrong-state")
    with pytest.raises(WrongState, match=wanted):
        actions.publish(piece.pk, by=cast.actor("worker"), at=LATER)
    told = {"answers": [{"key": key, "said": "CONSENTED", "consent": WRITTEN[1], "children": False}]}
    assert Api("worker2").post(f"/news/{piece.pk}/marks", told).body["state"] == PieceState.CHECKED
    actions.approve(piece.pk, by=cast.actor("secretary"), at=LATER)
    assert actions.publish(piece.pk, by=cast.actor("worker"), at=LATER).state == PieceState.PUBLISHED
    assert Edition.objects.get().occasion_id is None


def test_the_form_asks_and_offers_the_activities_with_children(cast: Cast, closed: Occasion) -> None:
    piece, (key,) = free(cast)
    worker, name = client_of(cast, "worker2"), key[:16]
    page = worker.get(f"/news/{piece.pk}/edit").content.decode()
    assert "照片上有没有孩子" in page and "有孩子，是这场活动拍的：干花书签，和孩子一起做 · 11月28日" in page
    sent = {f"m{name}": "CONSENTED", f"c{name}": WRITTEN[1]}
    answer = worker.post(f"/news/{piece.pk}/answers", sent)
    assert answer.status_code == 422 and "请说一下照片上有没有孩子" in answer.content.decode()
    assert worker.post(f"/news/{piece.pk}/answers", {**sent, f"o{name}": "999999"}).status_code == 422
    assert worker.post(f"/news/{piece.pk}/answers", {**sent, f"o{name}": str(closed.pk)}).status_code == 303
    page = worker.get(f"/news/{piece.pk}/edit").content.decode()
    assert f'<option value="{closed.pk}" selected>' in page and "照片先等等：来的孩子里还有 1 个" in page


def test_taken_at_an_activity_it_waits_for_its_guardians_and_comes_down_when_one_takes_back(cast: Cast, closed: Occasion) -> None:
    piece, (key,) = free(cast)
    said(cast, piece, key, True, closed.pk)
    with pytest.raises(WrongState, match="来的孩子里还有 1 个"):
        published(cast, piece)
    child = Attendee.objects.exclude(band="").get(occasion=closed)
    for purpose in (Purpose.PHOTOGRAPH, Purpose.PUBLISH):
        _says(cast, child, purpose, given=True)
    actions.publish(piece.pk, by=cast.actor("worker"), at=LATER)
    assert Edition.objects.get().occasion_id == closed.pk and _asked(cast, piece) == [False] * 5
    _says(cast, child, Purpose.PUBLISH, given=False)
    assert _asked(cast, piece) == [True] * 4 + [False]


def test_guardians_who_agreed_on_paper_are_believed_and_other_words_ask_again(cast: Cast) -> None:
    piece, (key,) = free(cast)
    said(cast, piece, key, True)
    assert published(cast, piece).state == PieceState.PUBLISHED
    words = {**RIVER, "title": "一条河，951株清完了"}
    again = actions.edit(piece.pk, **words, by=cast.actor("worker"), at=LATER + timedelta(hours=1))
    assert [one for _mark, one in queries.marks(again.pk, by=cast.actor("worker"))] == [""]


def test_one_piece_shows_people_of_one_activity_and_only_of_one_with_children_here(cast: Cast, closed: Occasion) -> None:
    piece, (key, other) = free(cast, pictures=2)
    with refused(Invalid):
        said(cast, piece, key, True, 999_999)
    said(cast, piece, key, True, closed.pk)
    another = family(cast, SATURDAY - timedelta(days=1))
    with refused(Invalid):
        said(cast, piece, other, True, another.pk)
    said(cast, piece, other, True)
    Occasion.objects.filter(pk=closed.pk).update(community=cast.elsewhere)
    with refused(Invalid):
        said(cast, piece, key, True, closed.pk)
