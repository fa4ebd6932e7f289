"""Messages out of the trail: sealed events are read seal by seal, and whoever is concerned by one gets a message.

A seal holds only committed events and is never changed, and seals follow one another without a gap. So an event that becomes visible late
is never missed. A worker that dies begins the same seal again, and messages that are there already are not written twice.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice

from zengyi.core.models import Event, Seal
from zengyi.core.steps import durable
from zengyi.messages.actions import crowds, papers, queueing
from zengyi.messages.actions.papers import fitting, values_of
from zengyi.messages.models import Cursor, Delivery, Message
from zengyi.messages.queries.topics import templates, topics
from zengyi.messages.rules import KEPT, STALE, Channel
from zengyi.people.queries.inbox import GROUP, Subject, Topic

#: So many things told are written together.
BATCH = 200


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
    concerned, written = _concerned(found, at), 0
    told = _told(concerned)
    while batch := list(islice(told, BATCH)):
        Message.objects.bulk_create((one for one, logins in batch for one in _each(one, logins)), ignore_conflicts=True)
        for one, logins in batch:
            if len(logins) >= crowds.CROWD:
                crowds.tell(one, logins)
        written += sum(len(logins) for _one, logins in batch)
    if written and (on := queueing.ways()):
        crowds.queue({event.pk for event, *_more in concerned}, on, at)
    Delivery.objects.bulk_create(_groups(concerned, at), ignore_conflicts=True)
    slips = papers.slips_of(concerned, at)
    while paper := list(islice(slips, BATCH)):
        Delivery.objects.bulk_create(paper, ignore_conflicts=True)
    Cursor.objects.filter(pk=cursor.pk).update(seal=seal.pk)
    return written


def _cursor(at: datetime) -> Cursor:
    """How far the trail has been read, locked. An instance that begins with messages today tells nothing of what happened long ago."""
    cursor = Cursor.objects.select_for_update().first()
    if cursor is None:
        old = Seal.objects.filter(at__lt=at - STALE).order_by("-pk").values_list("pk", flat=True).first()
        cursor = Cursor.objects.create(seal=old or 0)
    return cursor


def _concerned(events: Iterable[Event], at: datetime) -> list[tuple[Event, Topic, Subject]]:
    """What each event is about, in the order in which things happened; a topic is asked once for all of its events."""
    found = []
    for topic in topics():
        verbs = {template.verb for template in topic.templates}
        own = [event for event in events if event.object_type == topic.object_type and event.verb in verbs]
        subjects = topic.subjects({event.object_id for event in own}, at) if own else {}
        found += [(event, topic, subjects[event.object_id]) for event in own if event.object_id in subjects]
    return sorted(found, key=lambda one: one[0].pk)


def _told(found: Iterable[tuple[Event, Topic, Subject]]) -> Iterator[tuple[Message, Sequence[int]]]:
    """Each message with the logins it is for, at most :data:`crowds.AT_ONCE` at a time. Nobody is told what they did themselves."""
    for event, topic, subject in found:
        values = values_of(event, topic, subject)
        for template in fitting(event, topic):
            one = Message(event_id=event.pk, template=topic.name(template), values=values, urgent=template.urgent, at=event.at)
            one.object_id = subject.stands_at or event.object_id
            logins = sorted(subject.logins.get(template.to, frozenset()) - {event.user_id})
            for first in range(0, len(logins), crowds.AT_ONCE):
                yield one, logins[first : first + crowds.AT_ONCE]


def _each(one: Message, logins: Sequence[int]) -> Iterator[Message]:
    """The message for each login; none for a crowd, which the database writes itself."""
    for user_id in logins if len(logins) < crowds.CROWD else ():
        yield Message(
            user_id=user_id,
            event_id=one.event_id,
            template=one.template,
            object_id=one.object_id,
            values=one.values,
            urgent=one.urgent,
            at=one.at,
        )


def _groups(found: Iterable[tuple[Event, Topic, Subject]], at: datetime) -> Iterator[Delivery]:
    """What work groups hear of."""
    heard = [
        (event, topic, subject, template)
        for event, topic, subject in found
        for template in fitting(event, topic)
        if template.to == GROUP and subject.group
    ]
    robots = queueing.robots_of({event.community_id for event, *_more in heard})
    for event, topic, subject, template in heard:
        for robot_id in robots.get(event.community_id or 0, ()):
            yield Delivery(
                event_id=event.pk,
                robot_id=robot_id,
                channel=Channel.ROBOT,
                template=topic.name(template),
                object_id=subject.stands_at or event.object_id,
                values=values_of(event, topic, subject),
                urgent=template.urgent,
                due_at=at,
            )


@durable
def forget_old(at: datetime) -> int:
    """Delete messages from long ago; returns how many."""
    return Message.objects.filter(at__lt=at - KEPT).delete()[0]
