"""Tokens: signing in to the API; and the search over all that is public."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router, Schema, Status
from pydantic import ConfigDict, Field

from zengyi.core import clock
from zengyi.core.api import Id, Size, string
from zengyi.core.errors import Invalid, NotThere
from zengyi.people import actions, queries
from zengyi.people.queries.findable import OF_ONE, QUERY_MOST, found, words_asked
from zengyi.people.web.findable import kinds

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


class FoundOut(Schema):
    """Something that everybody may read."""

    id: int = Field(description="its place in the list: give that of the last as `after`")
    url: str = Field(description="the page where it stands", examples=["/news/7/"])
    community_id: int
    at: datetime | None = Field(description="when it came to be, or takes place")
    title: str
    state: str = Field(description="of what sort it is, or how it stands, in words")
    detail: str = Field(description="the beginning of its text; what is personal is masked")


class FoundGroupOut(Schema):
    """What was found of one kind, the latest first."""

    kind: str = Field(examples=["news"])
    name: str = Field(description="the kind in words")
    items: list[FoundOut]
    next: int | None = Field(description="there is more: ask for this `kind` with it as `after`")


class SearchOut(Schema):
    """What was found, by kind; kinds of which there is nothing are left out."""

    groups: list[FoundGroupOut]


@router.get("/search", response=SearchOut, operation_id="search", summary="搜索 Search all that is public")
def search(
    request: HttpRequest,
    q: Annotated[str, Field(max_length=QUERY_MOST, description="every word of it is held", examples=["一枝黄花"])],
    kind: Annotated[str, Field(max_length=20, description="only of this kind, page by page")] = "",
    community: Id | None = None,
    after: Id | None = None,
    size: Size = OF_ONE,
) -> dict[str, Any]:
    """What holds all the words, everybody the same: at most three of each kind, or of one `kind` page by page."""
    known = {one.kind: one for one in kinds()}
    if kind and kind not in known:
        raise Invalid.on("kind", _("没有这一类。"))
    if after is not None and not kind:
        raise Invalid.on("after", _("往后翻要说是哪一类。"))
    if community is not None and community not in {card.id for card in queries.communities()}:
        raise NotThere(_("没有找到这个社区。"))
    asked = (known[kind],) if kind else kinds()
    more: dict[str, Any] = {"community_id": community, "after": after} | ({"most": size} if kind else {})
    groups = found(asked, words_asked(q), at=clock.now(), **more)
    return {"groups": [{"kind": one.of.kind, "name": str(one.of.name), "items": one.rows, "next": one.next_after} for one in groups]}


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
