"""Topics read: the list, and one of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypedDict

from django.db.models import F, Q, QuerySet

from zengyi.core import masking, personal
from zengyi.core.guards import refusal_of
from zengyi.core.ids import ID_MOST
from zengyi.core.keyset import Page, cut
from zengyi.councils.models import Topic
from zengyi.councils.rules import decisions, talking
from zengyi.councils.rules import topics as rules
from zengyi.councils.rules.topics import TopicState
from zengyi.orders.rules import Urgency
from zengyi.people.rules import COMMUNITY_ROLES, Actor, Scope, check_role, scopes

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class _Columns(TypedDict):
        community_name: str
        path: str
        place_name: str | None
        raiser_name: str

    _Read = WithAnnotations[Topic, _Columns]

SIZE, SIZE_MOST = 20, 100


@dataclass(frozen=True, slots=True)
class TopicRow:
    """A topic in a list; words masked for those who need not know."""

    id: int
    number: str
    title: str
    state: TopicState
    community: str
    raised_at: datetime
    urgency: int | None

    @property
    def label(self) -> str:
        """The state in words."""
        return str(self.state.label)

    @property
    def stage(self) -> rules.Stage | None:
        """The stage it is at."""
        return rules.STAGES.get(self.state)


@dataclass(frozen=True, slots=True)
class TopicCard(TopicRow):
    """One topic. ``moves``: the verbs the reader may take now."""

    community_id: int
    text: str
    place: str
    spot: str
    tier: str
    answer: str
    screened_at: datetime | None
    talked_at: datetime | None
    decided_at: datetime | None
    evaluated_at: datetime | None
    deferred_until: date | None
    reason: str
    verdict: str
    verdict_text: str
    raiser: str
    own: bool
    staff: bool
    moves: tuple[str, ...]

    @property
    def talks(self) -> bool:
        """Whether it is open to words."""
        return self.state in talking.TALKED_IN

    def stages(self, labels: Mapping[str, str]) -> list[tuple[str, str, datetime | None]]:
        """The five stages: what each is called, whether it lies behind, is now or is to come, and when it was passed."""
        passed = [self.raised_at, self.talked_at, self.decided_at, None, self.evaluated_at]
        at = len(rules.Stage.values) if self.stage is None else rules.Stage.values.index(self.stage)
        where = ["done" if n < at else "now" if n == at else "next" for n in range(len(passed))]
        return [(labels[stage], place, when) for stage, place, when in zip(rules.Stage.values, where, passed, strict=True)]

    @property
    def verdict_name(self) -> str:
        """What whoever raised it says in the end, in words."""
        return str(rules.Verdict(self.verdict).label) if self.verdict else ""

    @property
    def urgency_name(self) -> str:
        """How urgent, in words."""
        return str(Urgency(self.urgency).label) if self.urgency else ""


def _rows() -> "QuerySet[_Read]":
    return Topic.objects.annotate(
        community_name=F("community__name"), path=F("community__path"), place_name=F("place__name"), raiser_name=F("raiser__name")
    )


def _seen_by(by: Actor) -> "QuerySet[_Read]":
    """The topics that the actor may find in a list."""
    rows, reach = _rows(), scopes(by.role, "topic.read")
    if Scope.COMMUNITY in reach:
        return rows.filter(community_id=by.community_id)
    if Scope.SUBTREE in reach:
        return rows.filter(community__path__startswith=by.place_path or "-")
    if by.community_id is None:
        return rows.exclude(state=TopicState.COLLECTED)
    return rows.filter(~Q(state=TopicState.COLLECTED) | Q(raiser_id=by.person_id or 0), community_id=by.community_id)


def topics(*, by: Actor, state: str = "", community_id: int | None = None, after: int | None = None, size: int = SIZE) -> Page[TopicRow]:
    """Topics one may see, newest first. One statement."""
    check_role(by, "topic.read")
    rows = _seen_by(by)
    if state:
        rows = rows.filter(state=state)
    if community_id is not None:
        rows = rows.filter(community_id=community_id)
    page = cut(rows, after, max(1, min(size, SIZE_MOST)), newest_first=True)
    return page.map(lambda row: TopicRow(**_row(row, by)))


def topics_of(person_id: int, *, by: Actor, most: int) -> list[TopicRow]:
    """The latest topics that somebody raised in the actor's community. One statement. For staff only."""
    check_role(by, "topic.screen")
    rows = _seen_by(by).filter(raiser_id=person_id, community_id=by.community_id or 0).order_by("-pk")[:most]
    return [TopicRow(**_row(row, by)) for row in rows]


