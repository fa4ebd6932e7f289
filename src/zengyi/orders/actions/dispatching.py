"""What the community does at the desk: take an order on, publish it, propose it to somebody, or end it."""

from datetime import datetime

from django.utils.translation import gettext as _

from zengyi.bank import actions as bank
from zengyi.core import personal, worktime
from zengyi.core.errors import Invalid, WrongState
from zengyi.core.steps import action, in_action
from zengyi.orders import rules
from zengyi.orders.actions.claiming import end_proposal
from zengyi.orders.actions.finding import Held, change, due, hold, memo, move, sentence, tell, whole, why
from zengyi.orders.models import Claim, Order
from zengyi.orders.queries.limits import due_after
from zengyi.orders.rules import (
    ACCEPT_WORKING_HOURS,
    DIFFICULTY_MOST,
    OPEN_CLAIMS,
    PLACES_MOST,
    Category,
    ClaimState,
    Outcome,
    State,
    Urgency,
    Verb,
    is_excluded,
    search_words,
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
    """Take an order on: its difficulty in points is entered in the books. Weighing it again before publishing replaces the first time.

    ``due_at`` defaults to the category's time limit in working hours; ``places`` is how many people are needed.
    """
    held = hold(order_id, by=by, at=at)
    rules.check_triage(held.situation)
    order = held.order
    whole(difficulty, "difficulty", 1, DIFFICULTY_MOST)
    whole(places, "places", 1, PLACES_MOST)
    category, urgency = category or order.category, urgency or order.urgency
    if category not in Category.values:
        raise Invalid(_("请从里面选一类。"), {"category": _("请从里面选一类。")})
    if urgency not in Urgency.values:
        raise Invalid(_("请从里面选一个。"), {"urgency": _("请从里面选一个。")})
    until = due(due_at, "due_at", at=at) or _promised(order, at) or due_after(order.community_id, category, urgency, at)
    before = {"state": order.state, "difficulty": order.difficulty}
    if order.account_id is not None:
        bank.withdraw_difficulty(order.account_id, key=f"retriage:{order.pk}:{order.account_id}", memo=memo(order), at=at)
    again = f":{order.account_id}" if order.account_id else ""
    account_id = bank.open_difficulty(
        order.community_id, order.number, difficulty, key=f"triage:{order.pk}{again}", memo=memo(order), at=at
    )
    move(
        order,
        Verb.TRIAGE,
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
    after = {"state": str(order.state), "difficulty": difficulty, "due_at": until.isoformat(), "places": places}
    tell(order, Verb.TRIAGE, by=by, at=at, before=before, after=after)
    return order


def _promised(order: Order, at: datetime) -> datetime | None:
    """The date that was promised before anybody weighed the order, if it lies ahead."""
    return order.due_at if order.state == State.PLACED and order.due_at is not None and order.due_at > at else None


@action
def mask(order_id: int, *, by: Actor, at: datetime) -> Order:
    """Hide the phones and doors in the order's words for good: from those who help, and from the community, too."""
    held = hold(order_id, by=by, at=at)
    rules.check_mask(held.situation)
    change(held.order, **_without_personal(held.order))
    tell(held.order, rules.MASK, by=by, at=at)
    return held.order


def _without_personal(order: Order) -> dict[str, object]:
    """The columns of an order whose words are masked."""
    words = {name: personal.masked(getattr(order, name)) for name in rules.WORDS}
    place = order.place.name if order.place else ""
    return {**words, **search_words(words["title"], words["text"], words["spot"], place)}


@action
def publish(order_id: int, *, mask: bool = False, by: Actor, at: datetime) -> Order:
    """Publish an order for claiming. ``mask``: hide the phones and doors in its words for good."""
    held = hold(order_id, by=by, at=at)
    rules.check_publish(held.situation)
    order, before = held.order, {"state": held.order.state}
    move(order, Verb.PUBLISH, published_at=at, **(_without_personal(order) if mask else {}))
    after = {"state": str(order.state)} | ({"masked": True} if mask else {})
    tell(order, Verb.PUBLISH, by=by, at=at, before=before, after=after)
    return order


@action
def assign(
    order_id: int,
    *,
    member_id: int | None = None,
    organisation_id: int | None = None,
    points: int | None = None,
    instead: int | None = None,
    by: Actor,
    at: datetime,
) -> Order:
    """Propose an order to a member or an organisation, who accepts or refuses within four working hours.

    What was proposed to somebody else before is taken back in the same step, if ``instead`` names it: the dispatcher saw it.
    ``points`` fixes the party's share. Raises :class:`Invalid` for a party that does not belong here or has a stake in it, and
    :class:`WrongState` when a colleague proposed the order to somebody meanwhile.
    """
    held = hold(order_id, by=by, at=at)
    rules.check_assign(held.situation)
    if held.situation.proposed not in (None, instead):
        raise WrongState(_("同事刚把这一单派给了别人。看一看派给了谁，还要改派的，再按一次。"))
    order = held.order
    check_party(held, member_id=member_id, organisation_id=organisation_id)
    if points is not None:
        whole(points, "points", 1, order.difficulty or 0)
    before = {"state": order.state}
    ended = end_proposal(held, at=at)
    move(order, Verb.ASSIGN)
    propose(order, member_id=member_id, organisation_id=organisation_id, points=points, by=by, at=at)
    after = {"state": str(order.state), "member": member_id, "organisation": organisation_id}
    after |= {"instead": ended} if ended is not None else {}
    tell(order, Verb.ASSIGN, by=by, at=at, before=before, after=after)
    return order


def check_party(held: Held, *, member_id: int | None, organisation_id: int | None) -> None:
    """Raise :class:`Invalid` unless it is one party of the community, that has no stake in the order."""
    if (member_id is None) == (organisation_id is None):
        raise Invalid(_("请选一位党员或一个单位。"), {"party": _("请选派给谁。")})
    party = people.party(held.order.community_id, member_id=member_id, organisation_id=organisation_id)
    if party is None:
        raise Invalid(_("本社区没有这位党员或这个单位。"), {"party": _("请重新选。")})
    if is_excluded(held.situation.behind, party):
        raise Invalid(_("点单的人请这个单位回避，请另选。"), {"party": _("点单的人请这个单位回避，请另选。")})
    if reason := stake(held.situation.behind, party):
        raise Invalid(reason, {"party": reason})
    for claim in held.situation.claims:
        if claim.state == ClaimState.PROPOSED and (claim.member_id, claim.organisation_id) == (member_id, organisation_id):
            raise Invalid(_("这一单已经派给这一位，请另选。"), {"party": _("已经派给这一位，请另选。")})


def propose(order: Order, *, member_id: int | None, organisation_id: int | None, points: int | None, by: Actor, at: datetime) -> None:
    """Propose the order to the party, which has four working hours to answer."""
    Claim.objects.create(
        order_id=order.pk,
        community_id=order.community_id,
        member_id=member_id,
        organisation_id=organisation_id,
        state=ClaimState.PROPOSED,
        places=1 if member_id is not None else order.places,
        by_id=by.login_id,
        claimed_at=at,
        lease_until=worktime.add_working_hours(at, ACCEPT_WORKING_HOURS),
        points=points,
    )


@action
def decline(order_id: int, *, reason: str, by: Actor, at: datetime) -> Order:
    """End an order that the community can't take on, with a reason that whoever asked reads."""
    held = hold(order_id, by=by, at=at)
    rules.check_decline(held.situation)
    return _end(held, Verb.DECLINE, Outcome.DECLINED, reason=reason, by=by, at=at)


@action
def cancel(order_id: int, *, reason: str, by: Actor, at: datetime) -> Order:
    """Take an order back before anybody is at it."""
    held = hold(order_id, by=by, at=at)
    rules.check_cancel(held.situation)
    return _end(held, Verb.CANCEL, Outcome.CANCELLED, reason=reason, by=by, at=at)


@action
def merge(order_id: int, *, into_id: int, by: Actor, at: datetime) -> Order:
    """End an order as the same matter as ``into_id``, which must be open and of the same community."""
    if into_id < order_id:
        hold(into_id, by=by, at=at)  # both are locked, the lower id first, so that two merges cannot wait for each other
    held = hold(order_id, by=by, at=at)
    rules.check_merge(held.situation)
    other = hold(into_id, by=by, at=at)
    rules.check_merge_into(other.situation)
    if other.order.pk == held.order.pk or other.order.community_id != held.order.community_id:
        message = _("请选另一张还没办完的单子。")
        raise Invalid(message, {"into_id": message})
    return _end(held, Verb.MERGE, Outcome.MERGED, merged_into_id=other.order.pk, by=by, at=at)


def _end(
    held: Held, verb: Verb, outcome: Outcome, *, reason: str = "", merged_into_id: int | None = None, by: Actor, at: datetime
) -> Order:
    order, before, said = held.order, {"state": held.order.state}, why(verb, reason)
    end(order, verb, outcome, merged_into_id=merged_into_id, at=at)
    after = {"state": str(order.state), "outcome": outcome.value} | ({"into": merged_into_id} if merged_into_id else {})
    tell(order, verb, by=by, at=at, before=before, after=after, reason=said)
    return order


@in_action
def end(order: Order, verb: Verb, outcome: Outcome, *, merged_into_id: int | None = None, at: datetime) -> None:
    """End an order that is held: what was proposed ends with it, and the points it was to bring are withdrawn."""
    move(order, verb, outcome=outcome, ended_at=at, merged_into_id=merged_into_id)
    _end_claims(order, at=at)
    if order.account_id is not None:
        bank.withdraw_difficulty(order.account_id, key=f"end:{order.pk}", memo=memo(order), at=at)


def _end_claims(order: Order, *, at: datetime) -> None:
    open_ones = Claim.objects.filter(order_id=order.pk, state__in=OPEN_CLAIMS)
    open_ones.update(state=ClaimState.RELEASED, ended_at=at, reason="")
