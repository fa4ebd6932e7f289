"""Projects, what is demanded of them, and the moves of a demand."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import ConfigDict, Field

from zengyi.core import clock
from zengyi.core.api import NUMBER, Day, Id, RowId, Size, step, string
from zengyi.core.errors import Invalid
from zengyi.people.web import bearer
from zengyi.works import actions, queries
from zengyi.works.rules.demands import PIN_MOST, SPOT_MOST, Answer, Ball, DemandState, Way
from zengyi.works.rules.projects import (
    HOUSEHOLDS_MOST,
    REASON_LEAST,
    REASON_MOST,
    TEXT_MOST,
    TITLE_LEAST,
    TITLE_MOST,
    ProjectState,
)

router = Router(tags=["works"])
#: Where a pin stands on its drawing.
Thousandths = Annotated[int, NUMBER, Field(ge=0, le=PIN_MOST)]
Households = Annotated[int, NUMBER, Field(ge=0, le=HOUSEHOLDS_MOST)]


class In(Schema):
    """What is sent: nothing beside the fields that are told."""

    model_config = ConfigDict(extra="forbid")


class ProjectIn(In):
    """A candidate. `meets_on`: the day of the weekly three-party meeting, Monday is 0."""

    title: string(TITLE_MOST, least=TITLE_LEAST) = Field(examples=["3 幢电梯换补偿链"])  # type: ignore[valid-type]
    text: string(TEXT_MOST) = ""  # type: ignore[valid-type]
    households: Households = 0
    place_id: RowId | None = None
    meets_on: Annotated[int, NUMBER] = Field(2, ge=0, le=6)


class RankIn(In):
    """轻重缓急: 1 急 2 重 3 缓 4 轻; effort: 1 days, 2 weeks, 3 months."""

    urgency: Annotated[int, NUMBER] = Field(ge=1, le=4, examples=[1])
    effort: Annotated[int, NUMBER] = Field(ge=1, le=3, examples=[2])
    reason: string(REASON_MOST, least=REASON_LEAST) = Field(examples=["老人天天爬楼"])  # type: ignore[valid-type]


class ShiftIn(In):
    """Which neighbour it changes places with."""

    way: Literal["EARLIER", "LATER"] = Field(examples=["EARLIER"])


class DemandIn(In):
    """What somebody wants of the work. `lot_id` is needed where several build. `name` and `phone`: who wants it, if they say."""

    title: string(TITLE_MOST, least=TITLE_LEAST) = Field(examples=["井盖高出路面 3 厘米"])  # type: ignore[valid-type]
    text: string(TEXT_MOST) = ""  # type: ignore[valid-type]
    spot: string(SPOT_MOST) = ""  # type: ignore[valid-type]
    way: Way = Way.STAIR
    addressee: Ball = Ball.CONTRACTOR
    households: Households = 0
    place_id: RowId | None = None
    lot_id: RowId | None = None
    pin_on: RowId | None = Field(None, description="the estate on whose plan it is shown")
    pin_x: Thousandths | None = None
    pin_y: Thousandths | None = None
    name: string(40) = ""  # type: ignore[valid-type]
    phone: string(20) = ""  # type: ignore[valid-type]


class DemandAnswerIn(In):
    """ACCEPT with the day `promised`; EXPLAIN and REFUSE with a text."""

    answer: Answer = Field(examples=["ACCEPT"])
    promised: Day | None = Field(None, examples=["2026-12-01"])
    text: string(REASON_MOST) = ""  # type: ignore[valid-type]


class SaidIn(In):
    """What was done, why it is sent back, how the raiser was told."""

    text: string(REASON_MOST, least=REASON_LEAST) = Field(examples=["放平了，又高 1 厘米"])  # type: ignore[valid-type]


class RemarkIn(In):
    """A remark that may be empty."""

    text: string(REASON_MOST) = Field("", examples=["走得稳了"])  # type: ignore[valid-type]


class InsistIn(SaidIn):
    """Why it is asked again, and of whom."""

    addressee: Ball = Ball.CONTRACTOR


class ProjectOut(Schema):
    """A project."""

    id: int
    title: str
    state: ProjectState
    urgency: int | None = Field(description="1 急 2 重 3 缓 4 轻")
    effort: int | None = Field(description="1 days, 2 weeks, 3 months")
    households: int
    open_demands: int


class ProjectsOut(Schema):
    """A page of projects, newest first."""

    items: list[ProjectOut]
    next: int | None = Field(description="give it as `after` to go on")


class MilestoneOut(Schema):
    """A stretch of work, or with `gate` an inspection. `late`: days behind its plan."""

    id: int
    name: str
    gate: bool
    begins: date
    ends: date
    begun: date | None
    done: date | None
    late: int


class LotOut(Schema):
    """A lot."""

    id: int
    name: str
    extent: str
    contractor: str
    milestones: list[MilestoneOut]


class DemandOut(Schema):
    """A demand. `ball`: whose move it is, nothing when it is over; `due_on`: until when; `number` as in S-17."""

    id: int
    number: int
    title: str
    state: DemandState
    ball: str
    due_on: date


class DemandDetailOut(DemandOut):
    """A demand, and what the caller may do with it."""

    project_id: int
    text: str
    returns: int
    carries: int = Field(description="meetings that went by without the answer")
    verbs: list[str]


class ProjectDetailOut(ProjectOut):
    """A project with its lots, its open demands and what the caller may do with it."""

    text: str
    lots: list[LotOut]
    demands: list[DemandOut]
    verbs: list[str]


def send(request: HttpRequest, run: Callable[[], Any], shape: type[Schema], *, status: int = 200) -> HttpResponse:
    """Run an action for the request and answer with its result in that shape."""
    by = bearer(request)
    return step(
        request,
        f"{by.user_id}:{by.acting_as}",
        run,
        lambda row: shape.model_validate(row, from_attributes=True).model_dump(mode="json"),
        status=status,
    )


@router.get("/projects", response=ProjectsOut, operation_id="list_projects", summary="List projects")
def list_projects(request: HttpRequest, state: ProjectState | None = None, after: Id | None = None, size: Size = 20) -> dict[str, Any]:
    """The projects of one's community, newest first."""
    page = queries.projects(by=bearer(request), at=clock.now(), state=state or "", after=after, size=size)
    return {"items": page.rows, "next": page.next_after}


