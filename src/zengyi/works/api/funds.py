"""Money of projects over HTTP, in fen: whole hundredths of a yuan."""

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Schema
from pydantic import Field

from zengyi.core import clock
from zengyi.core.api import NUMBER, Day, Flag, Id, RowId, string
from zengyi.people.web import bearer
from zengyi.works import actions, queries
from zengyi.works.api.operations import In, router, send
from zengyi.works.rules.funds import FEN_MOST, PACKS, STRICT, Emergency, LineState, Source
from zengyi.works.rules.projects import NAME_MOST, REASON_LEAST, REASON_MOST, TITLE_LEAST, TITLE_MOST

Fen = Annotated[int, NUMBER, Field(ge=1, le=FEN_MOST)]


class LineIn(In):
    """Money for one thing. `payer_id`: whose it is, or who keeps it. `pack`: by whose rules the maintenance fund is spent."""

    title: string(TITLE_MOST, least=TITLE_LEAST) = Field(examples=["12 扇单元门换玻璃"])  # type: ignore[valid-type]
    source: Source = Field(examples=["ALLIANCE"])
    amount: Fen = Field(examples=[2880000])
    payer_id: RowId | None = None
    follows_id: RowId | None = Field(None, description="the line that this goes beyond, asked anew")
    pack: string(10) = Field(STRICT, description=", ".join(PACKS))  # type: ignore[valid-type]


class DecideLineIn(In):
    """Approved or not, and where it was decided; for the maintenance fund with the owners' adopted vote."""

    approve: Flag = Field(examples=[True])
    basis: string(REASON_MOST, least=REASON_LEAST) = Field(examples=["联盟会第 4 次"])  # type: ignore[valid-type]
    ballot_id: RowId | None = None


class EmergencySignIn(In):
    """Which kind of emergency."""

    kind: Emergency = Field(examples=["LIFT"])
    reason: string(REASON_MOST) = ""  # type: ignore[valid-type]


class PaymentIn(In):
    """What was paid, to whom, and when."""

    amount: Fen = Field(examples=[2106000])
    payee: string(NAME_MOST, least=TITLE_LEAST) = Field(examples=["电梯维保公司"])  # type: ignore[valid-type]
    paid_on: Day = Field(examples=["2026-11-23"])


class PostIn(In):
    """Since when an emergency hangs on the board."""

    posted_on: Day = Field(examples=["2026-11-23"])


class RaiseIn(In):
    """How much is approved in all, and why more."""

    total: Fen = Field(examples=[3000000])
    reason: string(REASON_MOST, least=REASON_LEAST) = Field(examples=["料涨价了"])  # type: ignore[valid-type]


class FundLineOut(Schema):
    """A fund line, in fen."""

    id: int
    project_id: int
    title: str
    source: Source
    state: LineState
    asked: int
    approved: int
    paid: int
    basis: str
    ballot_id: int | None
    posted_on: date | None
    follows_id: int | None = None


class PaymentOut(Schema):
    """A payment, in fen."""

    id: int
    line_id: int
    amount: int
    payee: str
    paid_on: date


@router.post(
    "/projects/{project_id}/fund-lines", response={201: FundLineOut}, operation_id="propose_line", summary="提一笔钱 Ask for money"
)
def propose_line(request: HttpRequest, project_id: Id, body: LineIn) -> HttpResponse:
    """Ask for money; a second person approves it."""
    given = body.model_dump()
    return send(request, lambda: actions.propose_line(project_id, **given, by=bearer(request), at=clock.now()), FundLineOut, status=201)


@router.post("/fund-lines/{line_id}/decide", response=FundLineOut, operation_id="decide_line", summary="批 Approve or reject")
def decide_line(request: HttpRequest, line_id: Id, body: DecideLineIn) -> HttpResponse:
    """Approve or reject: not who asked for it."""
    given = body.model_dump()
    return send(request, lambda: actions.decide_line(line_id, **given, by=bearer(request), at=clock.now()), FundLineOut)


@router.post("/fund-lines/{line_id}/sign", response=FundLineOut, operation_id="sign_line", summary="应急签字 Sign an emergency")
def sign_line(request: HttpRequest, line_id: Id, body: EmergencySignIn) -> HttpResponse:
    """Sign that it is an emergency; the second person's signature approves it."""
    given = body.model_dump()
    return send(request, lambda: actions.sign_line(line_id, **given, by=bearer(request), at=clock.now()), FundLineOut)


@router.post("/fund-lines/{line_id}/payments", response={201: PaymentOut}, operation_id="pay_line", summary="记付款 Pay")
def pay_line(request: HttpRequest, line_id: Id, body: PaymentIn) -> HttpResponse:
    """Put a payment down. All payments together never exceed what was approved."""
    given = body.model_dump()
    return send(request, lambda: actions.pay_line(line_id, **given, by=bearer(request), at=clock.now()), PaymentOut, status=201)


@router.post("/fund-lines/{line_id}/post", response=FundLineOut, operation_id="post_line", summary="贴出来了 Post an emergency")
def post_line(request: HttpRequest, line_id: Id, body: PostIn) -> HttpResponse:
    """Say since when the emergency hangs on the board; only then may it be paid."""
    return send(request, lambda: actions.post_line(line_id, body.posted_on, by=bearer(request), at=clock.now()), FundLineOut)


@router.post("/fund-lines/{line_id}/raise", response=FundLineOut, operation_id="raise_line", summary="追加 Approve more")
def raise_line(request: HttpRequest, line_id: Id, body: RaiseIn) -> HttpResponse:
    """Approve more for the same; from what the pack asks anew on, it is another line."""
    return send(request, lambda: actions.raise_line(line_id, **body.model_dump(), by=bearer(request), at=clock.now()), FundLineOut)


class MoneyOut(Schema):
    """The account of a project, in fen."""

    approved: int
    paid: int
    lines: list[FundLineOut]


@router.get("/projects/{project_id}/fund-lines", response=MoneyOut, operation_id="get_money", summary="The account of a project")
def get_money(request: HttpRequest, project_id: Id) -> dict[str, Any]:
    """Every line of a project: what it is for, by what it was approved, how much was paid."""
    by, at = bearer(request), clock.now()
    found = queries.money(queries.project(project_id, by=by, at=at).id, by=by, at=at)
    return {"approved": found.approved, "paid": found.paid, "lines": found.lines}
