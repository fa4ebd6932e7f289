"""Deeds: filed, attested, approved."""

import json
from datetime import date, datetime, time
from typing import Annotated, Any, Protocol

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from ninja import Schema
from pydantic import ConfigDict, Field

from zengyi.bank import actions, queries
from zengyi.bank.api.ledger import router, send
from zengyi.bank.rules import QUANTITY_MOST, WITNESS_MOST, Asks, FilingState, RuleKind, Short, token_of
from zengyi.core import clock
from zengyi.core.api import NUMBER, Clock, Day, Id, RowId, Size, string
from zengyi.core.ids import WithId
from zengyi.people.web import bearer


class _In(Schema):
    model_config = ConfigDict(extra="forbid")


class FilingIn(_In):
    """A deed. Staff name the member whose it is."""

    rule: string(8, least=1) = Field(examples=["V05"])  # type: ignore[valid-type]
    occurred_on: Day = Field(examples=["2026-11-21"])
    quantity: Annotated[int, NUMBER] = Field(1, ge=1, le=QUANTITY_MOST, description="in the rule's unit; with levels, which of them")
    text: string(500) = Field("", examples=["新幸西界河巡查，拔除一枝黄花 46 株"])  # type: ignore[valid-type]
    begins: Clock | None = Field(None, examples=["08:00"], description="with `ends`, where the rule counts hours")
    ends: Clock | None = Field(None, examples=["10:00"])
    witness: string(WITNESS_MOST) = Field("", examples=["带队的小李"], description="who was helped or led it")  # type: ignore[valid-type]
    asks: Asks | None = Field(None, description="whom to ask, and how; a link needs `witness`")
    member_id: RowId | None = Field(None, examples=[7])


class AttestIn(_In):
    """Who has told so, where whoever attests has not seen it."""

    witness: string(WITNESS_MOST) = Field("", examples=["电话问了陈阿姨"])  # type: ignore[valid-type]


class LinkIn(_In):
    """For whom the link is, who was helped or led it."""

    name: string(WITNESS_MOST, least=2) = Field(examples=["3 幢陈阿姨"])  # type: ignore[valid-type]


class VouchLinkOut(Schema):
    """A link by which somebody without a login says once, from the first browser that opens it, whether it happened."""

    filing_id: int
    name: str
    address: str
    expires_at: datetime


class FilingReasonIn(_In):
    """Why."""

    reason: string(200, least=2) = Field(examples=["那天的记录里没有这位同志"])  # type: ignore[valid-type]


class FilingNoteIn(_In):
    """Why, if somebody likes to say so."""

    reason: string(200) = Field("", examples=["那天我不在"])  # type: ignore[valid-type]


class _Deed(Protocol):
    """A deed as it is read, or as a step leaves it."""

    @property
    def begins(self) -> time | None: ...
    @property
    def ends(self) -> time | None: ...
    @property
    def state(self) -> str: ...
    @property
    def worth(self) -> int: ...
    @property
    def points(self) -> int: ...


class _Link(WithId, Protocol):
    """A link that was sent out."""

    @property
    def filing_id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def expires_at(self) -> datetime: ...


class FilingOut(Schema):
    """A deed. Nobody's name is in it. ``points`` are never negative: `kind` says which way they go."""

    id: int
    state: FilingState
    rule: str
    kind: RuleKind
    name: str
    points: int = Field(description="those that stand on the books, or that it would bring before caps of quarter and year")
    short: str = Field(description=f"why it brought fewer than the rule says: empty, or {', '.join(Short.values)}")
    quantity: int
    occurred_on: date
    text: str
    member_id: int
    filed_at: datetime
    reason: str
    begins: str | None = Field(description="by the clock, as 08:00; nothing: it stands for the whole day")
    ends: str | None
    witness: str
    asks: str = Field(description=f"whom the filer wants asked: empty, or {', '.join(Asks.values)}")
    acknowledged: bool = Field(description="the member said that it was them, or that they know it was sent back")

    @staticmethod
    def resolve_begins(obj: _Deed) -> str | None:
        """In hours and minutes."""
        return _clock(obj.begins)

    @staticmethod
    def resolve_ends(obj: _Deed) -> str | None:
        """In hours and minutes."""
        return _clock(obj.ends)

    @staticmethod
    def resolve_points(obj: _Deed) -> int:
        """What it brings."""
        return queries.brings(obj.state, obj.worth, obj.points)


class FilingsOut(Schema):
    """A page of deeds, newest first."""

    items: list[FilingOut]
    next: int | None = Field(description="give it as `after` to go on")


def _clock(moment: time | None) -> str | None:
    return None if moment is None else f"{moment:%H:%M}"


