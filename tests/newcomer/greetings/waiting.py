"""What of this package waits for somebody: the secretary answers whoever says hello."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from zengyi.greetings.models import Greeting

from zengyi.people.queries.waiting import Row, Source, Waiting, told
from zengyi.people.rules import Actor, Role


def _greetings(by: Actor, at: datetime) -> "QuerySet[Any, Any] | None":
    if by.role != Role.SECRETARY:
        return None
    rows = Greeting.objects.filter(community_id=by.community_id).exclude(said_by_id=by.user_id).order_by("pk")
    return told(rows, since="said_at", title="text")


def _tell(row: Row) -> Waiting:
    return Waiting(title=row.title, detail=_("有人问好"), verb=_("问好"), url=reverse("greetings"), since=row.since)


ITEMS = (Source("greeting", _greetings, _tell),)
