"""What is told on paper: to people concerned who have no login, nor a phone by which they could get in, so that nobody is left out.

It is gathered like a digest, once a day: who carries slips round goes once. What is urgent is there at once.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from zengyi.core import personal
from zengyi.core.models import Event
from zengyi.messages.models import Delivery
from zengyi.messages.rules import Channel, Pace, Quiet
from zengyi.messages.rules.sending import due_at
from zengyi.people.queries.concerned import unreached
from zengyi.people.queries.inbox import Subject, Template, Topic

About: TypeAlias = tuple[Event, Topic, Subject]


def slips_of(found: Sequence[About], at: datetime) -> Iterator[Delivery]:
    """What is printed of these events. One statement, none where nobody but logins is concerned."""
    concerned = {person for _event, _topic, subject in found for persons in subject.persons.values() for person in persons}
    alone = unreached(concerned) if concerned else frozenset()
    for event, topic, subject in found:
        for template in fitting(event, topic):
            for person_id in sorted(subject.persons.get(template.to, frozenset()) & alone):
                yield Delivery(
                    event_id=event.pk,
                    person_id=person_id,
                    channel=Channel.SLIP,
                    template=topic.name(template),
                    object_id=subject.stands_at or event.object_id,
                    values={**values_of(event, topic, subject), "paper": subject.paper},
                    urgent=template.urgent,
                    due_at=due_at(Quiet.NEVER, Pace.DAILY, at, urgent=template.urgent),
                )


def fitting(event: Event, topic: Topic) -> list[Template]:
    """The templates in which this event is told."""
    return [template for template in topic.templates if template.verb == event.verb and template.fits(event.after)]


def values_of(event: Event, topic: Topic, subject: Subject) -> dict[str, Any]:
    """What the words are filled with, without what is personal."""
    return {**subject.values, **topic.values(event.after), "reason": personal.masked(event.reason)}
