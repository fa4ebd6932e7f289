"""Drills: what was put down of one, and when which building drills next."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, QuerySet

from zengyi.activities.models import Drill, DrillProblem, Occasion
from zengyi.activities.rules import drills as rules
from zengyi.activities.rules.programme import ActivityKind, OccasionState
from zengyi.core import clock
from zengyi.orders import queries as orders
from zengyi.people.rules import Actor, check_role

SHOWN_MOST = 200


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that went wrong, and the order that is to put it right."""

    text: str
    order_id: int
    number: str
    state: str


@dataclass(frozen=True, slots=True)
class DrillCard:
    """The record of a drill."""

    place: str
    held_on: date
    content: str
    departments: str
    people: int
    seconds: int | None
    every: str
    next_on: date
    problems: list[Problem]

    @property
    def took(self) -> tuple[int, int] | None:
        """Minutes and seconds until everybody was out."""
        return None if self.seconds is None else divmod(self.seconds, 60)


@dataclass(frozen=True, slots=True)
class Due:
    """A building, its last drill and the next. ``planned``: one is planned already."""

    place_id: int
    place: str
    occasion_id: int
    held_on: date
    next_on: date
    every: str
    planned: bool
    days: int

    @property
    def late(self) -> bool:
        """Whether the day has gone by."""
        return self.days < 0

    @property
    def soon(self) -> bool:
        """Whether it falls due within a month."""
        return 0 <= self.days <= rules.SOON.days


def drill(occasion_id: int, *, by: Actor) -> DrillCard | None:
    """The record of a drill, nothing while there is none. At most three statements."""
    check_role(by, "activity.read")
    row = Drill.objects.select_related("place").filter(occasion_id=occasion_id).first()
    if row is None:
        return None
    found = list(DrillProblem.objects.filter(drill=row).order_by("pk"))
    standing = orders.states_of([one.order_id for one in found]) if found else {}
    problems = [Problem(one.text, one.order_id, standing[one.order_id].number, str(standing[one.order_id].state.label)) for one in found]
    return DrillCard(
        row.place.name,
        row.held_on,
        row.content,
        row.departments,
        row.people,
        row.seconds,
        row.get_every_months_display(),
        row.next_on,
        problems,
    )


def planned_for(at: datetime) -> "QuerySet[Occasion]":
    """Drills that are planned at the place of the outer row."""
    ahead = Occasion.objects.filter(place_id=OuterRef("place_id"), activity__kind=ActivityKind.DRILL, starts_at__gte=at)
    return ahead.filter(state=OccasionState.PLANNED)


def drills(*, by: Actor, at: datetime) -> list[Due]:
    """When each building of the community drills next, the first one first. One statement."""
    rules.check_drills(by)
    today = clock.local_date(at)
    rows = Drill.objects.filter(community_id=by.community_id, is_last=True).select_related("place")
    read = rows.annotate(planned=Exists(planned_for(at))).order_by("next_on", "pk")[:SHOWN_MOST]
    return [
        Due(
            row.place_id,
            row.place.name,
            row.occasion_id,
            row.held_on,
            row.next_on,
            row.get_every_months_display(),
            row.planned,
            (row.next_on - today).days,
        )
        for row in read
    ]
