"""Ballots over HTTP: turnout while one is open, what was decided once it is closed."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field

from zengyi.core import clock
from zengyi.core.api import NUMBER, Day, Flag, Id, Moment, RowId, Size, string
from zengyi.core.errors import Invalid
from zengyi.councils import actions, queries
from zengyi.councils.api.common import In, router, send
from zengyi.councils.rules import ballots as rules
from zengyi.councils.rules.methods import OPTION_MOST, OPTIONS_MOST, POINTS_MOST, Method, Share
from zengyi.councils.rules.owner_sheets import NAME_MOST, UNIT_MOST, area_of
from zengyi.councils.rules.owners import Flat, FlatKind, Subject, heads_of, metres
from zengyi.people.web import bearer

LIMITED = ("cast_stance",)
#: Electors of one request; whole estates come as a sheet.
ELECTORS_MOST = 500


class ElectorIn(In):
    """One who may vote. In an owners' vote: one flat with its owner; elsewhere a person of the community, or a name."""

    name: string(NAME_MOST) = Field("", examples=["居民1206"])  # type: ignore[valid-type]
    person_id: RowId | None = None
    weight: Annotated[int, Field(ge=1, le=rules.WEIGHT_MOST), NUMBER] = 1
    unit: string(UNIT_MOST) = Field("", examples=["3幢2单元502"])  # type: ignore[valid-type]
    area: string(16) = Field("", examples=["89.55"], description="m², as a decimal string")  # type: ignore[valid-type]
    kind: FlatKind = FlatKind.OWNER


class BallotIn(In):
    """What is put to the vote, how, and who may vote."""

    title: string(rules.TITLE_MOST, least=rules.TITLE_LEAST) = Field(examples=["3 幢电梯的补偿链，换不换？"])  # type: ignore[valid-type]
    text: string(rules.TEXT_MOST) = ""  # type: ignore[valid-type]
    method: Method = Field(examples=["hands"])
    topic_id: RowId | None = None
    place: RowId | None = Field(None, description="the part concerned: a building")
    subject: Subject | None = Field(None, description="of owners' votes")
    pack: string(20) = Field("national", description="rules of the city, of owners' votes")  # type: ignore[valid-type]
    amount: Annotated[int, Field(ge=1, le=rules.AMOUNT_MOST), NUMBER] | None = Field(None, description="cents")
    options: list[string(OPTION_MOST, least=1)] = Field([], max_length=OPTIONS_MOST)  # type: ignore[valid-type]
    points: Annotated[int, Field(ge=0, le=POINTS_MOST), NUMBER] = Field(0, description="score: most for an option; dot: dots in a hand")
    passes: Share = Field(Share.HALF, description="of those who vote, for a show of hands")
    quorum: Share = Field(Share.NONE, description="of all electors")
    electors: list[ElectorIn] = Field([], max_length=ELECTORS_MOST)


class OpenIn(In):
    """Since when the notice has hung, and until when one may vote. Owners' votes need both."""

    noticed_on: Day | None = Field(None, examples=["2026-11-01"])
    closes_at: Moment | None = Field(None, examples=["2026-11-28T20:00:00+08:00"])


class CloseIn(In):
    """Why an owners' vote ends before its day."""

    reason: string(rules.REASON_MOST) = Field("", examples=["电梯停了，临时会议决定提前"])  # type: ignore[valid-type]


class PostedIn(In):
    """Since when the result has hung."""

    posted_on: Day = Field(examples=["2026-11-29"])


class SaleIn(In):
    """A flat that was sold during the vote: whose it was, whose it is, and what that was seen on."""

    elector_id: RowId = Field(examples=[12])
    buyer: string(rules.NAME_MOST, least=1) = Field(examples=["王五"])  # type: ignore[valid-type]
    paper: string(rules.PAPER_MOST, least=1) = Field(examples=["不动产权证，11 月 20 日过户"])  # type: ignore[valid-type]


class SaleOut(Schema):
    """The elector's line, and how often its flat was sold."""

    position: int
    sold: int


