"""The register over HTTP: enter, import, list, and how much of it works."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from ninja.params import functions as params
from pydantic import ConfigDict, Field, StringConstraints

from zengyi.core import clock
from zengyi.core.api import NUMBER, Day, Flag, Id, Size, answer, key_of, step, string
from zengyi.facilities import actions, queries, rules
from zengyi.facilities.rules.sheets import WORDS
from zengyi.people.web import bearer

Kind = Annotated[str, StringConstraints(pattern=f"^({'|'.join(rules.kinds())})$")]
_CELLS_MOST = 60
_FROM: Any = params.Query(None, alias="from", description="the first day; by default 30 days")
_TO: Any = params.Query(None, alias="to", description="the last day; by default today")


class FacilityIn(Schema):
    """A facility, in the words of the sheet: names of kinds, places and units, days as 2026-11-25."""

    model_config = ConfigDict(extra="forbid")
    code: string(rules.CODE_MOST, least=1) = Field(examples=["C-012"])  # type: ignore[valid-type]
    name: string(rules.NAME_MOST, least=1) = Field(examples=["摄像头 12"])  # type: ignore[valid-type]
    kind: Kind = Field(examples=["CAMERA"])
    place: string(60) = Field("", description="a building or a named spot of the community", examples=["3幢"])  # type: ignore[valid-type]
    spot: string(rules.SPOT_MOST) = Field("", description="where exactly; never a door number")  # type: ignore[valid-type]
    state: Annotated[str, StringConstraints(pattern="^(IN_SERVICE|PLANNED)$")] = "IN_SERVICE"
    since: Day | None = Field(None, description="in service since; today if left out")
    up: string(rules.CODE_MOST) = Field("", description="the number of the power supply, line or switch it hangs on")  # type: ignore[valid-type]
    repairer: string(80) = Field("", description="a unit by its name")  # type: ignore[valid-type]
    model: string(60) = ""  # type: ignore[valid-type]
    serial: string(60) = ""  # type: ignore[valid-type]
    warranty: Day | None = None
    x: Annotated[int, Field(ge=0, le=rules.DRAWN_MOST), NUMBER] | None = Field(None, description="on the estate's drawing, from the left")
    y: Annotated[int, Field(ge=0, le=rules.DRAWN_MOST), NUMBER] | None = Field(None, description="on the estate's drawing, from the top")


class FacilityMadeOut(Schema):
    """What was made."""

    id: int


class SheetIn(Schema):
    """A sheet as texts: the header of the template first, one facility a row below it."""

    model_config = ConfigDict(extra="forbid")
    rows: list[Annotated[list[string(200)], Field(max_length=_CELLS_MOST)]] = Field(  # type: ignore[valid-type]
        max_length=rules.FACILITIES_MOST + 20, examples=[[["编号", "名称", "类别"], ["C-012", "摄像头 12", "摄像头"]]]
    )
    dry_run: Flag = Field(False, description="only tell what importing it would do")


class RowErrorOut(Schema):
    """What is wrong in one cell."""

    line: int
    column: str
    sentence: str


class ImportedOut(Schema):
    """What importing did, or with ``dry_run`` would do. With errors nothing is imported."""

    new: int
    changed: int
    unchanged: int
    errors: list[RowErrorOut]


class FacilityOut(Schema):
    """A facility. ``known``: somebody looked within the last two intervals."""

    id: int
    code: str
    name: str
    kind: str
    state: rules.FacilityState
    known: bool
    place: str
    spot: str
    community_id: int
    seen_at: datetime | None


class FacilitiesOut(Schema):
    """A page of facilities; ``next`` is the ``after`` of the following one."""

    items: list[FacilityOut]
    next: int | None


class ShareOut(Schema):
    """Hours in service, and of these up, down and unknown; ``share`` is up of all, 0 to 1."""

    up: float
    down: float
    unknown: float
    in_service_hours: float
    share: float | None


def _owner(request: HttpRequest) -> str:
    by = bearer(request)
    return f"{by.user_id}:{by.acting_as}"


def add_facility(request: HttpRequest, body: FacilityIn) -> HttpResponse:
    """Enter a facility in one's community."""
    kind = rules.kinds()[body.kind]
    given = body.model_dump() | {"kind": kind.name, "state": WORDS[rules.FacilityState(body.state)]}
    given |= {name: value.isoformat() if value else "" for name, value in (("since", body.since), ("warranty", body.warranty))}
    given |= {name: "" if given[name] is None else str(given[name]) for name in ("x", "y")}
    return step(
        request, _owner(request), lambda: actions.add(**given, by=bearer(request), at=clock.now()), lambda made: {"id": made}, status=201
    )


def import_facilities(request: HttpRequest, body: SheetIn) -> HttpResponse:
    """Import a sheet into one's community: all of it or nothing. A known number is updated. A wrong sheet is answered 422, every error told
    under the number of its line."""
    by, at = bearer(request), clock.now()
    if body.dry_run:
        key_of(request)
        plan = queries.plan_to_import(body.rows, by=by, at=at)
        errors = [{"line": e.line, "column": e.column, "sentence": str(e.sentence)} for e in plan.errors]
        return answer({"new": len(plan.new), "changed": len(plan.changed), "unchanged": plan.unchanged, "errors": errors})
    return step(
        request,
        _owner(request),
        lambda: actions.import_facilities(body.rows, by=by, at=at),
        lambda done: {"new": done.new, "changed": done.changed, "unchanged": done.unchanged, "errors": []},
    )


def list_facilities(
    request: HttpRequest,
    community: Id | None = None,
    kind: Kind | None = None,
    state: rules.FacilityState | None = None,
    q: string(40) = "",  # type: ignore[valid-type]
    after: Id | None = None,
    size: Size = 20,
) -> dict[str, Any]:
    """Facilities one may see, with filters. Those taken down only when asked for."""
    found = queries.facilities(
        by=bearer(request), at=clock.now(), community_id=community, kind=kind or "", state=state or "", q=q, after=after, size=size
    )
    return {"items": found.rows, "next": found.next_after}


def get_availability(
    request: HttpRequest,
    community: Id | None = None,
    kind: Kind | None = None,
    place: Id | None = None,
    first: date | None = _FROM,
    last: date | None = _TO,
) -> dict[str, Any]:
    """How long facilities were up, down and unknown: nobody looked for two intervals. Clipped to the window.

    `place`: of one building or spot, for whoever reads the register."""
    given: dict[str, Any] = {"community_id": community, "kind": kind or "", "place_id": place, "first": first, "last": last}
    found = queries.availability(by=bearer(request), at=clock.now(), **given)
    hours = {name: round(value / rules.HOUR, 2) for name, value in (("up", found.up), ("down", found.down), ("unknown", found.unknown))}
    return {**hours, "in_service_hours": round(found.service / rules.HOUR, 2), "share": found.share}


def add_to(router: Router) -> None:
    """The operations; the one with a fixed word stands before those with an id."""
    router.get("/facilities/availability", response=ShareOut, operation_id="get_availability", summary="How much works", by_alias=True)(
        get_availability
    )
    router.post("/facilities/import", response=ImportedOut, operation_id="import_facilities", summary="Import a sheet of facilities")(
        import_facilities
    )
    router.get("/facilities", response=FacilitiesOut, operation_id="list_facilities", summary="List facilities")(list_facilities)
    router.post("/facilities", response={201: FacilityMadeOut}, operation_id="add_facility", summary="Enter a facility")(add_facility)
