"""Orders over HTTP: place them, look them up, move them. Every move answers with the order as it is afterwards."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import ConfigDict, Field, field_validator

from zengyi.core import clock, personal
from zengyi.core.api import NUMBER, Flag, Id, Moment, RowId, Size, step, string
from zengyi.orders import actions, queries, rules
from zengyi.people.rules import Actor

router = Router(tags=["orders"])
#: Operations with a limit on how often they may be called.
LIMITED = ("place_order",)

EXAMPLE_AT = "2026-11-25T17:30:00+08:00"
Urgency = Annotated[rules.Urgency, NUMBER]
Points = Annotated[int, Field(ge=0, le=rules.DIFFICULTY_MOST), NUMBER]


class _In(Schema):
    model_config = ConfigDict(extra="forbid")


class OnBehalfIn(_In):
    """For whom a worker places an order: a known person, or a name with a phone."""

    person_id: RowId | None = None
    name: string(40) = Field("", examples=["居民1206"])  # type: ignore[valid-type]
    phone: string(20) = ""  # type: ignore[valid-type]
    channel: rules.Channel = rules.Channel.PHONE

    def rule(self) -> rules.OnBehalf:
        """As the action takes it."""
        return rules.OnBehalf(person_id=self.person_id, name=self.name, phone=self.phone, channel=self.channel)


class OrderIn(_In):
    """A new order."""

    kind: rules.Kind = Field(examples=["REPORT"])
    title: string(60, least=2) = Field(examples=["虹西路西段桥面破损"])  # type: ignore[valid-type]
    text: string(2000, least=2) = Field(examples=["西段桥面有两处大坑，电动车过桥要绕行。"])  # type: ignore[valid-type]
    category: rules.Category = Field(rules.Category.OTHER, examples=["ROAD"])
    place: RowId | None = Field(None, description="a building or a named spot of the community")
    spot: string(60) = Field("", description="where exactly; never a door number")  # type: ignore[valid-type]
    urgency: Urgency = Field(rules.Urgency.WEEK, description="1 today … 4 no hurry")
    contact: string(20) = Field("", description="a phone for this order")  # type: ignore[valid-type]
    anonymous: Flag = False
    private: Flag = Field(False, description="kept off public lists")
    on_behalf_of: OnBehalfIn | None = None


class TriageIn(_In):
    """What the community sets when it takes an order on."""

    difficulty: Annotated[int, NUMBER] = Field(ge=1, le=rules.DIFFICULTY_MOST, examples=[8], description="points")
    due_at: Moment | None = Field(None, examples=[EXAMPLE_AT], description="default: the category's time limit in working hours")
    places: Annotated[int, NUMBER] = Field(1, ge=1, le=rules.PLACES_MOST, description="how many people are needed")
    category: rules.Category | None = None
    urgency: Urgency | None = None
    needs: string(200) = Field("", description="materials or skills wanted")  # type: ignore[valid-type]
    provides: string(200) = Field("", description="what the community provides")  # type: ignore[valid-type]


class AssignIn(_In):
    """Whom the dispatcher proposes: a member or an organisation."""

    member_id: RowId | None = Field(None, examples=[7])
    organisation_id: RowId | None = None
    points: Points | None = Field(None, description="a set share; default: equal shares")


class ReasonIn(_In):
    """Why."""

    reason: string(200, least=2) = Field(examples=["这两天在外地，赶不回来"])  # type: ignore[valid-type]


class ReleaseIn(ReasonIn):
    """Why; a dispatcher names the claim."""

    claim_id: RowId | None = None


class ReturnIn(ReasonIn):
    """What is not good yet, and until when."""

    due_at: Moment | None = Field(None, examples=[EXAMPLE_AT])


class SentIn(_In):
    """A member whom the organisation sent, with the points of its share that go to the member."""

    member_id: RowId = Field(examples=[7])
    points: Points = Field(examples=[3])


class DeliverIn(_In):
    """What was done."""

    text: string(1000, least=2) = Field(examples=["桥面坑洞已经填平，压实，通行正常。"])  # type: ignore[valid-type]
    sent: list[SentIn] = Field([], max_length=50)


class ShareIn(_In):
    """A claim's share of the points."""

    claim_id: RowId = Field(examples=[31])
    points: Points = Field(examples=[8])


