"""Changed rules, the tiers of the year's appraisal, corrections: each proposed by one person and decided by another."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Schema
from pydantic import ConfigDict, Field

from zengyi.bank import actions, queries
from zengyi.bank.actions import tiers as tier_actions
from zengyi.bank.api.appraisals import TierOut
from zengyi.bank.api.ledger import EntryOut, RuleOut, router, send
from zengyi.bank.queries import tiers as tier_queries
from zengyi.bank.rules import REASON_MOST, CorrectionState, RuleState
from zengyi.bank.rules import rulebook as rules
from zengyi.bank.rules import tiers as tier_rules
from zengyi.core import clock
from zengyi.core.api import NUMBER, Day, Flag, Id, RowId, Size, string
from zengyi.people.web import bearer

Cap = Annotated[int, NUMBER, Field(ge=0, le=rules.CAP_MOST)]
Points = Annotated[int, NUMBER, Field(ge=0, le=rules.POINTS_MOST)]
Least = Annotated[int, NUMBER, Field(ge=1, le=tier_rules.POINTS_MOST)]


class _In(Schema):
    model_config = ConfigDict(extra="forbid")


class RuleChangeIn(_In):
    """Other points or caps for a rule, from a day to come. Caps that are left out are no caps."""

    code: string(8, least=1) = Field(examples=["V15"])  # type: ignore[valid-type]
    points: Points = Field(examples=[2])
    cap_activity: Cap | None = None
    cap_quarter: Cap | None = Field(None, examples=[10])
    cap_year: Cap | None = None
    valid_from: Day = Field(examples=["2027-01-01"])
    why: string(REASON_MOST, least=4) = Field(examples=["走访要上门、要记、要回话"])  # type: ignore[valid-type]


class ProposalDecisionIn(_In):
    """A second person's decision; a reason when it is sent back."""

    approve: Flag = Field(examples=[True])
    reason: string(REASON_MOST) = ""  # type: ignore[valid-type]


class RuleChangeOut(Schema):
    """A version that somebody proposes or has proposed, and the one in force on the day before it."""

    id: int
    state: RuleState
    rule: RuleOut
    before: RuleOut | None
    why: str
    reason: str
    proposed_at: datetime


class RuleChangesOut(Schema):
    """A page of versions, newest first."""

    items: list[RuleChangeOut]
    next: int | None = Field(description="give it as `after` to go on")


def _change(request: HttpRequest, version_id: int) -> dict[str, Any]:
    found = queries.proposed_rule(version_id, by=bearer(request), at=clock.now())
    return RuleChangeOut.model_validate(found, from_attributes=True).model_dump(mode="json")


@router.get("/bank/rules/proposals", response=RuleChangesOut, operation_id="list_rule_proposals", summary="Changed rules")
def list_rule_proposals(request: HttpRequest, after: Id | None = None) -> dict[str, object]:
    """The community's own versions: what waits for a second person, what was adopted, what was sent back."""
    page = queries.proposed_rules(by=bearer(request), at=clock.now(), after=after)
    return {"items": [RuleChangeOut.model_validate(row, from_attributes=True) for row in page.rows], "next": page.next_after}


@router.post("/bank/rules/proposals", response={201: RuleChangeOut}, operation_id="propose_rule", summary="改规则 Propose a change")
def propose_rule(request: HttpRequest, body: RuleChangeIn) -> HttpResponse:
    """Propose other points or caps. It holds from its day on, once another person has adopted it."""
    given = body.model_dump()
    run = lambda: actions.propose_rule(**given, by=bearer(request), at=clock.now())  # noqa: E731
    return send(request, run, lambda made: _change(request, made.pk), status=201)


@router.post("/bank/rules/proposals/{version_id}/decide", response=RuleChangeOut, operation_id="decide_rule", summary="审核规则 Decide")
def decide_rule(request: HttpRequest, version_id: Id, body: ProposalDecisionIn) -> HttpResponse:
    """Adopt a version, or send it back: a second person."""
    return send(
        request,
        lambda: actions.decide_rule(version_id, body.approve, reason=body.reason, by=bearer(request), at=clock.now()),
        lambda found: _change(request, found.pk),
    )


class TiersIn(_In):
    """The points that each tier asks for at least, from a year to come."""

    excellent: Least = Field(examples=[95])
    qualified: Least = Field(examples=[75])
    basic: Least = Field(examples=[60])
    from_year: Annotated[int, NUMBER] = Field(ge=2000, le=2999, examples=[2027])
    why: string(REASON_MOST, least=4) = Field(examples=["大家都过了 90 分，分不出高低"])  # type: ignore[valid-type]


