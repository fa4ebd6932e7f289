"""Tokens: signing in to the API."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status
from pydantic import ConfigDict, Field

from zengyi.core import clock
from zengyi.core.api import Id, string
from zengyi.people import actions, queries

router = Router(tags=["tokens"])
#: Operations that refuse whoever asks too often.
LIMITED = ("issue_token",)


class TokenIn(Schema):
    """Who signs in, and optionally in which role."""

    model_config = ConfigDict(extra="forbid")

    username: string(40, least=1) = Field(examples=["member"], description="user name or phone")  # type: ignore[valid-type]
    password: string(256, least=1) = Field(examples=["demo-zengyi"])  # type: ignore[valid-type]
    acting_as: string(40) = Field("", examples=["member"], description="role key from /me/; empty: the first role")  # type: ignore[valid-type]
    code: string(20) = Field("", examples=[""], description="of the second factor, where the login has one")  # type: ignore[valid-type]


class TokenOut(Schema):
    """A bearer token; it is shown once."""

    token: str
    expires_at: datetime


class LookOut(Schema):
    """Somebody opened my phone and door."""

    id: int
    who: str = Field(examples=["党员 甲"], description="a unit, or role and name")
    at: datetime
    number: str = Field(examples=["2026-0148"], description="of the order it was for; empty when it was looked up in the list of people")
    order_id: int | None


class LooksOut(Schema):
    """A page of looks, newest first."""

    items: list[LookOut]
    next: int | None = Field(description="give it as `after` to go on")


@router.get("/looks", response=LooksOut, operation_id="list_looks", summary="谁看过 Who has opened my phone and door")
def list_looks(request: HttpRequest, after: Id | None = None) -> dict[str, object]:
    """Who has opened one's own phone and door, when, and for which order."""
    page = queries.looks(by=request.auth, after=after)  # type: ignore[attr-defined]
    return {"items": page.rows, "next": page.next_after}


@router.post("/tokens", response={201: TokenOut}, auth=None, operation_id="issue_token", summary="Sign in")
def issue_token(request: HttpRequest, body: TokenIn) -> Status[dict[str, object]]:
    """Exchange user name (or phone) and password for a bearer token. At most ten tries in ten minutes for a name from one address."""
    token, expires_at = actions.issue_token(
        body.username, body.password, body.acting_as, code=body.code, address=request.META.get("REMOTE_ADDR", ""), at=clock.now()
    )
    return Status(201, {"token": token, "expires_at": expires_at})


@router.delete("/tokens", response={204: None}, operation_id="revoke_token", summary="Sign out")
def revoke_token(request: HttpRequest) -> HttpResponse:
    """Revoke the token this request carries."""
    actions.revoke_token(request.headers["Authorization"].removeprefix("Bearer ").strip(), at=clock.now())
    return HttpResponse(status=204)
