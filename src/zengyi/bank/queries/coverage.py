"""How the four duties of a community are covered: members, places still free, turns of the quarter."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce

from zengyi.bank.models import Turn, Vacancy
from zengyi.bank.rules import duties as rules
from zengyi.bank.rules.duties import TurnState, VacancyState
from zengyi.core import clock
from zengyi.people import queries as people
from zengyi.people.rules import Actor, Duty, check_role


@dataclass(frozen=True, slots=True)
class DutyLine:
    """One duty in the coverage: members who have it, open places and those taken, turns done this quarter, and those that wait."""

    duty: str
    members: int
    places: int
    taken: int
    turns: int
    waiting: int

    @property
    def name(self) -> str:
        """The duty in words."""
        return str(Duty(self.duty).label)

    @property
    def left(self) -> int:
        """Open places that are free."""
        return self.places - self.taken


@dataclass(frozen=True, slots=True)
class DutyCoverage:
    """How the four duties of a community are covered, by duty and by branch."""

    quarter: str
    lines: list[DutyLine]
    branches: list[people.BranchDuties]

    @property
    def none(self) -> int:
        """Members who have not claimed a duty yet."""
        return sum(one.none for one in self.branches)

    @property
    def left(self) -> int:
        """Open places that are free."""
        return sum(one.left for one in self.lines)


def duty_coverage(*, by: Actor, at: datetime) -> DutyCoverage:
    """The coverage of the actor's community. Three statements."""
    check_role(by, "duty.read")
    community_id, today = by.community_id or 0, clock.local_date(at)
    quarter = clock.quarter_of(today)
    first, following = clock.quarter_bounds(quarter)
    branches = people.duties_by_branch(community_id)
    open_now = Vacancy.objects.filter(Q(on_day=None) | Q(on_day__gte=today), community_id=community_id, state=VacancyState.OPEN)
    places = {row[0]: row[1:] for row in open_now.order_by().values_list("duty").annotate(n=Sum("places"), taken=Sum("taken"))}
    this_quarter = Turn.objects.filter(community_id=community_id, on_day__gte=first, on_day__lt=following).order_by().values_list("duty")
    done, waits = Q(state__in=rules.HELPED_STATES), Q(state=TurnState.DONE)
    counted = {row[0]: row[1:] for row in this_quarter.annotate(n=Count("pk", filter=done), waits=Count("pk", filter=waits))}
    lines = [
        DutyLine(duty.value, sum(one.duties[place] for one in branches), *places.get(duty, (0, 0)), *counted.get(duty, (0, 0)))
        for place, duty in enumerate(Duty)
    ]
    return DutyCoverage(quarter, lines, branches)


def places_open(community_id: int, *, at: datetime) -> int:
    """How many more people the open posts and needs of a community ask for. One statement."""
    today = clock.local_date(at)
    rows = Vacancy.objects.filter(Q(on_day=None) | Q(on_day__gte=today), community_id=community_id, state=VacancyState.OPEN)
    found: int = rows.aggregate(left=Coalesce(Sum(F("places") - F("taken")), 0))["left"]
    return found
