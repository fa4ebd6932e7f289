"""Taking orders: claim, accept or refuse what was proposed, give back, lapse."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext as _

from zengyi.core import worktime
from zengyi.core.errors import Invalid, NotAllowed, NotThere, WrongState
from zengyi.core.steps import action
from zengyi.orders.actions import taking
from zengyi.orders.actions.finding import ID_MOST, NOT_HERE, Found, change, find, permit, sentence, tell, wrong_state
from zengyi.orders.models import Claim, Order
from zengyi.orders.rules import (
    LEASE_WORKING_HOURS,
    OPEN_CLAIMS,
    PUBLIC_STATES,
    ClaimState,
    State,
    Verb,
    stake,
)
from zengyi.people.rules import COMMUNITY_ROLES, Actor, Role, Target

CLAIMABLE = (State.PUBLISHED, State.CLAIMED)


@action
def claim(order_id: int, *, by: Actor, at: datetime) -> Order:
    """Claim an order as a member (one place) or as an organisation (all of it).

    One conditional UPDATE decides who wins; whoever comes too late gets :class:`WrongState`. Nobody claims what they, their
    household or their unit asked for, nor what they weighed or placed for somebody, and nobody holds more than a few orders at a time.
    """
    order = _claimable(order_id, by=by, at=at)
    unit = by.role == Role.ORGANISATION
    places = order.places if unit else 1
    try:
        made = taking.take(order, places, lease(order.due_at, at), by=by, at=at)
    except IntegrityError as twice:
        raise WrongState(_("您已经接了这一单。")) from twice
    if made is None:
        _claimable(order_id, by=by, at=at)  # says what has changed meanwhile
        raise WrongState(_("已被别人接走，看看附近另外几单。"))
    before = {"state": order.state}
    order.state, order.taken, order.claimed_at = State.CLAIMED, order.taken + places, order.claimed_at or at
    tell(order, Verb.CLAIM, by=by, at=at, before=before, after={"state": State.CLAIMED.value, "claim": made, "places": places})
    return order


def lease(due_at: datetime | None, at: datetime) -> datetime:
    """Until when a claim holds: three working days, or until the order is due, whichever is later."""
    leased = worktime.add_working_hours(at, LEASE_WORKING_HOURS)
    return max(leased, due_at) if due_at else leased


def _claimable(order_id: int, *, by: Actor, at: datetime) -> Order:
    """The order, if one may claim it as it stands now."""
    order = taking.look(order_id, by=by) if 0 < order_id <= ID_MOST else None
    if order is None:
        raise NotThere(NOT_HERE)
    known: Any = order
    target = Target(
        community_id=order.community_id,
        path=known.path,
        person_ids=frozenset({order.requester_id}),
        # What was on view once, and is gone by now, is told so; what never was is unknown.
        shown=not order.private and (order.published_at is not None or order.state in PUBLIC_STATES),
    )
    permit(Found(order, [], target), "order.claim", by=by)
    if order.state not in CLAIMABLE:
        raise _gone(order)
    if reason := stake(order.asker(at), by):
        raise NotAllowed(reason)
    if known.mine_here:
        raise WrongState(_("您已经接了这一单。"))
    if known.mine_open >= taking.most_open(by):
        raise WrongState(_("您手上已经有 %(most)d 单，先办好一单再接。") % {"most": taking.most_open(by)})
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
    if reason := stake(order.asker(at), by):
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
        if by.role not in COMMUNITY_ROLES:
            raise NotAllowed(_("只能退自己接的单。"))
        if len(found.active) != 1:
            message = _("请选退掉谁的接单。")
            raise Invalid(message, {"claim_id": message})
        mine = found.active[0]
    _give_back(found.order, mine, ClaimState.RELEASED, verb=Verb.RELEASE, reason=why, by=by, at=at)
    return found.order


def _named(found: Found, claim_id: int, by: Actor) -> Claim:
    own = found.claim_of(by, ClaimState.ACTIVE)
    if by.role not in COMMUNITY_ROLES and (own is None or own.pk != claim_id):
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