@router.post("/projects", response={201: ProjectOut}, operation_id="propose_project", summary="提一个项目 Propose a project")
def propose_project(request: HttpRequest, body: ProjectIn) -> HttpResponse:
    """Put a candidate on the list."""
    given = body.model_dump()
    return send(request, lambda: actions.propose_project(**given, by=bearer(request), at=clock.now()), ProjectOut, status=201)


@router.get("/projects/{project_id}", response=ProjectDetailOut, operation_id="get_project", summary="A project")
def get_project(request: HttpRequest, project_id: Id) -> dict[str, Any]:
    """A project with its lots and its open demands."""
    by, at = bearer(request), clock.now()
    found = queries.project(project_id, by=by, at=at)
    courts = queries.open_demands(found.id, by=by, at=at)
    plain = {name: getattr(found, name) for name in ("id", "title", "state", "urgency", "effort", "households", "open_demands", "text")}
    return {**plain, "lots": found.lots, "demands": [row for side in courts for row in side.rows], "verbs": list(found.verbs)}


@router.post("/projects/{project_id}/rank", response=ProjectOut, operation_id="rank_project", summary="排轻重缓急 Rank")
def rank_project(request: HttpRequest, project_id: Id, body: RankIn) -> HttpResponse:
    """Say how much it presses, how long it takes, and why."""
    given = body.model_dump()
    return send(request, lambda: actions.rank_project(project_id, **given, by=bearer(request), at=clock.now()), ProjectOut)


@router.post("/projects/{project_id}/shift", response=ProjectOut, operation_id="shift_project", summary="挪先后 Change places")
def shift_project(request: HttpRequest, project_id: Id, body: ShiftIn) -> HttpResponse:
    """Let a ranked project change places with the one before it in the line, or with the one behind; its reason stays with it."""
    earlier = body.way == "EARLIER"
    return send(request, lambda: actions.shift_project(project_id, earlier=earlier, by=bearer(request), at=clock.now()), ProjectOut)


@router.post("/projects/{project_id}/inspect", response=ProjectOut, operation_id="inspect_project", summary="验收 Inspect")
def inspect_project(request: HttpRequest, project_id: Id) -> HttpResponse:
    """Say that the whole is as it should be: nothing is open any more, and the caller is not of the contractor."""
    return send(request, lambda: actions.inspect_project(project_id, by=bearer(request), at=clock.now()), ProjectOut)


