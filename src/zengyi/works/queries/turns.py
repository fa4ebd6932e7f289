"""The line of those that were ranked and wait for their money, whose turn it is first; and how one project was ranked over time."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, OuterRef, QuerySet

from zengyi.core import clock
from zengyi.core.guards import refusal_of
from zengyi.people.rules import Actor, check_role
from zengyi.works.models import Project, Ranking
from zengyi.works.queries.projects import visible, words
from zengyi.works.rules.projects import Effort, ProjectState, Urgency, check_shift

#: How many projects the page of the line shows, and how many rankings of one project, the last ones.
LINE_MOST, RANKINGS_MOST = 100, 8


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A project in the line. ``moves``: how often it was moved by hand; ``earlier``, ``later``: whether the reader may move it so."""

    id: int
    place: int
    title: str
    where: str
    households: int
    urgency: int
    effort: int
    reason: str
    moves: int
    earlier: bool
    later: bool

    @property
    def urgency_name(self) -> str:
        """How much it presses, in a word."""
        return str(Urgency(self.urgency).label)

    @property
    def effort_name(self) -> str:
        """How long it takes, in a word."""
        return str(Effort(self.effort).label)


def waiting_line(*, by: Actor) -> list[WaitingRow]:
    """The ranked projects of the reader's community in the order of their turns. One statement."""
    check_role(by, "project.read")
    last = Ranking.objects.filter(project=OuterRef("pk")).order_by("-pk")
    rows: QuerySet[Any] = Project.objects.filter(visible(by), state=ProjectState.RANKED).with_facts()
    rows = rows.annotate(where=F("place__name"), reason=last.values("reason")[:1], moves=Count("rankings__place_after"))
    found = list(rows.order_by("community_id", "turn")[:LINE_MOST])
    return [
        WaitingRow(
            id=row.pk,
            place=place,
            title=words(row.title, by),
            where=row.where or "",
            households=row.households,
            urgency=row.urgency,
            effort=row.effort,
            reason=words(row.reason or "", by),
            moves=row.moves,
            earlier=place > 1 and refusal_of(check_shift, by, row.facts) is None,
            later=place < len(found) and refusal_of(check_shift, by, row.facts) is None,
        )
        for place, row in enumerate(found, start=1)
    ]


@dataclass(frozen=True, slots=True)
class RankingRow:
    """How a project was ranked on a day, or from which place to which it was moved by hand."""

    urgency: int
    effort: int
    reason: str
    before: int | None
    after: int | None
    day: date

    @property
    def urgency_name(self) -> str:
        """How much it pressed, in a word."""
        return str(Urgency(self.urgency).label)

    @property
    def effort_name(self) -> str:
        """How long it was to take, in a word."""
        return str(Effort(self.effort).label)


def rankings(project_id: int, *, by: Actor) -> list[RankingRow]:
    """How a project that the reader sees was ranked, the last time first. One statement."""
    rows = Ranking.objects.filter(project_id=project_id).order_by("-pk")[:RANKINGS_MOST]
    columns = ("urgency", "effort", "reason", "place_before", "place_after", "ranked_at")
    return [
        RankingRow(urgency, effort, words(reason, by), before, after, clock.local_date(at))
        for urgency, effort, reason, before, after, at in rows.values_list(*columns)
    ]
