"""Taking orders: claim, accept or refuse what was proposed, give back, lapse."""

from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from django.db import IntegrityError, connection
from django.db.models import Count, Exists, F, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from zengyi.core import worktime
from zengyi.core.errors import Invalid, NotAllowed, NotThere, WrongState
from zengyi.core.ids import ID_MOST
from zengyi.core.prepared import Query, Statement
from zengyi.core.sql import Turn
from zengyi.core.steps import action
from zengyi.orders import rules
from zengyi.orders.actions.finding import COLUMNS, NOT_HERE, Held, change, heard_by, hold, move, order_of, tell, why
from zengyi.orders.models import ASKER, ASKER_FOR_MEMBER, ASKER_FOR_UNIT, Claim, Order, given_back
from zengyi.orders.rules import LEASE_WORKING_HOURS, MOVES, OPEN_CLAIMS, Channel, ClaimFacts, ClaimState, GivenBack, State, Verb
from zengyi.people.rules import COMMUNITY_ROLES, Actor, Role, known

_ASKER = {"member_id": ASKER_FOR_MEMBER, "organisation_id": ASKER_FOR_UNIT}


def _claimable(holder: str, order: int, mine: int) -> "QuerySet[Order, dict[str, Any]]":
    """The order with all that a claim needs to know. Several claims of one claimant at once wait here and run one after the other."""
    own = Claim.objects.filter(state__in=OPEN_CLAIMS, **{holder: mine})
    counted = own.order_by().annotate(all=Value(1)).values("all").annotate(n=Count("pk")).values("n")
    rows = Order.objects.with_asker(_ASKER[holder]).annotate(
        path=F("community__path"),
        in_hand=Coalesce(Subquery(counted, output_field=IntegerField()), 0),
        is_held=Exists(own.filter(order_id=OuterRef("pk"))),
        turn=Turn(Value(mine), purpose=holder),
        **given_back(holder, mine),
    )
    names = (*COLUMNS, *_ASKER[holder], "path", "in_hand", "is_held", "turn", *given_back(holder, mine))
    found: QuerySet[Order, dict[str, Any]] = rows.filter(pk=order).values(*names)
    return found


_find_claimable = {name: Query(f"orders_look_{name}", partial(_claimable, name), order=2**62, mine=2**62 + 1) for name in _ASKER}
# Decides who wins. The conditions are checked again at this moment: the order is open, has room, and the claimant does not hold too many.
_TAKE = """
    UPDATE orders_order SET state = 'CLAIMED', taken = taken + %(places)s, claimed_at = COALESCE(claimed_at, %(at)s)
    WHERE id = %(order)s AND state IN ('PUBLISHED', 'CLAIMED') AND taken <= places - %(places)s
      AND (SELECT COUNT(*) FROM orders_claim WHERE {holder} = %(mine)s AND state IN ('PROPOSED', 'ACTIVE')) < %(most)s
"""
# The claim of who won. Without places taken none is written.
_CLAIM = """
    INSERT INTO orders_claim (order_id, community_id, member_id, organisation_id, state, places, by_id, claimed_at, lease_until, reason)
    SELECT %(order)s, %(community)s, %(member_id)s, %(organisation_id)s, 'ACTIVE', %(places)s, %(by)s, %(at)s, %(lease)s, ''
"""
_take_places = {name: Statement(f"orders_take_{name}", _TAKE.replace("{holder}", name)) for name in _ASKER}
_insert_claim = Statement("orders_insert_claim", f"{_CLAIM} RETURNING id")
# PostgreSQL does both in one statement, which SQLite has not learned.
_take_and_claim = {
    name: Statement(
        f"orders_take_and_claim_{name}",
        f"WITH taken AS ({_TAKE.replace('{holder}', name)} RETURNING id) {_CLAIM} FROM taken RETURNING id",
    )
    for name in _ASKER
}


