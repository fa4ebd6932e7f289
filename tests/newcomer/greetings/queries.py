"""Reads of greetings."""

from dataclasses import dataclass
from datetime import datetime

from zengyi.greetings.models import Greeting

from zengyi.core.keyset import Page, cut
from zengyi.people.rules import Actor, check_role

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class GreetingRow:
    """A greeting in the list."""

    id: int
    text: str
    said_at: datetime


def greetings(*, by: Actor, after: int | None = None) -> Page[GreetingRow]:
    """What was said in the actor's community, newest first. One statement."""
    check_role(by, "greeting.say")
    rows = Greeting.objects.filter(community_id=by.community_id)
    return cut(rows, after, PAGE_SIZE, newest_first=True).map(lambda g: GreetingRow(g.pk, g.text, g.said_at))
