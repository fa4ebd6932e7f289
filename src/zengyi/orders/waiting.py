"""What of this package waits for somebody: orders to confirm, to answer, to finish, to take on, and those that are stuck."""

from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from zengyi.bank import queries as bank
from zengyi.core import clock, personal, worktime
from zengyi.core.models import Event
from zengyi.orders.models import Claim, Order, PendingOrder
from zengyi.orders.rules import CALL_BACK, CALLS_ENDED, LOOKED_AT_WORKING_HOURS, SILENCE, SOON, ClaimState, Outcome, State, Verb
from zengyi.orders.rules.signs import PendingState, title_of
from zengyi.people.queries.waiting import Row, Source, Waiting, told
from zengyi.people.rules import COMMUNITY_ROLES, Actor, Role, Scope, may, scopes

Rows = QuerySet[Any, Any]


def _to_confirm(by: Actor, at: datetime) -> Rows | None:
    """What was done for somebody, who has not said yet whether it is good."""
    if by.person_id is None or Scope.OWN not in scopes(by.role, "order.confirm"):
        return None
    rows = Order.objects.filter(requester_id=by.person_id, state=State.DELIVERED).order_by("delivered_at", "pk")
    if Scope.OWN not in scopes(
        by.role, "order.list"
    ):  # staff see their community's; what they asked for elsewhere waits in their other role
        rows = rows.filter(community_id=by.community_id)
    return told(rows, since="delivered_at", title="title")


def _tell_confirm(row: Row) -> Waiting:
    return Waiting(
        title=row.title,
        detail=_("办好了，请您看一眼再确认"),
        verb=_("看一眼"),
        url=_order(row),
        since=row.since,
        due=row.since + SILENCE,
    )


def _claims(by: Actor, state: ClaimState) -> Rows | None:
    """The claims of the member or the unit that acts."""
    rows = Claim.objects.filter(state=state)
    if by.role == Role.ORGANISATION and by.organisation_id is not None:
        return rows.filter(organisation_id=by.organisation_id)
    if by.role == Role.MEMBER and by.member_id is not None:
        return rows.filter(member_id=by.member_id)
    return None


def _to_answer(by: Actor, at: datetime) -> Rows | None:
    """What was proposed to the actor, who has not said yet whether they take it."""
    rows = _claims(by, ClaimState.PROPOSED)
    if rows is None:
        return None
    rows = rows.filter(order__state=State.ASSIGNED).order_by("lease_until", "pk")
    return told(rows, since="claimed_at", due="lease_until", title="order__title", pk="order_id")


def _tell_answer(row: Row) -> Waiting:
    title = personal.masked(row.title)
    return Waiting(title=title, detail=_("社区派给您的，方便接吗？"), verb=_("回个话"), url=_order(row), since=row.since, due=row.due)


def _to_finish(by: Actor, at: datetime) -> Rows | None:
    """What the actor is at and was sent back, or is due within a day."""
    rows = _claims(by, ClaimState.ACTIVE)
    if rows is None:
        return None
    sent_back = Event.objects.filter(
        object_type="order", object_id=OuterRef("order_id"), verb=Verb.RETURN, at__gte=OuterRef("claimed_at")
    ).order_by("-pk")
    rows = rows.filter(order__state=State.CLAIMED).annotate(sent_back=Subquery(sent_back.values("reason")[:1]))
    rows = rows.filter(Q(sent_back__isnull=False) | Q(order__due_at__lte=at + SOON)).order_by("order__due_at", "pk")
    return told(rows, since="claimed_at", due="order__due_at", title="order__title", detail=F("sent_back"), pk="order_id")


def _tell_finish(row: Row) -> Waiting:
    detail = _("退回：%(reason)s") % {"reason": row.detail} if row.detail else _("您接的单，快到时限了")
    title = personal.masked(row.title)
    return Waiting(title=title, detail=detail, verb=_("去办"), url=_order(row), since=row.since, due=row.due, back=bool(row.detail))


def _to_take_on(by: Actor, at: datetime) -> Rows | None:
    """What the community has not looked at, or taken on and asked nobody about."""
    if by.role != Role.WORKER or by.community_id is None:
        return None
    rows = Order.objects.filter(community_id=by.community_id, state__in=(State.PLACED, State.TRIAGED)).order_by("pk")
    return told(rows, since="placed_at", due="due_at", title="title", detail="state")


def _tell_take_on(row: Row) -> Waiting:
    url = f"{reverse('desk')}?order={row.id}"
    if row.detail == State.PLACED:
        due = worktime.add_working_hours(row.since, LOOKED_AT_WORKING_HOURS)
        return Waiting(title=row.title, detail=_("新来的，等社区看"), verb=_("受理"), url=url, since=row.since, due=due)
    return Waiting(title=row.title, detail=_("受理了，还没有请人"), verb=_("派单"), url=url, since=row.since, due=row.due)


def _to_ask(by: Actor, at: datetime) -> Rows | None:
    """What was proposed to a member who has no login to answer with."""
    if by.role not in COMMUNITY_ROLES or by.community_id is None:
        return None
    rows = Claim.objects.filter(community_id=by.community_id, state=ClaimState.PROPOSED, member__isnull=False)
    rows = rows.filter(member__person__user__isnull=True).order_by("lease_until", "pk")
    return told(rows, since="claimed_at", due="lease_until", title="order__title", detail="member__person__name", pk="order_id")


def _tell_ask(row: Row) -> Waiting:
    detail = _("%(name)s 没有账号，自己接不了，请打电话问") % {"name": row.detail}
    return Waiting(title=row.title, detail=detail, verb=_("去问"), url=_order(row), since=row.since, due=row.due)