@action
def claim(order_id: int, *, by: Actor, at: datetime) -> Order:
    """Claim an order as a member (one place) or as an organisation (all of it).

    One conditional UPDATE decides who wins; the others get :class:`WrongState`. Nobody claims what they, their
    household or their unit asked for, nor what they weighed or placed for somebody, and nobody holds more than a few orders at a time.
    """
    found = _find(order_id, by=by, at=at)
    rules.check_claim(found.situation)
    order, places = found.order, rules.places_for(by, found.order.places)
    try:
        made = _take(order, places, by=by, at=at)
    except IntegrityError as twice:
        raise WrongState(rules.already_held()) from twice
    if made is None:
        rules.check_claim(_find(order_id, by=by, at=at).situation)  # the guard says what has changed in the meantime
        raise WrongState(rules.too_late())
    before = {"state": order.state}
    order.state, order.taken, order.claimed_at = MOVES[Verb.CLAIM].target, order.taken + places, order.claimed_at or at
    tell(order, Verb.CLAIM, by=by, at=at, before=before, after={"state": order.state.value, "claim": made, "places": places})
    return order


def _find(order_id: int, *, by: Actor, at: datetime) -> Held:
    """The order as a claimant needs it. Other people's claims are not read, only how many places are left."""
    holder, mine = _holder(by)
    for row in _find_claimable[holder].rows(order=order_id, mine=mine) if 0 < order_id <= ID_MOST else []:
        order = order_of(row, left_out=ASKER)
        target = order.target(row["path"], ())
        if row["is_held"]:
            target = replace(target, member_ids=known(by.member_id), organisation_ids=known(by.organisation_id))
        returned = GivenBack(row["gave_back_here"], row["gave_back_third"])
        read = {"in_hand_read": row["in_hand"], "given_back_read": returned}
        return Held(order, order.situation(target, by=by, at=at, is_held=bool(row["is_held"]), **read))
    raise NotThere(NOT_HERE)


def _take(order: Order, places: int, *, by: Actor, at: datetime) -> int | None:
    """Take places of the order; returns the claim's id, or ``None`` if there is no room any more or the claimant holds too many by now."""
    holder, mine = _holder(by)
    taken: dict[str, Any] = {"order": order.pk, "places": places, "mine": mine, "most": rules.most_open(by), "at": at}
    claimed = taken | {"community": order.community_id, "by": by.login_id, "lease": lease(order.due_at, at)}
    claimed |= {"member_id": None, "organisation_id": None, holder: mine}
    if connection.vendor == "postgresql":
        with _take_and_claim[holder].run(**claimed) as cursor:
            row = cursor.fetchone()
        return int(row[0]) if row else None
    with _take_places[holder].run(**taken) as cursor:
        if not cursor.rowcount:
            return None
    with _insert_claim.run(**claimed) as cursor:
        return int(cursor.fetchone()[0])


def _holder(by: Actor) -> tuple[str, int]:
    return ("organisation_id", by.organisation_id or 0) if by.role == Role.ORGANISATION else ("member_id", by.member_id or 0)


def lease(due_at: datetime | None, at: datetime) -> datetime:
    """Until when a claim holds: three working days, or until the order is due, whichever is later."""
    leased = worktime.add_working_hours(at, LEASE_WORKING_HOURS)
    return max(leased, due_at) if due_at else leased


@action
def accept(order_id: int, *, channel: str = Channel.SELF, by: Actor, at: datetime) -> Order:
    """Accept an order that was proposed to one's own. Somebody who accepts for a unit must not have a stake in the order themselves.

    Staff accept for a member without a login, who told them by ``channel``.
    """
    held = hold(order_id, by=by, at=at)
    mine = rules.check_accept(held.situation)
    order, before, heard = held.order, {"state": held.order.state}, heard_by(mine, channel, by)
    move(order, Verb.ACCEPT, taken=mine.places, claimed_at=at)
    _change_claim(mine, state=ClaimState.ACTIVE, by_id=by.login_id, claimed_at=at, lease_until=lease(order.due_at, at))
    tell(order, Verb.ACCEPT, by=by, at=at, before=before, after={"state": str(order.state), "claim": mine.id} | heard)
    return order