class ConfirmIn(_In):
    """How the confirmation reached us; staff may set shares."""

    channel: rules.Channel = Field(rules.Channel.SELF, examples=["PHONE"])
    shares: list[ShareIn] | None = Field(None, max_length=rules.PLACES_MOST)

    @field_validator("shares")
    @classmethod
    def _once(cls, shares: list[ShareIn] | None) -> list[ShareIn] | None:
        if shares is not None and len({share.claim_id for share in shares}) < len(shares):
            raise ValueError("a claim is named twice")
        return shares


class MergeIn(_In):
    """The order this one is the same as."""

    into_id: RowId = Field(examples=[141])


class NoteIn(_In):
    """A few words for the history."""

    text: string(500, least=1) = Field(examples=["材料已经到了，明天上午动工。"])  # type: ignore[valid-type]


class OrderOut(Schema):
    """An order. Nobody's name, phone or door is in it."""

    id: int
    number: str = Field(examples=["2026-0148"])
    community: int = Field(validation_alias="community_id")
    kind: rules.Kind
    category: rules.Category
    state: rules.State
    outcome: str = Field(examples=["HELPED"], description="empty while open")
    title: str
    text: str
    place: int | None = Field(validation_alias="place_id")
    spot: str
    urgency: int
    difficulty: int | None = Field(description="points, set at triage")
    places: int
    taken: int
    due_at: datetime | None
    placed_at: datetime
    delivered_at: datetime | None
    ended_at: datetime | None


class ClaimOut(Schema):
    """Who holds an order, or held it."""

    id: int
    party: str = Field(examples=["区机关事务服务中心"], description="a unit, or a masked name")
    member_id: int | None
    organisation_id: int | None
    state: rules.ClaimState
    places: int
    points: int | None
    claimed_at: datetime


class RequesterOut(Schema):
    """Who has the difficulty; only for those who may know. Phone, home and door are null until one has opened the contact today."""

    name: str
    phone: str | None
    home: str | None = Field(description="the building", examples=["226幢"])
    door: str | None


class OrderDetailOut(OrderOut):
    """An order with its claims, and the moves the asking person can make now."""

    claims: list[ClaimOut]
    requester: RequesterOut | None
    moves: list[str] = Field(examples=[["claim"]])

    @field_validator("moves", mode="before")
    @classmethod
    def _verbs(cls, moves: list[rules.Move]) -> list[str]:
        return [move.verb for move in moves]


class OrdersOut(Schema):
    """A page of orders, newest first."""

    items: list[OrderOut]
    next: int | None = Field(description="give it as `after` to go on")


def _by(request: HttpRequest) -> Actor:
    actor: Actor = request.auth  # type: ignore[attr-defined]
    return actor


def _out(order: Any, by: Actor) -> dict[str, Any]:
    """The order as JSON, which is also stored as the answer to a retry. Only the asker and the community get personal words in it."""
    said = OrderOut.model_validate(order, from_attributes=True).model_dump(mode="json")
    if rules.reads_words(by, order.target("", ())):
        return said
    return said | {name: personal.masked(said[name]) for name in rules.WORDS}


def _step(request: HttpRequest, run: Callable[[], Any], *, status: int = 200) -> HttpResponse:
    by = _by(request)
    return step(request, f"{by.user_id}:{by.acting_as}", run, lambda order: _out(order, by), status=status)


