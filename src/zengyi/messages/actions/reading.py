"""Marking messages as read. It is no business step: nobody else ever learns of it."""

from collections.abc import Collection
from datetime import datetime

from zengyi.core.steps import durable
from zengyi.messages.models import Message
from zengyi.people.rules import Actor, check_role


def read(*, ids: Collection[int] = (), until: int = 0, by: Actor, at: datetime) -> int:
    """Mark the actor's messages of these ids, and all up to the one of id ``until``; returns how many were new."""
    check_role(by, "inbox.read")
    return _read(list(ids), until, by=by, at=at)


@durable
def _read(ids: list[int], until: int, *, by: Actor, at: datetime) -> int:
    new = Message.objects.filter(user_id=by.login_id, read_at=None)
    return new.filter(pk__in=ids).update(read_at=at) + (new.filter(pk__lte=until).update(read_at=at) if until else 0)
