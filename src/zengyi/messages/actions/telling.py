"""Messages out of the trail: sealed events are read seal by seal, and whoever is concerned by one gets a message.

A seal holds only committed events and is never changed, and seals follow one another without a gap. So an event is never missed that
became visible late, and a worker that dies begins the same seal again: a message that stands already is not written twice.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from zengyi.core import personal
from zengyi.core.models import Event, Seal
from zengyi.core.steps import durable
from zengyi.messages.models import Cursor, Message
from zengyi.messages.queries.topics import templates, topics
from zengyi.messages.rules import KEPT, STALE
from zengyi.people.queries.inbox import Subject, Topic

#: So many messages are written by one statement.
BATCH = 2000


def tell_due(at: datetime) -> int:
    """Tell what has been sealed since the last time; returns how many messages were written."""
    written = 0
    while (number := _tell_next(at)) is not None:
        written += number
    return written


@durable
def _tell_next(at: datetime) -> int | None:
    """Tell the events of the next seal, nothing when there is none."""
    cursor = _cursor(at)
    seal = Seal.objects.filter(pk__gt=cursor.seal).order_by("pk").first()
    if seal is None:
        return None
    steps = {(topic.object_type, one.verb) for topic, one in templates().values()}
    kinds, verbs = {kind for kind, _verb in steps}, {verb for _kind, verb in steps}
    events = Event.objects.filter(sealed__seal_id=seal.pk, object_type__in=kinds, verb__in=verbs, at__gt=at - STALE).order_by("pk")
    found = [event for event in events if (event.object_type, event.verb) in steps]
    messages = sorted((message for topic in topics() for message in _messages(topic, found, at)), key=lambda message: message.event_id)
    Message.objects.bulk_create(messages, batch_size=BATCH, ignore_conflicts=True)
    Cursor.objects.filter(pk=cursor.pk).update(seal=seal.pk)
    return len(messages)


def _cursor(at: datetime) -> Cursor:
    """How far the trail has been read, locked. Who begins today does not tell what happened long ago."""
    cursor = Cursor.objects.select_for_update().first()
    if cursor is None:
        old = Seal.objects.filter(at__lt=at - STALE).order_by("-pk").values_list("pk", flat=True).first()
        cursor = Cursor.objects.create(seal=old or 0)
    return cursor


def _messages(topic: Topic, events: Iterable[Event], at: datetime) -> Iterator[Message]:
    verbs = {template.verb for template in topic.templates}
    own = [event for event in events if event.object_type == topic.object_type and event.verb in verbs]
    subjects = topic.subjects({event.object_id for event in own}, at) if own else {}
    for event in own:
        subject = subjects.get(event.object_id)
        if subject is not None:
            yield from _of(topic, event, subject)


def _of(topic: Topic, event: Event, subject: Subject) -> Iterator[Message]:
    """The event's messages. Nobody is told what they did themselves."""
    values: Mapping[str, Any] = {**subject.values, **topic.values(event.after), "reason": personal.masked(event.reason)}
    for template in topic.templates:
        if template.verb != event.verb or not template.fits(event.after):
            continue
        for user_id in sorted(subject.logins.get(template.to, frozenset()) - {event.user_id}):
            yield Message(
                user_id=user_id,
                event_id=event.pk,
                template=topic.name(template),
                object_id=subject.stands_at or event.object_id,
                values=values,
                urgent=template.urgent,
                at=event.at,
            )


@durable
def forget_old(at: datetime) -> int:
    """Delete messages from long ago; returns how many."""
    return Message.objects.filter(at__lt=at - KEPT).delete()[0]
