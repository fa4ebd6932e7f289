"""The meetings of a site and of an alliance, as the councils tell them."""

import re
from collections.abc import Collection

from django.urls import reverse

from zengyi.councils import queries as councils
from zengyi.councils.queries.sessions import SessionRow
from zengyi.councils.rules.sessions import SessionKind
from zengyi.people.rules import Actor, may
from zengyi.works.models import Demand
from zengyi.works.queries.projects import ProjectCard, visible

_NUMBER = re.compile(r"S-(\d{1,9}) ")


def meetings(card: ProjectCard, *, by: Actor) -> list[SessionRow]:
    """The project's last three-party meetings. One statement."""
    return councils.lately(SessionKind.SUPERVISION, series_id=card.series_id, by=by)


def demand_pages(series_id: int, points: Collection[str], by: Actor) -> dict[str, str]:
    """The points of a three-party meeting that are demands, each with the demand's page, for who may read it. One statement."""
    if not may(by, "project.read"):
        return {}
    numbers = {point: int(found[1]) for point in points if (found := _NUMBER.match(point))}
    rows = Demand.objects.filter(visible(by), project__series=series_id, number__in=numbers.values())
    pages = {number: reverse("demand", args=[pk]) for number, pk in rows.values_list("number", "pk")}
    return {point: pages[number] for point, number in numbers.items() if number in pages}


def alliance_meetings(*, by: Actor) -> list[SessionRow]:
    """The last meetings of the alliance. One statement."""
    return councils.lately(SessionKind.ALLIANCE, by=by)