@router.get("/orders", response=OrdersOut, operation_id="list_orders", summary="List orders")
def list_orders(
    request: HttpRequest,
    state: rules.State | None = None,
    kind: rules.Kind | None = None,
    category: rules.Category | None = None,
    community: Id | None = None,
    q: string(60) = "",  # type: ignore[valid-type]
    mine: bool = False,
    after: Id | None = None,
    size: Size = 20,
) -> dict[str, Any]:
    """Orders one may see, newest first, with filters and full-text search."""
    page = queries.listing(
        by=_by(request),
        at=clock.now(),
        state=state or "",
        kind=kind or "",
        category=category or "",
        q=q,
        mine=mine,
        community_id=community,
        after=after,
        size=size,
    )
    return {"items": page.rows, "next": page.next_after}


@router.post("/orders", response={201: OrderOut}, operation_id="place_order", summary="Place an order")
def place_order(request: HttpRequest, body: OrderIn) -> HttpResponse:
    """Place an order, for oneself or, as a worker, on behalf of a resident."""
    behalf = body.on_behalf_of.rule() if body.on_behalf_of else None
    return _step(
        request,
        lambda: actions.place(
            kind=body.kind,
            category=body.category,
            title=body.title,
            text=body.text,
            place_id=body.place,
            spot=body.spot,
            urgency=body.urgency,
            contact=body.contact,
            anonymous=body.anonymous,
            private=body.private,
            on_behalf=behalf,
            by=_by(request),
            at=clock.now(),
        ),
        status=201,
    )


@router.get("/orders/{order_id}", response=OrderDetailOut, operation_id="get_order", summary="Look up an order")
def get_order(request: HttpRequest, order_id: Id) -> queries.OrderDetail:
    """An order with its claims and the moves one can make."""
    return queries.detail(order_id, by=_by(request), at=clock.now())


@router.post("/orders/{order_id}/contact", response=OrderOut, operation_id="open_contact", summary="看电话和门牌 Open the contact")
def open_contact(request: HttpRequest, order_id: Id) -> HttpResponse:
    """Open the asker's phone and door, which `GET` then tells until the day ends. The asker sees who opened them."""
    return _step(request, lambda: actions.open_contact(order_id, by=_by(request), at=clock.now()))


@router.post("/orders/{order_id}/triage", response=OrderOut, operation_id="triage_order", summary="受理 Triage")
def triage_order(request: HttpRequest, order_id: Id, body: TriageIn) -> HttpResponse:
    """Recognise the difficulty (points), set the due date and the places needed."""
    given = body.model_dump()
    return _step(request, lambda: actions.triage(order_id, **given, by=_by(request), at=clock.now()))


@router.post("/orders/{order_id}/publish", response=OrderOut, operation_id="publish_order", summary="发认领公告 Publish")
def publish_order(request: HttpRequest, order_id: Id) -> HttpResponse:
    """Publish for claiming."""
    return _step(request, lambda: actions.publish(order_id, by=_by(request), at=clock.now()))


@router.post("/orders/{order_id}/assign", response=OrderOut, operation_id="assign_order", summary="派单 Assign")
def assign_order(request: HttpRequest, order_id: Id, body: AssignIn) -> HttpResponse:
    """Propose the order to a member or an organisation, who accepts or refuses."""
    given = body.model_dump()
    return _step(request, lambda: actions.assign(order_id, **given, by=_by(request), at=clock.now()))


@router.post("/orders/{order_id}/accept", response=OrderOut, operation_id="accept_order", summary="接受派单 Accept")
def accept_order(request: HttpRequest, order_id: Id) -> HttpResponse:
    """Accept what the dispatcher proposed."""
    return _step(request, lambda: actions.accept(order_id, by=_by(request), at=clock.now()))


@router.post("/orders/{order_id}/refuse", response=OrderOut, operation_id="refuse_order", summary="婉拒 Refuse")
def refuse_order(request: HttpRequest, order_id: Id, body: ReasonIn) -> HttpResponse:
    """Refuse what the dispatcher proposed, with a reason."""
    return _step(request, lambda: actions.refuse(order_id, reason=body.reason, by=_by(request), at=clock.now()))


