"""Tokens: signing in to the API."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status
from pydantic import ConfigDict, Field

from zengyi.core import clock
from zengyi.core.api import string
from zengyi.people import actions

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