def _to_confirm_for(by: Actor, at: datetime) -> Rows | None:
    """What was done for somebody who has no login: a colleague asks, who neither wrote it down nor set its points."""
    if by.community_id is None or by.role not in COMMUNITY_ROLES or not may(by, "order.confirm"):
        return None
    rows = Order.objects.filter(community_id=by.community_id, state=State.DELIVERED, requester__user__isnull=True)
    rows = rows.exclude(Q(placed_by_id=by.user_id) | Q(triaged_by_id=by.user_id)).order_by("delivered_at", "pk")
    return told(rows, since="delivered_at", title="title", detail="requester__name")


def _tell_confirm_for(row: Row) -> Waiting:
    detail = _("%(name)s 没有账号，请打电话问一声，替他确认") % {"name": row.detail}
    return Waiting(title=row.title, detail=detail, verb=_("去问"), url=_order(row), since=row.since, due=row.since + SILENCE)


def _to_call(by: Actor, at: datetime) -> Rows | None:
    """Confirmed orders that were drawn and about which nobody has rung up yet, of this quarter and the one before it. Not what the actor
    has had in hand; whose household or colleagues did, hears so on the page."""
    if by.community_id is None or by.role not in COMMUNITY_ROLES or not may(by, "order.callback"):
        return None
    begin = clock.quarter_bounds(clock.quarter_of(clock.local_date(at)))[0]
    since = datetime.combine(clock.quarter_bounds(clock.quarter_of(begin - timedelta(days=1)))[0], time(), clock.SHANGHAI)
    rows = Order.objects.filter(community_id=by.community_id, drawn=True, state=State.CONFIRMED, ended_at__gte=since)
    rows = rows.exclude(called__in=CALLS_ENDED)
    rows = rows.exclude(Q(placed_by_id=by.user_id) | Q(triaged_by_id=by.user_id) | Q(requester_id=by.person_id))
    rows = rows.exclude(confirmed_by_id__isnull=False, confirmed_by_id=by.user_id)
    return told(rows.order_by("ended_at", "pk"), since="ended_at", title="title", detail="requester__name")


def _tell_call(row: Row) -> Waiting:
    detail = _("抽到回访：请打电话问%(name)s，真有人来帮忙吗") % {"name": row.detail}
    return Waiting(title=row.title, detail=detail, verb=_("去问"), url=reverse("order-move", args=[row.id, CALL_BACK]), since=row.since)


def _to_reopen(by: Actor, at: datetime) -> Rows | None:
    """Confirmed orders whose points were all taken back: the difficulty is open again, and nobody is at it."""
    if by.community_id is None or by.role not in COMMUNITY_ROLES or not may(by, "order.reopen"):
        return None
    # By what was taken back, of which there is little; the outcome says "confirmed" without leading to all confirmed orders there are.
    rows = Order.objects.filter(account_id__in=bank.taken_back(by.community_id), outcome=Outcome.HELPED, account__balance=F("difficulty"))
    since = bank.taken_back_at("account_id")
    return told(rows.order_by(since, "pk"), since=since, title="title")


def _tell_reopen(row: Row) -> Waiting:
    url = reverse("order-move", args=[row.id, Verb.REOPEN])
    return Waiting(title=row.title, detail=_("记的分全部冲销了，事情还没办成"), verb=_("重新打开"), url=url, since=row.since)


def _at_the_door(by: Actor, at: datetime) -> Rows | None:
    """What was asked at a building's door by somebody who wants to be rung up."""
    if by.community_id is None or by.role not in COMMUNITY_ROLES or not may(by, "order.door"):
        return None
    rows = PendingOrder.objects.filter(community_id=by.community_id, state=PendingState.CALL).order_by("made_at", "pk")
    return told(rows, since="made_at", title="about", detail="name")


def _tell_at_the_door(row: Row) -> Waiting:
    detail = _("扫码来的，请打电话问%(name)s") % {"name": row.detail}
    due = worktime.add_working_hours(row.since, LOOKED_AT_WORKING_HOURS)
    return Waiting(title=title_of(row.title), detail=detail, verb=_("打电话"), url=reverse("doorstep"), since=row.since, due=due)


def _new_at_the_door(by: Actor, at: datetime) -> Rows | None:
    """Entries of people nobody knew who asked at a door."""
    if by.community_id is None or by.role not in COMMUNITY_ROLES or not may(by, "order.door"):
        return None
    rows = PendingOrder.objects.filter(community_id=by.community_id, state=PendingState.PLACED, new_person=True, checked_at=None)
    return told(rows.order_by("made_at", "pk"), since="made_at", title="name")


def _tell_new_at_the_door(row: Row) -> Waiting:
    return Waiting(title=row.title, detail=_("扫码点单，名单里没有，请核一下"), verb=_("去核"), url=reverse("doorstep"), since=row.since)


def _order(row: Row) -> str:
    return reverse("order", args=[row.id])


ITEMS = (
    Source("confirm", _to_confirm, _tell_confirm),
    Source("answer", _to_answer, _tell_answer),
    Source("finish", _to_finish, _tell_finish),
    Source("take-on", _to_take_on, _tell_take_on),
    Source("ask", _to_ask, _tell_ask),
    Source("confirm-for", _to_confirm_for, _tell_confirm_for),
    Source("call-back", _to_call, _tell_call),
    Source("door", _at_the_door, _tell_at_the_door),
    Source("door-person", _new_at_the_door, _tell_new_at_the_door),
    Source("reopen", _to_reopen, _tell_reopen),
)
