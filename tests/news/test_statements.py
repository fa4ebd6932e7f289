"""How many statements the pages and the API of news take, everything counted: few, and the same for 1, 10 and 100 rows."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest

from tests.bank.test_statements import counted_step
from tests.cast import AT
from tests.crowd import Crowd
from tests.orders.test_statements import LIST, SIZES, few, measured, the_same
from zengyi.news import actions
from zengyi.news.models import Answer, BoardPhoto, Edition, Hung, Piece
from zengyi.news.rules import Content, Mark, MarkKind, PieceState

Sql = Callable[[], Any]


@pytest.fixture
def crowd(db: None, stopped: datetime) -> Crowd:
    return Crowd()


def told(crowd: Crowd) -> dict[str, int]:
    """As many pieces, editions, answers and sheets as there are members, and one piece with all of the answers and sheets."""
    n, users = len(crowd.more), crowd.users
    words = Content("BRIEF", "一条河，清完了", "，".join(f"请打1380013{k:04d}" for k in range(n)))
    by = {"proposed_by": users["worker"], "edited_by": users["worker"], "proposed_at": AT, "edited_at": AT}
    by |= {"checked_by": users["worker2"], "checked_at": AT, "approved_by": users["secretary"], "approved_at": AT}
    row = {"community": crowd.community, "kind": "BRIEF", "title": words.title, "text": words.text, "digest": words.digest}
    pieces = Piece.objects.bulk_create(Piece(**row, **by, state=PieceState.PUBLISHED) for _one in crowd.more)
    shown = {"community": crowd.community, "kind": "BRIEF", "digest": words.digest, "content": words.canonical(), "search": "一条 条河"}
    editions = Edition.objects.bulk_create(
        Edition(piece=piece, number=1, published_by=users["worker"], published_at=AT, **shown) for piece in pieces
    )
    keys = [Mark("text", 0, 1, MarkKind.PHONE, f"1380013{k:04d}").key for k in range(n)]
    last, edition = pieces[-1], editions[-1]
    Answer.objects.bulk_create(Answer(piece=last, digest=last.digest, mark=key, said="MASK", by=users["worker2"], at=AT) for key in keys)
    hung = [Hung(piece=last, edition=edition, spot=f"第{k}处", hung_by=users["worker"], hung_at=AT) for k in range(n)]
    day = {"seen_on": AT.date(), "width": 1, "height": 1, "size": 1, "by": users["worker"], "at": AT}
    BoardPhoto.objects.bulk_create(BoardPhoto(id=uuid4(), hung=one, **day) for one in Hung.objects.bulk_create(hung))
    return {"piece": last.pk, "here": crowd.community.pk}


PAGES = [
    ("", "/news/", 2),
    ("", "/news/?q=一条", 2),
    ("resident", "/news/{piece}/", 3),
    ("", "/news/{piece}/plain.txt", 1),
    ("", "/feeds/{here}.atom", 2),
    ("worker", "/news/desk/", 10),
    ("worker", "/news/{piece}/edit", LIST),
    ("worker", "/news/boards/", 5),
    ("secretary", "/news/{piece}/step/withdraw", LIST),
]  # fmt: skip
READS = [("worker", "/news?size=100", 3), ("worker", "/news/{piece}", 7), ("worker", "/news/{piece}/marks", 6)]


def test_pages_and_reads_of_the_api(crowd: Crowd, sql: Sql) -> None:
    few(measured(crowd, sql, PAGES, READS, lambda: told(crowd)))


def test_the_way_to_the_public_takes_the_same_few_however_many_people_there_are(crowd: Crowd, sql: Sql) -> None:
    counts: dict[str, list[int]] = {}
    worker, second, secretary = (crowd.actor(name) for name in ("worker", "worker2", "secretary"))
    for more in SIZES:
        crowd.grow(more)
        text = "。".join(f"请打1380013{k:04d}" for k in range(crowd.count))
        made: list[Piece] = []

        def count(step: str, run: Callable[[], object]) -> None:
            counts.setdefault(step, []).append(counted_step(sql, run))

        count("propose", lambda: made.append(actions.propose(kind="BRIEF", title="清完了", text=text, by=worker, at=AT)))  # noqa: B023
        pk = made[0].pk
        keys = [Mark("text", 0, 1, MarkKind.PHONE, f"1380013{k:04d}").key for k in range(crowd.count)]
        count("answer", lambda: actions.answer(pk, dict.fromkeys(keys, ("MASK", "")), by=second, at=AT))  # noqa: B023
        count("check", lambda: actions.check(pk, by=second, at=AT))  # noqa: B023
        count("approve", lambda: actions.approve(pk, by=secretary, at=AT))  # noqa: B023
        count("publish", lambda: actions.publish(pk, by=worker, at=AT))  # noqa: B023
    for step, most in {"propose": 4, "answer": 6, "check": 3, "approve": 3, "publish": 11}.items():
        the_same(counts[step], most)
