"""What the community does at the desk: take an order on, publish it, propose it to somebody, or end it."""

from datetime import datetime

from django.utils.translation import gettext as _

from zengyi.bank import actions as bank
from zengyi.core import worktime
from zengyi.core.errors import Invalid
from zengyi.core.steps import action
from zengyi.orders.actions.finding import Found, change, due, find, look_up, memo, permit, sentence, tell, whole
from zengyi.orders.models import Claim, Order
from zengyi.orders.rules import (
    ACCEPT_WORKING_HOURS,
    DIFFICULTY_MOST,
    DUE_WORKING_HOURS,
    PLACES_MOST,
    Category,
    ClaimState,
    Outcome,
    State,
    Urgency,
    Verb,
    stake,
)
from zengyi.people import queries as people
from zengyi.people.rules import Actor


@action
def triage(
    order_id: int,
    *,
    difficulty: int,
    due_at: datetime | None = None,
    places: int = 1,
    category: str | None = None,
    urgency: int | None = None,
    needs: str = "",
    provides: str = "",
    by: Actor,
    at: datetime,
) -> Order:
    """Take an order on: its difficulty in points goes onto the books. Done again before publishing, it replaces the first.

    ``due_at`` defaults to the category's time limit in working hours; ``places`` is how many people are needed.
    """
    found = find(order_id, Verb.TRIAGE, by=by)
    order = found.order
    whole(difficulty, "difficulty", 1, DIFFICULTY_MOST)
    whole(places, "places", 1, PLACES_MOST)
    category, urgency = category or order.category, urgency or order.urgency
    if category not in Category.values:
        raise Invalid(_("请从里面选一类。"), {"category": _("请从里面选一类。")})
    if urgency not in Urgency.values:
        raise Invalid(_("请从里面选一个。"), {"urgency": _("请从里面选一个。")})
    until = due(due_at, "due_at", at=at) or worktime.add_working_hours(at, DUE_WORKING_HOURS[Category(category)][Urgency(urgency)])
    before = {"state": order.state, "difficulty": order.difficulty}
    if order.account_id is not None:
        bank.withdraw_difficulty(order.account_id, key=f"retriage:{order.pk}:{order.account_id}", memo=memo(order), at=at)
    again = f":{order.account_id}" if order.account_id else ""
    account_id = bank.open_difficulty(
        order.community_id, order.number, difficulty, key=f"triage:{order.pk}{again}", memo=memo(order), at=at
    )
    change(
        order,
        state=State.TRIAGED,
        difficulty=difficulty,
        account_id=account_id,
        due_at=until,
        places=places,
        category=category,
        urgency=urgency,
        needs=sentence(needs, "needs", 200, least=0),
        provides=sentence(provides, "provides", 200, least=0),
        triaged_by_id=by.user_id,
        triaged_at=at,
    )
    after = {"state": State.TRIAGED.value, "difficulty": difficulty, "due_at": until.isoformat(), "places": places}
    tell(order, Verb.TRIAGE, by=by, at=at, before=before, after=after)
    return order


@action
def publish(order_id: int, *, by: Actor, at: datetime) -> Order:
    """Publish an order for claiming."""
    order = find(order_id, Verb.PUBLISH, by=by).order
    before = {"state": order.state}
    change(order, state=State.PUBLISHED, published_at=at)
    tell(order, Verb.PUBLISH, by=by, at=at, before=before, after={"state": State.PUBLISHED.value})
    return order


@action
def assign(
    order_id: int,
    *,
    member_id: int | None = None,
    organisation_id: int | None = None,
    points: int | None = None,
    by: Actor,
    at: datetime,
) -> Order:
    """Propose an order to a member or an organisation, who accepts or refuses within four working hours.

    ``points`` fixes the party's share. Raises :class:`Invalid` for a party that does not belong here or has a stake in it.
    """
    order = find(order_id, Verb.ASSIGN, by=by).order
    if (member_id is None) == (organisation_id is None):
        raise Invalid(_("请选一位党员或一个单位。"), {"party": _("请选派给谁。")})
    if points is not None:
        whole(points, "points", 0, order.difficulty or 0)
    party = people.party(order.community_id, member_id=member_id, organisation_id=organisation_id)
    if party is None:
        raise Invalid(_("本社区没有这位党员或这个单位。"), {"party": _("请重新选。")})
    if reason := stake(order.asker(at), party):
        raise Invalid(reason, {"party": reason})
    before = {"state": order.state}
    change(order, state=State.ASSIGNED)
    Claim.objects.create(
        order_id=order.pk,
        member_id=member_id,
        organisation_id=organisation_id,
        state=ClaimState.PROPOSED,
        places=1 if member_id is not None else order.places,
        by_id=by.login_id,
        claimed_at=at,
        lease_until=worktime.add_working_hours(at, ACCEPT_WORKING_HOURS),
        points=points,
    )
    after = {"state": State.ASSIGNED.value, "member": member_id, "organisation": organisation_id}
    tell(order, Verb.ASSIGN, by=by, at=at, before=before, after=after)
    return order


@action
def decline(order_id: int, *, reason: str, by: Actor, at: datetime) -> Order:
    """End an order that the community can't take on, with a reason its raiser reads."""
    return _end(find(order_id, Verb.DECLINE, by=by), Verb.DECLINE, Outcome.DECLINED, reason=reason, by=by, at=at)


@action
def cancel(order_id: int, *, reason: str, by: Actor, at: datetime) -> Order:
    """Take an order back before anybody is at it."""
    return _end(find(order_id, Verb.CANCEL, by=by), Verb.CANCEL, Outcome.CANCELLED, reason=reason, by=by, at=at)


@action
def merge(order_id: int, *, into_id: int, by: Actor, at: datetime) -> Order:
    """End an order as the same matter as ``into_id``, which must be open and of the same community."""
    if into_id < order_id:
        look_up(into_id)  # both are held, the lower id first: two merges never wait for each other
    found = find(order_id, Verb.MERGE, by=by)
    other = look_up(into_id)
    permit(other, "order.merge", by=by)
    same = other.order.pk == found.order.pk or other.order.community_id != found.order.community_id
    if same or other.order.state in (State.CONFIRMED, State.CLOSED):
        message = _("请选另一张还没办完的单子。")
        raise Invalid(message, {"into_id": message})
    return _end(found, Verb.MERGE, Outcome.MERGED, merged_into_id=other.order.pk, by=by, at=at)


def _end(
    found: Found, verb: Verb, outcome: Outcome, *, reason: str | None = None, merged_into_id: int | None = None, by: Actor, at: datetime
) -> Order:
    order = found.order
    why = sentence(reason, "reason", 200) if reason is not None else ""
    before = {"state": order.state}
    change(order, state=State.CLOSED, outcome=outcome, ended_at=at, merged_into_id=merged_into_id)
    end_claims(order, ClaimState.RELEASED, at=at)
    if order.account_id is not None:
        bank.withdraw_difficulty(order.account_id, key=f"end:{order.pk}", memo=memo(order), at=at)
    after = {"state": State.CLOSED.value, "outcome": outcome.value} | ({"into": merged_into_id} if merged_into_id else {})
    tell(order, verb, by=by, at=at, before=before, after=after, reason=why)
    return order


def end_claims(order: Order, state: ClaimState, *, at: datetime, reason: str = "") -> int:
    """End the open claims of an order; returns how many."""
    open_ones = Claim.objects.filter(order_id=order.pk, state__in=[ClaimState.PROPOSED, ClaimState.ACTIVE])
    return open_ones.update(state=state, ended_at=at, reason=reason)
