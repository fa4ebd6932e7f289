"""Sessions over HTTP."""

from datetime import datetime
from typing import Any, Protocol

from django.http import HttpRequest, HttpResponse
from ninja import Schema
from pydantic import Field

from zengyi.core import clock
from zengyi.core.api import Flag, Id, Moment, RowId, Size, string
from zengyi.core.ids import WithId
from zengyi.councils import actions, queries
from zengyi.councils.api.common import In, router, send
from zengyi.councils.api.topics import DecisionDetailOut, TopicOut, topic_out
from zengyi.councils.queries import minutes as minutes_of
from zengyi.councils.rules import sessions as rules
from zengyi.orders import rules as orders
from zengyi.people.web import bearer


class SessionIn(In):
    """A session to call. One of the same kind and title goes on from the last."""

    kind: rules.SessionKind = rules.SessionKind.DELIBERATION
    title: string(rules.TITLE_MOST, least=rules.TITLE_LEAST) = Field(examples=["幸福怡居监控协商会"])  # type: ignore[valid-type]
    starts_at: Moment = Field(examples=["2026-11-25T14:00:00+08:00"])
    place: string(rules.PLACE_MOST, least=1) = Field(examples=["居民活动室"])  # type: ignore[valid-type]
    topic_ids: list[RowId] = Field([], max_length=rules.TOPICS_MOST)
    weekly: Flag = Field(False, description="the next ones are at that hour of that day of the week; a holiday moves them")


class ScheduleIn(In):
    """On which session's agenda."""

    session_id: RowId = Field(examples=[7])


class AttendIn(In):
    """Somebody at the session: a known person, or a name."""

    party: string(20, least=1) = Field(examples=["居民"])  # type: ignore[valid-type]
    person_id: RowId | None = None
    name: string(rules.NAME_MOST) = Field("", examples=["居民1206"])  # type: ignore[valid-type]
    role: rules.Part = rules.Part.DELIBERATOR


class SignIn(In):
    """Who signed for which party, or why they did not. By default the caller, for the community."""

    party: string(20) = Field("", examples=["物业"])  # type: ignore[valid-type]
    name: string(rules.NAME_MOST) = Field("", examples=["保安队长庚"])  # type: ignore[valid-type]
    refusal: string(200) = Field("", examples=["等公司盖章"])  # type: ignore[valid-type]


class OwnSignatureIn(In):
    """Whoever sat there signs with an empty refusal, or says why they do not."""

    refusal: string(200) = Field("", examples=["第二条不是这样说的"])  # type: ignore[valid-type]


class SessionReasonIn(In):
    """Why it is called off."""

    reason: string(rules.REASON_MOST, least=2) = Field(examples=["台风，改到下周"])  # type: ignore[valid-type]


class PointIn(In):
    """A point of the agenda in words."""

    point: string(rules.POINT_MOST, least=1) = Field(examples=["下周谁值班看现场"])  # type: ignore[valid-type]


class ItemAnswerIn(In):
    """What becomes of an item."""

    answer: rules.ItemAnswer = Field(examples=["ESCALATE"])
    text: string(rules.REASON_MOST) = ""  # type: ignore[valid-type]


class SessionNoteIn(In):
    """What the minutes say besides."""

    note: string(rules.NOTE_MOST) = Field(examples=["会前大家先看了现场。"])  # type: ignore[valid-type]


class SessionOut(Schema):
    """A session, as it is after a step."""

    id: int
    kind: rules.SessionKind
    title: str
    ordinal: int
    place: str
    starts_at: datetime
    state: rules.SessionState


class SessionsOut(Schema):
    """A page of sessions, the latest called first."""

    items: list[SessionOut]
    next: int | None = Field(description="give it as `after` to go on")


class ParticipantOut(Schema):
    """Somebody at the session."""

    id: int
    party: str
    name: str
    role: rules.Part
    state: rules.Attendance


class ItemOut(Schema):
    """A line of the agenda. `times`: how often it has been carried; `asks`: it needs a word before the session ends."""

    id: int
    title: str
    topic_id: int | None
    order_id: int | None
    order_state: orders.State | None
    times: int
    answer: str
    text: str
    asks: bool
    begun_at: datetime | None = Field(description="since when it was gone through")
    until: datetime | None = Field(description="until when; nothing: it still is, or never was")


class SessionDetailOut(SessionOut):
    """A session with its agenda, its people and its decisions. Names are masked for those who need not know them."""

    moves: list[str]
    note: str
    opened_at: datetime | None
    closed_at: datetime | None
    published_at: datetime | None
    agenda: list[ItemOut]
    people: list[ParticipantOut]
    decisions: list[DecisionDetailOut]


class PointOut(Schema):
    """A line of the agenda, as it is after a step."""

    id: int
    point: str
    answer: str
    text: str


