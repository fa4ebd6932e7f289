"""What of this package waits for somebody: what one person has proposed and another decides on."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zengyi.bank.models import Correction, RollCall, RuleVersion
from zengyi.bank.rules import ProposalState, RuleState
from zengyi.people import queries as people
from zengyi.people.queries.waiting import Row, Source, Waiting, told
from zengyi.people.rules import Actor, Role, may

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


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


def _without_a_second(rows: "QuerySet[Any, Any]", state: str) -> "Callable[[Actor, datetime], QuerySet[Any, Any] | None]":
    """What waits below the district's node for a second secretary, where there is none besides whoever proposed it."""

    def found(by: Actor, at: datetime) -> "QuerySet[Any, Any] | None":
        if by.role != Role.DISTRICT or not by.place_path:
            return None
        stuck = rows.filter(~people.another_secretary(at, community="community_id", but="proposed_by_id"), state=state)
        stuck = stuck.filter(community__path__startswith=by.place_path).order_by("proposed_at", "pk")
        return told(stuck, since="proposed_at", title="community__name", pk="community_id")

    return found


def _tell_stuck(what: "StrOrPromise") -> Callable[[Row], Waiting]:
    def tell(row: Row) -> Waiting:
        url = f"{reverse('stand-in')}?community={row.id}"
        detail = _("%(what)s要第二个人审，社区里没有别的书记") % {"what": what}
        return Waiting(title=row.title, detail=detail, verb=_("派人代班"), url=url, since=row.since)

    return tell


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
    Source("stuck-roll-call", _without_a_second(RollCall.objects.all(), ProposalState.PROPOSED), _tell_stuck(gettext_lazy("点名册"))),
    Source("stuck-correction", _without_a_second(Correction.objects.all(), ProposalState.PROPOSED), _tell_stuck(gettext_lazy("冲销"))),
    Source("stuck-rule", _without_a_second(RuleVersion.objects.all(), RuleState.PROPOSED), _tell_stuck(gettext_lazy("改规则"))),
)
