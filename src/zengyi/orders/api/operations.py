"""Orders over HTTP: place them, look them up, move them. Every move answers with the order as it is afterwards."""

from collections.abc import Callable, Iterable
from typing import Any, Protocol

from django.http import HttpRequest, HttpResponse
from ninja import Router

from zengyi.core import clock, personal
from zengyi.core.api import Id, Size, step, string
from zengyi.orders import actions, queries, rules
from zengyi.orders.api.shapes import (
    AssignIn,
    CallBackIn,
    ConfirmIn,
    DeliverIn,
    HeardIn,
    MergeIn,
    NoteIn,
    OrderDetailOut,
    OrderIn,
    OrderOut,
    OrdersOut,
    ReasonIn,
    RefuseIn,
    ReleaseIn,
    ReturnIn,
    TriageIn,
    UnitIn,
)
from zengyi.people.rules import Actor, Target

router = Router(tags=["orders"])
#: Operations with a limit on how often they may be called.
LIMITED = ("place_order",)


def _by(request: HttpRequest) -> Actor:
    actor: Actor = request.auth  # type: ignore[attr-defined]
    return actor


class _Order(Protocol):
    """An order as a step leaves it."""

    def target(self, path: str, claims: Iterable[rules.ClaimFacts]) -> Target: ...


def _out(order: _Order, by: Actor) -> dict[str, Any]:
    """The order as JSON, which is also stored as the answer to a retry. Only the asker and the community get personal words in it."""
    said = OrderOut.model_validate(order, from_attributes=True).model_dump(mode="json")
    if rules.reads_words(by, order.target("", ())):
        return said
    return said | {name: personal.masked(said[name]) for name in rules.WORDS}


def _step(request: HttpRequest, run: Callable[[], _Order], *, status: int = 200) -> HttpResponse:
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
            private=rules.kept_private(body.category, body.private),
            about_unit=body.about_unit,
            excluded_units=body.excluded_units,
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
    """Propose the order to a member or an organisation, who accepts or refuses; what was proposed to somebody else is taken back."""
    given = body.model_dump()
    return _step(request, lambda: actions.assign(order_id, **given, by=_by(request), at=clock.now()))


@router.post("/orders/{order_id}/accept", response=OrderOut, operation_id="accept_order", summary="接受派单 Accept")
def accept_order(request: HttpRequest, order_id: Id, body: HeardIn | None = None) -> HttpResponse:
    """Accept what the dispatcher proposed. Staff accept for a member without a login."""
    given = body or HeardIn.model_validate({})
    return _step(request, lambda: actions.accept(order_id, channel=given.channel, by=_by(request), at=clock.now()))


@router.post("/orders/{order_id}/refuse", response=OrderOut, operation_id="refuse_order", summary="婉拒 Refuse")
def refuse_order(request: HttpRequest, order_id: Id, body: RefuseIn) -> HttpResponse:
    """Refuse what the dispatcher proposed, with a reason. Staff refuse for a member without a login."""
    return _step(request, lambda: actions.refuse(order_id, **body.model_dump(), by=_by(request), at=clock.now()))


@router.post("/orders/{order_id}/claim", response=OrderOut, operation_id="claim_order", summary="接单 Claim")
def claim_order(request: HttpRequest, order_id: Id) -> HttpResponse:
    """Claim a published order; 409 when somebody was faster."""
    return _step(request, lambda: actions.claim(order_id, by=_by(request), at=clock.now()))


@router.post("/orders/{order_id}/release", response=OrderOut, operation_id="release_order", summary="退单 Release")
def release_order(request: HttpRequest, order_id: Id, body: ReleaseIn) -> HttpResponse:
    """Give a claim back, with a reason; staff take back what is only proposed, too."""
    return _step(request, lambda: actions.release(order_id, reason=body.reason, claim_id=body.claim_id, by=_by(request), at=clock.now()))