def _filing(filing: object) -> object:
    return FilingOut.from_orm(filing).model_dump(mode="json")


@router.get("/bank/filings", response=FilingsOut, operation_id="list_filings", summary="List deeds")
def list_filings(request: HttpRequest, state: FilingState | None = None, after: Id | None = None, size: Size = 20) -> dict[str, Any]:
    """One's own deeds, or for staff those of the community, newest first."""
    page = queries.filings(by=bearer(request), at=clock.now(), state=state or "", after=after, size=size)
    return {"items": page.rows, "next": page.next_after}


@router.post("/bank/filings", response={201: FilingOut}, operation_id="file_deed", summary="申报 File a deed")
def file_deed(request: HttpRequest, body: FilingIn) -> HttpResponse:
    """File a deed of one's own or, as staff, of a member."""
    given = body.model_dump()
    given["asks"] = body.asks.value if body.asks else ""
    return send(request, lambda: actions.file_deed(**given, by=bearer(request), at=clock.now()), _filing, status=201)


@router.post("/bank/filings/{filing_id}/attest", response=FilingOut, operation_id="attest_deed", summary="证明 Attest")
def attest_deed(request: HttpRequest, filing_id: Id, body: AttestIn | None = None) -> HttpResponse:
    """Say that it happened: neither whoever did it nor whoever filed it, nor their household or unit."""
    witness = body.witness if body else ""
    return send(request, lambda: actions.attest_deed(filing_id, witness=witness, by=bearer(request), at=clock.now()), _filing)


@router.post("/bank/filings/{filing_id}/link", response={201: VouchLinkOut}, operation_id="issue_link", summary="发链接 Ask by a link")
def issue_link(request: HttpRequest, filing_id: Id, body: LinkIn) -> HttpResponse:
    """A link for whoever was helped: whoever has it sent answers for whom it goes to. Another one that waits ends with it."""

    def told(made: _Link) -> dict[str, Any]:
        return {"link_id": made.pk, "filing_id": made.filing_id, "name": made.name, "expires_at": made.expires_at.isoformat()}

    answer = send(request, lambda: actions.issue_link(filing_id, body.name, by=bearer(request), at=clock.now()), told, status=201)
    # The address is worked out from what is kept for a retry, and never kept: nothing in the database gives a link away.
    given = json.loads(answer.content)
    address = request.build_absolute_uri(reverse("vouch", args=[token_of(given.pop("link_id"))]))
    return JsonResponse({**given, "address": address}, status=answer.status_code)


@router.post("/bank/filings/{filing_id}/approve", response=FilingOut, operation_id="approve_deed", summary="核准 Approve")
def approve_deed(request: HttpRequest, filing_id: Id) -> HttpResponse:
    """Approve it, which posts its points within the caps: somebody else again."""
    return send(request, lambda: actions.approve_deed(filing_id, by=bearer(request), at=clock.now()), _filing)


@router.post("/bank/filings/{filing_id}/reject", response=FilingOut, operation_id="reject_deed", summary="退回 Reject")
def reject_deed(request: HttpRequest, filing_id: Id, body: FilingReasonIn) -> HttpResponse:
    """Send it back, with a reason."""
    return send(request, lambda: actions.reject_deed(filing_id, body.reason, by=bearer(request), at=clock.now()), _filing)


@router.post("/bank/filings/{filing_id}/withdraw", response=FilingOut, operation_id="withdraw_deed", summary="撤回 Withdraw")
def withdraw_deed(request: HttpRequest, filing_id: Id, body: FilingNoteIn | None = None) -> HttpResponse:
    """Take back what one has filed."""
    reason = body.reason if body else ""
    return send(request, lambda: actions.withdraw_deed(filing_id, reason=reason, by=bearer(request), at=clock.now()), _filing)


@router.post("/bank/filings/{filing_id}/deny", response=FilingOut, operation_id="deny_deed", summary="不是我 Deny")
def deny_deed(request: HttpRequest, filing_id: Id, body: FilingNoteIn | None = None) -> HttpResponse:
    """Say that one did not do what somebody else entered: it is frozen."""
    reason = body.reason if body else ""
    return send(request, lambda: actions.deny_deed(filing_id, reason=reason, by=bearer(request), at=clock.now()), _filing)


@router.post("/bank/filings/{filing_id}/acknowledge", response=FilingOut, operation_id="acknowledge_deed", summary="是我做的 Acknowledge")
def acknowledge_deed(request: HttpRequest, filing_id: Id) -> HttpResponse:
    """Say that one did what somebody else entered, or that one knows that one's own was sent back. What was entered may still be denied."""
    return send(request, lambda: actions.acknowledge_deed(filing_id, by=bearer(request), at=clock.now()), _filing)
