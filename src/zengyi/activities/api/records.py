"""服务记录单 over HTTP."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Schema
from pydantic import Field

from zengyi.activities import actions
from zengyi.activities.api.router import In, router, send
from zengyi.activities.queries import records as queries
from zengyi.activities.rules import records as rules
from zengyi.core import clock
from zengyi.core.api import Day, Id, string
from zengyi.people.rules import NOBODY
from zengyi.people.web import bearer


class RecordIn(In):
    """From when to when."""

    first: Day = Field(examples=["2026-01-01"])
    last: Day = Field(examples=["2026-11-26"])


class IssuedOut(Schema):
    """A record that was issued."""

    number: str = Field(examples=["FW-2026-0018-K7QF9MXA"])
    digest: str


class LineOfRecordOut(Schema):
    """One time of service."""

    day: str
    what: str
    host: str
    minutes: int
    how: str


class RecordOut(Schema):
    """Every field of the sheet, and whether it still counts."""

    number: str
    state: rules.RecordState
    reason: str
    name: str
    first: str
    last: str
    minutes: int
    times: int
    issuer: str
    handler: str
    digest: str
    whole: bool = Field(description="the content still has the hash that it was issued with")
    successor: str
    issued_at: datetime
    lines: list[LineOfRecordOut]


@router.post("/sign-ups/{sign_up_id}/records", response={201: IssuedOut}, operation_id="issue_record", summary="出记录单 Issue a record")
def issue_record(request: HttpRequest, sign_up_id: Id, body: RecordIn) -> HttpResponse:
    """A record of all that whoever is behind the sign-up did in those days."""
    given = body.model_dump()
    return send(
        request,
        lambda: actions.issue_record(sign_up_id, **given, by=bearer(request), at=clock.now()),
        lambda made: {"number": made.number, "digest": made.digest},
        status=201,
    )


@router.get("/records/{number}", response=RecordOut, auth=None, operation_id="check_record", summary="核对记录单 Check a record")
def check_record(request: HttpRequest, number: string(30)) -> dict[str, Any]:  # type: ignore[valid-type]
    """For whoever holds the number, signed in or not: every field."""
    found = queries.by_number(number, by=NOBODY)
    told = {name: getattr(found, name) for name in ("number", "state", "reason", "digest", "whole", "successor", "issued_at")}
    return told | {name: found.content[name] for name in ("name", "first", "last", "minutes", "times", "issuer", "handler", "lines")}