class StanceIn(In):
    """What somebody says. A worker who enters it for somebody names the elector and how it came; everybody else votes for themselves."""

    choice: Literal["", "FOR", "AGAINST", "ABSTAIN", "ASIDE"] = Field("", examples=["FOR"])
    numbers: list[Annotated[int, Field(ge=0, le=100), NUMBER]] = Field([], max_length=OPTIONS_MOST, description="one for each option")
    reason: string(rules.REASON_MOST) = ""  # type: ignore[valid-type]
    code: string(40) = Field("", description="from the QR code of the paper")  # type: ignore[valid-type]
    elector_id: RowId | None = None
    channel: rules.VoteChannel = rules.VoteChannel.ONLINE
    read_back: Flag = False
    by_mandate: Flag = False
    holder_present: Flag = False


class BallotOut(Schema):
    """A ballot, as it is after a step."""

    id: int
    number: str
    title: str
    state: rules.BallotState


class BallotRowOut(BallotOut):
    """A ballot in a list. ``adopted``: nothing before closing, and where options were weighed."""

    method: Method
    closes_at: datetime | None
    adopted: bool | None


class BallotsOut(Schema):
    """A page of ballots, newest first."""

    items: list[BallotRowOut]
    next: int | None = Field(description="give it as `after` to go on")


class TurnoutOut(Schema):
    """How many have voted; areas are decimal strings in m². Of owners' votes two thirds are needed."""

    heads: int
    heads_voted: int
    heads_needed: int | None
    area: str
    area_voted: str
    area_needed: str | None


class BallotDetailOut(BallotRowOut):
    """A ballot: turnout while it is open, tallies after closing, and nobody's name."""

    text: str
    subject: str
    place: str
    amount: int | None
    options: list[str]
    points: int
    opened_at: datetime | None
    closed_at: datetime | None
    turnout: TurnoutOut
    tallies: dict[str, Any] | None = Field(description="what it came to; nothing before closing")
    digest: str
    may_vote: bool
    moves: list[str]


class ElectorOut(Schema):
    """An elector at the desk: whether they voted, never what they said."""

    id: int
    position: int
    name: str
    returned: bool
    delivered: bool


class ElectorsOut(Schema):
    """Everybody who may vote."""

    items: list[ElectorOut]


class StanceOut(Schema):
    """That somebody's answer was taken, with the digits that find it in the list of votes after closing."""

    id: int
    receipt: str


def _ballot(row: object) -> object:
    return BallotOut.from_orm(row).model_dump(mode="json")


def _flats(given: list[ElectorIn]) -> list[Flat]:
    flats = []
    for line, one in enumerate(given, start=1):
        try:
            area = area_of(one.area)
        except Invalid as refusal:
            raise Invalid.on("electors", _("第 %(line)d 行：%(sentence)s") % {"line": line, "sentence": refusal.sentence}) from refusal
        if not one.name or not one.unit:
            raise Invalid.on("electors", _("第 %(line)d 行：业主和房号都要写。") % {"line": line})
        flats.append(Flat(one.name, one.unit, area, one.kind == FlatKind.DEVELOPER))
    return flats


@router.get("/ballots", response=BallotsOut, operation_id="list_ballots", summary="List ballots")
def list_ballots(request: HttpRequest, after: Id | None = None, size: Size = 20) -> dict[str, Any]:
    """Ballots one may see, newest first."""
    page = queries.ballots(by=bearer(request), after=after, size=size)
    return {"items": page.rows, "next": page.next_after}


@router.post("/ballots", response={201: BallotOut}, operation_id="create_ballot", summary="Prepare a ballot")
def create_ballot(request: HttpRequest, body: BallotIn) -> HttpResponse:
    """Prepare a ballot; its electors may come along, and stay as they are from opening on."""
    of_owners = body.method == Method.OWNER_DUAL
    proposal = rules.Proposal(
        title=body.title,
        text=body.text,
        method=body.method,
        subject=body.subject or "",
        pack=body.pack if of_owners else "",
        options=tuple(body.options),
        points=body.points,
        amount=body.amount,
    )
    return send(
        request,
        lambda: actions.create_ballot(
            proposal,
            topic_id=body.topic_id,
            place_id=body.place,
            passes=body.passes,
            quorum=body.quorum,
            owners=heads_of(_flats(body.electors)) if of_owners else (),
            voters=() if of_owners else [actions.Voter(one.name, one.person_id, one.weight) for one in body.electors],
            by=bearer(request),
            at=clock.now(),
        ),
        _ballot,
        status=201,
    )


