"""Whom demands, milestones, projects and money concern, by their logins: for messages. Words come without what is personal in them."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from zengyi.core import personal
from zengyi.people.queries import contacts_of, granted_to
from zengyi.people.queries.concerned import neighbours_of, unreached_at
from zengyi.people.rules import Role, known
from zengyi.works.models import Demand, FundLine, Lot, Milestone, Project
from zengyi.works.rules.demands import Ball

_NOBODY: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Concerned:
    """Who wanted it, who builds it, who lives there; and what it is called. ``project_id``: where it stands. ``holders``: whose move it is;
    ``desk``, ``heads``: who is told that it is late from the second, the third week on. Persons are ``wanted``, who wanted it, and
    ``alone``, one of each household there that only paper reaches.
    """

    title: str
    raisers: frozenset[int] = _NOBODY
    builders: frozenset[int] = _NOBODY
    neighbours: frozenset[int] = _NOBODY
    project_id: int | None = None
    holders: frozenset[int] = _NOBODY
    desk: frozenset[int] = _NOBODY
    heads: frozenset[int] = _NOBODY
    wanted: frozenset[int] = _NOBODY
    alone: frozenset[int] = _NOBODY


def demands(demand_ids: Collection[int], at: datetime) -> dict[int, Concerned]:
    """Whose demands these are, who builds there, and whose move it is. Three statements."""
    columns = ("pk", "number", "title", "raiser__user__id", "ball", "community_id", "contractor_id", "raiser_id")
    rows = list(Demand.objects.filter(pk__in=demand_ids).values_list(*columns))
    builders = contacts_of({row[6] for row in rows if row[6] is not None}, at=at)
    staff = granted_to({row[5] for row in rows}, (Role.WORKER, Role.SUPERVISOR, Role.SECRETARY), at=at)
    found = {}
    for pk, number, title, login, ball, place, unit, raiser in rows:
        desk, watch, heads = (staff.get((place, role), _NOBODY) for role in (Role.WORKER, Role.SUPERVISOR, Role.SECRETARY))
        mine = builders.get(unit or 0, _NOBODY)
        held = {Ball.CONTRACTOR: mine, Ball.COMMUNITY: desk, Ball.SUPERVISORS: watch}.get(ball, _NOBODY)
        found[pk] = Concerned(
            f"S-{number} {personal.masked(title)}",
            known(login),
            mine,
            holders=held,
            desk=(desk | watch) - held,
            heads=heads - held,
            wanted=known(raiser),
        )
    return found


def milestones(milestone_ids: Collection[int], at: datetime) -> dict[int, Concerned]:
    """Who builds these milestones, and the desk that looks after them. Three statements."""
    columns = ("pk", "name", "lot__name", "lot__contractor_id", "lot__project_id", "lot__project__community_id")
    rows = list(Milestone.objects.filter(pk__in=milestone_ids).values_list(*columns))
    builders = contacts_of({row[3] for row in rows}, at=at)
    staff = granted_to({row[5] for row in rows}, (Role.WORKER, Role.SECRETARY), at=at)
    return {
        pk: Concerned(
            personal.masked(f"{lot} {name}"),
            project_id=project,
            holders=builders.get(unit, _NOBODY),
            desk=staff.get((place, Role.WORKER), _NOBODY),
            heads=staff.get((place, Role.SECRETARY), _NOBODY),
        )
        for pk, name, lot, unit, project, place in rows
    }


def projects(project_ids: Collection[int], at: datetime) -> dict[int, Concerned]:
    """Who builds these projects, whose demands they have, and who lives where they are. Nine statements."""
    rows = list(Project.objects.filter(pk__in=project_ids).values_list("pk", "title", "place_id"))
    lots = list(Lot.objects.filter(project_id__in=project_ids).values_list("project_id", "contractor_id").distinct())
    contacts = contacts_of({unit for _project, unit in lots if unit is not None}, at=at)
    builders: dict[int, frozenset[int]] = defaultdict(frozenset)
    for project_id, unit in lots:
        builders[project_id] |= contacts.get(unit or 0, _NOBODY)
    raisers: dict[int, frozenset[int]] = defaultdict(frozenset)
    asked = Demand.objects.filter(project_id__in=project_ids, raiser__isnull=False).values_list("project_id", "raiser__user__id")
    for project_id, login in asked.distinct():
        raisers[project_id] |= known(login)
    places = {place for _pk, _title, place in rows if place is not None}
    there, paper = neighbours_of(places), unreached_at(places)
    return {
        pk: Concerned(
            personal.masked(title),
            raisers[pk],
            builders[pk],
            there.get(place or 0, _NOBODY) - raisers[pk] - builders[pk],
            alone=paper.get(place or 0, _NOBODY),
        )
        for pk, title, place in rows
    }


def fund_lines(line_ids: Collection[int]) -> dict[int, Concerned]:
    """Who asked for this money. One statement."""
    rows = FundLine.objects.filter(pk__in=line_ids).values_list("pk", "title", "proposed_by_id", "project_id")
    return {pk: Concerned(personal.masked(title), known(login), project_id=project) for pk, title, login, project in rows}
