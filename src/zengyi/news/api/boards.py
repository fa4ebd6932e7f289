"""Operations of the boards: what hangs where since when, what photos prove of it, putting sheets up and taking them down."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Schema
from pydantic import Field

from zengyi.core import clock
from zengyi.core.api import Day, Id, string
from zengyi.news import actions, queries
from zengyi.news.api.router import In, router, send
from zengyi.news.queries import Sheet
from zengyi.news.rules import SPOT_MOST
from zengyi.people.rules import Actor
from zengyi.people.web import bearer


class HangIn(In):
    """Where a sheet was put up. `until`: the last day on which it has to hang, where a rule asks for days."""

    spot: string(SPOT_MOST, least=2) = Field(examples=["南门公示栏"])  # type: ignore[valid-type]
    until: Day | None = None


class BoardSheetOut(Schema):
    """A sheet of paper on a board.

    `seen_on`: the days on which a photo showed it there, the newest first. `proved_days`: on so many days it hung for sure; `proved`: a
    photo shows it on the last day that it had to hang. `photo_due`: that photo is wanted now. `stale`: what hangs is not what is on
    public view any more, so it has to come down.
    """

    id: int
    piece_id: int
    title: str
    spot: str
    hung_on: date
    until: date | None
    taken_on: date | None
    stale: bool
    seen_on: list[date]
    proved_days: int
    proved: bool
    photo_due: bool


def _sheet(one: Sheet) -> dict[str, Any]:
    names = ("id", "piece_id", "title", "spot", "hung_on", "until", "taken_on", "stale")
    told = {name: getattr(one, name) for name in names}
    proof = {"proved_days": one.proof.days, "proved": one.proof.whole, "photo_due": one.proof.due}
    return told | {"seen_on": [day for day, _photo in one.photos], **proof}


def _rendered(hung_id: int, by: Actor, at: datetime) -> object:
    return BoardSheetOut.model_validate(_sheet(queries.sheet(hung_id, by=by, at=at))).model_dump(mode="json")


@router.get("/boards", response=list[BoardSheetOut], operation_id="list_boards", summary="List what hangs on the boards")
def list_boards(request: HttpRequest) -> list[dict[str, Any]]:
    """All that hangs in one's community, board by board: those with something to photograph or to take down come first."""
    found = queries.boards(by=bearer(request), at=clock.now())
    return [_sheet(one) for _spot, sheets in found for one in sheets]


@router.get("/boards/{hung_id}", response=BoardSheetOut, operation_id="get_hung", summary="Read of one sheet")
def get_hung(request: HttpRequest, hung_id: Id) -> dict[str, Any]:
    """One sheet, hanging or taken down."""
    return _sheet(queries.sheet(hung_id, by=bearer(request), at=clock.now()))


@router.post("/news/{news_id}/hang", response={201: BoardSheetOut}, operation_id="hang_news", summary="贴出去 Put a sheet up")
def hang_news(request: HttpRequest, news_id: Id, body: HangIn) -> HttpResponse:
    """Put down that a sheet of a published piece hangs somewhere."""
    by, at = bearer(request), clock.now()

    def told(_row: object) -> object:
        return _rendered(max(one.id for one in queries.piece(news_id, by=by, at=at).hung if one.taken_at is None), by, at)

    return send(request, lambda: actions.hang(news_id, body.spot, until=body.until, by=by, at=at), told, status=201)


@router.post("/boards/{hung_id}/take-down", response=BoardSheetOut, operation_id="take_down_hung", summary="揭下来 Take a sheet down")
def take_down_hung(request: HttpRequest, hung_id: Id) -> HttpResponse:
    """Put down that a sheet was taken off its board."""
    by, at = bearer(request), clock.now()
    return send(request, lambda: actions.take_down(hung_id, by=by, at=at), lambda _piece_id: _rendered(hung_id, by, at))
