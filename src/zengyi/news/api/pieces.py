"""Operations of news: a piece on its way, its marks, what is published, and its outlets."""

import json
from datetime import date, datetime
from typing import Annotated, Any, Protocol

from django.http import HttpRequest, HttpResponse
from ninja import Schema
from pydantic import Field

from zengyi.core import clock
from zengyi.core.api import Day, Flag, Id, RowId, Size, problem_of, string
from zengyi.core.ids import WithId
from zengyi.news import actions, queries
from zengyi.news.api.router import In, router, send
from zengyi.news.queries import EditionCard
from zengyi.news.rules import (
    CONSENT_MOST,
    FIGURES_MOST,
    ORGANISERS_MOST,
    PLACE_MOST,
    REASON_MOST,
    TEXT_LEAST,
    TEXT_MOST,
    TITLE_LEAST,
    TITLE_MOST,
    TOLD_MOST,
    Children,
    Content,
    MarkKind,
    PieceKind,
    PieceState,
    Said,
    Undecided,
)
from zengyi.news.web import outlets, serving
from zengyi.people.web import bearer

FIGURE_TEXT = 12
Words = Annotated[str, Field(max_length=40)]


class PieceFigureIn(In):
    """A figure with its label."""

    label: string(FIGURE_TEXT, least=1) = Field(examples=["清除"])  # type: ignore[valid-type]
    figure: string(FIGURE_TEXT, least=1) = Field(examples=["950 株"])  # type: ignore[valid-type]


class WordsIn(In):
    """The words of a piece. `held_on` is its day or its first one, `until` its last."""

    kind: PieceKind = Field(examples=["BRIEF"])
    title: string(TITLE_MOST, least=TITLE_LEAST) = Field(examples=["一条河，950株一枝黄花清完了"])  # type: ignore[valid-type]
    text: string(TEXT_MOST, least=TEXT_LEAST) = Field(examples=["社区组织党员和居民，分四次清除，共950株。"])  # type: ignore[valid-type]
    place: string(PLACE_MOST) = Field("", examples=["新幸西界河"])  # type: ignore[valid-type]
    held_on: Day | None = Field(None, examples=["2026-11-20"])
    until: Day | None = None
    organisers: string(ORGANISERS_MOST) = ""  # type: ignore[valid-type]
    figures: list[PieceFigureIn] = Field(default_factory=list, max_length=FIGURES_MOST)
    told: list[RowId] = Field(
        default_factory=list, max_length=TOLD_MOST, description="estates and buildings that a notice is for; none: the whole community"
    )


class PieceIn(WordsIn):
    """A new piece. `source` and `source_ref`: what it is made from, such as QUARTER 2026Q3; its figures then come from there."""

    source: string(10) = ""  # type: ignore[valid-type]
    source_ref: string(20) = ""  # type: ignore[valid-type]


class PieceChangeIn(WordsIn):
    """The words anew. `digest`: of the words that were read; when they have changed meanwhile, the answer is 409."""

    digest: string(64) = ""  # type: ignore[valid-type]


class SeenIn(In):
    """`digest`: of the words that were read."""

    digest: string(64) = Field("", examples=["9c41" * 16])  # type: ignore[valid-type]


class PieceReasonIn(In):
    """Why."""

    reason: string(REASON_MOST, least=2) = Field(examples=["日期写错了"])  # type: ignore[valid-type]


class WithdrawIn(In):
    """Why, for those who have read it."""

    reason: string(REASON_MOST) = Field("", examples=["日期写错了"])  # type: ignore[valid-type]


class PieceOut(Schema):
    """Where a piece stands."""

    id: int
    state: PieceState
    digest: str


class WithdrawnOut(PieceOut):
    """A piece that was taken down. `hangs`: where paper of it still hangs."""

    hangs: list[str]


class PieceFigureOut(Schema):
    """A figure with its label."""

    label: str
    figure: str


class ToldAtOut(Schema):
    """An estate or a building that a notice is for."""

    id: int
    name: str


class WordsOut(Schema):
    """The words of a piece."""

    kind: PieceKind
    title: str
    text: str
    place: str
    held_on: date | None
    until: date | None
    organisers: str
    figures: list[PieceFigureOut]
    told: list[ToldAtOut] = Field(description="whom a notice is for; none: the whole community")


class PieceDetailOut(WordsOut):
    """A piece with its words. `moves`: the steps that the caller can take now."""

    id: int
    state: PieceState
    digest: str
    shown: bool
    undecided: int
    moves: list[str]
    remark: str