@router.post("/orders/{order_id}/claim", response=OrderOut, operation_id="claim_order", summary="接单 Claim")
def claim_order(request: HttpRequest, order_id: Id) -> HttpResponse:
    """Claim a published order; 409 when somebody was faster."""
    return _step(request, lambda: actions.claim(order_id, by=_by(request), at=clock.now()))


@router.post("/orders/{order_id}/release", response=OrderOut, operation_id="release_order", summary="退单 Release")
def release_order(request: HttpRequest, order_id: Id, body: ReleaseIn) -> HttpResponse:
    """Give a claim back, with a reason."""
    return _step(request, lambda: actions.release(order_id, reason=body.reason, claim_id=body.claim_id, by=_by(request), at=clock.now()))


@router.post("/orders/{order_id}/deliver", response=OrderOut, operation_id="deliver_order", summary="办结 Deliver")
def deliver_order(request: HttpRequest, order_id: Id, body: DeliverIn) -> HttpResponse:
    """Say what was done; the requester confirms."""
    sent = [rules.SentMember(item.member_id, item.points) for item in body.sent]
    return _step(request, lambda: actions.deliver(order_id, text=body.text, sent=sent, by=_by(request), at=clock.now()))


@router.post("/orders/{order_id}/confirm", response=OrderOut, operation_id="confirm_order", summary="确认 Confirm")
def confirm_order(request: HttpRequest, order_id: Id, body: ConfirmIn | None = None) -> HttpResponse:
    """Confirm that it is done: the difficulty's points move to whoever helped."""
    given = body or ConfirmIn(channel=rules.Channel.SELF, shares=None)
    shares = None if given.shares is None else {share.claim_id: share.points for share in given.shares}
    return _step(request, lambda: actions.confirm(order_id, channel=given.channel, shares=shares, by=_by(request), at=clock.now()))


@router.post("/orders/{order_id}/return", response=OrderOut, operation_id="return_order", summary="还不行 Return")
def return_order(request: HttpRequest, order_id: Id, body: ReturnIn) -> HttpResponse:
    """Not good yet: back to the claimants with a new due date."""
    return _step(request, lambda: actions.send_back(order_id, reason=body.reason, due_at=body.due_at, by=_by(request), at=clock.now()))


@router.post("/orders/{order_id}/decline", response=OrderOut, operation_id="decline_order", summary="不受理 Decline")
def decline_order(request: HttpRequest, order_id: Id, body: ReasonIn) -> HttpResponse:
    """Decline, with a reason."""
    return _step(request, lambda: actions.decline(order_id, reason=body.reason, by=_by(request), at=clock.now()))


@router.post("/orders/{order_id}/merge", response=OrderOut, operation_id="merge_order", summary="合并 Merge")
def merge_order(request: HttpRequest, order_id: Id, body: MergeIn) -> HttpResponse:
    """Close this order as the same matter as another one."""
    return _step(request, lambda: actions.merge(order_id, into_id=body.into_id, by=_by(request), at=clock.now()))


@router.post("/orders/{order_id}/cancel", response=OrderOut, operation_id="cancel_order", summary="撤回 Cancel")
def cancel_order(request: HttpRequest, order_id: Id, body: ReasonIn) -> HttpResponse:
    """Take the order back, with a reason."""
    return _step(request, lambda: actions.cancel(order_id, reason=body.reason, by=_by(request), at=clock.now()))


@router.post("/orders/{order_id}/close", response=OrderOut, operation_id="close_order", summary="无回话关闭 Close")
def close_order(request: HttpRequest, order_id: Id) -> HttpResponse:
    """Close after two reminders without an answer: no points."""
    return _step(request, lambda: actions.close(order_id, by=_by(request), at=clock.now()))


@router.post("/orders/{order_id}/note", response=OrderOut, operation_id="note_order", summary="补充 Note")
def note_order(request: HttpRequest, order_id: Id, body: NoteIn) -> HttpResponse:
    """Add a few words to the history."""
    return _step(request, lambda: actions.note(order_id, text=body.text, by=_by(request), at=clock.now()))
