"""A piece from its draft to the public, by three people; what changes on the way, and what does not."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.cast import AT, Cast
from tests.news.pieces import RIVER, answered, approved, proposed, published, through
from tests.trust.ground import jpeg
from zengyi.core.errors import Invalid, NotAllowed, NotThere, WrongState
from zengyi.core.models import Event
from zengyi.news import actions, queries
from zengyi.news.models import Edition, Piece
from zengyi.news.rules import MarkKind, PieceState, Said, Undecided
from zengyi.people.rules import NOBODY

NEW = {**RIVER, "title": "一条河，清完了"}


def state(piece: Piece) -> str:
    return str(Piece.objects.get(pk=piece.pk).state)


def test_three_people_and_then_everybody(cast: Cast) -> None:
    piece = approved(cast)
    with pytest.raises(NotThere):
        queries.edition(piece.pk, by=NOBODY)
    actions.publish(piece.pk, by=cast.actor("worker"), at=AT)
    found = queries.edition(piece.pk, by=NOBODY)
    assert (found.content.title, found.content.figures, found.corrected) == (RIVER["title"], (("清除", "950 株"),), 0)
    assert found.digest == Piece.objects.get(pk=piece.pk).digest
    events = list(Event.objects.filter(object_type="piece").order_by("pk").values_list("verb", flat=True))
    assert events == ["propose", "check", "approve", "publish"]


def test_nobody_takes_two_of_the_three_steps(cast: Cast) -> None:
    piece = proposed(cast)
    with pytest.raises(NotAllowed):
        actions.check(piece.pk, by=cast.actor("worker"), at=AT)
    actions.check(piece.pk, by=cast.actor("secretary"), at=AT)
    with pytest.raises(NotAllowed, match="三个人"):
        actions.approve(piece.pk, by=cast.actor("secretary"), at=AT)
    assert state(piece) == PieceState.CHECKED
    with pytest.raises(NotAllowed):
        actions.approve(piece.pk, by=cast.actor("worker2"), at=AT)  # a worker approves nothing


def test_whoever_wrote_a_part_checks_no_more(cast: Cast) -> None:
    """Even when somebody else was the last to write."""
    piece = proposed(cast, "secretary")
    actions.edit(piece.pk, **NEW, by=cast.actor("worker2"), at=AT)
    actions.edit(piece.pk, **RIVER, by=cast.actor("worker"), at=AT)
    for name in ("worker", "worker2", "secretary"):
        with pytest.raises(NotAllowed):
            actions.check(piece.pk, by=cast.actor(name), at=AT)


@pytest.mark.parametrize("step", ["check", "approve", "publish"])
def test_no_step_is_skipped_or_taken_twice(cast: Cast, step: str) -> None:
    who = {"check": "worker2", "approve": "secretary", "publish": "worker"}
    take = getattr(actions, step)
    piece = published(cast)
    with pytest.raises(WrongState):
        take(piece.pk, by=cast.actor(who[step]), at=AT)
    fresh = proposed(cast)
    if step != "check":
        with pytest.raises(WrongState):
            take(fresh.pk, by=cast.actor(who[step]), at=AT)
        assert state(fresh) == PieceState.PROPOSED


def test_one_changed_word_leads_back_to_the_beginning(cast: Cast) -> None:
    piece = approved(cast)
    actions.edit(piece.pk, **NEW, by=cast.actor("worker"), at=AT)
    row = Piece.objects.get(pk=piece.pk)
    assert (row.state, row.checked_by_id, row.approved_by_id) == (PieceState.PROPOSED, None, None)
    with pytest.raises(WrongState):
        actions.publish(piece.pk, by=cast.actor("worker"), at=AT)


def test_outlets_keep_what_was_approved_until_the_change_is_approved_too(cast: Cast) -> None:
    piece = published(cast)
    before = queries.edition(piece.pk, by=NOBODY)
    actions.edit(piece.pk, **NEW, by=cast.actor("worker"), at=AT)
    assert queries.edition(piece.pk, by=NOBODY) == before
    through(cast, piece)
    assert queries.edition(piece.pk, by=NOBODY) == before
    actions.publish(piece.pk, by=cast.actor("worker"), at=AT)
    after = queries.edition(piece.pk, by=NOBODY)
    assert (after.content.title, after.corrected) == (NEW["title"], 1)
    assert Edition.objects.filter(piece=piece).count() == 2
    assert [row.content.title for row in queries.editions(by=NOBODY).rows] == [NEW["title"]]


def test_nobody_approves_other_words_than_they_have_read(cast: Cast) -> None:
    piece = proposed(cast)
    read = piece.digest
    actions.edit(piece.pk, **NEW, by=cast.actor("worker"), at=AT)
    with pytest.raises(WrongState, match="刚刚有人动过"):
        actions.check(piece.pk, digest=read, by=cast.actor("worker2"), at=AT)
    with pytest.raises(WrongState, match="刚刚有人动过"):
        actions.edit(piece.pk, **RIVER, digest=read, by=cast.actor("worker2"), at=AT)
    assert Piece.objects.get(pk=piece.pk).title == NEW["title"]


def test_an_undecided_mark_keeps_it_from_the_public(cast: Cast) -> None:
    piece = proposed(cast, text="想来的请打13800138000。")
    through(cast, piece)
    with pytest.raises(Undecided) as refused:
        actions.publish(piece.pk, by=cast.actor("worker"), at=AT)
    assert [(mark.kind, mark.text) for mark in refused.value.marks] == [(MarkKind.PHONE, "13800138000")]
    assert "13800138000" not in refused.value.sentence
    assert (state(piece), Edition.objects.count()) == (PieceState.APPROVED, 0)


def test_an_answer_after_approval_asks_for_it_anew(cast: Cast) -> None:
    """Or one person could publish what the others have only seen masked."""
    piece = proposed(cast, text="想来的请打13800138000。")
    through(cast, piece)
    answered(cast, piece, Said.CONSENTED)
    assert state(piece) == PieceState.CHECKED
    with pytest.raises(WrongState):
        actions.publish(piece.pk, by=cast.actor("worker"), at=AT)
    actions.approve(piece.pk, by=cast.actor("secretary"), at=AT)
    actions.publish(piece.pk, by=cast.actor("worker"), at=AT)
    assert "13800138000" in queries.edition(piece.pk, by=NOBODY).content.text


def test_a_dismissal_holds_for_these_words_and_a_mask_for_the_next_too(cast: Cast) -> None:
    text = "想来的请打13800138000，住2单元301的也来。"
    piece = proposed(cast, text=text)
    answered(cast, piece, PHONE=Said.NOT_PERSON, DOOR=Said.MASK)
    actions.edit(piece.pk, **{**RIVER, "text": f"{text}都来。"}, by=cast.actor("worker"), at=AT)
    found = {mark.kind: said for mark, said in queries.marks(piece.pk, by=cast.actor("worker2"))}
    assert found == {MarkKind.PHONE: "", MarkKind.DOOR: Said.MASK}
    actions.edit(piece.pk, **{**RIVER, "text": text}, by=cast.actor("worker"), at=AT)
    found = {mark.kind: said for mark, said in queries.marks(piece.pk, by=cast.actor("worker2"))}
    assert found == {MarkKind.PHONE: Said.NOT_PERSON, MarkKind.DOOR: Said.MASK}, "the very words that it was said of"


def test_a_consent_is_kept_somewhere(cast: Cast) -> None:
    piece = proposed(cast, text="想来的请打13800138000。")
    key = queries.marks(piece.pk, by=cast.actor("worker2"))[0][0].key
    for said, consent in ((Said.CONSENTED, ""), ("WHATEVER", "")):
        with pytest.raises(Invalid):
            actions.answer(piece.pk, {key: (said, consent)}, by=cast.actor("worker2"), at=AT)
    with pytest.raises(Invalid):
        actions.answer(piece.pk, {"0" * 64: (Said.MASK, "")}, by=cast.actor("worker2"), at=AT)


def test_sent_back_it_waits_for_its_writer(cast: Cast) -> None:
    piece = proposed(cast)
    actions.check(piece.pk, by=cast.actor("worker2"), at=AT)
    actions.send_back(piece.pk, "日期再核一核", by=cast.actor("secretary"), at=AT)
    with pytest.raises(WrongState, match="退回"):
        actions.check(piece.pk, by=cast.actor("worker2"), at=AT)
    actions.edit(piece.pk, **RIVER, by=cast.actor("worker"), at=AT)
    actions.check(piece.pk, by=cast.actor("worker2"), at=AT)
    assert state(piece) == PieceState.CHECKED


def test_withdrawn_it_is_gone_and_says_where_paper_hangs(cast: Cast) -> None:
    piece = published(cast)
    for spot in ("南门公示栏", "北门公示栏"):
        actions.hang(piece.pk, spot, by=cast.actor("worker"), at=AT)
    with pytest.raises(WrongState):
        actions.hang(piece.pk, "南门公示栏", by=cast.actor("worker2"), at=AT)
    card = queries.piece(piece.pk, by=cast.actor("worker"), at=AT)
    actions.take_down(card.hung[0].id, by=cast.actor("worker2"), at=AT)
    actions.withdraw(piece.pk, "日期写错了", by=cast.actor("secretary"), at=AT)
    assert queries.hangs(piece.pk) == ["北门公示栏"]
    with pytest.raises(NotThere):
        queries.edition(piece.pk, by=NOBODY)
    assert queries.editions(by=NOBODY).rows == []
    with pytest.raises(WrongState):
        actions.withdraw(piece.pk, "又来一次", by=cast.actor("secretary"), at=AT)
    with pytest.raises(WrongState):
        actions.edit(piece.pk, **NEW, by=cast.actor("worker"), at=AT)


def test_what_is_not_public_needs_no_withdrawing(cast: Cast) -> None:
    with pytest.raises(WrongState):
        actions.withdraw(approved(cast).pk, "不要了", by=cast.actor("secretary"), at=AT)


def test_pictures_are_asked_about_and_can_be_left_out(cast: Cast) -> None:
    piece = proposed(cast, pictures=[jpeg(), jpeg()])
    first, second = (mark for mark, _said in queries.marks(piece.pk, by=cast.actor("worker2")))
    assert {first.kind, second.kind} == {MarkKind.PICTURE}
    answers = {first.key: (Said.MASK, ""), second.key: (Said.NOT_PERSON, "")}
    actions.answer(piece.pk, answers, by=cast.actor("worker2"), at=AT)
    through(cast, piece)
    actions.publish(piece.pk, by=cast.actor("worker"), at=AT)
    assert queries.edition(piece.pk, by=NOBODY).content.pictures == (second.text,)
    with pytest.raises(Invalid):
        actions.edit(piece.pk, **RIVER, pictures=[jpeg(), jpeg()], by=cast.actor("worker"), at=AT)
    actions.edit(piece.pk, **RIVER, pictures=[jpeg()], without=[first.text], by=cast.actor("worker"), at=AT)
    assert len(queries.content_of(Piece.objects.get(pk=piece.pk)).pictures) == 2
    assert queries.edition(piece.pk, by=NOBODY).content.pictures == (second.text,), "the published one stays"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "SONG"}, "kind"),
        ({"title": "一"}, "title"),
        ({"title": "一" * 61}, "title"),
        ({"text": "\u200b\u202e\n"}, "text"),
        ({"text": "一" * 4001}, "text"),
        ({"place": "一" * 61}, "place"),
        ({"figures": [("清除", "")]}, "figures"),
        ({"figures": [("清除", "一" * 13)]}, "figures"),
        ({"figures": [(str(n), "1") for n in range(5)]}, "figures"),
        ({"held_on": None, "until": RIVER["until"]}, "until"),
        ({"held_on": RIVER["until"], "until": RIVER["held_on"]}, "until"),
        ({"source": "SONG", "source_ref": "7"}, "source"),
        ({"pictures": [b"GIF89a"]}, "photos"),
        ({"pictures": [jpeg()] * 4}, "pictures"),
    ],
)
def test_what_cannot_be_taken_is_told_by_its_field(cast: Cast, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        proposed(cast, **wrong)
    assert list(refused.value.fields) == [field]
    assert Piece.objects.count() == 0


def test_staff_of_elsewhere_find_nothing(cast: Cast) -> None:
    piece, far = proposed(cast), cast.actor("far_secretary")
    asks: tuple[Callable[[], object], ...] = (
        lambda: queries.piece(piece.pk, by=far, at=AT),
        lambda: queries.marks(piece.pk, by=far),
        lambda: actions.check(piece.pk, by=far, at=AT),
        lambda: actions.send_back(piece.pk, "不行", by=far, at=AT),
        lambda: actions.edit(piece.pk, **NEW, by=far, at=AT),
    )
    for ask in asks:
        with pytest.raises(NotThere):
            ask()