class PrivacyMarkOut(Schema):
    """Something to look at, from `start` up to, not including, `end` of the field, in characters. `key` names it in an answer."""

    kind: MarkKind
    field: str
    start: int
    end: int
    text: str
    key: str
    said: Said | None


class MarkAnswerIn(In):
    """What becomes of a mark. A consent says who agreed, when and how."""

    key: string(64, least=64) = Field(examples=["0" * 64])  # type: ignore[valid-type]
    said: Said = Field(examples=["MASK"])
    consent: string(CONSENT_MOST) = ""  # type: ignore[valid-type]
    children: Flag | None = Field(None, description="of a picture on which all agreed: whether children are on it")
    occasion_id: RowId | None = Field(None, description="the activity at which it was taken: their guardians have to agree")


class AnswersIn(In):
    """Answers to marks."""

    answers: list[MarkAnswerIn] = Field(min_length=1, max_length=200, examples=[[{"key": "0" * 64, "said": "MASK"}]])


class EditionOut(WordsOut):
    """A published piece."""

    id: int
    community_id: int
    community: str
    published_at: datetime
    digest: str


class EditionsOut(Schema):
    """A page of what is published, newest first."""

    items: list[EditionOut]
    next: int | None = Field(description="give it as `after` to go on")


class _Moved(WithId, Protocol):
    """A piece after a step."""

    @property
    def state(self) -> str: ...
    @property
    def digest(self) -> str: ...


def _state(row: _Moved) -> dict[str, object]:
    return {"id": row.pk, "state": str(row.state), "digest": row.digest}


def _words(content: Content) -> dict[str, Any]:
    names = ("kind", "title", "text", "place", "held_on", "until", "organisers")
    figures = [{"label": label, "figure": figure} for label, figure in content.figures]
    told = [{"id": pk, "name": name} for pk, name in content.told]
    return {name: getattr(content, name) for name in names} | {"figures": figures, "told": told}


def _given(body: WordsIn) -> dict[str, Any]:
    told = body.model_dump(exclude={"figures"})
    return {**told, "kind": body.kind.value, "figures": [(one.label, one.figure) for one in body.figures]}


@router.get("/news", response=EditionsOut, operation_id="list_news", summary="List what is published")
def list_news(
    request: HttpRequest,
    community: Id | None = None,
    kind: PieceKind | None = None,
    q: Words = "",
    after: Id | None = None,
    size: Size = 20,
) -> dict[str, Any]:
    """What is on public view, of one community or of all; `q` finds by words."""
    page = queries.editions(by=bearer(request), community_id=community, kind=kind or "", q=q, after=after, size=size)
    return {"items": [_edition(card) for card in page.rows], "next": page.next_after}


def _edition(card: EditionCard) -> dict[str, Any]:
    told = {"id": card.piece_id, "community_id": card.community_id, "community": card.community}
    return told | {"published_at": card.published_at, "digest": card.digest} | _words(card.content)


@router.post("/news", response={201: PieceOut}, operation_id="propose_news", summary="拟稿 Propose a piece")
def propose_news(request: HttpRequest, body: PieceIn) -> HttpResponse:
    """Propose a piece for one's community."""
    return send(request, lambda: actions.propose(**_given(body), by=bearer(request), at=clock.now()), _state, status=201)


@router.get("/news/{news_id}", response=PieceDetailOut, operation_id="get_news", summary="Read a piece at the desk")
def get_news(request: HttpRequest, news_id: Id) -> dict[str, Any]:
    """A piece of one's community, published or not."""
    card = queries.piece(news_id, by=bearer(request), at=clock.now())
    told = {name: getattr(card, name) for name in ("id", "state", "digest", "shown", "undecided", "remark")}
    return told | {"moves": [verb.value for verb in card.verbs]} | _words(card.content)


@router.post("/news/{news_id}/edit", response=PieceOut, operation_id="edit_news", summary="改稿 Change the words")
def edit_news(request: HttpRequest, news_id: Id, body: PieceChangeIn) -> HttpResponse:
    """Change the words: the piece is proposed anew, whatever was published of it stays until then."""
    return send(request, lambda: actions.edit(news_id, **_given(body), by=bearer(request), at=clock.now()), _state)


@router.get("/news/{news_id}/marks", response=list[PrivacyMarkOut], operation_id="news_marks", summary="List what has to be looked at")
def news_marks(request: HttpRequest, news_id: Id) -> list[dict[str, Any]]:
    """Phones, numbers, doors, plates, children, hardship, names of the community's people, pictures: each asks for an answer."""
    return _marks(queries.marks(news_id, by=bearer(request)))


def _marks(found: list[tuple[Any, str]]) -> list[dict[str, Any]]:
    names = ("kind", "field", "start", "end", "text", "key")
    return [{name: getattr(mark, name) for name in names} | {"said": said or None} for mark, said in found]


