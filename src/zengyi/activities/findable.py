"""What of this package everybody may find by words: activities, each by its next occasion or else its last one."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy

from zengyi.activities.models import Activity, Occasion
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


KINDS = (
    Findable(
        kind="activity",
        name=gettext_lazy("活动"),
        rows=_activities,
        url=lambda pk: reverse("occasion", args=[pk]),
        tell=lambda said: Words(said.title, str(ActivityKind(said.state).label), said.detail),
    ),
)
