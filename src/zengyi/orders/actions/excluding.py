"""Keeping organisations away from an order: it was complained about, or whoever asked does not want it there."""

from datetime import datetime

from django.utils.translation import gettext as _

from zengyi.core import audit
from zengyi.core.errors import Invalid, WrongState
from zengyi.core.steps import action, in_action
from zengyi.orders import rules
from zengyi.orders.actions.finding import change, hold
from zengyi.orders.models import Claim, Exclusion, Order
from zengyi.orders.rules import EXCLUDED_MOST, OPEN_CLAIMS, ClaimState, State
from zengyi.people import queries as people
from zengyi.people.rules import Actor


@in_action
def record(order: Order, excluded: set[int], complained: int | None, *, by: Actor, at: datetime) -> None:
    """Write down whom a new order keeps away. Raises :class:`Invalid` for an organisation that is not registered here."""
    wanted = excluded | ({complained} if complained is not None else set())
    if not wanted:
        return
    if len(wanted) > EXCLUDED_MOST:
        raise Invalid.on("excluded_units", _("最多请 %(most)d 个单位回避。") % {"most": EXCLUDED_MOST})
    if not wanted <= {pk for pk, _name in people.units_of(order.community_id)}:
        sentence = _("请选在本社区报到的单位。")
        raise Invalid(sentence, {"about_unit" if complained is not None else "excluded_units": sentence})
    Exclusion.objects.bulk_create(
        Exclusion(order_id=order.pk, organisation_id=pk, complaint=pk == complained, by_id=by.login_id, at=at) for pk in sorted(wanted)
    )


@action
def exclude(order_id: int, organisation_id: int, *, by: Actor, at: datetime) -> Order:
    """Keep an organisation, and whoever belongs to it, away from an order. What was proposed to them or is in their hands ends; it does not
    count as given back. Raises :class:`WrongState` when they have delivered: then it is confirmed or sent back first.
    """
    held = hold(order_id, by=by, at=at)
    rules.check_exclude(held.situation)
    order = held.order
    if organisation_id not in {pk for pk, _name in people.units_of(order.community_id)}:
        raise Invalid.on("unit", _("请选在本社区报到的单位。"))
    known = [row["unit"] for row in order.excluded_rows]
    if organisation_id in known:
        raise WrongState(_("这个单位已经请它回避了。"))
    if len(known) >= EXCLUDED_MOST:
        raise Invalid.on("unit", _("最多请 %(most)d 个单位回避。") % {"most": EXCLUDED_MOST})
    theirs = [claim for claim in held.situation.claims if claim.state in OPEN_CLAIMS and organisation_id in claim.hand.units]
    if theirs and order.state == State.DELIVERED:
        raise WrongState(_("这个单位的人已经办好了。请先确认，没办好就退回，再请它回避。"))
    Exclusion.objects.create(order_id=order.pk, organisation_id=organisation_id, by_id=by.login_id, at=at)
    if theirs:
        _take_away(order, theirs, at=at)
    _tell("exclude", order, organisation_id, by=by, at=at)
    return order


@action
def readmit(order_id: int, organisation_id: int, *, by: Actor, at: datetime) -> Order:
    """Let an organisation that was kept away in again."""
    held = hold(order_id, by=by, at=at)
    rules.check_exclude(held.situation)
    if not Exclusion.objects.filter(order_id=order_id, organisation_id=organisation_id).delete()[0]:
        raise WrongState(_("这个单位没有回避。"))
    _tell("readmit", held.order, organisation_id, by=by, at=at)
    return held.order


def _take_away(order: Order, claims: list[rules.ClaimFacts], *, at: datetime) -> None:
    left = order.taken - sum(claim.places for claim in claims if claim.is_active)
    Claim.objects.filter(pk__in=[claim.id for claim in claims], state__in=OPEN_CLAIMS).update(
        state=ClaimState.RELEASED, ended_at=at, reason=""
    )
    if left:
        change(order, taken=left)
    else:
        change(order, state=State.PUBLISHED, taken=0, claimed_at=None, published_at=order.published_at or at)


def _tell(verb: str, order: Order, organisation_id: int, *, by: Actor, at: datetime) -> None:
    """Recorded under an object of its own: the order's steps can be read by everybody who sees the order, the organisation too."""
    after = {"organisation": organisation_id, "state": str(order.state)}
    audit.record(verb, "exclusion", order.pk, by=by, at=at, community_id=order.community_id, after=after)