@router.post("/news/{news_id}/marks", response=PieceOut, operation_id="answer_news_marks", summary="Answer marks")
def answer_news_marks(request: HttpRequest, news_id: Id, body: AnswersIn) -> HttpResponse:
    """Say what becomes of marks. An answer holds for the words as they are now."""
    answers = {one.key: (one.said.value, one.consent) for one in body.answers}
    told = {one.key: Children(one.children, one.occasion_id) for one in body.answers if one.children is not None}
    return send(request, lambda: actions.answer(news_id, answers, children=told, by=bearer(request), at=clock.now()), _state)


def _digest(body: SeenIn | None) -> str:
    return body.digest if body else ""


@router.post("/news/{news_id}/check", response=PieceOut, operation_id="check_news", summary="查稿 Check")
def check_news(request: HttpRequest, news_id: Id, body: SeenIn | None = None) -> HttpResponse:
    """Say that it is checked: privacy, secrecy, accuracy. Not by whoever wrote it."""
    return send(request, lambda: actions.check(news_id, digest=_digest(body), by=bearer(request), at=clock.now()), _state)


@router.post("/news/{news_id}/return", response=PieceOut, operation_id="return_news", summary="退回 Return to its writer")
def return_news(request: HttpRequest, news_id: Id, body: PieceReasonIn) -> HttpResponse:
    """Return it to its writer."""
    return send(request, lambda: actions.send_back(news_id, body.reason, by=bearer(request), at=clock.now()), _state)


@router.post("/news/{news_id}/approve", response=PieceOut, operation_id="approve_news", summary="批准 Approve")
def approve_news(request: HttpRequest, news_id: Id, body: SeenIn | None = None) -> HttpResponse:
    """Approve what was checked, as a third person. Figures that come from somewhere are read there again."""
    return send(request, lambda: actions.approve(news_id, digest=_digest(body), by=bearer(request), at=clock.now()), _state)


@router.post("/news/{news_id}/publish", response=PieceOut, operation_id="publish_news", summary="发布 Publish")
def publish_news(request: HttpRequest, news_id: Id, body: SeenIn | None = None) -> HttpResponse:
    """Publish what was approved. While marks have no answer, the problem with status 409 lists them as `marks`."""
    try:
        return send(request, lambda: actions.publish(news_id, digest=_digest(body), by=bearer(request), at=clock.now()), _state)
    except Undecided as refusal:
        answer = problem_of(refusal)
        marks = _marks([(mark, "") for mark in refusal.marks])
        answer.content = json.dumps({**json.loads(answer.content), "marks": marks}, ensure_ascii=False).encode()
        return answer


@router.post("/news/{news_id}/withdraw", response=WithdrawnOut, operation_id="withdraw_news", summary="撤下 Withdraw")
def withdraw_news(request: HttpRequest, news_id: Id, body: WithdrawIn | None = None) -> HttpResponse:
    """Take it off public view for good; answers where paper of it still hangs."""
    why = body.reason if body else ""
    return send(request, lambda: actions.withdraw(news_id, why, by=bearer(request), at=clock.now()), _withdrawn)


def _withdrawn(row: _Moved) -> dict[str, object]:
    return _state(row) | {"hangs": queries.hangs(row.pk)}


@router.get("/news/{news_id}/a4.pdf", operation_id="news_sheet", summary="The sheet for the notice board")
def news_sheet(request: HttpRequest, news_id: Id) -> HttpResponse:
    """A published piece as a PDF of A4."""
    return serving.sheet_of(request, queries.edition(news_id, by=bearer(request)))


@router.get("/news/{news_id}/poster.png", operation_id="news_poster", summary="The poster for groups")
def news_poster(request: HttpRequest, news_id: Id) -> HttpResponse:
    """A published piece as a picture of 1080 × 1440."""
    return serving.poster_of(request, queries.edition(news_id, by=bearer(request)))


@router.get("/news/{news_id}/robot.txt", operation_id="news_robot", summary="The message of a WeCom robot")
def news_robot(request: HttpRequest, news_id: Id) -> HttpResponse:
    """A published piece as a text of at most 2,048 bytes."""
    return serving.text_of(request, queries.edition(news_id, by=bearer(request)), outlets.robot)


@router.get("/news/{news_id}/plain.txt", operation_id="news_plain", summary="The text to copy")
def news_plain(request: HttpRequest, news_id: Id) -> HttpResponse:
    """A published piece as plain text."""
    return serving.text_of(request, queries.edition(news_id, by=bearer(request)), outlets.plain)
