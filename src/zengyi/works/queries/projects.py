"""Projects read: the list by how much they press, one with its timeline, what is shown of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypedDict, cast

from django.db.models import Count, F, OuterRef, Q, Subquery

from zengyi.core import clock, personal
from zengyi.core.guards import refusal_of
from zengyi.core.ids import ID_MOST
from zengyi.core.keyset import Page, cut
from zengyi.core.rows import Rows
from zengyi.people.rules import COMMUNITY_ROLES, Actor, Role, check, check_role
from zengyi.works.models import Lot, Milestone, MilestoneMove, Project, Ranking
from zengyi.works.rules import projects as rules
from zengyi.works.rules import timeline
from zengyi.works.rules.demands import check_raise
from zengyi.works.rules.projects import Effort, ProjectState, ProjectVerb, Urgency, not_there

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django_stubs_ext import WithAnnotations

    class _Late(TypedDict):
        place_name: str | None
        late: int

    _Listed = WithAnnotations[Project, _Late]

    class _Planned(TypedDict):
        found: list[dict[str, Any]] | None
        contractor_name: str

    _LotRead = WithAnnotations[Lot, _Planned]

SIZE, SIZE_MOST = 60, 100
MOVES_SHOWN = 6

#: The guard of each verb that a project's page may offer, and of the plans, pictures and voices beside it.
CHECKS = {
    ProjectVerb.RANK: rules.check_rank,
    ProjectVerb.START: rules.check_start,
    ProjectVerb.INSPECT: rules.check_inspect,
    ProjectVerb.SHOW: rules.check_show,
    "meet": rules.check_meet,
    "lot": rules.check_plan,
    "pair": rules.check_picture,
    "voice": rules.check_picture,
}


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """A project in a list. ``late``: demands whose day is over; ``turn``: the lowest comes first."""

    id: int
    title: str
    place: str
    households: int
    state: str
    urgency: int | None
    effort: int | None
    open_demands: int
    late: int
    turn: int

    @property
    def label(self) -> str:
        """The state in words."""
        return str(ProjectState(self.state).label)

    @property
    def over(self) -> bool:
        """Whether the work is done."""
        return self.state in (ProjectState.INSPECTED, ProjectState.SHOWN)


@dataclass(frozen=True, slots=True)
class MilestoneRow:
    """A milestone of a lot. ``late``: days behind its plan. ``moves``: which forms are offered."""

    id: int
    name: str
    gate: bool
    begins: date
    ends: date
    begun: date | None
    done: date | None
    late: int
    verbs: tuple[str, ...]

    def planned(self, was: tuple[date, date] | None = None) -> timeline.Planned:
        """As it is drawn; ``was``: the days planned before it was moved."""
        return timeline.Planned(self.name, self.begins, self.ends, self.begun, self.done, self.gate, was)


@dataclass(frozen=True, slots=True)
class LotRow:
    """A lot with its milestones, in the order of their planned days."""

    id: int
    name: str
    extent: str
    contractor: str
    contractor_id: int
    milestones: list[MilestoneRow]

    @property
    def word(self) -> str:
        """Up to which milestone it is done; empty before the first."""
        return next((one.name for one in reversed(self.milestones) if one.begun), "")

    @property
    def late(self) -> int:
        """How many days it is behind, by the milestone that is worst of those still open."""
        return max((one.late for one in self.milestones if one.done is None), default=0)

    @property
    def next_one(self) -> MilestoneRow | None:
        """The first milestone that is not done."""
        return next((one for one in self.milestones if one.done is None), None)


@dataclass(frozen=True, slots=True)
class MoveRow:
    """A milestone that was planned anew."""

    milestone_id: int
    lot: str
    name: str
    old_begins: date
    old_ends: date
    ends: date
    reason: str
    day: date


@dataclass(frozen=True, slots=True)
class ProjectCard:
    """A project with all that its page tells. ``in_line``: its place among those that wait for money, 0 when it does not wait.
    ``verbs``: what the reader may do with it.
    """

    id: int
    community_id: int
    title: str
    text: str
    place: str
    place_id: int | None
    households: int
    state: str
    urgency: int | None
    effort: int | None
    meets_on: int
    series_id: int | None
    reason: str
    rankings: int
    in_line: int
    open_demands: int
    lots: list[LotRow]
    verbs: tuple[str, ...]
    path: str

    @property
    def label(self) -> str:
        """The state in words."""
        return str(ProjectState(self.state).label)

    @property
    def urgency_name(self) -> str:
        """How much it presses, in a word; empty before it was ranked."""
        return "" if self.urgency is None else str(Urgency(self.urgency).label)

    @property
    def effort_name(self) -> str:
        """How long it takes, in a word."""
        return "" if self.effort is None else str(Effort(self.effort).label)

    @property
    def steps(self) -> list[tuple[str, str]]:
        """The states in their order, each with whether it is past, now or next."""
        order = list(ProjectState)
        here = order.index(ProjectState(self.state))
        return [(str(one.label), "done" if n < here else "now" if n == here else "next") for n, one in enumerate(order)]

    @property
    def late(self) -> int:
        """How many days the worst lot is behind."""
        return max((lot.late for lot in self.lots), default=0)

    def drawing(self, today: date, moved: Sequence[MoveRow] = ()) -> timeline.Timeline | None:
        """Its timeline, with where what was ``moved`` stood before; nothing while nothing is planned."""
        if not any(lot.milestones for lot in self.lots):
            return None
        was = {move.milestone_id: (move.old_begins, move.old_ends) for move in moved}  # newest first, so that the first plan stays
        lots = [(lot.name, lot.extent, [one.planned(was.get(one.id)) for one in lot.milestones]) for lot in self.lots]
        return timeline.draw(lots, today)


def reads_names(by: Actor) -> bool:
    """Whether the reader sees who wanted something, and words as they were written."""
    return by.role in COMMUNITY_ROLES or by.role == Role.SUPERVISOR


def words(text: str, by: Actor) -> str:
    """The text as the reader may read it: neighbours see no phones, doors or names of cards in it."""
    return text if reads_names(by) else personal.masked(text)


def visible(by: Actor, prefix: str = "") -> Q:
    """The condition that a row's community is the reader's, or lies below their node."""
    if by.role == Role.DISTRICT:
        return Q(**{f"{prefix}community__path__startswith": by.place_path or "-"})
    return Q(**{f"{prefix}community_id": by.community_id or 0})


def projects(*, by: Actor, at: datetime, state: str = "", after: int | None = None, size: int = SIZE) -> Page[ProjectRow]:
    """The projects of the reader's community, newest first. One statement."""
    check_role(by, "project.read")
    late = Count("demands", filter=Q(demands__closed_at=None, demands__due_on__lt=clock.local_date(at)))
    rows = Project.objects.filter(visible(by)).annotate(place_name=F("place__name"), late=late)
    if state:
        rows = rows.filter(state=state)
    page = cut(cast("QuerySet[_Listed]", rows), after, max(1, min(size, SIZE_MOST)), newest_first=True)
    return page.map(lambda row: _row(row, by))