@router.post("/projects/{project_id}/demands", response={201: DemandOut}, operation_id="raise_demand", summary="提一件诉求 Raise a demand")
def raise_demand(request: HttpRequest, project_id: Id, body: DemandIn) -> HttpResponse:
    """Put down what somebody wants of the work; it is to be answered at the next meeting."""
    given = body.model_dump()
    pin = (given.pop("pin_on"), given.pop("pin_x"), given.pop("pin_y"))
    if None not in pin:
        given["pin"] = pin
    elif pin != (None, None, None):
        raise Invalid.on("pin_on", _("图上的点要写全：哪个小区、横多少、竖多少。"))
    return send(request, lambda: actions.raise_demand(project_id, **given, by=bearer(request), at=clock.now()), DemandOut, status=201)


@router.get("/demands/{demand_id}", response=DemandDetailOut, operation_id="get_demand", summary="A demand")
def get_demand(request: HttpRequest, demand_id: Id) -> dict[str, Any]:
    """A demand and whose move it is."""
    found = queries.demand(demand_id, by=bearer(request), at=clock.now())
    row = found.row
    plain = {name: getattr(row, name) for name in ("id", "number", "title", "state", "ball", "due_on", "returns", "carries")}
    return {**plain, "project_id": found.project_id, "text": found.text, "verbs": list(found.verbs)}


@router.post("/demands/{demand_id}/answer", response=DemandOut, operation_id="answer_demand", summary="答复 Answer")
def answer_demand(request: HttpRequest, demand_id: Id, body: DemandAnswerIn) -> HttpResponse:
    """Accept with a day, explain, or refuse with a reason."""
    given = body.model_dump()
    return send(request, lambda: actions.answer_demand(demand_id, **given, by=bearer(request), at=clock.now()), DemandOut)


@router.post("/demands/{demand_id}/do", response=DemandOut, operation_id="do_demand", summary="做好了 Done")
def do_demand(request: HttpRequest, demand_id: Id, body: SaidIn) -> HttpResponse:
    """Say that it is done; somebody else looks at it."""
    return send(request, lambda: actions.do_demand(demand_id, body.text, by=bearer(request), at=clock.now()), DemandOut)


@router.post("/demands/{demand_id}/pass", response=DemandOut, operation_id="pass_demand", summary="看过，行 Pass")
def pass_demand(request: HttpRequest, demand_id: Id, body: RemarkIn | None = None) -> HttpResponse:
    """Say that it is right: a supervisor or who wanted it, never the fixer."""
    said = body.text if body else ""
    return send(request, lambda: actions.pass_demand(demand_id, text=said, by=bearer(request), at=clock.now()), DemandOut)


@router.post("/demands/{demand_id}/return", response=DemandOut, operation_id="return_demand", summary="退回 Return")
def return_demand(request: HttpRequest, demand_id: Id, body: SaidIn) -> HttpResponse:
    """Send it back; a new day is asked for, the old one is kept."""
    return send(request, lambda: actions.return_demand(demand_id, body.text, by=bearer(request), at=clock.now()), DemandOut)


@router.post("/demands/{demand_id}/settle", response=DemandOut, operation_id="settle_demand", summary="说通了 Settle")
def settle_demand(request: HttpRequest, demand_id: Id, body: RemarkIn | None = None) -> HttpResponse:
    """Take the explanation or the refusal for an answer."""
    said = body.text if body else ""
    return send(request, lambda: actions.settle_demand(demand_id, text=said, by=bearer(request), at=clock.now()), DemandOut)


@router.post("/demands/{demand_id}/insist", response=DemandOut, operation_id="insist_demand", summary="再议 Insist")
def insist_demand(request: HttpRequest, demand_id: Id, body: InsistIn) -> HttpResponse:
    """Ask again at the next meeting, of the same side or of the other."""
    given = body.model_dump()
    return send(request, lambda: actions.insist_on_demand(demand_id, **given, by=bearer(request), at=clock.now()), DemandOut)


@router.post("/demands/{demand_id}/tell", response=DemandOut, operation_id="tell_demand", summary="告诉提的人 Tell")
def tell_demand(request: HttpRequest, demand_id: Id, body: SaidIn) -> HttpResponse:
    """Say that whoever wanted it has been told how it ended."""
    return send(request, lambda: actions.tell_raiser(demand_id, body.text, by=bearer(request), at=clock.now()), DemandOut)