@action
def refuse(order_id: int, *, reason: str, channel: str = Channel.SELF, by: Actor, at: datetime) -> Order:
    """Refuse an order that was proposed, with a reason; it is then open for everybody. Staff do so for a member without a login."""
    held = hold(order_id, by=by, at=at)
    mine = rules.check_refuse(held.situation)
    order, before, said = held.order, {"state": held.order.state}, why(Verb.REFUSE, reason)
    heard = heard_by(mine, channel, by)
    move(order, Verb.REFUSE, published_at=order.published_at or at)
    _change_claim(mine, state=ClaimState.REFUSED, ended_at=at, reason=said)
    tell(order, Verb.REFUSE, by=by, at=at, before=before, after={"state": str(order.state), "claim": mine.id} | heard, reason=said)
    return order


@action
def release(order_id: int, *, reason: str, claim_id: int | None = None, by: Actor, at: datetime) -> Order:
    """Give a claim back, with a reason; the places are open again. Staff of the community name the claim, and may take back what is only
    proposed; who had it is not held to have given it back.
    """
    held = hold(order_id, by=by, at=at)
    rules.check_release(held.situation)
    said, claim = why(Verb.RELEASE, reason), _wanted(held.situation, claim_id)
    state = ClaimState.RELEASED if claim.is_active else ClaimState.RECALLED
    _give_back(held, claim, state, verb=Verb.RELEASE, reason=said, by=by, at=at)
    return held.order


def _wanted(s: rules.Situation, claim_id: int | None) -> ClaimFacts:
    """The claim to give back: the one named, else one's own, else the only one there is."""
    own = s.own_claim(ClaimState.ACTIVE)
    if claim_id is None and own is not None:
        return own
    if s.by.role not in COMMUNITY_ROLES and (own is None or own.id != claim_id):
        raise NotAllowed(_("只能退自己接的单。"))
    found = [claim for claim in s.claims if claim.state in OPEN_CLAIMS and claim_id in (None, claim.id)]
    if len(found) == 1:
        return found[0]
    message = _("请选退掉谁的接单。") if claim_id is None else _("没有这个接单，请重新选。")
    raise Invalid(message, {"claim_id": message})


@action
def lapse(order_id: int, claim_id: int, *, by: Actor, at: datetime) -> Order:
    """Take back a claim whose lease has run out. Only the system does this."""
    held = hold(order_id, by=by, at=at)
    gone = rules.check_lapse(held.situation, claim_id)
    _give_back(held, gone, ClaimState.LAPSED, verb=Verb.LAPSE, reason="", by=by, at=at)
    return held.order


def _give_back(held: Held, claim: ClaimFacts, state: ClaimState, *, verb: Verb, reason: str, by: Actor, at: datetime) -> None:
    """End a claim. The order is open again; while others are at work on it, it stays in their hands."""
    order, before = held.order, {"state": held.order.state}
    left = order.taken - claim.places if claim.is_active else order.taken
    published_at = order.published_at or at
    if left:
        change(order, state=State.CLAIMED, taken=left, published_at=published_at)
    else:
        move(order, verb, taken=0, claimed_at=None, published_at=published_at)
    _change_claim(claim, state=state, ended_at=at, reason=reason)
    tell(order, verb, by=by, at=at, before=before, after={"state": str(order.state), "claim": claim.id}, reason=reason)


def end_proposal(held: Held, *, at: datetime) -> int | None:
    """Part of proposing the order to somebody else: what was proposed is taken back. The id of that claim, if there was one."""
    for claim in held.situation.claims:
        if claim.state == ClaimState.PROPOSED:
            _change_claim(claim, state=ClaimState.RECALLED, ended_at=at, reason="")
            return claim.id
    return None


def _change_claim(claim: ClaimFacts, **changes: object) -> None:
    if not Claim.objects.filter(pk=claim.id, state=claim.state).update(**changes):
        raise WrongState(rules.moved_meanwhile())