def _row(row: "_Read", by: Actor) -> dict[str, Any]:
    said = str if rules.reads_words(by, row.facts(row.path)) else personal.masked
    return {
        "id": row.pk,
        "number": row.number,
        "title": said(row.title),
        "state": TopicState(row.state),
        "community": row.community_name,
        "raised_at": row.raised_at,
        "urgency": row.urgency,
    }


#: The guards of what a page offers besides the moves.
GUARDS = {**rules.MOVES, "say": talking.check_opine, "party": talking.check_prepare, "option": talking.check_prepare}
GUARDS["dissent"] = rules.check_follow_up
#: The guards of steps that lead to no other state and are open in all of them. The page offers each where there is something to do.
MORE_GUARDS = {"photos": rules.check_photos, "supersede": decisions.check_replace}


def check_move(topic_id: int, verb: str, *, by: Actor) -> None:
    """Raise unless the actor may take that step now. One statement."""
    row = _rows().filter(pk=topic_id).first() if 0 < topic_id <= ID_MOST else None
    {**GUARDS, **MORE_GUARDS}[verb](by, row.facts(row.path) if row is not None else None)


def topic(topic_id: int, *, by: Actor) -> TopicCard:
    """A topic that the actor may look at; raises :class:`NotThere`. One statement."""
    row = _rows().filter(pk=topic_id).first() if 0 < topic_id <= ID_MOST else None
    facts = row.facts(row.path) if row is not None else None
    rules.check_read(by, facts)
    assert row is not None
    assert facts is not None
    said = str if rules.reads_words(by, facts) else personal.masked
    staff = by.role in COMMUNITY_ROLES and by.community_id == row.community_id
    moves = tuple(verb for verb, check in GUARDS.items() if refusal_of(check, by, facts) is None)
    return TopicCard(
        **_row(row, by),
        community_id=row.community_id,
        text=said(row.text),
        place=row.place_name or "",
        spot=said(row.spot),
        tier=row.tier,
        answer=said(row.answer),
        screened_at=row.screened_at,
        talked_at=row.talked_at,
        decided_at=row.decided_at,
        evaluated_at=row.evaluated_at,
        deferred_until=row.deferred_until,
        reason=said(row.reason),
        verdict=row.verdict,
        verdict_text=said(row.verdict_text),
        raiser=row.raiser_name if staff else masking.mask_name(row.raiser_name),
        own=by.person_id is not None and by.person_id == row.raiser_id,
        staff=staff,
        moves=moves,
    )


#: Topics that a ballot may be about, the newest.
VOTED_ON_MOST = 50


def topics_to_vote_on(community_id: int) -> list[tuple[int, str]]:
    """Topics of a community that are talked over or carried out: id and title, the newest first. One statement."""
    over = (TopicState.COLLECTED, TopicState.EVALUATED, TopicState.ARCHIVED)
    rows = Topic.objects.filter(community_id=community_id).exclude(state__in=over).order_by("-pk")
    return list(rows.values_list("pk", "title")[:VOTED_ON_MOST])


def under_way(community_id: int) -> int:
    """How many topics of a community are talked over or carried out. One statement."""
    over = (TopicState.COLLECTED, TopicState.EVALUATED, TopicState.ARCHIVED)
    return Topic.objects.filter(community_id=community_id).exclude(state__in=over).count()
