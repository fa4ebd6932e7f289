"""Topics that wait: to be screened, and to be judged."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from zengyi.councils.models import DecisionOrder, Topic
from zengyi.councils.rules.topics import TopicState
from zengyi.people.queries.waiting import Row, Source, Waiting, told
from zengyi.people.rules import COMMUNITY_ROLES, Actor, may


def _to_screen(by: Actor, at: datetime) -> "QuerySet[Any, Any] | None":
    if by.community_id is None or not may(by, "topic.screen"):
        return None
    rows = Topic.objects.filter(community_id=by.community_id, state=TopicState.COLLECTED).order_by("raised_at", "pk")
    return told(rows, since="raised_at", title="title")


def _tell_screen(row: Row) -> Waiting:
    url = reverse("topic", args=[row.id])
    return Waiting(title=row.title, detail=_("有人提了一件事，想请大家商量"), verb=_("看一看"), url=url, since=row.since)


def _to_judge(by: Actor, at: datetime) -> "QuerySet[Any, Any] | None":
    """What was decided on one's own topic and is carried out to the end: the raiser says how it went, or staff ask them."""
    if by.community_id is None or not may(by, "topic.evaluate"):
        return None
    still = DecisionOrder.objects.filter(decision__topic=OuterRef("pk"), order__ended_at=None)
    begun = DecisionOrder.objects.filter(decision__topic=OuterRef("pk"))
    rows = Topic.objects.filter(community_id=by.community_id, state=TopicState.EXECUTING)
    if by.role not in COMMUNITY_ROLES:
        rows = rows.filter(raiser_id=by.person_id)
    return told(rows.filter(Exists(begun), ~Exists(still)).order_by("decided_at", "pk"), since="decided_at", title="title")


def _tell_judge(row: Row) -> Waiting:
    url = reverse("topic-move", args=[row.id, "evaluate"])
    return Waiting(title=row.title, detail=_("定的事都办完了，问问提的人办得怎样"), verb=_("评一评"), url=url, since=row.since)


ITEMS = (Source("topic-screen", _to_screen, _tell_screen), Source("topic-judge", _to_judge, _tell_judge))
