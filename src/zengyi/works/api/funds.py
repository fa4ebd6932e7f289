"""Money of projects over HTTP, in fen: whole hundredths of a yuan."""

from datetime import date
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Schema
from pydantic import Field

from zengyi.core import clock
from zengyi.core.api import NUMBER, Day, Flag, Id, RowId, string
from zengyi.people.web import bearer
from zengyi.works import actions
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
