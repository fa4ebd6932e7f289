"""四大岗: posts and needs, who takes them, turns of duty."""

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Schema
from pydantic import ConfigDict, Field

from zengyi.bank.actions import duties as actions
from zengyi.bank.api.ledger import router, send
from zengyi.bank.queries import duties as queries
from zengyi.bank.rules.duties import (
    PLACES_MOST,
    TEXT_MOST,
    TIMING_MOST,
    TITLE_LEAST,
    TITLE_MOST,
    DutyState,
    TurnState,
    VacancyState,
)
from zengyi.core import clock
from zengyi.core.api import NUMBER, Day, Id, RowId, Size, string
from zengyi.people.rules import Duty
from zengyi.people.web import bearer


class _In(Schema):
    model_config = ConfigDict(extra="forbid")


class VacancyIn(_In):
    """A standing post, or with `on_day` a need of that day."""

    duty: Duty = Field(examples=["DELIBERATION"])
    title: string(TITLE_MOST, least=TITLE_LEAST) = Field(examples=["周三晚上听居民说事"])  # type: ignore[valid-type]
    text: string(TEXT_MOST) = ""  # type: ignore[valid-type]
    timing: string(TIMING_MOST) = Field("", examples=["每周三 19:00"])  # type: ignore[valid-type]
    places: Annotated[int, NUMBER] = Field(1, ge=1, le=PLACES_MOST)
    on_day: Day | None = None
    branch_id: RowId | None = Field(None, description="for one branch only")


class VacancyOut(Schema):
    """A post or a need. Nobody's name is in it."""

    id: int
    duty: Duty
    title: str
    text: str
    timing: str
    on_day: date | None
    places: int
    taken: int
    state: VacancyState


class VacancyRowOut(VacancyOut):
    """The same in a list. `claim_id`: the caller's own place; `may_claim`: a place can be taken now."""

    claim_id: int | None
    may_claim: bool


class VacanciesOut(Schema):
    """A page of posts and needs, newest first."""

    items: list[VacancyRowOut]
    next: int | None = Field(description="give it as `after` to go on")


class DutyClaimIn(_In):
    """Staff name the member for whom they write it down."""

    member_id: RowId | None = Field(None, examples=[7])


class DutyClaimOut(Schema):
    """Somebody's place."""

    id: int
    vacancy_id: int
    member_id: int
    standing: bool
    state: DutyState


class TurnIn(_In):
    """A turn of duty: planned for a day to come, done on a day gone by."""

    on_day: Day = Field(examples=["2026-11-21"])
    text: string(TEXT_MOST) = Field("", examples=["河边走了一圈，劝走两个钓鱼的"])  # type: ignore[valid-type]


class TurnTextIn(_In):
    """What was done."""

    text: string(TEXT_MOST, least=1) = Field(examples=["河边走了一圈，劝走两个钓鱼的"])  # type: ignore[valid-type]


class TurnReasonIn(_In):
    """What is to be put right."""

    reason: string(200, least=2) = Field(examples=["那天下雨，是不是记错了一天"])  # type: ignore[valid-type]


class TurnOut(Schema):
    """A turn of duty. Nobody's name is in it. `filing_id`: the deed it became."""

    id: int
    claim_id: int
    member_id: int
    duty: Duty
    on_day: date
    text: str
    state: TurnState
    reason: str
    filing_id: int | None


class TurnsOut(Schema):
    """A page of turns, newest first."""

    items: list[TurnOut]
    next: int | None = Field(description="give it as `after` to go on")


def _vacancy(row: object) -> object:
    return VacancyOut.from_orm(row).model_dump(mode="json")


def _claim(row: object) -> object:
    return DutyClaimOut.from_orm(row).model_dump(mode="json")


def _turn(row: object) -> object:
    return TurnOut.from_orm(row).model_dump(mode="json")


@router.get("/bank/vacancies", response=VacanciesOut, operation_id="list_vacancies", summary="List posts and needs")
def list_vacancies(
    request: HttpRequest,
    state: VacancyState = VacancyState.OPEN,
    duty: Duty | None = None,
    after: Id | None = None,
    size: Size = 20,
) -> dict[str, Any]:
    """What one's community has published; of the open ones those whose day is over are left out."""
    by = bearer(request)
    page = queries.vacancies(by=by, at=clock.now(), state=state, duty=duty or "", after=after, size=size)
    return {"items": page.rows, "next": page.next_after}


