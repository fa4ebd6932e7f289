"""What of this package everybody may find by words: activities, each by its next occasion or else its last one; what was found on
patrols, and the ledgers of what is eradicated."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Concat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zengyi.activities.models import Activity, Finding, Ledger, Occasion
from zengyi.activities.rules.patrols import LedgerState, Verdict, What
from zengyi.activities.rules.programme import ActivityKind, OccasionState
from zengyi.core import search
from zengyi.people.queries.findable import Findable, Words, listed


def _activities(q: str, at: datetime) -> "QuerySet[Any, Any]":
    its = Occasion.objects.filter(activity_id=OuterRef("pk"))
    ahead = its.filter(ends_at__gte=at, state=OccasionState.PLANNED).order_by("starts_at", "pk")
    past = its.order_by("-starts_at", "-pk")

    def of_one(column: str) -> Coalesce:
        return Coalesce(Subquery(ahead.values(column)[:1]), Subquery(past.values(column)[:1]))

    rows = search.matching(Activity.objects.filter(Exists(its)), "search", q)
    return listed(rows, at=of_one("starts_at"), title="title", state="kind", detail="text", leads=of_one("pk"))


#: What and where stand in one column; no code of a kind holds it.
_APART = "|"


def _where() -> Concat:
    return Concat("what", Value(_APART), Coalesce("place__name", Value("")), Value(" "), "spot")


def _findings(q: str, at: datetime) -> "QuerySet[Any, Any]":
    rows = search.matching(Finding.objects.exclude(what=What.NOTHING), "search", q)
    return listed(rows, at="at", title=_where(), state="verdict", detail="note")


def _ledgers(q: str, at: datetime) -> "QuerySet[Any, Any]":
    return listed(search.matching(Ledger.objects.all(), "search", q), at="opened_at", title=_where(), state="state")


def _seen(said: Words) -> str:
    what, _apart, where = said.title.partition(_APART)
    return " · ".join(part for part in (str(What(what).label), where.strip()) if part)


def _tell_finding(said: Words) -> Words:
    return Words(_seen(said), str(Verdict(said.state).label) if said.state else _("还没查实"), said.detail)


def _tell_ledger(said: Words) -> Words:
    return Words(_seen(said), str(LedgerState(said.state).label), "")


KINDS = (
    Findable(
        kind="activity",
        name=gettext_lazy("活动"),
        rows=_activities,
        url=lambda pk: reverse("occasion", args=[pk]),
        tell=lambda said: Words(said.title, str(ActivityKind(said.state).label), said.detail),
    ),
    Findable(
        kind="finding",
        name=gettext_lazy("巡查发现"),
        rows=_findings,
        url=lambda pk: reverse("finding", args=[pk]),
        tell=_tell_finding,
    ),
    Findable(
        kind="eradication",
        name=gettext_lazy("清除账"),
        rows=_ledgers,
        url=lambda pk: reverse("eradication", args=[pk]),
        tell=_tell_ledger,
    ),
)
