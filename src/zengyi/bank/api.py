"""Accounts, entries and a quarter's sums."""

from datetime import date, datetime
from typing import Annotated

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field, StringConstraints

from zengyi.bank import queries
from zengyi.bank.rules import Attester, Entry, Evidence, RuleKind, Step, Unit
from zengyi.core import clock
from zengyi.core.api import Id, Size
from zengyi.people.rules import Duty
from zengyi.people.web import bearer

router = Router(tags=["bank"])
#: Operations of something that is not there for everybody.
MAY_BE_MISSING = ("my_account", "list_rules")

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
def list_postings(request: HttpRequest, account_id: Id, after: Id | None = None, size: Size = 20) -> dict[str, object]:
    """The account's entries, newest first; a correction is an entry of its own."""
    page = queries.entries(account_id, by=bearer(request), after=after, size=size)
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
