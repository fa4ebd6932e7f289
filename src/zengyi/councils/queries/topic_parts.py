"""What a topic's page tells beside the topic itself: the survey, the parties, options and words, and what was decided and ordered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Count, OuterRef
from django.utils.translation import gettext as _

from zengyi.core import personal
from zengyi.core.keyset import Page, cut
from zengyi.core.rows import Rows
from zengyi.councils.models import Ballot, Decision, DecisionOrder, Dissent, Figure, Opinion, Option, Party, StageLabel, Survey, TopicOrder
from zengyi.councils.queries.photos import Shot, shots_of
from zengyi.councils.rules import decisions as decision_rules
from zengyi.councils.rules import surveys, talking
from zengyi.councils.rules.ballots import BallotState
from zengyi.councils.rules.topics import Stage
from zengyi.orders import queries as orders
from zengyi.orders.rules import State

OPINIONS_SHOWN, SURVEYS_SHOWN = 20, 5


@dataclass(frozen=True, slots=True)
class SurveyCard:
    """What was found on site. ``parts``: the figures that are parts of the one they stand behind."""

    id: int
    held_on: date
    who: str
    text: str
    figures: list[surveys.Figure] = field(default_factory=list)
    photos: list[Shot] = field(default_factory=list)

    @property
    def whole(self) -> surveys.Figure | None:
        """The first figure that others are parts of, if it can be drawn one by one."""
        for figure, after in zip(self.figures, self.figures[1:], strict=False):
            if not figure.part and after.part and 0 < figure.number <= surveys.DRAWN_MOST:
                return figure
        return None

    @property
    def part(self) -> surveys.Figure | None:
        """The part of :attr:`whole`."""
        whole = self.whole
        return self.figures[self.figures.index(whole) + 1] if whole else None

    @property
    def words(self) -> str:
        """The drawing of :attr:`whole` and its part, for those who do not see it."""
        whole, part = self.whole, self.part
        if whole is None or part is None:
            return ""
        said = {"label": whole.label, "whole": whole.number, "unit": whole.unit, "what": part.label, "part": part.number}
        return _("%(label)s %(whole)s %(unit)s，其中%(what)s %(part)s %(unit)s，一格一个") % said


@dataclass(frozen=True, slots=True)
class OptionCard:
    """A way of solving it, and how each party stands to it."""

    id: int | None
    position: int
    title: str
    text: str
    cost: int | None
    fund: str
    support: list[talking.Told]

    @property
    def price(self) -> str:
        """What it costs, in yuan."""
        return "" if self.cost is None else talking.yuan(self.cost)


@dataclass(frozen=True, slots=True)
class OpinionRow:
    """What somebody said for a party. Nobody's name is in it, nor, for those who need not know it, where they stand."""

    id: int
    party: str
    kind: str
    text: str
    support: str
    option_id: int | None
    at: datetime
    adopted: bool

    @property
    def kind_name(self) -> str:
        """The kind in words."""
        return str(talking.OpinionKind(self.kind).label)

    @property
    def support_name(self) -> str:
        """How they stand, in words."""
        return str(talking.Support(self.support).label) if self.support else ""


@dataclass(frozen=True, slots=True)
class ActionRow:
    """An action of a decision: the order, who is at it, until when, and how it stands."""

    order_id: int
    number: str
    title: str
    party: str
    due_at: datetime | None
    ended_at: datetime | None
    state: State
    outcome: str
    daily: bool
    soon: bool

    @property
    def state_name(self) -> str:
        """The state in words."""
        return str(self.state.label)

    @property
    def is_open(self) -> bool:
        """Whether whoever raised the topic still waits for an answer."""
        return self.ended_at is None


@dataclass(frozen=True, slots=True)
class DissentRow:
    """What was held against a decision, and whether it came true."""

    id: int
    party: str
    name: str
    text: str
    came_true: bool | None
    said: str


@dataclass(frozen=True, slots=True)
class DecisionCard:
    """A decision with its hands, its dissent and its orders."""

    id: int
    session_id: int
    topic_id: int
    position: int
    text: str
    outcome: str
    state: str
    decided_at: datetime
    for_it: int | None
    against: int | None
    abstained: int | None
    no_action_reason: str
    actions: list[ActionRow]
    dissents: list[DissentRow]

    @property
    def state_name(self) -> str:
        """The state in words."""
        return str(decision_rules.DecisionState(self.state).label)


@dataclass(frozen=True, slots=True)
class BallotMark:
    """A ballot on the topic: what is put to the vote, and what came of it once it was closed."""

    id: int
    title: str
    state: BallotState
    adopted: bool | None

    @property
    def label(self) -> str:
        """How it stands, in words."""
        if self.adopted is None:
            return str(self.state.label)
        return _("通过") if self.adopted else _("没有通过")


