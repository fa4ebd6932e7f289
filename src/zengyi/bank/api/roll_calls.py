"""Roll-calls: put down by one person, posted by another."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import ConfigDict, Field

from zengyi.bank import actions, queries
from zengyi.bank.api.ledger import router, send
from zengyi.bank.rules import REASON_MOST, Mark, RollCallState
from zengyi.core import clock
from zengyi.core.api import Day, Flag, Id, RowId, string
from zengyi.core.errors import Invalid
from zengyi.core.ids import WithId
from zengyi.people.web import bearer

MARKS_MOST = 5000


class _In(Schema):
    model_config = ConfigDict(extra="forbid")


class MarkIn(_In):
    """One member on the list."""

    member_id: RowId = Field(examples=[7])
    mark: Mark


class RollCallIn(_In):
    """A meeting of a branch, a month's dues, or what members did together. Who is not on the list is neither present nor absent.

    Under a rule for deeds everybody present has a deed, which is approved with the list; ``note`` says what was done.
    """

    rule: string(8, least=1) = Field(examples=["B02"])  # type: ignore[valid-type]
    branch_id: RowId = Field(examples=[1])
    held_on: Day = Field(examples=["2026-11-20"])
    marks: Annotated[list[MarkIn], Field(min_length=1, max_length=MARKS_MOST, examples=[[{"member_id": 7, "mark": "PRESENT"}]])]
    note: string(60) = ""  # type: ignore[valid-type]


class DecisionIn(_In):
    """A second person's decision; a reason when it is sent back."""

    approve: Flag = Field(examples=[True])
    reason: string(REASON_MOST) = Field("", examples=["名册少了一位"])  # type: ignore[valid-type]


class MarkOut(Schema):
    """A member's mark, and the points that stand on the books for it."""

    member_id: int
    mark: Mark
    points: int
    note: str = Field(
        description="why it brought fewer than the rule says: empty, CAPPED, REVERSED, or HELD for another second person; of a deed also "
        "FILED by the member before, DENIED by them, or WAITING for another one to approve it"
    )


class RollCallOut(Schema):
    """A roll-call. Nobody's name is in it."""

    id: int
    state: RollCallState
    rule: str
    branch_id: int
    held_on: date
    note: str
    present: int
    leave: int
    absent: int
    proposed_at: datetime
    reason: str
    marks: list[MarkOut]


class RollCallCard(Schema):
    """A roll-call in a list. ``may_post_held``: marks are held that the reader may post."""

    id: int
    state: RollCallState
    rule: str
    branch_id: int
    held_on: date
    note: str
    present: int
    leave: int
    absent: int
    proposed_at: datetime
    may_post_held: bool


class RollCallsOut(Schema):
    """A page of roll-calls, the last meeting first."""

    items: list[RollCallCard]
    next: int | None = Field(description="give it as `after` to go on")


def _told(request: HttpRequest, roll_call_id: int) -> dict[str, Any]:
    found = queries.roll_call(roll_call_id, by=bearer(request), at=clock.now())
    return RollCallOut.model_validate(found, from_attributes=True).model_dump(mode="json")


@router.post("/bank/roll-calls", response={201: RollCallOut}, operation_id="propose_roll_call", summary="点名 Put down a roll-call")
def propose_roll_call(request: HttpRequest, body: RollCallIn) -> HttpResponse:
    """Put down who was there, on leave or absent. Nothing is posted until another person decides."""
    marks = {one.member_id: str(one.mark.value) for one in body.marks}

    def run() -> WithId:
        if len(marks) < len(body.marks):
            raise Invalid.on("marks", _("有人写了两次，一个人只写一个记号。"))
        return actions.propose_roll_call(body.branch_id, body.rule, body.held_on, marks, note=body.note, by=bearer(request), at=clock.now())

    return send(request, run, lambda made: _told(request, made.pk), status=201)


@router.get("/bank/roll-calls/{roll_call_id}", response=RollCallOut, operation_id="get_roll_call", summary="A roll-call")
def get_roll_call(request: HttpRequest, roll_call_id: Id) -> dict[str, Any]:
    """A roll-call with every mark."""
    return _told(request, roll_call_id)


@router.get("/bank/roll-calls", response=RollCallsOut, operation_id="list_roll_calls", summary="List roll-calls")
def list_roll_calls(request: HttpRequest, branch_id: Id | None = None, rule: str = "", after: Id | None = None) -> dict[str, Any]:
    """The community's roll-calls by the day of the meeting, without their marks; of one branch or one rule if asked for."""
    page = queries.roll_calls(branch_id=branch_id, rule=rule, by=bearer(request), at=clock.now(), after=after)
    return {"items": page.rows, "next": page.next_after}


@router.post(
    "/bank/roll-calls/{roll_call_id}/post-held", response=RollCallOut, operation_id="post_held_marks", summary="审核留下的记号 Post held"
)
def post_held_marks(request: HttpRequest, roll_call_id: Id) -> HttpResponse:
    """Post the marks that the first decider could not decide on: another second person, and none of their own."""
    return send(
        request,
        lambda: actions.post_held_marks(roll_call_id, by=bearer(request), at=clock.now()),
        lambda found: _told(request, found.pk),
    )


@router.post("/bank/roll-calls/{roll_call_id}/decide", response=RollCallOut, operation_id="decide_roll_call", summary="审核点名 Decide")
def decide_roll_call(request: HttpRequest, roll_call_id: Id, body: DecisionIn) -> HttpResponse:
    """Post it, or send it back with a reason: somebody other than who put it down, and not a maker of their login.

    Marks of the decider's own, their household or their unit are held for another second person.
    """
    return send(
        request,
        lambda: actions.decide_roll_call(roll_call_id, body.approve, reason=body.reason, by=bearer(request), at=clock.now()),
        lambda found: _told(request, found.pk),
    )
