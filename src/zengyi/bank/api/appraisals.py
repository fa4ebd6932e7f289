"""评议: one's own years, a branch's sheet, what its meeting decided, and the second person's word."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import ConfigDict, Field

from zengyi.bank.actions import appraisals as actions
from zengyi.bank.api.ledger import router, send
from zengyi.bank.queries import appraisals as queries
from zengyi.bank.rules import appraisals as rules
from zengyi.bank.rules.appraisals import AppraisalState, Tier, Verdict
from zengyi.core import clock
from zengyi.core.api import NUMBER, Day, Flag, Id, RowId, string
from zengyi.core.errors import Invalid
from zengyi.core.ids import WithId
from zengyi.people.web import bearer

VERDICTS_MOST = 5000
Year = Annotated[int, NUMBER, Field(ge=2000, le=2100)]


class _In(Schema):
    model_config = ConfigDict(extra="forbid")


class VerdictIn(_In):
    """What the meeting found of one member; a reason where the points propose otherwise, or nothing."""

    member_id: RowId = Field(examples=[7])
    tier: Tier
    reason: string(rules.REASON_MOST) = Field("", examples=["带头调解了三起纠纷"])  # type: ignore[valid-type]
    present: Flag = Field(False, description="they were at the meeting")


class AppraisalIn(_In):
    """What a branch meeting decided about a year: every member of the branch, and the minutes."""

    branch_id: RowId = Field(examples=[1])
    year: Year = Field(examples=[2025])
    held_on: Day = Field(examples=["2026-01-16"])
    minutes: string(rules.MINUTES_MOST, least=rules.MINUTES_LEAST) = Field(examples=["书记主持，逐个议，举手通过。"])  # type: ignore[valid-type]
    others: string(rules.OTHERS_MOST) = Field("", description="who else was there, in words")  # type: ignore[valid-type]
    why: string(rules.REASON_MOST) = Field("", description="why an earlier decision is corrected, where one stands")  # type: ignore[valid-type]
    verdicts: Annotated[
        list[VerdictIn],
        Field(min_length=1, max_length=VERDICTS_MOST, examples=[[{"member_id": 7, "tier": "QUALIFIED", "reason": "", "present": True}]]),
    ]


class AppraisalDecisionIn(_In):
    """A second person's word; a reason when it is sent back."""

    approve: Flag = Field(examples=[True])
    reason: string(rules.REASON_MOST) = Field("", examples=["没写谁主持"])  # type: ignore[valid-type]


class TierOut(Schema):
    """A tier and the points it asks for at least."""

    code: Tier
    least: int


class YearOut(Schema):
    """A year's points."""

    base: int = Field(description="base points had")
    offered: int = Field(description="base points that could be had; leave shrinks them")
    base_score: int = Field(description="base on the scale of a full year, 60")
    gain: int = Field(description="gain of the quarters in which the base standard was met")
    held: int = Field(description="gain of the others, which does not count")
    deducted: int
    vetoes: list[str] = Field(description="codes of the rules")


class LineOut(Schema):
    """A member's line. Nobody's name is in it. ``tier`` is empty until the meeting has decided."""

    member_id: int
    year: YearOut
    score: int
    proposed: str = Field(description="what the points propose; empty: for the meeting to say")
    tier: str
    reason: str
    present: bool


class SheetOut(Schema):
    """A branch's year as the ledger is now."""

    branch_id: int
    year: int
    is_over: bool
    waiting: int | None = Field(description="the decision that waits for a second person")
    stands: int | None = Field(description="the decision that stands")
    tiers: list[TierOut]
    members: list[LineOut]


class AppraisalOut(Schema):
    """What a meeting decided about a year."""

    id: int
    state: AppraisalState
    branch_id: int
    year: int
    held_on: date
    minutes: str
    others: str
    why: str
    reason: str
    corrects: int | None
    corrected_by: int | None
    proposed_at: datetime
    decided_at: datetime | None
    tiers: list[TierOut]
    members: list[LineOut]


