"""Accounts, entries, a quarter's sums, how it is closed."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field, StringConstraints

from zengyi.bank import actions, queries
from zengyi.bank.rules import (
    Attester,
    Entry,
    Evidence,
    ObjectionChannel,
    ObjectionState,
    PostingKind,
    QuarterState,
    RuleKind,
    Step,
    Unit,
)
from zengyi.core import clock
from zengyi.core.api import NUMBER, Id, Size, step, string
from zengyi.people.rules import Duty
from zengyi.people.web import bearer

router = Router(tags=["bank"])
#: Operations of something that is not there for everybody.
MAY_BE_MISSING = ("my_account", "list_rules", "file_deed", "propose_roll_call", "my_appraisals", "propose_appraisal", "propose_correction")
#: Operations that put down something that may have been put down before.
MAY_CLASH = ("file_deed", "propose_roll_call", "propose_appraisal", "propose_correction", "propose_rule", "propose_tiers")

Quarter = Annotated[str, StringConstraints(pattern=r"^20[0-9]{2}Q[1-4]$")]


class AccountOut(Schema):
    """One's own account, in whole points."""

    id: int = Field(description="the GAIN account, whose entries can be listed")
    base_account_id: int | None
    base: int
    gain: int
    held: int = Field(description="this quarter's gain that waits for the base standard (待达标); no posting moves")
    quarter: str = Field(examples=["2026Q4"])
    quarter_base: int
    quarter_gain: int
    standard: int = Field(description="base points this quarter asks for")
    standard_met: bool


class EntryOut(Schema):
    """One posting as seen from an account: positive when it brought points."""

    id: int
    points: int
    kind: str
    rule: str
    memo: str
    occurred_on: date
    posted_at: datetime
    reversed: bool


class RuleOut(Schema):
    """A rule in force; points are whole and never negative: `kind` says which way they go. A cap that is null is no cap."""

    code: str = Field(examples=["V05"])
    kind: RuleKind
    name: str
    step: Step | None
    duty: Duty | None
    points: int
    levels: list[int] = Field(description="the points to choose from; empty where it is always `points`")
    unit: Unit
    cap_activity: int | None
    cap_quarter: int | None
    cap_year: int | None
    entry: Entry = Field(description="how a deed comes into the books")
    evidence: Evidence
    attester: Attester
    valid_from: date
    valid_to: date | None


class RulesOut(Schema):
    """The rules of a community on a day."""

    on: date
    items: list[RuleOut]


class EntriesOut(Schema):
    """A page of entries, newest first."""

    items: list[EntryOut]
    next: int | None = Field(description="give it as `after` to go on")


class StatementSums(Schema):
    """Opening + new − reduced = balance."""

    opening: int
    new: int
    reduced: int
    balance: int
    provisional: bool = Field(description="true while the quarter is running")


class StatementOut(StatementSums):
    """A quarter's sums of a community."""

    community: int
    quarter: str


@router.get("/bank/accounts/me", response=AccountOut, operation_id="my_account", summary="My account")
def my_account(request: HttpRequest) -> AccountOut:
    """Base and gain points of the signed-in member, or the gain of the signed-in organisation."""
    return AccountOut.model_validate(queries.account_home(by=bearer(request), at=clock.now()), from_attributes=True)


@router.get("/bank/accounts/{account_id}/postings", response=EntriesOut, operation_id="list_postings", summary="Entries of an account")
def list_postings(
    request: HttpRequest,
    account_id: Id,
    kind: PostingKind | None = None,
    quarter: Quarter | None = None,
    after: Id | None = None,
    size: Size = 20,
) -> dict[str, object]:
    """The account's entries, newest first, all or those of a kind or a quarter; a correction is an entry of its own."""
    page = queries.entries(account_id, kind=kind or "", quarter=quarter or "", by=bearer(request), after=after, size=size)
    return {"items": [EntryOut.model_validate(row, from_attributes=True) for row in page.rows], "next": page.next_after}


@router.get("/bank/rules", response=RulesOut, operation_id="list_rules", summary="The rules in force on a day")
def list_rules(request: HttpRequest, on: date | None = None, community: Id | None = None) -> dict[str, object]:
    """The rules of one's own community, or of the one asked for, on the day asked for or today."""
    by = bearer(request)
    day = on or clock.local_date(clock.now())
    rules = queries.rules_on(community or by.community_id or 0, day, by=by)
    return {"on": day, "items": [RuleOut.model_validate(rule, from_attributes=True) for rule in rules]}