@router.get("/ballots/{ballot_id}", response=BallotDetailOut, operation_id="get_ballot", summary="Look up a ballot")
def get_ballot(request: HttpRequest, ballot_id: Id) -> object:
    """A ballot: turnout while it is open, tallies after closing."""
    found = queries.ballot(ballot_id, by=bearer(request))
    turnout = found.turnout
    told = {name: getattr(found, name) for name in BallotDetailOut.model_fields if name not in ("turnout", "tallies")}
    told["turnout"] = {
        "heads": turnout.heads,
        "heads_voted": turnout.heads_voted,
        "heads_needed": turnout.heads_needed if found.of_owners else None,
        "area": metres(turnout.area),
        "area_voted": metres(turnout.area_voted),
        "area_needed": metres(turnout.area_needed) if found.of_owners else None,
    }
    return {**told, "tallies": found.result}


@router.get("/ballots/{ballot_id}/electors", response=ElectorsOut, operation_id="list_electors", summary="List who may vote")
def list_electors(request: HttpRequest, ballot_id: Id) -> object:
    """Everybody who may vote, for the desk: whether they were reached and whether they voted."""
    found = queries.desk(ballot_id, by=bearer(request))
    return {"items": sorted((row for _stair, rows in found.stairs for row in rows), key=lambda row: row.position)}


@router.post("/ballots/{ballot_id}/open", response=BallotOut, operation_id="open_ballot", summary="Open a ballot")
def open_ballot(request: HttpRequest, ballot_id: Id, body: OpenIn | None = None) -> HttpResponse:
    """Open a ballot: from now on its electorate and its rules stand."""
    given = body.model_dump() if body else {}
    return send(request, lambda: actions.open_ballot(ballot_id, **given, by=bearer(request), at=clock.now()), _ballot)


@router.post("/ballots/{ballot_id}/close", response=BallotOut, operation_id="close_ballot", summary="Close and count")
def close_ballot(request: HttpRequest, ballot_id: Id, body: CloseIn | None = None) -> HttpResponse:
    """Close a ballot and count it, once."""
    given = body.model_dump() if body else {}
    return send(request, lambda: actions.close_ballot(ballot_id, **given, by=bearer(request), at=clock.now()), _ballot)


@router.post("/ballots/{ballot_id}/stances", response={201: StanceOut}, operation_id="cast_stance", summary="投 Vote")
def cast_stance(request: HttpRequest, ballot_id: Id, body: StanceIn) -> HttpResponse:
    """Vote, or enter somebody's vote. A second answer replaces the first before closing; 409 after."""
    entered = None
    if body.elector_id is not None:
        entered = actions.Entered(
            elector_id=body.elector_id,
            channel=body.channel,
            read_back=body.read_back,
            by_mandate=body.by_mandate,
            holder_present=body.holder_present,
        )
    answer = actions.Answer(choice=body.choice, numbers=body.numbers, reason=body.reason)
    return send(
        request,
        lambda: actions.cast_stance(ballot_id, answer, entered=entered, code=body.code, by=bearer(request), at=clock.now()),
        lambda made: {"id": made.pk, "receipt": made.receipt},
        status=201,
    )


@router.post("/ballots/{ballot_id}/posted", response=BallotOut, operation_id="post_result", summary="公示 Note since when it hangs")
def post_result(request: HttpRequest, ballot_id: Id, body: PostedIn) -> HttpResponse:
    """Note since when the result of an owners' vote has hung on the board."""
    return send(request, lambda: actions.post_result(ballot_id, body.posted_on, by=bearer(request), at=clock.now()), _ballot)


@router.post("/ballots/{ballot_id}/sales", response=SaleOut, operation_id="sell_flat", summary="换业主 A flat was sold")
def sell_flat(request: HttpRequest, ballot_id: Id, body: SaleIn) -> HttpResponse:
    """A flat was sold while the vote is open: its buyer votes, unless the seller has."""
    return send(
        request,
        lambda: actions.sell_flat(ballot_id, body.elector_id, body.buyer, body.paper, by=bearer(request), at=clock.now()),
        lambda row: {"position": row.position, "sold": row.sold},
    )
