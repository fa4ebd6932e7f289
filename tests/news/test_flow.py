"""A piece from its draft to the public, by three people."""

from typing import Any

from tests.cast import AT, Cast
from zengyi.news import actions, queries
from zengyi.news.models import Piece
from zengyi.people.rules import NOBODY

RIVER: dict[str, Any] = {
    "kind": "BRIEF",
    "title": "一条河，950株一枝黄花清完了",
    "text": "社区组织党员和居民，分四次清除，共950株，清一株数一株。",
    "place": "新幸西界河",
    "figures": [("清除", "950 株")],
}


def proposed(cast: Cast, by: str = "worker", **more: Any) -> Piece:
    return actions.propose(**{**RIVER, **more}, by=cast.actor(by), at=AT)


def approved(cast: Cast, **more: Any) -> Piece:
    piece = proposed(cast, **more)
    actions.check(piece.pk, by=cast.actor("worker2"), at=AT)
    return actions.approve(piece.pk, by=cast.actor("secretary"), at=AT)


def published(cast: Cast, **more: Any) -> Piece:
    piece = approved(cast, **more)
    return actions.publish(piece.pk, by=cast.actor("worker"), at=AT)


def test_three_people_and_then_everybody(cast: Cast) -> None:
    piece = published(cast)
    found = queries.edition(piece.pk, by=NOBODY)
    assert found.content.title == RIVER["title"]
    assert [row.piece_id for row in queries.editions(by=NOBODY, q="一枝黄花").rows] == [piece.pk]
    assert queries.editions(by=NOBODY, community_id=cast.elsewhere.pk).rows == []
