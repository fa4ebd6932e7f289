"""The lists of projects, and of a project's demands, as tables."""

from collections.abc import Sequence
from datetime import datetime

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from zengyi.core import personal
from zengyi.core.ids import id_of
from zengyi.core.keyset import Page
from zengyi.core.sheets import Cell
from zengyi.people.rules import Actor
from zengyi.people.web.lists import PAGE, Listing, Taken, every
from zengyi.works import queries
from zengyi.works.rules.projects import Effort, Urgency


def _projects(by: Actor, asked: QueryDict, at: datetime, contact: bool) -> Taken:
    def behind(after: int | None) -> Page[Sequence[Cell]]:
        return queries.projects(by=by, at=at, after=after, size=PAGE).map(_project)

    return Taken(every(behind))


def _project(row: queries.ProjectRow) -> Sequence[Cell]:
    urgency = str(Urgency(row.urgency).label) if row.urgency is not None else ""
    effort = str(Effort(row.effort).label) if row.effort is not None else ""
    return [personal.masked(row.title), row.place, row.households, row.label, urgency, effort, row.open_demands, row.late]


def _demands(by: Actor, asked: QueryDict, at: datetime, contact: bool) -> Taken:
    project_id = id_of(asked.get("project_id")) or 0

    def behind(after: int | None) -> Page[Sequence[Cell]]:
        return queries.demands(project_id, by=by, at=at, after=after, size=PAGE).map(_demand)

    return Taken(every(behind))


def _demand(row: queries.DemandRow) -> Sequence[Cell]:
    told: list[Cell] = [row.name, personal.masked(row.title), personal.masked(row.where), row.label, row.ball_name]
    return [*told, row.raised_on, row.promised_on, row.due_on, row.days_late if row.ball else 0, row.returns, row.households]


LISTS = (
    Listing(
        "projects",
        _("项目"),
        "projects",
        (_("项目"), _("在哪里"), _("几户"), _("到哪一步"), _("急不急"), _("要多久"), _("没办完的诉求"), _("其中超期")),
        _projects,
        widths=(40, 24),
    ),
    Listing(
        "demands",
        _("诉求"),
        "project",
        (
            _("编号"),
            _("什么事"),
            _("在哪里"),
            _("到哪一步"),
            _("球在谁那里"),
            _("何时提的"),
            _("说好哪天"),
            _("最晚哪天"),
            _("超期几天"),
            _("退回几次"),
            _("几户"),
        ),
        _demands,
        argument="project_id",
        widths=(10, 40, 24),
    ),
)
