"""What of this package waits for somebody: what one person has proposed and another decides on."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from zengyi.bank.models import Correction, RollCall, RuleVersion
from zengyi.bank.rules import ProposalState, RuleState
from zengyi.people.queries.waiting import Row, Source, Waiting, told
from zengyi.people.rules import Actor, may


def _roll_calls(by: Actor, at: datetime) -> "QuerySet[Any, Any] | None":
    rows = _proposed(RollCall.objects.all(), "points.decide", by)
    return rows if rows is None else told(rows, since="proposed_at", title="branch__name", detail="proposed_by__person__name")


def _corrections(by: Actor, at: datetime) -> "QuerySet[Any, Any] | None":
    rows = _proposed(Correction.objects.all(), "points.decide", by)
    return rows if rows is None else told(rows, since="proposed_at", title="posting__memo", detail="reason")


def _rules(by: Actor, at: datetime) -> "QuerySet[Any, Any] | None":
    rows = _proposed(RuleVersion.objects.all(), "rules.decide", by, RuleState.PROPOSED)
    return rows if rows is None else told(rows, since="proposed_at", title="name", detail="why")


def _proposed(rows: "QuerySet[Any, Any]", verb: str, by: Actor, state: str = ProposalState.PROPOSED) -> "QuerySet[Any, Any] | None":
    """Those of the community that somebody else has proposed; nothing for those who decide nothing."""
    if by.community_id is None or not may(by, verb):
        return None
    return rows.filter(community_id=by.community_id, state=state).exclude(proposed_by_id=by.user_id).order_by("proposed_at", "pk")


def _tell_roll_call(row: Row) -> Waiting:
    detail = _("%(name)s 提交，等您审核") % {"name": row.detail} if row.detail else _("等您审核")
    return _tell(row, _("点名册：%(branch)s") % {"branch": row.title}, detail, reverse("roll-call", args=[row.id]))


def _tell_correction(row: Row) -> Waiting:
    return _tell(row, _("冲销：%(memo)s") % {"memo": row.title}, row.detail, reverse("corrections"))


def _tell_rule(row: Row) -> Waiting:
    return _tell(row, _("改规则：%(name)s") % {"name": row.title}, row.detail, reverse("rule-proposal", args=[row.id]))


def _tell(row: Row, title: str, detail: str, url: str) -> Waiting:
    return Waiting(title=title, detail=detail, verb=_("审核"), url=url, since=row.since)


ITEMS = (
    Source("roll-call", _roll_calls, _tell_roll_call),
    Source("correction", _corrections, _tell_correction),
    Source("rule", _rules, _tell_rule),
)