@dataclass(frozen=True, slots=True)
class Parts:
    """All of it."""

    surveys: list[SurveyCard]
    photos: list[Shot]
    parties: list[tuple[str, str]]
    missing: list[str]
    options: list[OptionCard]
    opinions: Page[OpinionRow]
    decisions: list[DecisionCard]
    sources: list[orders.Linked]
    ballots: list[BallotMark]
    labels: dict[str, str]

    @property
    def pictured(self) -> bool:
        """Whether there is any photo."""
        return bool(self.photos) or any(survey.photos for survey in self.surveys)

    @property
    def may_be_replaced(self) -> bool:
        """Whether there is a decision that a later one may have replaced."""
        standing = (decision_rules.DecisionState.ADOPTED, decision_rules.DecisionState.FULFILLED)
        return sum(decision.state in standing for decision in self.decisions) > 1

    @property
    def open_orders(self) -> int:
        """How many of the orders are not at an end."""
        return sum(action.is_open for decision in self.decisions for action in decision.actions)


def parts_of(topic_id: int, community_id: int, *, bare: bool, own: bool = False, after: int | None = None) -> Parts:
    """What belongs to a topic, for readers who know all of it (``bare``) or who need not. ``own``: they raised it, and see all its photos.
    The same number of statements for any topic."""
    spoken, options = _support(topic_id, bare=bare)
    shots = shots_of(topic_id, bare=bare or own)
    invited = list(Party.objects.filter(topic_id=topic_id).order_by("pk").values_list("name", "note"))
    return Parts(
        surveys=_surveys(topic_id, shots, bare=bare),
        photos=shots.get(None, []),
        parties=[(name, _said(note, bare=bare)) for name, note in invited],
        missing=talking.missing([name for name, _note in invited], spoken),
        options=options,
        opinions=opinions(topic_id, bare=bare, after=after),
        decisions=decisions_of(topic_id=topic_id, bare=bare),
        sources=orders.linked(list(TopicOrder.objects.filter(topic_id=topic_id).values_list("order_id", flat=True))),
        labels=labels_of(community_id),
        ballots=_ballots(topic_id, bare=bare),
    )


def _ballots(topic_id: int, *, bare: bool) -> list[BallotMark]:
    """The ballots on a topic; drafts for the community only. One statement."""
    rows = Ballot.objects.filter(topic_id=topic_id) if bare else Ballot.objects.filter(topic_id=topic_id).exclude(state=BallotState.DRAFT)
    found = rows.order_by("pk").values_list("pk", "title", "state", "adopted")
    return [BallotMark(pk, _said(title, bare=bare), BallotState(state), adopted) for pk, title, state, adopted in found]


def _said(text: str, *, bare: bool) -> str:
    return text if bare else personal.masked(text)


def own_labels(community_id: int) -> dict[str, str]:
    """What a community calls its stages where it is not the usual name. One statement."""
    return dict(StageLabel.objects.filter(community_id=community_id).values_list("stage", "label"))


def labels_of(community_id: int) -> dict[str, str]:
    """What the stages are called in a community, by stage. One statement."""
    own = dict(StageLabel.objects.filter(community_id=community_id).values_list("stage", "label"))
    return {stage.value: own.get(stage.value) or str(stage.label) for stage in Stage}


def _surveys(topic_id: int, shots: Mapping[int | None, list[Shot]], *, bare: bool) -> list[SurveyCard]:
    figures = Rows(
        Figure.objects.filter(survey=OuterRef("pk")), position="position", label="label", number="number", unit="unit", part="part"
    )
    rows = Survey.objects.filter(topic_id=topic_id).annotate(read=figures).order_by("-pk")[:SURVEYS_SHOWN]
    return [
        SurveyCard(pk, held_on, _said(who, bare=bare), _said(text, bare=bare), _figures(read), shots.get(pk, []))
        for pk, held_on, who, text, read in rows.values_list("pk", "held_on", "who", "text", "read")
    ]


def _figures(rows: Sequence[Mapping[str, Any]] | None) -> list[surveys.Figure]:
    told = sorted(rows or [], key=lambda row: row["position"])
    return [surveys.Figure(row["label"], row["number"], row["unit"], bool(row["part"])) for row in told]


