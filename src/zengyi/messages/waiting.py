"""New messages are counted with what waits, so that every page can say how many there are, but they are no work to do."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from zengyi.messages.models import Message
from zengyi.people.queries.waiting import Source, told
from zengyi.people.rules import Actor


def _new(by: Actor, at: datetime) -> "QuerySet[Any, Any] | None":
    if by.user_id is None:
        return None
    return told(Message.objects.filter(user_id=by.user_id, read_at=None).order_by("pk"), since="at", title="template")


ITEMS = (Source("inbox", _new),)
