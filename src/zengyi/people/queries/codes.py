"""Codes by SMS: whether there are any, and who may sign in with one."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Exists, OuterRef, Q

from zengyi.core.carriers import sms
from zengyi.people.models import Grant, Person, User

SHARED_MOST = 10


@dataclass(frozen=True, slots=True)
class Sharer:
    """Somebody who has a phone, perhaps with others of the household."""

    person_id: int
    name: str
    community: str


def codes_offered() -> bool:
    """Whether codes can be had: a carrier takes them, or this is the demo, which shows them on the page."""
    return settings.DEMO or sms.takes("code")


def phone_to_try() -> str:
    """In the demo, the phone of its resident, for whoever wants to see how it works; elsewhere nothing."""
    found = User.objects.filter(username="resident").select_related("person").first() if settings.DEMO else None
    return found.person.phone if found and found.person else ""


def who_shares(phone_index: bytes | None, at: datetime) -> list[Sharer]:
    """Who may sign in by a code sent to that phone: residents and members, with or without a login. One statement.

    Not whoever has a role in office, whose login opens more than their own things: they use their password. Nor whose login was closed.
    """
    if phone_index is None:
        return []
    in_force = Grant.objects.filter(Q(ends_at=None) | Q(ends_at__gt=at), user__person_id=OuterRef("pk"))
    persons = Person.objects.filter(phone_index=phone_index).filter(~Exists(in_force)).exclude(user__is_active=False)
    rows = persons.order_by("community__sort", "community_id", "id").values_list("pk", "name", "community__name")
    return [Sharer(*row) for row in rows[:SHARED_MOST]]