def _support(topic_id: int, *, bare: bool) -> tuple[set[str], list[OptionCard]]:
    """The parties that have said anything, and the options with how the parties stand; the topic as a whole where there are none."""
    every = Opinion.objects.filter(topic_id=topic_id).order_by()
    spoken = set(every.values_list("party", flat=True).distinct())
    counted: dict[int | None, dict[str, dict[str, int]]] = {}
    grouped = every.filter(counts=True).values_list("option_id", "party", "support").annotate(n=Count("pk"))
    for option_id, party, support, n in sorted(grouped, key=lambda row: (row[1], row[2])):
        counted.setdefault(option_id, {}).setdefault(party, {})[support] = n
    made = []
    rows = Option.objects.filter(topic_id=topic_id).order_by("position").values_list("pk", "position", "title", "text", "cost", "fund")
    for pk, position, title, text, cost, fund in [*rows, *([(None, 0, "", "", None, "")] if None in counted else [])]:
        told = [talking.told(party, counts, bare=bare) for party, counts in counted.get(pk, {}).items()]
        made.append(OptionCard(pk, position, _said(title, bare=bare), _said(text, bare=bare), cost, fund, told))
    return spoken, made


def opinions(topic_id: int, *, bare: bool, after: int | None = None, size: int = OPINIONS_SHOWN) -> Page[OpinionRow]:
    """What was said, newest first. One statement."""
    page = cut(Opinion.objects.filter(topic_id=topic_id), after, size, newest_first=True)
    return page.map(lambda row: opinion_row(row, bare=bare))


def opinion_row(row: Opinion, *, bare: bool) -> OpinionRow:
    text = _said(row.text, bare=bare)
    support = row.support if bare else ""
    return OpinionRow(row.pk, row.party, row.kind, text, support, row.option_id, row.at, row.adopted_in_id is not None)


def decisions_of(*, topic_id: int | None = None, session_id: int | None = None, bare: bool) -> list[DecisionCard]:
    """The decisions of a topic or of a session, in their order, with orders and dissent. Five statements."""
    rows = Decision.objects.filter(**({"topic_id": topic_id} if topic_id is not None else {"session_id": session_id})).order_by("pk")
    found = list(rows)
    ids = [row.pk for row in found]
    made = list(DecisionOrder.objects.filter(decision_id__in=ids).order_by("decision_id", "position"))
    standing = orders.states_of([one.order_id for one in made])
    actions: dict[int, list[ActionRow]] = {}
    for one in made:
        if one.order_id in standing:
            actions.setdefault(one.decision_id, []).append(_action(one, standing[one.order_id], bare=bare))
    dissents: dict[int, list[DissentRow]] = {}
    for row in Dissent.objects.filter(decision_id__in=ids).order_by("pk"):
        told = DissentRow(row.pk, row.party, row.name, _said(row.text, bare=bare), row.came_true, _said(row.said, bare=bare))
        dissents.setdefault(row.decision_id, []).append(told)
    return [_decision(row, actions.get(row.pk, []), dissents.get(row.pk, []), bare=bare) for row in found]


def _action(one: DecisionOrder, order: orders.Standing, *, bare: bool) -> ActionRow:
    return ActionRow(
        order_id=order.id,
        number=order.number,
        title=_said(order.title, bare=bare),
        party=order.party,
        due_at=order.due_at,
        ended_at=order.ended_at,
        state=order.state,
        outcome=order.outcome,
        daily=one.daily,
        soon=one.soon,
    )


def _decision(row: Decision, actions: list[ActionRow], dissents: list[DissentRow], *, bare: bool) -> DecisionCard:
    return DecisionCard(
        id=row.pk,
        session_id=row.session_id,
        topic_id=row.topic_id,
        position=row.position,
        text=_said(row.text, bare=bare),
        outcome=row.outcome,
        state=row.state,
        decided_at=row.decided_at,
        for_it=row.for_it,
        against=row.against,
        abstained=row.abstained,
        no_action_reason=_said(row.no_action_reason, bare=bare),
        actions=actions,
        dissents=dissents,
    )


def standing_of(topic_id: int) -> list[tuple[int, str]]:
    """A topic's decisions that stand, the oldest first: id and words. One statement."""
    states = (decision_rules.DecisionState.ADOPTED, decision_rules.DecisionState.FULFILLED)
    return list(Decision.objects.filter(topic_id=topic_id, state__in=states).order_by("pk").values_list("pk", "text"))


def written(community_id: int, *, opinion_id: int | None = None, decision_id: int | None = None) -> dict[str, str]:
    """What was typed in a session of the community, to be put right; nothing where that is not there. One statement."""
    of_it: dict[str, Any] = {"session__community_id": community_id}
    if decision_id is not None:
        words = Decision.objects.filter(pk=decision_id, **of_it).values_list("text", flat=True).first()
        return {"text": words or ""}
    if opinion_id is None:
        return {}
    found: Any = Opinion.objects.filter(pk=opinion_id, **of_it).values("party", "kind", "text").first()
    return found or {}


def orders_of_decision(decision_id: int) -> list[int]:
    """The orders that carry a decision out, in their order. One statement."""
    return list(DecisionOrder.objects.filter(decision_id=decision_id).order_by("position").values_list("order_id", flat=True))
