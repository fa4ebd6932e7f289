"""Topics that wait: to be screened."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from zengyi.councils.models import Topic
from zengyi.councils.rules.topics import TopicState
from zengyi.people.queries.waiting import Row, Source, Waiting, told
from zengyi.people.rules import Actor, may


def _to_screen(by: Actor, at: datetime) -> "QuerySet[Any, Any] | None":
    if by.community_id is None or not may(by, "topic.screen"):
        return None
    rows = Topic.objects.filter(community_id=by.community_id, state=TopicState.COLLECTED).order_by("raised_at", "pk")
    return told(rows, since="raised_at", title="title")


def _tell_screen(row: Row) -> Waiting:
    url = reverse("topic", args=[row.id])
    return Waiting(title=row.title, detail=_("有人提了一件事，想请大家商量"), verb=_("看一看"), url=url, since=row.since)


ITEMS = (Source("topic-screen", _to_screen, _tell_screen),)
