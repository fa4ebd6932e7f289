"""Meetings of a site and of an alliance, as sessions of the councils: what is demanded stands on their agenda by itself.

A project's three-party meetings are one series. Whatever is owed an answer comes onto the agenda when a meeting is called, and again when
it begins; what is answered meanwhile is answered there, too. What nobody answers the councils carry over to the next one.
"""

from datetime import datetime
from typing import Any, Protocol

from django.utils.translation import gettext as _

from zengyi.core import audit, clock
from zengyi.core.errors import WrongState
from zengyi.core.ids import WithId
from zengyi.core.steps import action, in_action
from zengyi.councils import actions as councils
from zengyi.councils import queries as councils_read
from zengyi.councils.rules.sessions import POINT_MOST, SessionKind
from zengyi.councils.rules.sessions import TITLE_MOST as NAME_MOST
from zengyi.people.rules import Actor
from zengyi.works.actions.projects import project_of
from zengyi.works.models import Alliance, Demand, Project
from zengyi.works.rules import funds as fund_rules
from zengyi.works.rules import projects as rules
from zengyi.works.rules.demands import OWED, Ball, DemandState
from zengyi.works.rules.projects import ProjectState


class Called(WithId, Protocol):
    """A session that was called. Its table is its own package's."""

    @property
    def kind(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def ordinal(self) -> int: ...


@action
def call_meeting(project_id: int, place: str, starts_at: datetime, *, by: Actor, at: datetime) -> Called:
    """Call the project's next three-party meeting; the demands that are owed an answer stand on its agenda. Returns the session.

    Raises :class:`Invalid` with the field.
    """
    found = project_of(project_id, by=by)
    rules.check_meet(by, found.facts if found else None)
    assert found is not None
    weekly = starts_at.astimezone(clock.SHANGHAI).weekday() == found.meets_on
    series = found.series
    if series is None:
        series = councils.series_of(found.community_id, SessionKind.SUPERVISION, _series_title(found))
        if not Project.objects.filter(pk=found.pk, series=None).update(series=series):
            raise WrongState(rules.moved_on())
    session = councils.call_session(SessionKind.SUPERVISION, series.title, place, starts_at, weekly=weekly, by=by, at=at)
    after = {"kind": session.kind, "series": session.series_id, "ordinal": session.ordinal, "project": found.pk, "state": session.state}
    audit.record("plan", "session", session.pk, by=by, at=at, community_id=found.community_id, after=after)
    return session


def _series_title(found: Project) -> str:
    """What its meetings are called; a number tells two projects of the same name apart."""
    end = " · " + str(SessionKind.SUPERVISION.label)
    alike = Project.objects.filter(community=found.community_id, title=found.title).exclude(pk=found.pk).exists()
    name = f"{found.title} {found.pk}" if alike else found.title
    return name[: NAME_MOST - len(end)] + end


@action
def call_alliance(place: str, starts_at: datetime, *, by: Actor, at: datetime) -> Called:
    """Call the alliance's next meeting. Returns the session."""
    fund_rules.check_alliance(by, by.community_id)
    alliance = Alliance.objects.filter(community_id=by.community_id).first()
    if alliance is None:
        raise WrongState(_("先给联盟起个名字。"))
    title = f"{alliance.name} {_('联盟会')}"
    session = councils.call_session(SessionKind.ALLIANCE, title, place, starts_at, by=by, at=at)
    after = {"kind": session.kind, "series": session.series_id, "ordinal": session.ordinal, "alliance": alliance.pk, "state": session.state}
    audit.record("plan", "session", session.pk, by=by, at=at, community_id=alliance.community_id, after=after)
    return session


def point_of(demand: Demand) -> str:
    """The words on the agenda for a demand. They begin with its number, so no two points of a series are the same."""
    asked = str(Ball(demand.addressee).label)
    about = " ".join(part for part in (demand.title, demand.spot) if part)
    return f"S-{demand.number} {about}"[: POINT_MOST - len(asked) - 3] + f" · {asked}"


@in_action
def bring(session: Any) -> None:  # noqa: ANN401 - a session's row: councils keep their tables to themselves
    """Put on a three-party meeting's agenda what is owed an answer, and answer there what is answered."""
    if session.kind != SessionKind.SUPERVISION:
        return
    project = Project.objects.filter(series_id=session.series_id, state=ProjectState.EXECUTING).first()
    if project is None:
        return
    there = councils_read.points_on(session.pk)
    for demand in Demand.objects.filter(project=project, closed_at=None, state__in=OWED).order_by("due_on", "pk")[:POINTS_MOST]:
        if point_of(demand) not in there:
            councils.put_point(session, point_of(demand))
    if waiting := {point for point, waits in there.items() if waits}:
        _answer_what_is_over(project, waiting, at=session.planned_at if session.opened_at is None else session.opened_at)


#: No more points are brought to one meeting.
POINTS_MOST = 60


@in_action
def _answer_what_is_over(project: Project, points: set[str], *, at: datetime) -> None:
    """Give the points that came along from the last meeting the answers that were given since then."""
    numbers = {int(number) for one in points if one.startswith("S-") and (number := one[2:].split(" ")[0]).isdigit()}
    for demand in Demand.objects.filter(project=project, number__in=numbers).exclude(state__in=OWED):
        councils.answer_point(project.series_id or 0, point_of(demand), _answer(demand), at=at)


@in_action
def to_agenda(demand: Demand, project: Project) -> None:
    """Put a demand that has just been raised on the agenda of the meeting that is called, if there is one."""
    session = councils_read.next_of_series(project.series_id) if project.series_id else None
    if session is not None and not councils_read.points_on(session.pk).get(point_of(demand)):
        councils.put_point(session, point_of(demand))


@in_action
def answered(demand: Demand, project: Project, *, at: datetime) -> None:
    """Say on the agenda what was answered."""
    if project.series_id is not None:
        councils.answer_point(project.series_id, point_of(demand), _answer(demand), at=at)


def _answer(demand: Demand) -> str:
    label = str(DemandState(demand.state).label)
    when = _("定在 %(day)s") % {"day": demand.due_on.isoformat()} if demand.state == DemandState.ACCEPTED else ""
    return _("，").join(part for part in (label, when, demand.said) if part)
