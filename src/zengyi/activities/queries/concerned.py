"""Whom sign-ups, occasions, records and findings concern, for their messages. Nothing personal is in it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, OuterRef, Q, Subquery

from zengyi.activities.models import Finding, Occasion, Record, SignUp
from zengyi.activities.rules.signing import LIVE, SignUpState
from zengyi.core import personal
from zengyi.orders.queries import spoken
from zengyi.people.rules import known


@dataclass(frozen=True, slots=True)
class Told:
    """A sign-up, or an occasion: what it is called, when it begins, and the logins of those whom it concerns.

    ``owners``: whose it is, or who is on it; ``persons``: the same by person, with or without a login. ``moved_up``: who was offered the
    seats that it left, and until when. ``sure``: whose place is sure.
    """

    occasion_id: int
    title: str
    begins: str
    owners: frozenset[int]
    moved_up: frozenset[int] = frozenset()
    until: str = ""
    sure: frozenset[int] = frozenset()
    persons: frozenset[int] = frozenset()


def told_of_sign_ups(sign_up_ids: Collection[int]) -> dict[int, Told]:
    """The sign-ups with their owners, and with those who moved up: who were offered a seat at the moment at which the sign-up ended or lost
    a child. Two statements."""
    rows = SignUp.objects.filter(pk__in=sign_up_ids)
    columns = ("pk", "occasion_id", "occasion__activity__title", "occasion__starts_at", "person__user__id", "until", "person_id")
    left = Q(ended_at=OuterRef("offered_at")) | Q(shrank_at=OuterRef("offered_at"))
    ended = SignUp.objects.filter(left, pk__in=sign_up_ids, slot_id=OuterRef("slot_id")).order_by("pk")
    offered = SignUp.objects.filter(state=SignUpState.OFFERED).annotate(ended=Subquery(ended.values("pk")[:1])).exclude(ended=None)
    moved: dict[int, set[int]] = {}
    ends: dict[int, datetime | None] = {}
    for pk, login, until in offered.values_list("ended", "person__user__id", "until"):
        moved.setdefault(pk, set()).update(known(login))
        ends[pk] = until
    return {
        pk: Told(
            occasion_id=occasion_id,
            title=personal.masked(title),
            begins=spoken(begins),
            owners=known(login),
            moved_up=frozenset(moved.get(pk, ())),
            until=spoken(end) if (end := ends.get(pk) or until) else "",
            persons=known(person),
        )
        for pk, occasion_id, title, begins, login, until, person in rows.values_list(*columns)
    }


def told_of_occasions(occasion_ids: Collection[int]) -> dict[int, Told]:
    """The occasions with everybody who has a place, waits for one, or lost it when the occasion was called off; and with those who were
    offered a seat when it got more. Two statements."""
    ended_with_it = Q(state=SignUpState.CANCELLED, occasion__state="CANCELLED", ended_at=F("occasion__changed_at"))
    rows = SignUp.objects.filter(Q(state__in=LIVE) | ended_with_it, occasion_id__in=occasion_ids)
    logins: dict[int, set[int]] = {}
    sure: dict[int, set[int]] = {}
    persons: dict[int, set[int]] = {}
    moved: dict[int, set[int]] = {}
    ends: dict[int, datetime | None] = {}
    columns = ("occasion_id", "person__user__id", "state", "person_id", "until", "offered_at", "occasion__changed_at")
    for occasion_id, login, state, person, until, offered_at, changed_at in rows.values_list(*columns):
        logins.setdefault(occasion_id, set()).update(known(login))
        persons.setdefault(occasion_id, set()).update(known(person))
        if state == SignUpState.CONFIRMED:
            sure.setdefault(occasion_id, set()).update(known(login))
        elif state == SignUpState.OFFERED and offered_at == changed_at:
            moved.setdefault(occasion_id, set()).update(known(login))
            ends[occasion_id] = until
    found = Occasion.objects.filter(pk__in=occasion_ids).values_list("pk", "activity__title", "starts_at")
    return {
        pk: Told(
            pk,
            personal.masked(title),
            spoken(begins),
            frozenset(logins.get(pk, ())),
            frozenset(moved.get(pk, ())),
            spoken(end) if (end := ends.get(pk)) else "",
            sure=frozenset(sure.get(pk, ())),
            persons=frozenset(persons.get(pk, ())),
        )
        for pk, title, begins in found
    }


def whose_records(record_ids: Collection[int]) -> dict[int, tuple[str, frozenset[int]]]:
    """The records' numbers, and whose they are. One statement."""
    rows = Record.objects.filter(pk__in=record_ids).values_list("pk", "number", "person__user__id")
    return {pk: (number, known(login)) for pk, number, login in rows}


def whose_findings(finding_ids: Collection[int]) -> dict[int, tuple[str, str, frozenset[int]]]:
    """Where each was found, what was said of it, and who reported it. One statement."""
    rows = Finding.objects.filter(pk__in=finding_ids).values_list("pk", "place__name", "spot", "verdict", "person__user__id")
    return {
        pk: (personal.masked(" ".join(part for part in (place, spot) if part)), verdict, known(login))
        for pk, place, spot, verdict, login in rows
    }