def _row(row: "_Listed", by: Actor) -> ProjectRow:
    return ProjectRow(
        id=row.pk,
        title=words(row.title, by),
        place=row.place_name or "",
        households=row.households,
        state=row.state,
        urgency=row.urgency,
        effort=row.effort,
        open_demands=row.open_demands,
        late=row.late,
        turn=row.turn,
    )


def project(project_id: int, *, by: Actor, at: datetime) -> ProjectCard:
    """One project with its lots and milestones. Raises :class:`NotThere` for whoever may not see it. Two statements."""
    check_role(by, "project.read")
    last = Ranking.objects.filter(project=OuterRef("pk")).order_by("-pk")
    rows = Project.objects.filter(visible(by), pk=project_id).with_facts()
    upto = Project.objects.filter(community=OuterRef("community"), state=ProjectState.RANKED, turn__lte=OuterRef("turn"))
    nth = Subquery(upto.order_by().values("community").annotate(n=Count("pk")).values("n"))
    named = rows.annotate(place_name=F("place__name"), reason=last.values("reason")[:1], ranked=Count("rankings"), nth=nth)
    found: Any = named.first() if 0 < project_id <= ID_MOST else None
    if found is None:
        raise not_there()
    check(by, "project.read", found.facts.target, sees=False)
    facts = found.facts
    lots = _lots(found, by, clock.local_date(at))
    return ProjectCard(
        id=found.pk,
        community_id=found.community_id,
        title=words(found.title, by),
        text=words(found.text, by),
        place=found.place_name or "",
        place_id=found.place_id,
        households=found.households,
        state=found.state,
        urgency=found.urgency,
        effort=found.effort,
        meets_on=found.meets_on,
        series_id=found.series_id,
        reason=words(found.reason or "", by),
        rankings=found.ranked,
        in_line=found.nth if found.state == ProjectState.RANKED else 0,
        open_demands=found.open_demands,
        lots=lots,
        verbs=tuple(str(verb) for verb, guard in CHECKS.items() if refusal_of(guard, by, facts) is None),
        path=found.path,
    )


