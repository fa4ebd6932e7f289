"""Sessions read: the list, and one of them with its agenda, its people, what was said and decided."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypedDict

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from zengyi.core import clock, masking, personal, worktime
from zengyi.core.guards import refusal_of
from zengyi.core.ids import ID_MOST
from zengyi.core.keyset import Page, cut
from zengyi.councils.models import AgendaItem, Opinion, Option, Participant, Presence, Series, Session, Topic
from zengyi.councils.queries.topic_parts import DecisionCard, OpinionRow, decisions_of, opinion_row
from zengyi.councils.rules import sessions as rules
from zengyi.councils.rules.sessions import Attendance, ItemAnswer, SessionKind, SessionState
from zengyi.councils.rules.talking import OpinionKind
from zengyi.councils.rules.topics import SCHEDULED_FROM, TopicState
from zengyi.orders import queries as orders
from zengyi.people.rules import COMMUNITY_ROLES, Actor, Scope, check_role, scopes

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class _Columns(TypedDict):
        community_name: str
        path: str

    _Read = WithAnnotations[Session, _Columns]

#: What packages above know of points in words: by a session's series, its points and the reader, the page that each is about.
POINT_PAGES: list[Callable[[int, Collection[str], Actor], Mapping[str, str]]] = []
SIZE, SIZE_MOST, SAID_SHOWN, PROPOSALS_SHOWN = 20, 100, 100, 20


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session in a list."""

    id: int
    kind: str
    title: str
    ordinal: int
    place: str
    starts_at: datetime
    state: SessionState

    @property
    def label(self) -> str:
        """The state in words."""
        return str(self.state.label)

    @property
    def kind_name(self) -> str:
        """The kind in words."""
        return str(SessionKind(self.kind).label)


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A line of the agenda. ``asks``: it has been carried so often that it needs a word. It was gone through from ``begun_at`` until
    the next one began or the session ended; nothing: it still is. ``page``: what a point in words is about, where there is a page of it."""

    id: int
    title: str
    topic_id: int | None
    order: orders.Standing | None
    point: str
    times: int
    answer: str
    text: str
    asks: bool
    begun_at: datetime | None = None
    until: datetime | None = None
    page: str = ""

    @property
    def is_done(self) -> bool:
        """Whether what was promised is done."""
        return self.order is not None and not self.order.is_open

    @property
    def answer_name(self) -> str:
        """The answer in words."""
        return str(ItemAnswer(self.answer).label) if self.answer else ""


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody at the session. ``here``: in the room now; ``mine``: it is the reader."""

    id: int
    party: str
    name: str
    part: str
    state: str
    here: bool
    known: bool
    member: bool
    mine: bool

    @property
    def state_name(self) -> str:
        """Whether they come, in words."""
        return str(Attendance(self.state).label)


@dataclass(frozen=True, slots=True)
class SessionCard(SessionRow):
    """One session. ``moves``: the verbs the reader may take now."""

    community_id: int
    community: str
    note: str
    reason: str
    opened_at: datetime | None
    closed_at: datetime | None
    signed_at: datetime | None
    published_at: datetime | None
    staff: bool
    moves: tuple[str, ...]
    items: list[ItemRow]
    people: list[PersonRow]
    decisions: list[DecisionCard]
    said: list[tuple[int, OpinionRow]]

    @property
    def here(self) -> int:
        """How many are in the room who may raise a hand."""
        return sum(person.here and person.part in rules.VOTING for person in self.people)

    @property
    def parties(self) -> list[tuple[str, int, int]]:
        """By party: how many are in the room, of how many asked."""
        told: dict[str, list[int]] = {}
        for person in self.people:
            both = told.setdefault(person.party, [0, 0])
            both[0] += person.here or (self.closed_at is not None and person.state == Attendance.ATTENDED)
            both[1] += 1
        return [(party, here, asked) for party, (here, asked) in told.items()]

    @property
    def known(self) -> list[PersonRow]:
        """Those at the table whom the community knows: what they say may be written down as theirs."""
        return [one for one in self.people if one.known]

    @property
    def asked(self) -> bool:
        """Whether the reader sat there, and its minutes are being signed."""
        sat = any(one.mine and one.state == Attendance.ATTENDED and one.part != rules.Part.OBSERVER for one in self.people)
        return sat and self.state in rules.SIGNED_IN

    @property
    def carried(self) -> list[ItemRow]:
        """What comes from the last session."""
        return [item for item in self.items if item.times]

    @property
    def fresh(self) -> list[ItemRow]:
        """What is new."""
        return [item for item in self.items if not item.times]

    @property
    def promised(self) -> int:
        """How many orders this session has given."""
        return sum(len(decision.actions) for decision in self.decisions)


