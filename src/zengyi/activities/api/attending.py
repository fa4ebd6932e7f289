"""The roll over HTTP."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Schema
from pydantic import Field

from zengyi.activities import actions
from zengyi.activities.api.router import In, router, send
from zengyi.activities.queries import roll as queries
from zengyi.activities.rules import attending as rules
from zengyi.core import clock
from zengyi.core.api import Id, Moment, RowId
from zengyi.people.web import bearer


class SeatMarkIn(In):
    """What is put down of one attendee. `at`: by the phone's clock; without it now."""

    attendee_id: RowId
    mark: rules.SeatMark = Field(examples=["IN"])
    at: Moment | None = Field(None, examples=["2026-11-28T08:52:00+08:00"])


class AttendanceIn(In):
    """Marks that were made one after the other."""

    marks: list[SeatMarkIn] = Field(
        min_length=1, max_length=rules.MARKS_MOST, examples=[[{"attendee_id": 7, "mark": "IN", "at": "2026-11-28T08:52:00+08:00"}]]
    )


class AttendanceOut(Schema):
    """How many of the marks changed anything: the same again changes nothing."""

    changed: int


class SeatOut(Schema):
    """A seat on the roll. Nobody's name is in it; of a child it is said whether a picture may be taken."""

    attendee_id: int
    label: str = Field(examples=["03a"])
    is_child: bool
    unpictured: bool
    inside: bool
    absent: bool
    minutes: int | None


class RollOut(Schema):
    """The roll, who is not here yet first."""

    items: list[SeatOut]


class ClosedOut(Schema):
    """An occasion whose roll is closed."""

    id: int
    state: str = Field(examples=["CLOSED"])


@router.get("/occasions/{occasion_id}/roll", response=RollOut, operation_id="get_roll", summary="名单 The roll")
def get_roll(request: HttpRequest, occasion_id: Id) -> dict[str, Any]:
    """Everybody with a seat that is sure, by the number that stands on paper, too."""
    found = queries.roll(occasion_id, by=bearer(request))
    return {"items": [_seat(row) for row in found.rows]}


def _seat(row: queries.Listed) -> dict[str, Any]:
    told = {"attendee_id": row.id, "label": row.label, "is_child": row.is_child, "unpictured": row.unpictured, "inside": row.inside}
    return told | {"absent": row.absent_at is not None, "minutes": row.minutes}


@router.post(
    "/occasions/{occasion_id}/attendance", response=AttendanceOut, operation_id="record_attendance", summary="点名 Record attendance"
)
def record_attendance(request: HttpRequest, occasion_id: Id, body: AttendanceIn) -> HttpResponse:
    """Put marks down, all of them or none."""
    marks = [actions.Marked(one.attendee_id, one.mark, one.at) for one in body.marks]
    return send(
        request, lambda: actions.record_attendance(occasion_id, marks, by=bearer(request), at=clock.now()), lambda n: {"changed": n}
    )


@router.post("/occasions/{occasion_id}/close", response=ClosedOut, operation_id="close_occasion", summary="散场 Close the roll")
def close_occasion(request: HttpRequest, occasion_id: Id) -> HttpResponse:
    """Count the minutes; members who helped have a deed each that somebody else approves."""
    return send(
        request,
        lambda: actions.close_occasion(occasion_id, by=bearer(request), at=clock.now()),
        lambda found: {"id": found.pk, "state": str(found.state)},
    )
