"""Lots and milestones, pictures and voices, the start and the showing, and the three-party meetings of a project over HTTP."""

import base64
import binascii
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Schema
from pydantic import AfterValidator, Field

from zengyi.core import clock
from zengyi.core.api import Day, Flag, Id, Moment, RowId, string
from zengyi.councils.rules.sessions import PLACE_MOST
from zengyi.people.web import bearer
from zengyi.works import actions
from zengyi.works.api.operations import In, ProjectOut, router, send
from zengyi.works.rules.projects import EXTENT_MOST, NAME_MOST, REASON_LEAST, REASON_MOST, TITLE_LEAST, VOICE_MOST

#: A photo of ten megabytes in base64.
PICTURE_MOST = 14_000_000
#: The smallest PNG, for the document.
DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR42mPYqKwFAAKHAP/aGgP7AAAAAElFTkSuQmCC"


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as wrong:
        raise ValueError("a photo in base64 is expected") from wrong


Picture = Annotated[str, Field(min_length=4, max_length=PICTURE_MOST, pattern=r"^[A-Za-z0-9+/]+={0,2}$"), AfterValidator(_decoded)]


class LotIn(In):
    """A lot and who builds it."""

    name: string(NAME_MOST, least=1) = Field(examples=["三标段"])  # type: ignore[valid-type]
    contractor_id: RowId = Field(examples=[4])
    extent: string(EXTENT_MOST) = Field("", examples=["216–226 幢"])  # type: ignore[valid-type]


class NewMilestoneIn(In):
    """A stretch of work with its planned days; `gate`: an inspection, on its last day."""

    name: string(NAME_MOST, least=1) = Field(examples=["绿化"])  # type: ignore[valid-type]
    begins: Day = Field(examples=["2026-12-01"])
    ends: Day = Field(examples=["2026-12-20"])
    gate: Flag = False


class MilestoneMoveIn(In):
    """New planned days, and why; the old ones are kept."""

    begins: Day = Field(examples=["2026-12-01"])
    ends: Day = Field(examples=["2026-12-28"])
    reason: string(REASON_MOST, least=REASON_LEAST) = Field(examples=["下了三天雨"])  # type: ignore[valid-type]


class ProgressIn(In):
    """When it was begun, and if so when it was done."""

    begun: Day = Field(examples=["2026-11-13"])
    done: Day | None = None


class PairIn(In):
    """Two photos of the same place, each as base64 of a JPEG, PNG or WebP."""

    title: string(NAME_MOST, least=TITLE_LEAST) = Field(examples=["单元门玻璃 12 扇"])  # type: ignore[valid-type]
    before: Picture = Field(examples=[DOT])
    after: Picture = Field(examples=[DOT])


class VoiceIn(In):
    """What a neighbour said, praise or complaint; nobody's name."""

    text: string(VOICE_MOST, least=TITLE_LEAST) = Field(examples=["门关得严了，冬天不灌风。"])  # type: ignore[valid-type]
    when: string(NAME_MOST) = Field("", examples=["换的第二天"])  # type: ignore[valid-type]


class MeetingIn(In):
    """When and where they meet."""

    starts_at: Moment = Field(examples=["2026-12-02T14:00:00+08:00"])
    place: string(PLACE_MOST, least=1) = Field(examples=["工地门口"])  # type: ignore[valid-type]


class NewLotOut(Schema):
    """A lot."""

    id: int
    project_id: int
    name: str
    extent: str
    contractor_id: int


class PlannedOut(Schema):
    """A milestone: its planned days and those on which it happened."""

    id: int
    lot_id: int
    name: str
    gate: bool
    begins: date
    ends: date
    begun: date | None
    done: date | None


class PicturesOut(Schema):
    """Two photos of the same place."""

    id: int
    project_id: int
    title: str
    before_id: UUID
    after_id: UUID


class VoiceOut(Schema):
    """What a neighbour said."""

    id: int
    project_id: int
    text: str
    when: str


class MeetingOut(Schema):
    """A session of the councils; its agenda and its minutes are read there."""

    id: int
    title: str
    ordinal: int
    place: str
    starts_at: datetime


