"""Messages over HTTP."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import ConfigDict, Field

from zengyi.core import clock
from zengyi.core.api import Id, RowId, step
from zengyi.messages import actions, queries
from zengyi.people.web import bearer

router = Router(tags=["messages"])
IDS_MOST = 1000


class MessageOut(Schema):
    """A message, in the reader's language."""

    id: int
    title: str = Field(examples=["有人接了：楼道灯不亮"])
    text: str
    url: str = Field(description="where what it is about stands; empty when it is told no more")
    urgent: bool
    at: datetime
    is_new: bool = Field(description="not marked as read")


class InboxOut(Schema):
    """A page of messages, newest first."""

    items: list[MessageOut]
    unread: int = Field(description="how many are new, on all pages")
    next: int | None = Field(description="give it as `after` to go on")


class ReadIn(Schema):
    """What was read: messages of these ids, and all up to the one of id ``until``."""

    model_config = ConfigDict(extra="forbid")

    ids: list[RowId] = Field(default=[], max_length=IDS_MOST, examples=[[12, 13]])
    until: RowId | None = Field(None, examples=[13])


class UnreadOut(Schema):
    """How many messages are still new."""

    unread: int


@router.get("/inbox", response=InboxOut, operation_id="inbox", summary="消息 One's messages")
def inbox(request: HttpRequest, after: Id | None = None) -> dict[str, Any]:
    """What has happened that concerns the reader, newest first."""
    by = bearer(request)
    page = queries.page(by=by, after=after)
    return {"items": page.rows, "unread": queries.unread(by=by), "next": page.next_after}


@router.post("/inbox/read", response=UnreadOut, operation_id="read_inbox", summary="看过了 Mark as read")
def read_inbox(request: HttpRequest, body: ReadIn) -> HttpResponse:
    """Mark messages as read; others' ids change nothing. Sending it again is harmless."""
    by = bearer(request)
    return step(
        request,
        f"{by.user_id}:{by.acting_as}",
        lambda: actions.read(ids=body.ids, until=body.until or 0, by=by, at=clock.now()),
        lambda _read: {"unread": queries.unread(by=by)},
    )
