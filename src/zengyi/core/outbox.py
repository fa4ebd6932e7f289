"""The outbox: messages are rows first, written with the change that caused them; ``zengyi work`` sends them afterwards.

A message is leased, sent outside any transaction, and marked sent. If the worker dies in between, the lease runs out and the
message is sent again: at least once, never lost.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.mail import EmailMessage
from django.db import connection
from django.db.models import F

from zengyi.core.models import Outgoing
from zengyi.core.steps import durable, in_action

#: What sends a message, by topic: takes the payload, raises when it could not be sent.
HANDLERS: dict[str, Callable[[Mapping[str, Any]], None]] = {}

LEASE = timedelta(minutes=5)
BATCH = 20
ATTEMPTS_MOST = 10
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
#: Payloads hold addresses of people: sent ones are kept this long, for questions, and no longer.
KEPT = timedelta(days=30)
STUCK_AFTER = timedelta(hours=1)


@in_action
def put(topic: str, payload: Mapping[str, Any], *, at: datetime, due_at: datetime | None = None) -> None:
    """Decide on a message in the step now running; it is sent from ``due_at`` (now) on. ``topic`` must have a handler."""
    if topic not in HANDLERS:
        raise ValueError(f"nobody sends {topic}")
    Outgoing.objects.create(topic=topic, payload=dict(payload), created_at=at, due_at=due_at or at)


def send_due(at: datetime) -> int:
    """Send what is due; returns how many messages were sent."""
    sent = 0
    while batch := _lease(at):
        sent += sum(_send(message, at) for message in batch)
    return sent


@durable
def _lease(at: datetime) -> list[Outgoing]:
    due = Outgoing.objects.filter(due_at__lte=at, sent_at=None, given_up_at=None).order_by("due_at", "id")
    if connection.features.has_select_for_update_skip_locked:
        due = due.select_for_update(skip_locked=True)
    batch = list(due[:BATCH])
    if batch:
        Outgoing.objects.filter(id__in=[m.id for m in batch]).update(due_at=at + LEASE, attempts=F("attempts") + 1)
    for message in batch:
        message.attempts += 1
    return batch


def _send(message: Outgoing, at: datetime) -> bool:
    row = Outgoing.objects.filter(id=message.id)
    try:
        HANDLERS[message.topic](message.payload)
    except Exception as error:  # whatever a carrier raises must not stop the others
        told = f"{type(error).__name__}: {error}"[:500]
        if message.attempts >= ATTEMPTS_MOST:
            row.update(given_up_at=at, last_error=told)
        else:
            row.update(due_at=at + min(FIRST_WAIT * 2 ** (message.attempts - 1), LONGEST_WAIT), last_error=told)
        return False
    row.update(sent_at=at, last_error="")
    return True


def stuck(at: datetime) -> int:
    """How many messages should have been sent long ago: the worker is not running, or a carrier is down."""
    return Outgoing.objects.filter(created_at__lt=at - STUCK_AFTER, due_at__lt=at - STUCK_AFTER, sent_at=None, given_up_at=None).count()


def forget_old(at: datetime) -> int:
    """Delete messages sent or given up long ago, with the addresses in them; returns how many."""
    gone, _ = Outgoing.objects.filter(sent_at__lt=at - KEPT).delete()
    given_up, _ = Outgoing.objects.filter(given_up_at__lt=at - KEPT).delete()
    return gone + given_up


def _send_email(payload: Mapping[str, Any]) -> None:
    EmailMessage(subject=payload["subject"], body=payload["text"], to=list(payload["to"])).send()


HANDLERS["email"] = _send_email