class TiersOut(Schema):
    """The tiers that a year is held against, the highest first; below the lowest one only the branch meeting decides."""

    community: int
    year: int
    tiers: list[TierOut]


class TiersChangeOut(Schema):
    """Tiers that somebody proposes or has proposed."""

    id: int
    state: RuleState
    levels: list[TierOut]
    from_year: int
    why: str
    reason: str
    proposed_at: datetime


def _tiers(request: HttpRequest, version_id: int) -> dict[str, Any]:
    found = tier_queries.tier_version(version_id, by=bearer(request), at=clock.now())
    return TiersChangeOut.model_validate(found, from_attributes=True).model_dump(mode="json")


@router.get("/bank/tiers/{community}/{year}", response=TiersOut, operation_id="get_tiers", summary="The tiers of a year")
def get_tiers(request: HttpRequest, community: Id, year: Id) -> dict[str, object]:
    """How many points a tier asks for in a community, in a year."""
    return {"community": community, "year": year, "tiers": tier_queries.tiers_in(community, year, by=bearer(request))}


@router.post("/bank/tiers/proposals", response={201: TiersChangeOut}, operation_id="propose_tiers", summary="改分档 Propose tiers")
def propose_tiers(request: HttpRequest, body: TiersIn) -> HttpResponse:
    """Propose other tiers for years to come. They hold once another person has adopted them."""
    least = {tier: getattr(body, tier.lower()) for tier in tier_rules.POINTED}
    return send(
        request,
        lambda: tier_actions.propose_tiers(least, body.from_year, body.why, by=bearer(request), at=clock.now()),
        lambda made: _tiers(request, made.pk),
        status=201,
    )


@router.post("/bank/tiers/proposals/{version_id}/decide", response=TiersChangeOut, operation_id="decide_tiers", summary="审核分档 Decide")
def decide_tiers(request: HttpRequest, version_id: Id, body: ProposalDecisionIn) -> HttpResponse:
    """Adopt the tiers, or send them back: a second person."""
    return send(
        request,
        lambda: tier_actions.decide_tiers(version_id, body.approve, reason=body.reason, by=bearer(request), at=clock.now()),
        lambda found: _tiers(request, found.pk),
    )


class CorrectionIn(_In):
    """A posting that should be reversed, and why."""

    posting_id: RowId = Field(examples=[185])
    reason: string(REASON_MOST, least=2) = Field(examples=["签到表看串了一行"])  # type: ignore[valid-type]


class CorrectionDecisionIn(_In):
    """A second person's decision."""

    approve: Flag = Field(examples=[True])


class CorrectionOut(Schema):
    """A posting that somebody proposes to reverse, as its holder's account shows it."""

    id: int
    state: CorrectionState
    entry: EntryOut
    reason: str
    proposed_at: datetime


class CorrectionsOut(Schema):
    """A page of corrections, newest first."""

    items: list[CorrectionOut]
    next: int | None = Field(description="give it as `after` to go on")


class CorrectionMadeOut(Schema):
    """How far a correction is."""

    id: int
    state: CorrectionState
    posting_id: int
    reason: str


def _made(row: object) -> dict[str, Any]:
    return CorrectionMadeOut.model_validate(row, from_attributes=True).model_dump(mode="json")


@router.get("/bank/corrections", response=CorrectionsOut, operation_id="list_corrections", summary="Corrections")
def list_corrections(request: HttpRequest, after: Id | None = None, size: Size = 20) -> dict[str, object]:
    """The community's corrections, newest first."""
    page = queries.corrections(by=bearer(request), at=clock.now(), after=after, size=size)
    return {"items": [CorrectionOut.model_validate(row, from_attributes=True) for row in page.rows], "next": page.next_after}


@router.post("/bank/corrections", response={201: CorrectionMadeOut}, operation_id="propose_correction", summary="冲销 Propose a reversal")
def propose_correction(request: HttpRequest, body: CorrectionIn) -> HttpResponse:
    """Propose to reverse a posting by its exact mirror."""
    return send(
        request,
        lambda: actions.propose_correction(body.posting_id, body.reason, by=bearer(request), at=clock.now()),
        _made,
        status=201,
    )


@router.post(
    "/bank/corrections/{correction_id}/decide", response=CorrectionMadeOut, operation_id="decide_correction", summary="审核冲销 Decide"
)
def decide_correction(request: HttpRequest, correction_id: Id, body: CorrectionDecisionIn) -> HttpResponse:
    """Post the mirror, or leave the books as they are: a second person, whose points they are not."""
    return send(request, lambda: actions.decide_correction(correction_id, body.approve, by=bearer(request), at=clock.now()), _made)
