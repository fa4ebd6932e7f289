"""The meetings of a site and of an alliance, as the councils tell them."""

from zengyi.councils import queries as councils
from zengyi.councils.queries.sessions import SessionRow
from zengyi.councils.rules.sessions import SessionKind
from zengyi.people.rules import Actor
from zengyi.works.queries.projects import ProjectCard


def meetings(card: ProjectCard, *, by: Actor) -> list[SessionRow]:
    """The project's last three-party meetings. One statement."""
    return councils.lately(SessionKind.SUPERVISION, series_id=card.series_id, by=by)


def alliance_meetings(*, by: Actor) -> list[SessionRow]:
    """The last meetings of the alliance. One statement."""
    return councils.lately(SessionKind.ALLIANCE, by=by)