def _rows() -> "QuerySet[_Read]":
    return Session.objects.annotate(community_name=F("community__name"), path=F("community__path"))


def sessions(*, by: Actor, after: int | None = None, size: int = SIZE) -> Page[SessionRow]:
    """Sessions one may see, the latest called first. One statement."""
    check_role(by, "session.read")
    page = cut(_seen(by), after, max(1, min(size, SIZE_MOST)), newest_first=True)
    return page.map(lambda row: SessionRow(**_row(row, by)))


def lately(kind: SessionKind, *, series_id: int | None = None, by: Actor, most: int = 4) -> list[SessionRow]:
    """The sessions of a kind, or of one series, that one may see, the latest called first. One statement."""
    check_role(by, "session.read")
    rows = _seen(by).filter(kind=kind).order_by("-pk")
    of_series = rows if series_id is None else rows.filter(series_id=series_id)
    return [SessionRow(**_row(row, by)) for row in of_series[:most]]


def _seen(by: Actor) -> "QuerySet[_Read]":
    """The sessions one may see."""
    rows, reach = _rows(), scopes(by.role, "session.read")
    if Scope.COMMUNITY in reach:
        rows = rows.filter(community_id=by.community_id)
    elif Scope.SUBTREE in reach:
        rows = rows.filter(community__path__startswith=by.place_path or "-")
    elif by.community_id is not None:
        rows = rows.filter(community_id=by.community_id).exclude(state__in=(SessionState.PLANNED, SessionState.CANCELLED))
    else:
        rows = rows.filter(state=SessionState.PUBLISHED)
    return rows


def _is_staff(row: "_Read", by: Actor) -> bool:
    return by.role in COMMUNITY_ROLES and by.community_id == row.community_id


def _row(row: "_Read", by: Actor) -> dict[str, Any]:
    return {
        "id": row.pk,
        "kind": row.kind,
        "title": row.title if _is_staff(row, by) else personal.masked(row.title),
        "ordinal": row.ordinal,
        "place": row.place,
        "starts_at": row.starts_at,
        "state": SessionState(row.state),
    }


def find(session_id: int, *, by: Actor) -> "_Read":
    """The row of a session that the actor may look at; raises :class:`NotThere`. One statement."""
    row = _rows().filter(pk=session_id).first() if 0 < session_id <= ID_MOST else None
    rules.check_read(by, row.facts(row.path) if row is not None else None)
    assert row is not None
    return row


def session(session_id: int, *, by: Actor) -> SessionCard:
    """A session that the actor may look at, with all that belongs to it; raises :class:`NotThere`. Always as many statements."""
    row = find(session_id, by=by)
    staff = _is_staff(row, by)
    facts = row.facts(row.path)
    moves = tuple(verb for verb, check in rules.MOVES.items() if refusal_of(check, by, facts) is None) if staff else ()
    said = str if staff else personal.masked
    return SessionCard(
        **_row(row, by),
        community_id=row.community_id,
        community=row.community_name,
        note=said(row.note),
        reason=said(row.reason),
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        signed_at=row.signed_at,
        published_at=row.published_at,
        staff=staff,
        moves=moves,
        items=_paged(timed(items_of(row.pk, bare=staff), row.closed_at), row.series_id, by),
        people=_people(row.pk, by, bare=staff),
        decisions=decisions_of(session_id=row.pk, bare=staff),
        said=_said(row.pk, bare=staff),
    )


def items_of(session_id: int, *, bare: bool) -> list[ItemRow]:
    """The agenda: what the last session promised, what it carried over, what is new. Three statements."""
    rows = list(AgendaItem.objects.filter(session_id=session_id).annotate(title=F("topic__title")).order_by("pk"))
    standing = orders.states_of([row.order_id for row in rows if row.order_id])
    said = str if bare else personal.masked
    made = []
    for row in rows:
        read: Any = row
        order = standing.get(row.order_id or 0)
        title = order.title if order else read.title or row.point
        asks = row.times >= rules.CARRIES_ASKED and not row.answer and (order is None or order.is_open)
        given: dict[str, Any] = {"title": said(title), "point": said(row.point), "text": said(row.text)}
        given |= {"topic_id": row.topic_id, "order": order, "times": row.times, "answer": row.answer, "begun_at": row.begun_at}
        made.append(ItemRow(id=row.pk, asks=asks, **given))
    return sorted(made, key=lambda item: (item.order is None, not item.times, item.id))


def timed(items: list[ItemRow], closed_at: datetime | None) -> list[ItemRow]:
    """The same items, each that was begun with when it was over."""
    begun = sorted((item.begun_at, item.id) for item in items if item.begun_at)
    ends = [*(start for start, _id in begun[1:]), closed_at]
    until = {item_id: end for (_start, item_id), end in zip(begun, ends, strict=False)}
    return [replace(item, until=until.get(item.id)) for item in items]


