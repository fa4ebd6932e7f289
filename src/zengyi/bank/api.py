"""Accounts, entries and a quarter's sums."""

from datetime import date, datetime

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from zengyi.bank import queries
from zengyi.core import clock
from zengyi.core.api import Id

router = Router(tags=["bank"])


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


class EntriesOut(Schema):
    """A page of entries, newest first."""

    items: list[EntryOut]
    next: int | None = Field(description="give it as `after` to go on")


class StatementOut(Schema):
    """A quarter's sums of a community: opening + new − reduced = balance."""

    community: int
    quarter: str
    opening: int
    new: int
    reduced: int
    balance: int
    provisional: bool = Field(description="true while the quarter is running")


@router.get("/bank/accounts/me", response=AccountOut, operation_id="my_account", summary="My account")
def my_account(request: HttpRequest) -> AccountOut:
    """Base and gain points of the signed-in member, or the gain of the signed-in organisation."""
    return AccountOut.model_validate(queries.account_home(by=request.auth, at=clock.now()), from_attributes=True)  # type: ignore[attr-defined]
