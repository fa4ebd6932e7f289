"""Findings of patrols, and the ledgers of what is eradicated."""

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Schema
from pydantic import Field

from zengyi.activities import actions
from zengyi.activities.api.router import In, router, send
from zengyi.activities.queries import patrols as queries
from zengyi.activities.rules import patrols as rules
from zengyi.core import clock
from zengyi.core.api import NUMBER, Day, Flag, Id, RowId, string
from zengyi.people.web import bearer

_Count = Annotated[int, NUMBER]


class FindingIn(In):
    """What was found, where, and how one knows how much. `NOTHING` has neither basis nor count."""

    place_id: RowId | None = None
    text: string(rules.SPOT_MOST) = Field("", description="where, in words", examples=["3号桥到4号桥，北岸"])  # type: ignore[valid-type]
    category: rules.What = Field(examples=["GOLDENROD"])
    count: _Count | None = Field(None, ge=1, le=rules.COUNT_MOST, examples=[210])
    basis: rules.Basis | None = Field(None, examples=["COUNTED"])
    fixed: Flag = Field(False, description="fixed on the spot: no order arises")
    note: string(rules.NOTE_MOST) = ""  # type: ignore[valid-type]


class FindingOut(Schema):
    """A finding, with the order that arose from it and the ledger in which it stands."""

    id: int
    category: rules.What
    order_id: int | None
    ledger_id: int | None


class VisitIn(In):
    """What was new, and what was removed, counted. Neither: there was nothing."""

    on_day: Day = Field(examples=["2026-11-23"])
    found: _Count | None = Field(None, ge=1, le=rules.COUNT_MOST)
    basis: rules.Basis | None = None
    removed: _Count | None = Field(None, ge=1, le=rules.COUNT_MOST)
    people: _Count | None = Field(None, ge=1, le=rules.COUNT_MOST)
    who: string(rules.WHO_MOST) = ""  # type: ignore[valid-type]
    spot: string(rules.SPOT_MOST) = ""  # type: ignore[valid-type]


class LedgerLineOut(Schema):
    """A line of a ledger."""

    kind: rules.EntryKind
    count: int | None
    on_day: date
    spot: str
    who: str
    people: int | None
    remaining: int


class LedgerOut(Schema):
    """A ledger: found less removed is what remains."""

    id: int
    found: int
    removed: int
    remaining: int
    empty_visits: int
    gone: bool
    look_on: date | None
    lines: list[LedgerLineOut]


@router.post("/findings", response={201: FindingOut}, operation_id="report_finding", summary="上报发现 Report a finding")
def report_finding(request: HttpRequest, body: FindingIn) -> HttpResponse:
    """Put down what was found on a patrol, or that there was nothing."""
    given: dict[str, Any] = {"place_id": body.place_id, "spot": body.text, "basis": body.basis or "", "count": body.count}
    given |= {"fixed": body.fixed, "note": body.note}
    return send(
        request,
        lambda: actions.report_finding(body.category, **given, by=bearer(request), at=clock.now()),
        lambda made: {"id": made.pk, "category": str(made.what), "order_id": made.order_id, "ledger_id": made.ledger_id},
        status=201,
    )


@router.get("/eradications/{ledger_id}", response=LedgerOut, operation_id="get_eradication", summary="清除账 A ledger")
def get_eradication(request: HttpRequest, ledger_id: Id) -> dict[str, Any]:
    """Every line, the oldest first."""
    card, lines = queries.ledger(ledger_id, by=bearer(request))
    names = ("id", "found", "removed", "remaining", "empty_visits", "gone", "look_on")
    return {name: getattr(card, name) for name in names} | {"lines": lines}


@router.post("/eradications/{ledger_id}/visits", response=LedgerOut, operation_id="visit_eradication", summary="回看 Look again")
def visit_eradication(request: HttpRequest, ledger_id: Id, body: VisitIn) -> HttpResponse:
    """Write down a visit."""
    by = bearer(request)
    given: dict[str, Any] = {"found": body.found, "basis": body.basis or "", "removed": body.removed, "people_count": body.people}
    given |= {"who": body.who, "spot": body.spot}
    return send(
        request,
        lambda: actions.visit(ledger_id, body.on_day, **given, by=by, at=clock.now()),
        lambda found: LedgerOut(**get_eradication(request, found.pk)).model_dump(mode="json"),
    )
