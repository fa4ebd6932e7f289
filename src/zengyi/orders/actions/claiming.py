"""Taking orders: claim, accept or refuse what was proposed, give back, lapse."""

from datetime import datetime

from django.db import IntegrityError
from django.db.models import Count, Exists, F, IntegerField, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from zengyi.core import worktime
from zengyi.core.errors import Invalid, NotAllowed, NotThere, WrongState
from zengyi.core.steps import action
from zengyi.orders.actions.finding import ID_MOST, NOT_HERE, Found, change, find, permit, sentence, tell, wrong_state
from zengyi.orders.models import Claim, Order
from zengyi.orders.rules import (
    LEASE_WORKING_HOURS,
    OPEN_CLAIMS,
    OPEN_CLAIMS_OF_MEMBER,
    OPEN_CLAIMS_OF_ORGANISATION,
    PUBLIC_STATES,
    ClaimState,
    State,
    Verb,
    stake,
)
from zengyi.people.rules import Actor, Role, Target

CLAIMABLE = (State.PUBLISHED, State.CLAIMED)


@action
def claim(order_id: int, *, by: Actor, at: datetime) -> Order:
    """Claim an order as a member (one place) or as an organisation (all of it).

    One conditional UPDATE decides who wins; whoever comes too late gets :class:`WrongState`. Nobody claims what they, their
    household or their unit asked for, and nobody holds more than a few orders at a time.
    """
    order = _for_claim(order_id, by=by)
    unit = by.role == Role.ORGANISATION
    target = Target(
        community_id=order.community_id,
        path=order.path,  # type: ignore[attr-defined]
        person_ids=frozenset({order.requester_id}),
        # What was on view once, and is gone by now, is told so; what never was is unknown.
        shown=not order.private and (order.published_at is not None or order.state in PUBLIC_STATES),
    )
    permit(Found(order, [], target), "order.claim", by=by)
    if order.state not in CLAIMABLE:
        raise _gone(order)
    if reason := stake(order.asker, by):
        raise NotAllowed(reason)
    if order.mine_here:  # type: ignore[attr-defined]
        raise WrongState(_("您已经接了这一单。"))
    most = OPEN_CLAIMS_OF_ORGANISATION if unit else OPEN_CLAIMS_OF_MEMBER
    if order.mine_open >= most:  # type: ignore[attr-defined]
        raise WrongState(_("您手上已经有 %(most)d 单，先办好一单再接。") % {"most": most})
    places = order.places if unit else 1
    rows = Order.objects.filter(pk=order.pk, state__in=CLAIMABLE, taken__lte=F("places") - places)
    if not rows.update(state=State.CLAIMED, taken=F("taken") + places, claimed_at=Coalesce("claimed_at", Value(at))):
        raise WrongState(_("已被别人接走，看看附近另外几单。"))
    try:
        made = Claim.objects.create(
            order_id=order.pk,
            member_id=None if unit else by.member_id,
            organisation_id=by.organisation_id if unit else None,
            state=ClaimState.ACTIVE,
            places=places,
            by_id=by.login_id,
            claimed_at=at,
            lease_until=lease(order.due_at, at),
        )
    except IntegrityError as twice:
        raise WrongState(_("您已经接了这一单。")) from twice
    before = {"state": order.state}
    order.state, order.taken, order.claimed_at = State.CLAIMED, order.taken + places, order.claimed_at or at
    tell(order, Verb.CLAIM, by=by, at=at, before=before, after={"state": State.CLAIMED.value, "claim": made.pk, "places": places})
    return order


def lease(due_at: datetime | None, at: datetime) -> datetime:
    """Until when a claim holds: three working days, or until the order is due, whichever is later."""
    leased = worktime.add_working_hours(at, LEASE_WORKING_HOURS)
    return max(leased, due_at) if due_at else leased


def _for_claim(order_id: int, *, by: Actor) -> Order:
    """The order with all that claiming needs to know, in one statement."""
    mine = Claim.objects.filter(state__in=OPEN_CLAIMS)
    if by.role == Role.ORGANISATION:
        mine = mine.filter(organisation_id=by.organisation_id or 0)
    else:
        mine = mine.filter(member_id=by.member_id or 0)
    counted = mine.order_by().annotate(all=Value(1)).values("all").annotate(n=Count("pk")).values("n")
    rows = (
        Order.objects.with_asker()
        .defer("search", "contact")
        .annotate(
            path=F("community__path"),
            mine_open=Coalesce(Subquery(counted, output_field=IntegerField()), 0),
            mine_here=Exists(mine.filter(order_id=OuterRef("pk"))),
        )
    )
    order = rows.filter(pk=order_id).first() if 0 < order_id <= ID_MOST else None
    if order is None:
        raise NotThere(NOT_HERE)
    return order


