"""Pieces for the tests of news."""

from datetime import date
from typing import Any

from tests.cast import AT, Cast
from zengyi.news import actions, queries
from zengyi.news.models import Piece
from zengyi.news.rules import Said

RIVER: dict[str, Any] = {
    "kind": "BRIEF",
    "title": "一条河，950株一枝黄花清完了",
    "text": "社区组织党员和居民，分四次清除，清一株数一株。",
    "place": "新幸西界河",
    "held_on": date(2026, 10, 12),
    "until": date(2026, 11, 20),
    "organisers": "虹西社区",
    "figures": [("清除", "950 株")],
}


def proposed(cast: Cast, by: str = "worker", **more: Any) -> Piece:
    """A piece that waits to be checked."""
    return actions.propose(**{**RIVER, **more}, by=cast.actor(by), at=AT)


def answered(cast: Cast, piece: Piece, said: str = Said.MASK, **by_kind: str) -> None:
    """Every mark of the piece answered, all alike or by its kind."""
    by = cast.actor("worker2")
    answers = {}
    for mark, _said in queries.marks(piece.pk, by=by):
        one = by_kind.get(mark.kind.value, said)
        answers[mark.key] = (one, "11月20日书面同意" if one == Said.CONSENTED else "")
    if answers:
        actions.answer(piece.pk, answers, by=by, at=AT)


def approved(cast: Cast, **more: Any) -> Piece:
    """A piece that three people have written, checked and approved; its marks are masked."""
    piece = proposed(cast, **more)
    answered(cast, piece)
    return through(cast, piece)


def through(cast: Cast, piece: Piece) -> Piece:
    """The piece checked and approved."""
    actions.check(piece.pk, by=cast.actor("worker2"), at=AT)
    return actions.approve(piece.pk, by=cast.actor("secretary"), at=AT)


def published(cast: Cast, **more: Any) -> Piece:
    """A piece on public view."""
    return actions.publish(approved(cast, **more).pk, by=cast.actor("worker"), at=AT)
