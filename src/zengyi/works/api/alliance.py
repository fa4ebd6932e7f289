"""The alliance over HTTP: its members, what each can give and has paid for, its meetings."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Schema
from pydantic import Field

from zengyi.core import clock
from zengyi.core.api import RowId, string
from zengyi.people.web import bearer
from zengyi.works import actions, queries
from zengyi.works.api.building import MeetingIn, MeetingOut
from zengyi.works.api.funds import FundLineOut
from zengyi.works.api.operations import In, router, send
from zengyi.works.rules.funds import GIVES_MOST
from zengyi.works.rules.projects import NAME_MOST, TITLE_LEAST


class AllianceIn(In):
    """What it is called."""

    name: string(NAME_MOST, least=TITLE_LEAST) = Field(examples=["星湖邻里 · 党建联盟"])  # type: ignore[valid-type]


class GiftIn(In):
    """An organisation and what it can give."""

    organisation_id: RowId = Field(examples=[4])
    gives: string(GIVES_MOST, least=TITLE_LEAST) = Field(examples=["每季免费查一次电梯"])  # type: ignore[valid-type]


class AllianceOut(Schema):
    """An alliance."""

    id: int
    name: str


class GiftOut(Schema):
    """What a member can give."""

    id: int
    organisation_id: int
    gives: str


class AllianceMemberOut(Schema):
    """A member: what it can give, and what it has paid for, in fen."""

    organisation_id: int
    name: str
    gives: str
    paid: int


class AllianceMeetingOut(Schema):
    """A meeting of the alliance."""

    id: int
    title: str
    ordinal: int
    starts_at: datetime
    state: str


class AllianceDetailOut(Schema):
    """An alliance, empty where none is written down: its members, its latest meetings, and every line of money of the community."""

    name: str
    members: list[AllianceMemberOut]
    meetings: list[AllianceMeetingOut]
    lines: list[FundLineOut]


@router.get("/alliance", response=AllianceDetailOut, operation_id="get_alliance", summary="The alliance")
def get_alliance(request: HttpRequest) -> dict[str, Any]:
    """The alliance of one's community: who is in it, what each can give, who paid for what."""
    by = bearer(request)
    found = queries.alliance(by=by, at=clock.now())
    members = [{"organisation_id": one.id, "name": one.name, "gives": one.gives, "paid": one.paid} for one in found.members]
    return {"name": found.name, "members": members, "meetings": queries.alliance_meetings(by=by), "lines": found.lines}


@router.post("/alliance", response=AllianceOut, operation_id="name_alliance", summary="给联盟起名 Name the alliance")
def name_alliance(request: HttpRequest, body: AllianceIn) -> HttpResponse:
    """Write the community's alliance down, or give it another name."""
    return send(request, lambda: actions.name_alliance(body.name, by=bearer(request), at=clock.now()), AllianceOut)


@router.post("/alliance/members", response=GiftOut, operation_id="join_alliance", summary="加一个单位 Take an organisation in")
def join_alliance(request: HttpRequest, body: GiftIn) -> HttpResponse:
    """Take an organisation in, or write anew what it can give."""
    return send(request, lambda: actions.join_alliance(**body.model_dump(), by=bearer(request), at=clock.now()), GiftOut)


@router.post("/alliance/meetings", response={201: MeetingOut}, operation_id="call_alliance", summary="召集联盟会 Call its meeting")
def call_alliance(request: HttpRequest, body: MeetingIn) -> HttpResponse:
    """Call the alliance's next meeting, a session of the councils."""
    return send(request, lambda: actions.call_alliance(**body.model_dump(), by=bearer(request), at=clock.now()), MeetingOut, status=201)
