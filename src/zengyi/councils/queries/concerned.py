"""Whom topics, sessions, decisions and ballots concern, by their logins: for messages. Words come without what is personal in them."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from zengyi.core import personal
from zengyi.councils.models import AgendaItem, Ballot, Decision, DecisionOrder, Elector, Participant, Session, Topic
from zengyi.councils.rules.sessions import SessionState
from zengyi.orders.queries import spoken
from zengyi.people.rules import known


@dataclass(frozen=True, slots=True)
class Concerned:
    """Who brought the matter up, who sits at the table for it, and what it is called. ``stands_at``: the id that its address takes.

    ``person``: who brought a topic up, or was asked to a session, with or without a login.
    """

    raisers: frozenset[int]
    table: frozenset[int]
    title: str
    when: str = ""
    place: str = ""
    stands_at: int | None = None
    person: frozenset[int] = frozenset()


def topics(topic_ids: Collection[int]) -> dict[int, Concerned]:
    """Whose topics these are. One statement."""
    rows = Topic.objects.filter(pk__in=topic_ids).values_list("pk", "title", "raiser__user__id", "raiser_id")
    return {pk: Concerned(known(login), frozenset(), personal.masked(title), person=known(who)) for pk, title, login, who in rows}


def sessions(session_ids: Collection[int]) -> dict[int, Concerned]:
    """Who is asked to these sessions, and whose topics are on their agenda. Four statements."""
    table = _tables(session_ids)
    asked = _by_row(Participant.objects.filter(session_id__in=session_ids).values_list("session_id", "person_id"))
    items = AgendaItem.objects.filter(session_id__in=session_ids, topic__isnull=False)
    raisers = _by_row(items.values_list("session_id", "topic__raiser__user__id"))
    return {
        one.pk: Concerned(
            raisers=raisers[one.pk] - table[one.pk],
            table=table[one.pk],
            title=personal.masked(one.number),
            when=spoken(one.starts_at),
            place=personal.masked(one.place),
            person=asked[one.pk],
        )
        for one in Session.objects.filter(pk__in=session_ids)
    }


def asked_later(participant_ids: Collection[int]) -> dict[int, Concerned]:
    """Who was asked to a session of which everybody else has been told. One statement."""
    rows = Participant.objects.filter(pk__in=participant_ids, session__state=SessionState.NOTICED).select_related("session", "person__user")
    return {
        one.pk: Concerned(
            raisers=frozenset(),
            table=_login_of(one),
            title=personal.masked(one.session.number),
            when=spoken(one.session.starts_at),
            place=personal.masked(one.session.place),
            stands_at=one.session_id,
            person=known(one.person_id),
        )
        for one in rows
    }


def _login_of(participant: Participant) -> frozenset[int]:
    user = getattr(participant.person, "user", None)
    return known(user.pk if user else None)


def decisions(decision_ids: Collection[int]) -> dict[int, Concerned]:
    """Whose topics these decisions settle; they stand with their topic. One statement."""
    rows = Decision.objects.filter(pk__in=decision_ids).values_list("pk", "topic__title", "topic__raiser__user__id", "topic_id")
    return {pk: Concerned(known(login), frozenset(), personal.masked(title), stands_at=topic) for pk, title, login, topic in rows}


def decided_orders(order_ids: Collection[int]) -> dict[int, Concerned]:
    """Who brought up, and who decided, what these orders carry out. Other orders are left out. Two statements."""
    rows = list(
        DecisionOrder.objects.filter(order_id__in=order_ids).values_list(
            "order_id", "order__title", "decision__topic__raiser__user__id", "decision__topic_id", "decision__session_id"
        )
    )
    table = _tables({session for *_more, session in rows})
    return {
        pk: Concerned(known(login), table[session] - known(login), personal.masked(title), stands_at=topic)
        for pk, title, login, topic, session in rows
    }


def ballots(ballot_ids: Collection[int]) -> dict[int, Concerned]:
    """Who may vote, and until when. Two statements."""
    voters = _by_row(Elector.objects.filter(ballot_id__in=ballot_ids, person__isnull=False).values_list("ballot_id", "person__user__id"))
    rows = Ballot.objects.filter(pk__in=ballot_ids).values_list("pk", "title", "closes_at")
    return {pk: Concerned(frozenset(), voters[pk], personal.masked(title), spoken(until) if until else "") for pk, title, until in rows}


def _tables(session_ids: Collection[int]) -> dict[int, frozenset[int]]:
    return _by_row(Participant.objects.filter(session_id__in=session_ids).values_list("session_id", "person__user__id"))


def _by_row(rows: Iterable[tuple[int, int | None]]) -> dict[int, frozenset[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for row, login in rows:
        found[row] |= known(login)
    return defaultdict(frozenset, {row: frozenset(logins) for row, logins in found.items()})