def _paged(items: list[ItemRow], series_id: int, by: Actor) -> list[ItemRow]:
    """The same items, each point with the page that it is about. A statement of each package that knows such pages; none without points."""
    points = [item.point for item in items if item.point]
    pages = {point: page for known in POINT_PAGES if points for point, page in known(series_id, points, by).items()}
    return [replace(item, page=pages.get(item.point, "")) for item in items] if pages else items


def _people(session_id: int, by: Actor, *, bare: bool) -> list[PersonRow]:
    here = Presence.objects.filter(participant=OuterRef("pk"), left_at=None)
    rows = Participant.objects.filter(session_id=session_id).annotate(here=Exists(here)).order_by("party", "pk")
    found = rows.values_list("pk", "party", "name", "part", "state", "here", "person__member", "person")
    return [
        PersonRow(
            pk,
            party,
            name if bare else masking.mask_name(name),
            part,
            state,
            there,
            person is not None,
            member is not None,
            person is not None and person == by.person_id,
        )
        for pk, party, name, part, state, there, member, person in found
    ]


def _said(session_id: int, *, bare: bool) -> list[tuple[int, OpinionRow]]:
    """What was said in the session, newest first, with the topic it was about. One statement."""
    rows = Opinion.objects.filter(session_id=session_id).order_by("-pk")[:SAID_SHOWN]
    return [(row.topic_id, opinion_row(row, bare=bare)) for row in rows]


def ahead(community_id: int) -> list[tuple[int, str, datetime]]:
    """Sessions to come, or held now, on whose agenda something may be put: id, title, when. One statement."""
    states = (*rules.AHEAD_STATES, SessionState.HELD)
    rows = Session.objects.filter(community_id=community_id, state__in=states).order_by("starts_at", "pk")
    return list(rows.values_list("pk", "title", "starts_at")[:50])


def next_of_series(series_id: int) -> Session | None:
    """The session of a series that comes next, or is held now. One statement."""
    states = (*rules.AHEAD_STATES, SessionState.HELD)
    return Session.objects.filter(series_id=series_id, state__in=states).order_by("starts_at", "pk").first()


def points_on(session_id: int) -> dict[str, bool]:
    """The points in words on an agenda, each with whether it still waits for its answer. One statement."""
    rows = AgendaItem.objects.filter(session_id=session_id).exclude(point="").order_by("pk")
    return {point: not answer for point, answer in rows.values_list("point", "answer")}


def options_of(topic_id: int) -> list[tuple[int, str]]:
    """The ways of solving a topic: id and title. One statement."""
    return list(Option.objects.filter(topic_id=topic_id).order_by("position").values_list("pk", "title"))


def proposals_of(topic_id: int | None, *, by: Actor) -> list[tuple[int, str]]:
    """What was proposed about a topic of the actor's community and not taken up yet, the latest first: id, and who said what."""
    if topic_id is None:
        return []
    rows = Opinion.objects.filter(topic_id=topic_id, topic__community_id=by.community_id, kind=OpinionKind.PROPOSAL, adopted_in=None)
    told = rows.order_by("-pk").values_list("pk", "party", "said_by__name", "text")[:PROPOSALS_SHOWN]
    return [(pk, f"{party}{f' {name}' if name else ''} · {text}") for pk, party, name, text in told]


def waiting_topics(community_id: int) -> list[tuple[int, str]]:
    """Topics that may be put on an agenda and stand on none: id and title. One statement."""
    states = [s for s in SCHEDULED_FROM if s not in (TopicState.SCHEDULED, TopicState.EXECUTING, TopicState.AGREED)]
    rows = Topic.objects.filter(Q(state__in=states), community_id=community_id).order_by("urgency", "pk")
    return list(rows.values_list("pk", "title")[: rules.TOPICS_MOST])


@dataclass(frozen=True, slots=True)
class NextOne:
    """The next session of a series, as its rule says: kind, title, place, and when."""

    kind: str
    title: str
    place: str
    starts_at: datetime | None


def next_of(session_id: int, *, by: Actor) -> NextOne:
    """What the session after this one would be; a holiday moves it to the next working day. Raises :class:`NotThere`. Two statements."""
    row = find(session_id, by=by)
    series = Series.objects.get(pk=row.series_id)
    starts_at = None
    if series.weekday is not None and series.begins is not None:
        day = clock.local_date(row.starts_at) + timedelta(days=1)
        day = rules.next_day(series.weekday, day, worktime.is_working_day)
        starts_at = datetime.combine(day, series.begins, clock.SHANGHAI)
    return NextOne(row.kind, row.title, row.place, starts_at)
