"""Operations of the signs at buildings' doors: which there are, new ones, and those that lead nowhere any more."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Schema
from pydantic import ConfigDict, Field

from zengyi.core import clock
from zengyi.core.api import Id, RowId, step
from zengyi.orders import actions, queries
from zengyi.orders.api.operations import router
from zengyi.orders.rules.signs import SIGNS_MOST
from zengyi.people.web import bearer


class SignsIn(Schema):
    """Buildings of one's community that are to have a sign; those that have one keep it."""

    model_config = ConfigDict(extra="forbid")
    buildings: list[RowId] = Field(min_length=1, max_length=SIGNS_MOST, examples=[[1]])


class SignEndIn(Schema):
    """`replace`: another sign takes its place at once."""

    model_config = ConfigDict(extra="forbid")
    replace: bool = Field(False, examples=[True])


class DoorSignOut(Schema):
    """A building and the sign in force at its door; no id and no link where there is none. The link is what its QR code holds."""

    building_id: int
    building: str
    estate: str
    id: int | None
    link: str
    issued_at: datetime | None


class SignsMadeOut(Schema):
    """How many signs were made."""

    made: int


class SignEndedOut(Schema):
    """The sign that was ended, and the id of the one in its place."""

    id: int
    new: int | None


@router.get("/signs", response=list[DoorSignOut], operation_id="list_signs", summary="List the signs at buildings' doors")
def list_signs(request: HttpRequest) -> list[dict[str, Any]]:
    """Every building of one's community, with the sign in force at its door."""
    names = ("building_id", "building", "estate", "id", "issued_at")

    def link(token: str) -> str:
        return request.build_absolute_uri(reverse("door", args=[token])) if token else ""

    return [{**{name: getattr(one, name) for name in names}, "link": link(one.token)} for one in queries.signs(by=bearer(request))]


@router.post("/signs", response={201: SignsMadeOut}, operation_id="hang_signs", summary="Make signs for buildings")
def hang_signs(request: HttpRequest, body: SignsIn) -> HttpResponse:
    """A sign for each of the buildings that has none."""
    by = bearer(request)
    run = lambda: actions.hang_signs(body.buildings, by=by, at=clock.now())  # noqa: E731
    return step(request, f"{by.user_id}:{by.acting_as}", run, lambda made: {"made": made}, status=201)


@router.post("/signs/{sign_id}/end", response=SignEndedOut, operation_id="end_sign", summary="End a sign")
def end_sign(request: HttpRequest, sign_id: Id, body: SignEndIn | None = None) -> HttpResponse:
    """Its code leads nowhere from now on; with `replace` there is a new one."""
    by, replace = bearer(request), bool(body and body.replace)
    return step(
        request,
        f"{by.user_id}:{by.acting_as}",
        lambda: actions.end_sign(sign_id, replace=replace, by=by, at=clock.now()),
        lambda new: {"id": sign_id, "new": new},
    )