class SignatureOut(Schema):
    """Who signed, or why they did not."""

    id: int
    party: str
    refusal: str


class FrozenOut(Schema):
    """Words that were signed, or added afterwards. The hash is of `text` as UTF-8."""

    position: int
    text: str
    sha256: str
    frozen_at: datetime


class SignedOut(Schema):
    """A signature on the minutes."""

    party: str
    name: str
    refusal: str
    at: datetime


class MinutesOut(Schema):
    """The minutes: as they stand until they are signed, then as they were signed."""

    content: dict[str, Any]
    frozen: list[FrozenOut]
    signatures: list[SignedOut]


def session_out(row: object) -> object:
    """A session as JSON."""
    return SessionOut.from_orm(row).model_dump(mode="json")


class _Participant(WithId, Protocol):
    """Somebody on a session's list, after a step."""

    @property
    def party(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def part(self) -> str: ...
    @property
    def state(self) -> str: ...


def _participant(row: _Participant) -> object:
    part, state = rules.Part(row.part), rules.Attendance(row.state)
    return ParticipantOut(id=row.pk, party=row.party, name=row.name, role=part, state=state).model_dump(mode="json")


def _item(row: object) -> object:
    return PointOut.from_orm(row).model_dump(mode="json")


@router.get("/sessions", response=SessionsOut, operation_id="list_sessions", summary="List sessions")
def list_sessions(request: HttpRequest, after: Id | None = None, size: Size = 20) -> dict[str, Any]:
    """Sessions one may see, the latest called first."""
    page = queries.sessions(by=bearer(request), after=after, size=size)
    return {"items": page.rows, "next": page.next_after}


@router.post("/sessions", response={201: SessionOut}, operation_id="plan_session", summary="召集 Call a session")
def plan_session(request: HttpRequest, body: SessionIn) -> HttpResponse:
    """Call a session. Its agenda begins with what the last one of the same kind and title promised."""
    given: dict[str, Any] = {"topic_ids": body.topic_ids, "weekly": body.weekly}
    return send(
        request,
        lambda: actions.plan_session(body.kind, body.title, body.place, body.starts_at, **given, by=bearer(request), at=clock.now()),
        session_out,
        status=201,
    )


@router.get("/sessions/{session_id}", response=SessionDetailOut, operation_id="get_session", summary="Look up a session")
def get_session(request: HttpRequest, session_id: Id) -> dict[str, Any]:
    """A session, what is on its agenda, who is there, and what it decided."""
    found = queries.session(session_id, by=bearer(request))
    own = {name: getattr(found, name) for name in SessionDetailOut.model_fields if hasattr(found, name)}
    own["agenda"] = [
        {
            **{name: getattr(item, name) for name in ("id", "title", "topic_id", "times", "answer", "text", "asks", "begun_at", "until")},
            "order_id": item.order.id if item.order else None,
            "order_state": item.order.state if item.order else None,
        }
        for item in found.items
    ]
    own["people"] = [{"id": p.id, "party": p.party, "name": p.name, "role": p.part, "state": p.state} for p in found.people]
    return own


@router.post("/sessions/{session_id}/notice", response=SessionOut, operation_id="notice_session", summary="通知 Tell people")
def notice_session(request: HttpRequest, session_id: Id) -> HttpResponse:
    """Tell people about a session: neighbours find it from now on."""
    return send(request, lambda: actions.notice_session(session_id, by=bearer(request), at=clock.now()), session_out)


@router.post("/sessions/{session_id}/open", response=SessionOut, operation_id="open_session", summary="开会 Open")
def open_session(request: HttpRequest, session_id: Id) -> HttpResponse:
    """Begin a session."""
    return send(request, lambda: actions.open_session(session_id, by=bearer(request), at=clock.now()), session_out)


@router.post("/sessions/{session_id}/close", response=SessionOut, operation_id="close_session", summary="散会 Close")
def close_session(request: HttpRequest, session_id: Id) -> HttpResponse:
    """End a session. What has been carried for the third time needs a word before."""
    return send(request, lambda: actions.close_session(session_id, by=bearer(request), at=clock.now()), session_out)


@router.post("/sessions/{session_id}/cancel", response=SessionOut, operation_id="cancel_session", summary="不开了 Call off")
def cancel_session(request: HttpRequest, session_id: Id, body: SessionReasonIn) -> HttpResponse:
    """Call a session off."""
    return send(request, lambda: actions.cancel_session(session_id, body.reason, by=bearer(request), at=clock.now()), session_out)


@router.post("/sessions/{session_id}/sign", response=SignatureOut, operation_id="sign_session", summary="签字 Sign")
def sign_session(request: HttpRequest, session_id: Id, body: SignIn | None = None) -> HttpResponse:
    """Write down a signature, or why somebody did not sign. The first signature freezes the minutes."""
    given = (body or SignIn.model_validate({})).model_dump()
    return send(
        request,
        lambda: actions.sign_session(session_id, **given, by=bearer(request), at=clock.now()),
        lambda row: SignatureOut.from_orm(row).model_dump(mode="json"),
    )


@router.post(
    "/sessions/{session_id}/own-signature",
    response=SignatureOut,
    operation_id="sign_own_minutes",
    summary="自己签 Sign as who sat there",
)
def sign_own_minutes(request: HttpRequest, session_id: Id, body: OwnSignatureIn | None = None) -> HttpResponse:
    """Sign the minutes of a session one sat in, or say why one does not."""
    refusal = body.refusal if body else ""
    return send(
        request,
        lambda: actions.sign_own(session_id, refusal=refusal, by=bearer(request), at=clock.now()),
        lambda row: SignatureOut.from_orm(row).model_dump(mode="json"),
    )


@router.post("/sessions/{session_id}/publish", response=SessionOut, operation_id="publish_session", summary="公布 Publish")
def publish_session(request: HttpRequest, session_id: Id) -> HttpResponse:
    """Publish the minutes. 422 while an adopted decision has neither an action nor a reason for none."""
    return send(request, lambda: actions.publish_session(session_id, by=bearer(request), at=clock.now()), session_out)


@router.post(
    "/sessions/{session_id}/attendance",
    response={201: ParticipantOut},
    operation_id="attend_session",
    summary="签到 Write down who is there",
)
def attend_session(request: HttpRequest, session_id: Id, body: AttendIn) -> HttpResponse:
    """Write somebody down: asked before it begins, there once it is held."""
    return send(
        request,
        lambda: actions.attend(
            session_id, body.party, person_id=body.person_id, name=body.name, part=body.role, by=bearer(request), at=clock.now()
        ),
        _participant,
        status=201,
    )


@router.post("/participants/{participant_id}/leave", response=ParticipantOut, operation_id="leave_session", summary="走了 Leave")
def leave_session(request: HttpRequest, participant_id: Id) -> HttpResponse:
    """Somebody leaves the room; before it has begun, they say that they can't come."""
    return send(request, lambda: actions.leave(participant_id, by=bearer(request), at=clock.now()), _participant)


@router.post("/sessions/{session_id}/points", response={201: PointOut}, operation_id="add_point", summary="加一项 Add a point")
def add_point(request: HttpRequest, session_id: Id, body: PointIn) -> HttpResponse:
    """Put a point in words on the agenda."""
    return send(request, lambda: actions.add_point(session_id, body.point, by=bearer(request), at=clock.now()), _item, status=201)


@router.post("/agenda-items/{item_id}/begin", response=PointOut, operation_id="begin_item", summary="开始议 Turn to an item")
def begin_item(request: HttpRequest, item_id: Id) -> HttpResponse:
    """The session turns to an item of its agenda: its time runs from now on. A word or a decision about it does so, too."""
    return send(request, lambda: actions.begin_item(item_id, by=bearer(request), at=clock.now()), _item)


@router.post("/agenda-items/{item_id}/answer", response=PointOut, operation_id="answer_item", summary="办、上报还是撤 Answer an item")
def answer_item(request: HttpRequest, item_id: Id, body: ItemAnswerIn) -> HttpResponse:
    """Say what becomes of an item that was carried, or of a point."""
    return send(request, lambda: actions.answer_item(item_id, body.answer, text=body.text, by=bearer(request), at=clock.now()), _item)


@router.post("/sessions/{session_id}/note", response=SessionOut, operation_id="note_minutes", summary="补一段 Add to the minutes")
def note_minutes(request: HttpRequest, session_id: Id, body: SessionNoteIn) -> HttpResponse:
    """Write what the minutes say besides, until they are signed."""
    return send(request, lambda: actions.note_minutes(session_id, body.note, by=bearer(request), at=clock.now()), session_out)


@router.get("/sessions/{session_id}/minutes", response=MinutesOut, operation_id="get_minutes", summary="纪要 Look up the minutes")
def get_minutes(request: HttpRequest, session_id: Id) -> dict[str, Any]:
    """The minutes, masked, with the hash of what was signed."""
    found = minutes_of.minutes(session_id, by=bearer(request))
    return {"content": found.content, "frozen": found.frozen, "signatures": found.signatures}


@router.post("/topics/{topic_id}/schedule", response=TopicOut, operation_id="schedule_topic", summary="排期 Schedule")
def schedule_topic(request: HttpRequest, topic_id: Id, body: ScheduleIn) -> HttpResponse:
    """Put a topic on the agenda of a session."""
    return send(request, lambda: actions.schedule_topic(topic_id, body.session_id, by=bearer(request), at=clock.now()), topic_out)