class OwnOut(Schema):
    """What was decided about oneself."""

    year: int
    held_on: date
    score: int
    sums: YearOut
    tier: Tier
    reason: str
    is_corrected: bool


class OwnYearsOut(Schema):
    """One's own: this year so far, and the years that were decided."""

    year: int
    sums: YearOut
    score: int
    proposed: str
    tiers: list[TierOut]
    decided: list[OwnOut]


def _line(row: queries.SheetRow) -> dict[str, Any]:
    names = ("member_id", "score", "proposed", "tier", "reason", "present")
    return {"year": row.sums, **{name: getattr(row, name) for name in names}}


def _told(request: HttpRequest, appraisal_id: int) -> dict[str, Any]:
    found = queries.appraisal(appraisal_id, by=bearer(request), at=clock.now())
    given = {name: getattr(found, name) for name in AppraisalOut.model_fields if name != "members"}
    told = AppraisalOut.model_validate({**given, "members": [_line(row) for row in found.rows]}, from_attributes=True)
    return told.model_dump(mode="json")


@router.get("/bank/appraisals/mine", response=OwnYearsOut, operation_id="my_appraisals", summary="我的评议 My own years")
def my_appraisals(request: HttpRequest) -> dict[str, Any]:
    """This year so far, and what branch meetings have decided about oneself."""
    own = queries.own_years(by=bearer(request), at=clock.now())
    return {"decided": own.lines, **{name: getattr(own, name) for name in ("year", "sums", "score", "proposed", "tiers")}}


@router.get(
    "/bank/branches/{branch_id}/appraisals/{year}", response=SheetOut, operation_id="get_year_sheet", summary="评议表 A branch's year"
)
def get_year_sheet(request: HttpRequest, branch_id: Id, year: Id) -> dict[str, Any]:
    """Every member's year, and what the points propose, for the branch meeting."""
    sheet = queries.year_sheet(branch_id, year, by=bearer(request), at=clock.now())
    names = ("branch_id", "year", "is_over", "waiting", "tiers")
    return {"stands": sheet.corrects, "members": [_line(row) for row in sheet.rows], **{name: getattr(sheet, name) for name in names}}


@router.post("/bank/appraisals", response={201: AppraisalOut}, operation_id="propose_appraisal", summary="评议 Put a decision down")
def propose_appraisal(request: HttpRequest, body: AppraisalIn) -> HttpResponse:
    """Put down what the branch meeting decided. The figures are frozen with it; it stands once another person has confirmed it."""
    verdicts = {one.member_id: Verdict(one.tier.value, one.reason.strip(), one.present) for one in body.verdicts}

    def run() -> WithId:
        if len(verdicts) < len(body.verdicts):
            raise Invalid.on("verdicts", _("有人写了两次，一个人只写一行。"))
        given = {"others": body.others, "why": body.why, "by": bearer(request), "at": clock.now()}
        return actions.propose_appraisal(body.branch_id, body.year, body.held_on, body.minutes, verdicts, **given)

    return send(request, run, lambda made: _told(request, made.pk), status=201)


@router.get("/bank/appraisals/{appraisal_id}", response=AppraisalOut, operation_id="get_appraisal", summary="A decision")
def get_appraisal(request: HttpRequest, appraisal_id: Id) -> dict[str, Any]:
    """A decision with its minutes and everybody's line."""
    return _told(request, appraisal_id)


@router.post("/bank/appraisals/{appraisal_id}/decide", response=AppraisalOut, operation_id="decide_appraisal", summary="审核评议 Decide")
def decide_appraisal(request: HttpRequest, appraisal_id: Id, body: AppraisalDecisionIn) -> HttpResponse:
    """Confirm that this is what the meeting decided, or send it back: a second person, about whom it decides nothing."""
    return send(
        request,
        lambda: actions.decide_appraisal(appraisal_id, body.approve, reason=body.reason, by=bearer(request), at=clock.now()),
        lambda found: _told(request, found.pk),
    )
