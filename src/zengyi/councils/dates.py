"""Dates of this package: sessions to which somebody was asked."""

from datetime import datetime, timedelta

from django.urls import reverse

from zengyi.core import personal
from zengyi.councils.models import Participant
from zengyi.councils.rules.sessions import Attendance, SessionState
from zengyi.people.queries.dates import DATES_MOST, Date
from zengyi.people.rules import Actor

#: Nobody knows before how long a session lasts.
LONG = timedelta(hours=2)


def _sessions(by: Actor, since: datetime, until: datetime) -> list[Date]:
    """Sessions of which the actor has been told; those called off stay, as called off. One statement."""
    if by.person_id is None:
        return []
    rows = Participant.objects.filter(person_id=by.person_id, session__noticed_at__isnull=False)
    rows = rows.filter(session__starts_at__gte=since, session__starts_at__lt=until).exclude(state=Attendance.ABSENT)
    found = []
    for row in rows.select_related("session__series").order_by("session__starts_at", "pk")[:DATES_MOST]:
        held = row.session
        off = held.state == SessionState.CANCELLED
        found.append(
            Date(
                uid=f"session-{held.pk}",
                title=personal.masked(held.title),
                starts_at=held.starts_at,
                ends_at=held.starts_at + LONG,
                changed_at=held.noticed_at or held.planned_at,
                url=reverse("session", args=[held.pk]),
                where=personal.masked(held.place),
                words=personal.masked(held.reason) if off else "",
                sequence=int(off),
                cancelled=off,
            )
        )
    return found


DATES = (_sessions,)