def _gone(order: Order) -> WrongState:
    if order.state in (State.ASSIGNED, State.DELIVERED, State.CONFIRMED):
        return WrongState(_("已被别人接走，看看附近另外几单。"))
    return wrong_state(order)


@action
def accept(order_id: int, *, by: Actor, at: datetime) -> Order:
    """Accept an order that was proposed to one's own. Whoever accepts for a unit has no stake in it either."""
    found = find(order_id, Verb.ACCEPT, by=by)
    order, mine = found.order, _proposed_to(found, by)
    if reason := stake(order.asker, by):
        raise NotAllowed(reason)
    change(order, state=State.CLAIMED, taken=mine.places, claimed_at=at)
    _end_or_move(mine, ClaimState.PROPOSED, state=ClaimState.ACTIVE, by_id=by.login_id, claimed_at=at, lease_until=lease(order.due_at, at))
    tell(order, Verb.ACCEPT, by=by, at=at, before={"state": State.ASSIGNED.value}, after={"state": State.CLAIMED.value, "claim": mine.pk})
    return order


@action
def refuse(order_id: int, *, reason: str, by: Actor, at: datetime) -> Order:
    """Refuse an order that was proposed, with a reason; it is then open for everybody."""
    found = find(order_id, Verb.REFUSE, by=by)
    order, mine = found.order, _proposed_to(found, by)
    why = sentence(reason, "reason", 200)
    change(order, state=State.PUBLISHED, published_at=order.published_at or at)
    _end_or_move(mine, ClaimState.PROPOSED, state=ClaimState.REFUSED, ended_at=at, reason=why)
    after = {"state": State.PUBLISHED.value, "claim": mine.pk}
    tell(order, Verb.REFUSE, by=by, at=at, before={"state": State.ASSIGNED.value}, after=after, reason=why)
    return order


def _proposed_to(found: Found, by: Actor) -> Claim:
    mine = found.claim_of(by, ClaimState.PROPOSED)
    if mine is None:
        raise NotAllowed(_("这一单不是派给您的。"))
    return mine


@action
def release(order_id: int, *, reason: str, claim_id: int | None = None, by: Actor, at: datetime) -> Order:
    """Give a claim back, with a reason; the places are open again. Staff of the community name the claim."""
    found = find(order_id, Verb.RELEASE, by=by)
    why = sentence(reason, "reason", 200)
    mine = found.claim_of(by, ClaimState.ACTIVE) if claim_id is None else _named(found, claim_id, by)
    if mine is None:
        if by.role not in (Role.WORKER, Role.SECRETARY):
            raise NotAllowed(_("只能退自己接的单。"))
        if len(found.active) != 1:
            message = _("请选退掉谁的接单。")
            raise Invalid(message, {"claim_id": message})
        mine = found.active[0]
    _give_back(found.order, mine, ClaimState.RELEASED, verb=Verb.RELEASE, reason=why, by=by, at=at)
    return found.order


def _named(found: Found, claim_id: int, by: Actor) -> Claim:
    own = found.claim_of(by, ClaimState.ACTIVE)
    if by.role not in (Role.WORKER, Role.SECRETARY) and (own is None or own.pk != claim_id):
        raise NotAllowed(_("只能退自己接的单。"))
    for candidate in found.active:
        if candidate.pk == claim_id:
            return candidate
    message = _("没有这个接单，请重新选。")
    raise Invalid(message, {"claim_id": message})


@action
def lapse(order_id: int, claim_id: int, *, by: Actor, at: datetime) -> Order:
    """Take back a claim whose lease has run out. Only the system does this."""
    found = find(order_id, Verb.LAPSE, by=by)
    for held in found.claims:
        if held.pk == claim_id and held.state in OPEN_CLAIMS and held.lease_until <= at:
            _give_back(found.order, held, ClaimState.LAPSED, verb=Verb.LAPSE, reason="", by=by, at=at)
            return found.order
    raise WrongState(_("刚刚有人动过这一单，请刷新看看。"))


def _give_back(order: Order, held: Claim, state: ClaimState, *, verb: Verb, reason: str, by: Actor, at: datetime) -> None:
    before = {"state": order.state}
    left = order.taken - held.places if held.state == ClaimState.ACTIVE else order.taken
    after_state = State.CLAIMED if left > 0 else State.PUBLISHED
    was = ClaimState(held.state)
    change(
        order,
        state=after_state,
        taken=left,
        claimed_at=order.claimed_at if left else None,
        published_at=order.published_at or at,
    )
    _end_or_move(held, was, state=state, ended_at=at, reason=reason)
    after = {"state": after_state.value, "claim": held.pk}
    tell(order, verb, by=by, at=at, before=before, after=after, reason=reason)


def _end_or_move(held: Claim, was: ClaimState, **changes: object) -> None:
    if not Claim.objects.filter(pk=held.pk, state=was).update(**changes):
        raise WrongState(_("刚刚有人动过这一单，请刷新看看。"))
