"""What was decided and how it stands, for the front page of a community: the newest topics, each with its decisions as parts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, OuterRef

from zengyi.core import clock, personal
from zengyi.core.rows import Rows, structure
from zengyi.councils.models import Decision, DecisionOrder, Topic
from zengyi.councils.rules import topics as rules
from zengyi.councils.rules.decisions import DecisionState, Outcome
from zengyi.councils.rules.topics import TopicState
from zengyi.orders import queries as orders
from zengyi.people.rules import NOBODY, check_role

#: What was decided and is not yet put away.
STANDING = (TopicState.AGREED, TopicState.EXECUTING, TopicState.EVALUATED)
PARTS_MOST = 3


@dataclass(frozen=True, slots=True)
class Part:
    """One decision, or one of several orders that carry it out: its words, who is at it, how far it has got, until when."""

    text: str
    who: str
    done: bool
    daily: bool
    due: date | None
    late: bool


@dataclass(frozen=True, slots=True)
class Decided:
    """A topic of which something was decided. ``sides``: how many talked it over; ``more``: parts that are not shown."""

    id: int
    title: str
    day: date
    sides: int
    verdict: str
    parts: list[Part]
    more: int


def decided(community_id: int, *, at: datetime, size: int = 2) -> list[Decided]:
    """The topics decided last, as anybody may read them. Four statements, however many there are."""
    check_role(NOBODY, "topic.read")
    rows = Topic.objects.filter(community_id=community_id, state__in=STANDING, decided_at__isnull=False)
    found = list(rows.annotate(sides=Count("parties")).order_by("-decided_at", "-pk")[:size])
    parts = _parts([row.pk for row in found], clock.local_date(at))
    return [
        Decided(
            id=row.pk,
            title=personal.masked(row.title),
            day=clock.local_date(row.decided_at),
            sides=row.sides,
            verdict=str(rules.Verdict(row.verdict).label) if row.verdict else "",
            parts=parts[row.pk][:PARTS_MOST],
            more=max(0, len(parts[row.pk]) - PARTS_MOST),
        )
        for row in found
        if row.decided_at is not None
    ]


def _parts(topic_ids: Collection[int], today: date) -> dict[int, list[Part]]:
    """By topic its decisions that stand, in their order; one that several orders carry out is told by these."""
    made = Rows(DecisionOrder.objects.filter(decision=OuterRef("pk")), order="order_id", daily="daily", position="position")
    rows = Decision.objects.filter(topic_id__in=topic_ids, outcome=Outcome.ADOPTED).exclude(state=DecisionState.SUPERSEDED)
    found = [(row, structure(row.made) or []) for row in rows.annotate(made=made).order_by("topic_id", "pk")]
    standing = orders.states_of([one["order"] for _row, its in found for one in its])
    parts: dict[int, list[Part]] = {pk: [] for pk in topic_ids}
    for row, its in found:
        known = [(standing[one["order"]], bool(one["daily"])) for one in sorted(its, key=_place) if one["order"] in standing]
        told = [(one, daily) for one, daily in known if not one.private]
        if len(told) > 1:
            parts[row.topic_id] += [_part(one.title, [one], done=not one.is_open, daily=daily, today=today) for one, daily in told]
        else:
            orders_of = [one for one, _daily in known]
            done = row.state == DecisionState.FULFILLED or (bool(known) and not any(one.is_open for one in orders_of))
            daily = any(daily for _one, daily in known)
            parts[row.topic_id].append(_part(row.text, orders_of, done=done, daily=daily, today=today))
    return parts


def _place(one: dict[str, Any]) -> int:
    return int(one["position"])


def _part(text: str, known: Sequence[orders.Standing], *, done: bool, daily: bool, today: date) -> Part:
    due = min((clock.local_date(one.due_at) for one in known if one.is_open and one.due_at), default=None)
    who = next((one.party for one in known if one.party), "")
    return Part(personal.masked(text), who, done, daily, due, due is not None and due < today)