@router.post("/bank/vacancies", response={201: VacancyOut}, operation_id="publish_vacancy", summary="发布 Publish a post or a need")
def publish_vacancy(request: HttpRequest, body: VacancyIn) -> HttpResponse:
    """Publish a post, or a need of one day."""
    given = body.model_dump()
    return send(request, lambda: actions.publish_vacancy(**given, by=bearer(request), at=clock.now()), _vacancy, status=201)


@router.post("/bank/vacancies/{vacancy_id}/claim", response={201: DutyClaimOut}, operation_id="claim_vacancy", summary="认领 Claim")
def claim_vacancy(request: HttpRequest, vacancy_id: Id, body: DutyClaimIn | None = None) -> HttpResponse:
    """Take a place: a post becomes one's duty, a day's need a planned turn."""
    member_id = body.member_id if body else None
    return send(
        request, lambda: actions.claim_duty(vacancy_id, member_id=member_id, by=bearer(request), at=clock.now()), _claim, status=201
    )


@router.post("/bank/duties/{claim_id}/give-up", response=DutyClaimOut, operation_id="give_up_duty", summary="放下 Give up")
def give_up_duty(request: HttpRequest, claim_id: Id) -> HttpResponse:
    """Give a place up, so that somebody else can take it."""
    return send(request, lambda: actions.give_up_duty(claim_id, by=bearer(request), at=clock.now()), _claim)


@router.get("/bank/turns", response=TurnsOut, operation_id="list_turns", summary="List turns of duty")
def list_turns(request: HttpRequest, state: TurnState | None = None, after: Id | None = None, size: Size = 20) -> dict[str, Any]:
    """One's own turns, or for staff those of the community, newest first."""
    page = queries.turns(by=bearer(request), at=clock.now(), state=state or "", after=after, size=size)
    return {"items": page.rows, "next": page.next_after}


@router.post("/bank/duties/{claim_id}/turns", response={201: TurnOut}, operation_id="enter_turn", summary="排班或记一班 Enter a turn")
def enter_turn(request: HttpRequest, claim_id: Id, body: TurnIn) -> HttpResponse:
    """Plan a turn, or put one down that was done."""
    given = body.model_dump()
    return send(request, lambda: actions.enter_turn(claim_id, **given, by=bearer(request), at=clock.now()), _turn, status=201)


@router.post("/bank/turns/{turn_id}/record", response=TurnOut, operation_id="record_turn", summary="做完了 Record")
def record_turn(request: HttpRequest, turn_id: Id, body: TurnTextIn) -> HttpResponse:
    """Say that a planned turn was done, or put right one that came back."""
    return send(request, lambda: actions.record_turn(turn_id, body.text, by=bearer(request), at=clock.now()), _turn)


@router.post("/bank/turns/{turn_id}/cancel", response=TurnOut, operation_id="cancel_turn", summary="不做了 Cancel")
def cancel_turn(request: HttpRequest, turn_id: Id) -> HttpResponse:
    """Call a turn off."""
    return send(request, lambda: actions.cancel_turn(turn_id, by=bearer(request), at=clock.now()), _turn)


@router.post("/bank/turns/{turn_id}/attest", response=TurnOut, operation_id="attest_turn", summary="证明 Attest")
def attest_turn(request: HttpRequest, turn_id: Id) -> HttpResponse:
    """Say that it was done: neither whoever did it nor whoever put it down. It becomes a deed that a third person approves."""
    return send(request, lambda: actions.attest_turn(turn_id, by=bearer(request), at=clock.now()), _turn)


@router.post("/bank/turns/{turn_id}/return", response=TurnOut, operation_id="return_turn", summary="退回 Return")
def return_turn(request: HttpRequest, turn_id: Id, body: TurnReasonIn) -> HttpResponse:
    """Send it back to be put right, with a reason."""
    return send(request, lambda: actions.return_turn(turn_id, body.reason, by=bearer(request), at=clock.now()), _turn)
