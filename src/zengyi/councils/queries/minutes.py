"""Minutes: composed of what a session was, and read as they were frozen."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q

from zengyi.core import personal
from zengyi.core.audit import stamp
from zengyi.core.guards import refusal_of
from zengyi.councils.models import AgendaItem, Minutes, Opinion, Participant, Session, Signature
from zengyi.councils.queries.sessions import find
from zengyi.councils.queries.topic_parts import DecisionCard, decisions_of
from zengyi.councils.rules import sessions as rules
from zengyi.councils.rules.sessions import Attendance, ItemAnswer
from zengyi.councils.rules.talking import OpinionKind
from zengyi.orders import queries as orders
from zengyi.people.rules import COMMUNITY_ROLES, Actor

OPINIONS_TOLD = 200


def compose(session: Session) -> dict[str, Any]:
    """What the minutes say, as plain values: masked words, parties and counts, nobody's name but of those who want it told.

    The same number of statements for any session.
    """
    items = list(AgendaItem.objects.filter(session=session).select_related("topic").order_by("pk"))
    standing = orders.states_of([item.order_id for item in items if item.order_id])
    decisions = decisions_of(session_id=session.pk, bare=False)
    return {
        "number": session.ordinal,
        "kind": session.kind,
        "title": session.title,
        "place": session.place,
        "began_at": stamp(session.opened_at) if session.opened_at else None,
        "ended_at": stamp(session.closed_at) if session.closed_at else None,
        "attendance": _attendance(session),
        "promised": [_promise(item, standing[item.order_id]) for item in items if item.order_id in standing],
        "topics": _topics(session, items, decisions),
        "points": [_point(item) for item in items if item.point],
        "note": personal.masked(session.note),
    }


def _attendance(session: Session) -> list[dict[str, Any]]:
    """By party: how many were asked, and how many came."""
    rows = Participant.objects.filter(session=session).order_by().values_list("party", "state").annotate(n=Count("pk"))
    told: dict[str, list[int]] = {}
    for party, state, n in sorted(rows):
        both = told.setdefault(party, [0, 0])
        both[0] += n
        both[1] += n if state == Attendance.ATTENDED else 0
    return [{"party": party, "asked": asked, "came": came} for party, (asked, came) in told.items()]


def _promise(item: AgendaItem, order: orders.Standing) -> dict[str, Any]:
    return {
        "order": order.number,
        "title": personal.masked(order.title),
        "party": order.party,
        "due_at": stamp(order.due_at) if order.due_at else None,
        "state": str(order.state),
        "times": item.times,
        **_answer(item),
    }


def _answer(item: AgendaItem) -> dict[str, str]:
    return {"answer": item.answer, "text": personal.masked(item.text)}


def _point(item: AgendaItem) -> dict[str, Any]:
    return {"text": personal.masked(item.point), "times": item.times, "answer": item.answer, "answered": personal.masked(item.text)}


def _topics(session: Session, items: list[AgendaItem], decisions: list[DecisionCard]) -> list[dict[str, Any]]:
    said: dict[int, list[dict[str, str]]] = {}
    for row in Opinion.objects.filter(session=session).order_by("pk")[:OPINIONS_TOLD]:
        told = {"party": row.party, "kind": row.kind, "text": personal.masked(row.text)}
        said.setdefault(row.topic_id, []).append(told)
    return [
        {
            "number": item.topic.number,
            "title": personal.masked(item.topic.title),
            "said": said.get(item.topic_id or 0, []),
            "decisions": [_decision(one) for one in decisions if one.topic_id == item.topic_id],
            **_answer(item),
        }
        for item in items
        if item.topic is not None
    ]


def _decision(one: DecisionCard) -> dict[str, Any]:
    hands = None if one.for_it is None else {"for": one.for_it, "against": one.against, "abstained": one.abstained}
    return {
        "number": one.position,
        "text": one.text,
        "outcome": one.outcome,
        "hands": hands,
        "dissent": [{"party": row.party, "name": row.name, "text": row.text} for row in one.dissents],
        "orders": [
            {
                "order": row.number,
                "title": row.title,
                "party": row.party,
                "due_at": stamp(row.due_at) if row.due_at else None,
                "daily": row.daily,
                "soon": row.soon,
            }
            for row in one.actions
        ],
        "no_action_reason": one.no_action_reason,
    }


@dataclass(frozen=True, slots=True)
class Frozen:
    """Words that were signed, or added to them: the file whose hash it is, and the same read."""

    position: int
    text: str
    sha256: str
    frozen_at: datetime

    @property
    def content(self) -> dict[str, Any]:
        """The words as values."""
        found: dict[str, Any] = json.loads(self.text)
        return found

    @property
    def groups(self) -> list[str]:
        """The hash in groups of eight, to be read out."""
        return [self.sha256[at : at + 8] for at in range(0, 64, 8)]


@dataclass(frozen=True, slots=True)
class SignatureRow:
    """Who signed for a party, or why they did not."""

    party: str
    name: str
    refusal: str
    at: datetime


def frozen(session_id: int) -> list[Frozen]:
    """The words of a session that were signed, and what was added. One statement."""
    rows = Minutes.objects.filter(session_id=session_id).order_by("position").values_list("position", "text", "sha256", "frozen_at")
    return [Frozen(*row) for row in rows]


def signatures(session_id: int, *, names: bool) -> list[SignatureRow]:
    """Who signed. Without ``names``: their parties only. One statement."""
    rows = Signature.objects.filter(session_id=session_id).order_by("pk").values_list("party", "name", "refusal", "at")
    return [SignatureRow(party, name if names else "", personal.masked(refusal), at) for party, name, refusal, at in rows]


def seat_of(session_id: int, *, by: Actor) -> Participant | None:
    """The seat from which the actor may sign the minutes: they were there, and not only to listen. One statement."""
    if by.person_id is None:
        return None
    there = Participant.objects.filter(session_id=session_id, person_id=by.person_id, state=Attendance.ATTENDED)
    return there.exclude(part=rules.Part.OBSERVER).first()


def unsigned() -> Q:
    """Seats from which nobody has signed, or said why they do not: by themselves, or on paper as the community wrote it down."""
    own = Q(person=OuterRef("person"))
    paper = Q(person=None, party=OuterRef("party"), name=OuterRef("name"))
    return ~Q(Exists(Signature.objects.filter(own | paper, session=OuterRef("session"))))


def words_of(answer: str) -> str:
    """An answer to an item in words."""
    return str(ItemAnswer(answer).label) if answer else ""


def kind_name(kind: str) -> str:
    """The kind of a word, in words."""
    return str(OpinionKind(kind).label)


@dataclass(frozen=True, slots=True)
class MinutesCard:
    """The minutes of a session: as they stand until they are signed, then as they were signed, and what was added.

    ``asked``: whether the reader sat there and is asked to sign.
    """

    session: Any
    content: dict[str, Any]
    frozen: list[Frozen]
    signatures: list[SignatureRow]
    asked: bool

    @property
    def signed(self) -> Frozen | None:
        """The words as they were signed first."""
        return self.frozen[0] if self.frozen else None


def minutes(session_id: int, *, by: Actor) -> MinutesCard:
    """The minutes that the actor may read: the community at any time after the session began, who sat there once it has ended, others once
    they are published.

    Raises :class:`NotThere`.
    """
    row = find(session_id, by=by)
    staff = by.role in COMMUNITY_ROLES and by.community_id == row.community_id
    seat = None if staff or row.state == rules.SessionState.PUBLISHED else seat_of(row.pk, by=by)
    facts = row.facts(row.path, own=[seat.person_id] if seat and seat.person_id else ())
    rules.check_minutes(facts, staff=staff)
    signed = frozen(row.pk)
    content = signed[0].content if signed else compose(row)
    may_sign = seat is not None and refusal_of(rules.check_sign_own, by, facts) is None
    asked = may_sign and Participant.objects.filter(unsigned(), pk=seat.pk if seat else 0).exists()
    return MinutesCard(row, content, signed, signatures(row.pk, names=staff), asked)