@router.post("/projects/{project_id}/lots", response={201: NewLotOut}, operation_id="add_lot", summary="加标段 Add a lot")
def add_lot(request: HttpRequest, project_id: Id, body: LotIn) -> HttpResponse:
    """Add a lot with the organisation that builds it."""
    given = body.model_dump()
    return send(request, lambda: actions.add_lot(project_id, **given, by=bearer(request), at=clock.now()), NewLotOut, status=201)


@router.post("/lots/{lot_id}/milestones", response={201: PlannedOut}, operation_id="add_milestone", summary="加节点 Add a milestone")
def add_milestone(request: HttpRequest, lot_id: Id, body: NewMilestoneIn) -> HttpResponse:
    """Plan a stretch of a lot's work."""
    given = body.model_dump()
    return send(request, lambda: actions.add_milestone(lot_id, **given, by=bearer(request), at=clock.now()), PlannedOut, status=201)


@router.post("/milestones/{milestone_id}/move", response=PlannedOut, operation_id="move_milestone", summary="改日子 Plan anew")
def move_milestone(request: HttpRequest, milestone_id: Id, body: MilestoneMoveIn) -> HttpResponse:
    """Plan a milestone anew, with a reason; the old days are kept."""
    given = body.model_dump()
    return send(request, lambda: actions.move_milestone(milestone_id, **given, by=bearer(request), at=clock.now()), PlannedOut)


@router.post("/milestones/{milestone_id}/report", response=PlannedOut, operation_id="report_milestone", summary="报进度 Report")
def report_milestone(request: HttpRequest, milestone_id: Id, body: ProgressIn) -> HttpResponse:
    """Say when a milestone was begun and done: its lot's contractor, or the desk."""
    given = body.model_dump()
    return send(request, lambda: actions.report_milestone(milestone_id, **given, by=bearer(request), at=clock.now()), PlannedOut)


@router.post("/projects/{project_id}/start", response=ProjectOut, operation_id="start_project", summary="开工 Start")
def start_project(request: HttpRequest, project_id: Id) -> HttpResponse:
    """Begin the work: the money is settled, and there is a lot that somebody builds."""
    return send(request, lambda: actions.start_project(project_id, by=bearer(request), at=clock.now()), ProjectOut)


@router.post("/projects/{project_id}/show", response=ProjectOut, operation_id="show_project", summary="晒给邻居看 Show")
def show_project(request: HttpRequest, project_id: Id) -> HttpResponse:
    """Show it to the neighbours; at least one pair of pictures is there."""
    return send(request, lambda: actions.show_project(project_id, by=bearer(request), at=clock.now()), ProjectOut)


@router.post("/projects/{project_id}/pairs", response={201: PicturesOut}, operation_id="add_pair", summary="放一对照片 Add two pictures")
def add_pair(request: HttpRequest, project_id: Id, body: PairIn) -> HttpResponse:
    """Add two photos of the same place, before and after; they are kept without metadata."""
    given = dict(body)  # not dumped: the pictures are bytes by now, and no text
    return send(request, lambda: actions.add_pair(project_id, **given, by=bearer(request), at=clock.now()), PicturesOut, status=201)


@router.post("/projects/{project_id}/voices", response={201: VoiceOut}, operation_id="add_voice", summary="记邻居的话 Add a voice")
def add_voice(request: HttpRequest, project_id: Id, body: VoiceIn) -> HttpResponse:
    """Put down what a neighbour said."""
    given = body.model_dump()
    return send(request, lambda: actions.add_voice(project_id, **given, by=bearer(request), at=clock.now()), VoiceOut, status=201)


@router.post(
    "/projects/{project_id}/meetings", response={201: MeetingOut}, operation_id="call_meeting", summary="召集三方会议 Call a meeting"
)
def call_meeting(request: HttpRequest, project_id: Id, body: MeetingIn) -> HttpResponse:
    """Call the next three-party meeting; the demands that are owed an answer stand on its agenda."""
    given = body.model_dump()
    return send(request, lambda: actions.call_meeting(project_id, **given, by=bearer(request), at=clock.now()), MeetingOut, status=201)