def _lots(found: Project, by: Actor, today: date) -> list[LotRow]:
    of_lot = Milestone.objects.filter(lot=OuterRef("pk"))
    plain = {name: name for name in ("name", "gate", "begins", "ends", "begun", "done")}
    rows = (
        Lot.objects.filter(project=found)
        .order_by("pk")
        .annotate(found=Rows(of_lot, id="pk", **plain), contractor_name=F("contractor__short_name"))
    )
    return [
        LotRow(row.pk, row.name, row.extent, row.contractor_name, row.contractor_id, _milestones(row, found.facts, by, today))
        for row in rows
    ]


def _milestones(lot: "_LotRead", facts: rules.ProjectFacts, by: Actor, today: date) -> list[MilestoneRow]:
    made = []
    for row in lot.found or []:
        days = {name: _day(row[name]) for name in ("begins", "ends", "begun", "done")}
        about = rules.MilestoneFacts(facts, lot.contractor_id, days["begun"], days["done"])
        verbs = []
        if refusal_of(rules.check_report, by, about, today=today) is None:
            verbs.append("report")
        if refusal_of(rules.check_move, by, about) is None:
            verbs.append("move")
        begins, ends = days["begins"], days["ends"]
        assert begins is not None
        assert ends is not None
        planned = timeline.Planned(row["name"], begins, ends, days["begun"], days["done"], bool(row["gate"]))
        late = timeline.days_late(planned, today)
        made.append(MilestoneRow(row["id"], row["name"], bool(row["gate"]), begins, ends, days["begun"], days["done"], late, tuple(verbs)))
    return sorted(made, key=lambda one: (one.begins, one.ends, one.id))


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def working(community_id: int) -> int:
    """How many projects of the community are in work. One statement."""
    return Project.objects.filter(community_id=community_id, state=ProjectState.EXECUTING).count()


def refuse(verb: str, project_id: int, *, by: Actor) -> None:
    """Raise what the guard of that verb says, where it would not let the reader pass. One statement."""
    found = Project.objects.filter(visible(by), pk=project_id).with_facts().first()
    guard = check_raise if verb == "demand" else CHECKS[verb]
    guard(by, found.facts if found else None)


def moves(project_id: int) -> list[MoveRow]:
    """The milestones planned anew last, newest first, with why. One statement."""
    rows = MilestoneMove.objects.filter(milestone__lot__project_id=project_id).order_by("-pk")
    columns = ("milestone_id", "milestone__lot__name", "milestone__name", "old_begins", "old_ends", "ends", "reason", "moved_at")
    return [
        MoveRow(pk, lot, name, begins, ends, new, reason, clock.local_date(at))
        for pk, lot, name, begins, ends, new, reason, at in rows.values_list(*columns)[:MOVES_SHOWN]
    ]


def milestone(milestone_id: int, *, by: Actor) -> tuple[Milestone, Project]:
    """A milestone with its project, for the forms about it. Raises :class:`NotThere`. Two statements."""
    check_role(by, "project.read")
    rows = Milestone.objects.filter(visible(by, "lot__project__"), pk=milestone_id).with_facts().select_related("lot")
    found = rows.first() if 0 < milestone_id <= ID_MOST else None
    if found is None:
        raise not_there()
    return found, Project.objects.with_facts().get(pk=found.lot.project_id)


def lot(lot_id: int, *, by: Actor) -> tuple[Lot, Project]:
    """A lot with its project, for the form of a milestone. Raises :class:`NotThere`. Two statements."""
    check_role(by, "project.read")
    rows = Lot.objects.filter(visible(by, "project__"), pk=lot_id)
    found = rows.first() if 0 < lot_id <= ID_MOST else None
    if found is None:
        raise not_there()
    return found, Project.objects.with_facts().get(pk=found.project_id)
