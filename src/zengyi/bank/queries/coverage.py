"""How the four duties of a community are covered: members, places still free, turns of the quarter."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, F, Q, QuerySet, Sum, Value

from zengyi.bank.models import Account, Turn, Vacancy
from zengyi.bank.rules import AccountKind
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
    open_now = _open_now(community_id, today).order_by().values_list("duty")
    places = {row[0]: row[1:] for row in open_now.annotate(n=Sum("places"), taken=Sum("taken"))}
    this_quarter = Turn.objects.filter(community_id=community_id, on_day__gte=first, on_day__lt=following).order_by().values_list("duty")
    done, waits = Q(state__in=rules.HELPED_STATES), Q(state=TurnState.DONE)
    counted = {row[0]: row[1:] for row in this_quarter.annotate(n=Count("pk", filter=done), waits=Count("pk", filter=waits))}
    lines = [
        DutyLine(duty.value, sum(one.duties[place] for one in branches), *places.get(duty, (0, 0)), *counted.get(duty, (0, 0)))
        for place, duty in enumerate(Duty)
    ]
    return DutyCoverage(quarter, lines, branches)


@dataclass(frozen=True, slots=True)
class Left:
    """What a community has left to do: points of difficulty, and how many more people its open posts and needs ask for."""

    difficulty: int
    places: int


def left(community_id: int, *, at: datetime) -> Left:
    """What a community has left, as its page tells it; the difficulty from kept balances. One statement."""
    balances = Account.objects.filter(community_id=community_id, kind=AccountKind.DIFFICULTY, balance__gt=0)
    parts = (_open_now(community_id, clock.local_date(at)), F("places") - F("taken")), (balances, F("balance"))
    sums = [
        rows.order_by().annotate(of=Value(n)).values("of").annotate(n=Sum(what)).values_list("of", "n")
        for n, (rows, what) in enumerate(parts)
    ]
    found = dict(sums[0].union(sums[1], all=True))
    return Left(found.get(1) or 0, found.get(0) or 0)


def _open_now(community_id: int, today: date) -> "QuerySet[Vacancy]":
    """The community's open posts, and the needs whose day is not over."""
    return Vacancy.objects.filter(Q(on_day=None) | Q(on_day__gte=today), community_id=community_id, state=VacancyState.OPEN)
