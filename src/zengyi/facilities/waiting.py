"""What waits for somebody: rounds to be walked, those nobody walked, those to be looked through, repairs to be looked at again."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Case, DateTimeField, Exists, OuterRef, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Coalesce, Concat
from django.urls import reverse
from django.utils.translation import gettext as _

from zengyi.core import clock
from zengyi.facilities import rules
from zengyi.facilities.models import Check, Clock, Defect, Round
from zengyi.facilities.rules import RoundState
from zengyi.orders.rules import State
from zengyi.people.queries.waiting import Row, Source, Waiting, told
from zengyi.people.rules import COMMUNITY_ROLES, Actor, Role

Rows = QuerySet[Any, Any]
#: What nobody walked is told of for so many days: to ask why, since it is never filled in.
MISSED_DAYS = 3
_LATE, _OVER = "late", "over"


def _rounds(by: Actor, roles: frozenset[Role], *states: RoundState) -> Rows | None:
    if by.role not in roles or by.community_id is None:
        return None
    return Round.objects.filter(community_id=by.community_id, state__in=states).order_by("due_date", "pk")


def _to_walk(by: Actor, at: datetime) -> Rows | None:
    """Rounds whose day has come, for whoever walks them."""
    rows = _rounds(by, frozenset({Role.PROPERTY}), RoundState.SCHEDULED, RoundState.STARTED)
    if rows is not None and by.units:
        rows = rows.filter(Q(route__walker=None) | Q(route__walker__in=sorted(by.units)))
    since = Coalesce("started_at", Cast("due_date", DateTimeField()))
    return None if rows is None else told(rows, since=since, title="route__name", detail=Cast("due_date", TextField()))


def _tell_walk(row: Row) -> Waiting:
    day = date.fromisoformat(row.detail[:10])
    due, url = rules.ends(day), reverse("round", args=[row.id])
    detail = _("%(month)d 月 %(day)d 日的一趟，还没交") % {"month": day.month, "day": day.day}
    return Waiting(title=row.title, detail=detail, verb=_("去查"), url=url, since=row.since, due=due)


def _missed(by: Actor, at: datetime) -> Rows | None:
    """Rounds that nobody walked these days."""
    rows = _rounds(by, COMMUNITY_ROLES, RoundState.MISSED)
    if rows is None:
        return None
    rows = rows.filter(due_date__gte=clock.local_date(at) - timedelta(days=MISSED_DAYS))
    return told(rows, since="missed_at", title="route__name", detail=Cast("due_date", TextField()))


def _tell_missed(row: Row) -> Waiting:
    day = date.fromisoformat(row.detail[:10])
    detail = _("%(month)d 月 %(day)d 日没人去查，不能补，请问一句为什么") % {"month": day.month, "day": day.day}
    return Waiting(title=row.title, detail=detail, verb=_("看一眼"), url=reverse("round", args=[row.id]), since=row.since)


def _to_review(by: Actor, at: datetime) -> Rows | None:
    """Rounds that were handed in by somebody else."""
    rows = _rounds(by, COMMUNITY_ROLES, RoundState.SUBMITTED)
    if rows is None:
        return None
    late = Case(When(Exists(Check.objects.filter(round_id=OuterRef("pk"), late=True)), then=Value(_LATE)), default=Value(""))
    return told(rows.filter(~Q(walked_by_id=by.user_id)), since="submitted_at", title="route__name", detail=late)


def _tell_review(row: Row) -> Waiting:
    late = row.detail == _LATE
    detail = _("交齐了，里面有来晚的，请定要不要修") if late else _("交齐了，等人复核")
    return Waiting(title=row.title, detail=detail, verb=_("复核"), url=reverse("round", args=[row.id]), since=row.since, back=late)


def _to_recheck(by: Actor, at: datetime) -> Rows | None:
    """What is said to be repaired: for the community and whoever looks after it, not for who repaired it."""
    if by.role not in COMMUNITY_ROLES | {Role.PROPERTY} or by.community_id is None:
        return None
    there = Q(order__merged_into=None) | Q(order__merged_into__ended_at__isnull=False)
    over = Q(order__state__in=(State.CONFIRMED, State.CLOSED), cause=None) & there
    rows = Defect.objects.filter(Q(order__state=State.DELIVERED) | over, community_id=by.community_id, fixed_at=None)
    rows = rows.annotate(since=Coalesce("order__delivered_at", "order__ended_at"))
    return told(rows.order_by("since", "pk"), since="since", title="facility__name", detail=_state())


def _state() -> Case:
    return Case(When(order__state=State.DELIVERED, then=Value("")), default=Value(_OVER))


def _tell_recheck(row: Row) -> Waiting:
    detail = _("单子办结了，坏的还没人看过") if row.detail == _OVER else _("说修好了，请去看一眼再算")
    url = reverse("defect-recheck", args=[row.id])
    return Waiting(title=row.title, detail=detail, verb=_("去复查"), url=url, since=row.since)


def _to_service(by: Actor, at: datetime) -> Rows | None:
    """Services that come round: amber for whoever looks after property before the day, for the community once it has passed."""
    if by.role not in COMMUNITY_ROLES | {Role.PROPERTY} or by.community_id is None:
        return None
    today, soon = clock.local_date(at), Q()
    for code, rule in rules.clocks().items():
        ahead = timedelta(days=rule.ahead if by.role == Role.PROPERTY else -1)
        soon |= Q(code=code, due_on__lte=today + ahead)
    rows = Clock.objects.filter(soon, community_id=by.community_id, facility__state__in=rules.LIVE).order_by("due_on", "pk")
    due = Cast("due_on", DateTimeField())
    detail = Concat("code", Value(" "), Cast("due_on", TextField()), output_field=TextField())
    return told(rows, since=due, due=due, title="facility__name", detail=detail, pk="facility_id")


def _tell_service(row: Row) -> Waiting:
    code, _space, text = row.detail.partition(" ")
    day, url = date.fromisoformat(text[:10]), reverse("facility", args=[row.id])
    what = {"name": rules.clocks()[code].name, "month": day.month, "day": day.day}
    detail = _("%(name)s，%(month)d 月 %(day)d 日前要做") % what
    return Waiting(title=row.title, detail=detail, verb=_("去安排"), url=url, since=row.since, due=rules.ends(day))


ITEMS = (
    Source("round-walk", _to_walk, _tell_walk),
    Source("round-missed", _missed, _tell_missed),
    Source("round-review", _to_review, _tell_review),
    Source("defect-recheck", _to_recheck, _tell_recheck),
    Source("facility-service", _to_service, _tell_service),
)