@router.post("/orders/{order_id}/deliver", response=OrderOut, operation_id="deliver_order", summary="办结 Deliver")
def deliver_order(request: HttpRequest, order_id: Id, body: DeliverIn) -> HttpResponse:
    """Say what was done; the requester confirms. Staff say it for a member without a login."""
    said = {"text": body.text, "sent": [rules.SentMember(item.member_id, item.points) for item in body.sent], "channel": body.channel}
    return _step(request, lambda: actions.deliver(order_id, **said, by=_by(request), at=clock.now()))


@router.post("/orders/{order_id}/confirm", response=OrderOut, operation_id="confirm_order", summary="确认 Confirm")
def confirm_order(request: HttpRequest, order_id: Id, body: ConfirmIn | None = None) -> HttpResponse:
    """Confirm that it is done: the difficulty's points move to whoever helped."""
    given = body or ConfirmIn.model_validate({})
    shares = None if given.shares is None else {share.claim_id: share.points for share in given.shares}
    who = {"shares": shares, "left_out": given.left_out, "reason": given.reason}
    return _step(request, lambda: actions.confirm(order_id, channel=given.channel, **who, by=_by(request), at=clock.now()))


@router.post("/orders/{order_id}/return", response=OrderOut, operation_id="return_order", summary="还不行 Return")
def return_order(request: HttpRequest, order_id: Id, body: ReturnIn) -> HttpResponse:
    """Not good yet: back to the claimants with a new due date."""
    return _step(request, lambda: actions.send_back(order_id, **body.model_dump(), by=_by(request), at=clock.now()))


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


@router.post("/orders/{order_id}/reopen", response=OrderOut, operation_id="reopen_order", summary="重新打开 Reopen")
def reopen_order(request: HttpRequest, order_id: Id, body: ReasonIn) -> HttpResponse:
    """Open an order again whose confirmation was taken back: the community takes it on anew."""
    return _step(request, lambda: actions.reopen(order_id, reason=body.reason, by=_by(request), at=clock.now()))


@router.post("/orders/{order_id}/callback", response=OrderOut, operation_id="callback_order", summary="回访 Call back")
def callback_order(request: HttpRequest, order_id: Id, body: CallBackIn) -> HttpResponse:
    """Write down what whoever asked said when they were rung up; if it was not so, taking the points back is proposed."""
    given = body.model_dump()
    return _step(request, lambda: actions.call_back(order_id, **given, by=_by(request), at=clock.now()))


@router.post("/orders/{order_id}/note", response=OrderOut, operation_id="note_order", summary="补充 Note")
def note_order(request: HttpRequest, order_id: Id, body: NoteIn) -> HttpResponse:
    """Add a few words to the history."""
    return _step(request, lambda: actions.note(order_id, text=body.text, by=_by(request), at=clock.now()))


@router.post("/orders/{order_id}/mask", response=OrderOut, operation_id="mask_order", summary="遮住电话和门牌 Mask the words")
def mask_order(request: HttpRequest, order_id: Id) -> HttpResponse:
    """Hide the phones, ID numbers, doors and the like in the order's words for good."""
    return _step(request, lambda: actions.mask(order_id, by=_by(request), at=clock.now()))


@router.post("/orders/{order_id}/exclude", response=OrderOut, operation_id="exclude_order", summary="请单位回避 Keep a unit away")
def exclude_order(request: HttpRequest, order_id: Id, body: UnitIn) -> HttpResponse:
    """Keep an organisation, and whoever belongs to it, away from the order. They are not told."""
    return _step(request, lambda: actions.exclude(order_id, body.organisation_id, by=_by(request), at=clock.now()))


@router.post("/orders/{order_id}/readmit", response=OrderOut, operation_id="readmit_order", summary="不用再回避 Let a unit in again")
def readmit_order(request: HttpRequest, order_id: Id, body: UnitIn) -> HttpResponse:
    """Let an organisation that was kept away in again."""
    return _step(request, lambda: actions.readmit(order_id, body.organisation_id, by=_by(request), at=clock.now()))