@router.get("/bank/statements/{community}/{quarter}", response=StatementOut, operation_id="quarter_statement", summary="A quarter's sums")
def quarter_statement(request: HttpRequest, community: Id, quarter: Quarter) -> dict[str, object]:
    """Opening + new − reduced = balance, for a community and a quarter such as 2026Q4."""
    sums = queries.equation(community, quarter, by=bearer(request), at=clock.now())
    return {"community": community, "quarter": quarter, **StatementSums.model_validate(sums, from_attributes=True).model_dump()}


class EquationOut(Schema):
    """Difficulty of the quarter in points: opening + new − reduced = balance."""

    opening: int
    new: int
    reduced: int
    balance: int


class TotalsOut(Schema):
    """A quarter's totals. `confirmed` is what residents confirmed, `other` what was earned otherwise; together they are `gain`."""

    members: int = Field(description="members with an account")
    met: int = Field(description="members who reached the base standard")
    units: int
    members_gain: int
    units_gain: int
    held: int = Field(description="gain that waits for the base standard")
    gain: int
    confirmed: int
    other: int
    base: int


class QuarterOut(Schema):
    """A community's quarter. Before it is published only its community's staff see more than `OPEN` and no figures."""

    community: int
    quarter: str = Field(examples=["2026Q3"])
    state: QuarterState
    totals: TotalsOut | None
    equation: EquationOut | None
    digits: str = Field(description="60 digits in groups of five: the SHA-256 of the statement, modulo 10^60", examples=["79333 62618 …"])
    published_at: datetime | None
    objections_until: date | None = Field(description="the last day for objections")
    sealed_at: datetime | None
    unanswered: int = Field(description="objections that wait for an answer or a second review")


class PrepareIn(Schema):
    """How many savers the publication names at most; names are masked unless their owners agreed."""

    savers: Annotated[int, Field(ge=0, le=20), NUMBER] | None = Field(None, description="0, 5, 10 or 20", examples=[10])


class ObjectionIn(Schema):
    """What is wrong with a published quarter. Staff say who told them, and how."""

    text: string(500, least=2) = Field(examples=["漏记了一次党课。"])  # type: ignore[valid-type]
    channel: ObjectionChannel = ObjectionChannel.SELF
    who: string(40) = ""  # type: ignore[valid-type]


class AnswerIn(Schema):
    """The answer, and the sentence without names that is published."""

    text: string(500, least=2) = Field(examples=["查了签到表，已经补记。"])  # type: ignore[valid-type]
    public: string(200, least=2) = Field(examples=["漏记一次党课，已补记。"])  # type: ignore[valid-type]


class ReviewIn(Schema):
    """What the second person found; `public` replaces the published sentence."""

    text: string(500, least=2) = Field(examples=["又查了一遍，属实。"])  # type: ignore[valid-type]
    public: string(200) = ""  # type: ignore[valid-type]


class ObjectionOut(Schema):
    """An objection."""

    id: int
    number: int
    state: ObjectionState
    channel: ObjectionChannel
    text: str
    answer_due: date
    answer: str
    public: str
    review_due: date | None
    review: str


class MemberSumsOut(Schema):
    """A member's quarter. `held`: of `gain`, what waits for the base standard."""

    number: str
    name: str
    branch: str
    base: int
    gain: int
    held: int


class MembersSumsOut(Schema):
    """The members of a published quarter."""

    items: list[MemberSumsOut]


def send(request: HttpRequest, run: Callable[[], Any], render: Callable[[Any], object], *, status: int = 200) -> HttpResponse:
    """Run an action for the request and answer with its rendered result."""
    by = bearer(request)
    return step(request, f"{by.user_id}:{by.acting_as}", run, render, status=status)


def _quarter(row: Any) -> dict[str, Any]:  # noqa: ANN401 - a quarter's row: no API may name its table
    return QuarterOut.model_validate(queries.quarter_card(row), from_attributes=True).model_dump(mode="json")


def _objection(row: object) -> dict[str, Any]:
    return ObjectionOut.model_validate(row, from_attributes=True).model_dump(mode="json")


@router.get("/bank/quarters/{community}/{quarter}", response=QuarterOut, operation_id="get_quarter", summary="A quarter and its totals")
def get_quarter(request: HttpRequest, community: Id, quarter: Quarter) -> queries.QuarterCard:
    """A quarter's state, and once it is published its totals and digits."""
    return queries.quarter_state(community, quarter, by=bearer(request))


@router.get(
    "/bank/quarters/{community}/{quarter}/members",
    response=MembersSumsOut,
    operation_id="list_quarter_members",
    summary="A quarter's members",
)
def list_quarter_members(request: HttpRequest, community: Id, quarter: Quarter) -> dict[str, object]:
    """Every member's points of a published quarter: for members those of their own branch, for the desk all."""
    rows = queries.members_sums(community, quarter, by=bearer(request))
    return {"items": [MemberSumsOut.model_validate(row, from_attributes=True) for row in rows]}


@router.post(
    "/bank/quarters/{community}/{quarter}/tally", response=QuarterOut, operation_id="tally_quarter", summary="核对 Add a quarter up"
)
def tally_quarter(request: HttpRequest, community: Id, quarter: Quarter) -> HttpResponse:
    """Add the quarter up, again if need be, until it is published."""
    return send(request, lambda: actions.tally_quarter(community, quarter, by=bearer(request), at=clock.now()), _quarter)


@router.post(
    "/bank/quarters/{community}/{quarter}/prepare", response=QuarterOut, operation_id="prepare_quarter", summary="准备 Put it forward"
)
def prepare_quarter(request: HttpRequest, community: Id, quarter: Quarter, body: PrepareIn | None = None) -> HttpResponse:
    """Put the figures forward for publication. The answer says TALLIED when the ledger has changed since: look at them again."""
    savers = body.savers if body else None
    return send(request, lambda: actions.prepare_quarter(community, quarter, savers=savers, by=bearer(request), at=clock.now()), _quarter)


@router.post(
    "/bank/quarters/{community}/{quarter}/publish", response=QuarterOut, operation_id="publish_quarter", summary="审核公示 Publish"
)
def publish_quarter(request: HttpRequest, community: Id, quarter: Quarter) -> HttpResponse:
    """Publish what another person prepared. The answer says TALLIED when the ledger has changed since: it has to be prepared again."""
    return send(request, lambda: actions.publish_quarter(community, quarter, by=bearer(request), at=clock.now()), _quarter)


@router.post("/bank/quarters/{community}/{quarter}/seal", response=QuarterOut, operation_id="seal_quarter", summary="封存 Seal")
def seal_quarter(request: HttpRequest, community: Id, quarter: Quarter) -> HttpResponse:
    """Seal it: not by who prepared it, once the days for objections are over and every objection is answered."""
    return send(request, lambda: actions.seal_quarter(community, quarter, by=bearer(request), at=clock.now()), _quarter)


@router.post(
    "/bank/quarters/{community}/{quarter}/objections",
    response={201: ObjectionOut},
    operation_id="object_to_quarter",
    summary="异议 Object",
)
def object_to_quarter(request: HttpRequest, community: Id, quarter: Quarter, body: ObjectionIn) -> HttpResponse:
    """Say what is wrong with a published quarter, within five working days."""
    given = body.model_dump()
    return send(request, lambda: actions.object_to(community, quarter, **given, by=bearer(request), at=clock.now()), _objection, status=201)


@router.post("/bank/objections/{objection_id}/answer", response=ObjectionOut, operation_id="answer_objection", summary="答复 Answer")
def answer_objection(request: HttpRequest, objection_id: Id, body: AnswerIn) -> HttpResponse:
    """Answer an objection."""
    return send(
        request,
        lambda: actions.answer_objection(objection_id, body.text, body.public, by=bearer(request), at=clock.now()),
        _objection,
    )


@router.post("/bank/objections/{objection_id}/contest", response=ObjectionOut, operation_id="contest_objection", summary="要求复核 Contest")
def contest_objection(request: HttpRequest, objection_id: Id) -> HttpResponse:
    """Not content with the answer: ask for a second review by somebody else."""
    return send(request, lambda: actions.contest_answer(objection_id, by=bearer(request), at=clock.now()), _objection)


@router.post("/bank/objections/{objection_id}/review", response=ObjectionOut, operation_id="review_objection", summary="复核 Review")
def review_objection(request: HttpRequest, objection_id: Id, body: ReviewIn) -> HttpResponse:
    """Look at a contested answer again, by somebody other than who gave it."""
    return send(
        request,
        lambda: actions.review_objection(objection_id, body.text, body.public, by=bearer(request), at=clock.now()),
        _objection,
    )
