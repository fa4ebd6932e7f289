"""Sums of a book: a quarter as an equation, a district's communities side by side, the top savers."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Case, F, IntegerField, Q, QuerySet, Sum, Value, When
from django.utils.translation import gettext as _

from zengyi.bank.models import Account, Posting
from zengyi.bank.rules import AccountKind, PostingKind
from zengyi.core import clock, masking
from zengyi.core.errors import NotThere
from zengyi.people import queries as people
from zengyi.people.rules import NOBODY, Actor, Target, check

SAVERS = 10


@dataclass(frozen=True, slots=True)
class Equation:
    """Difficulty of a quarter in points: opening + new − reduced = balance.

    ``new`` is what was recognised less what was withdrawn, ``reduced`` what was confirmed less what was corrected.
    ``provisional`` as long as the quarter is not over.
    """

    opening: int
    new: int
    reduced: int
    balance: int
    provisional: bool


@dataclass(frozen=True, slots=True)
class CommunitySums:
    """A community's quarter, for the district's table."""

    community_id: int
    name: str
    subdistrict: str
    equation: Equation


@dataclass(frozen=True, slots=True)
class Saver:
    """One of those who saved most; named only if they agreed to it."""

    name: str
    gain: int
    is_unit: bool


# A posting changes difficulty by its points: TRIAGE adds what was recognised, CONFIRM takes away what was confirmed, and the reversal
# of either gives it back. The columns are those of the index posting_of_difficulty, so that no posting itself is read.
def _sum_of(kind: PostingKind) -> Case:
    return Case(
        When(kind=kind, then=F("points")),
        When(reversed_kind=kind, then=-F("points")),
        default=Value(0),
        output_field=IntegerField(),
    )


NEW, REDUCED = _sum_of(PostingKind.TRIAGE), _sum_of(PostingKind.CONFIRM)


@dataclass(frozen=True, slots=True)
class District:
    """A quarter of every community of a district, in the order of the tree, and of all of them together week by week.

    ``weeks``, up to the last one in which anything moved: points gained since the quarter began, and difficulty open at the week's end.
    """

    rows: list[CommunitySums]
    weeks: list[tuple[int, int]]


def equation(community_id: int, quarter: str, *, card: people.CommunityCard | None = None, by: Actor = NOBODY, at: datetime) -> Equation:
    """A community's quarter; ``card`` is the community's, where it was read already. Two statements, without it three.

    Raises :class:`NotThere` for an unknown community or one outside the actor's scope.
    """
    card = card or people.community(community_id)
    check(by, "points.sums", Target(community_id=card.id, path=card.path), sees=False)
    return _equations([card.id], quarter, at=at)[0][card.id]


def difficulty_left(community_id: int) -> int:
    """The points of difficulty that a community has now; from kept balances. One statement."""
    rows = Account.objects.filter(community_id=community_id, kind=AccountKind.DIFFICULTY, balance__gt=0)
    found: int | None = rows.aggregate(left=Sum("balance"))["left"]
    return found or 0


def district(quarter: str, *, by: Actor, at: datetime) -> District:
    """Every community below the actor's node. Raises :class:`NotThere` for a quarter that is none."""
    cards = people.communities(by.place_path)
    equations, days = _equations([card.id for card in cards], quarter, at=at)
    rows = [CommunitySums(card.id, card.name, card.subdistrict, equations[card.id]) for card in cards]
    opening = sum(row.equation.opening for row in rows)
    return District(rows, _weeks(_bounds(quarter)[0], days, opening))


_Days = dict[date, tuple[int, int]]


def _equations(communities: list[int], quarter: str, *, at: datetime) -> tuple[dict[int, Equation], _Days]:
    """Equations by community, and what was new and reduced on each day in all of them. Two statements.

    The current balance is kept on the accounts, and the opening is that balance less what has moved since: history is never added up.
    """
    first, following = _bounds(quarter)
    running = _running(quarter, at)
    open_now = {
        row["community_id"]: row["sum"]
        for row in Account.objects.filter(kind=AccountKind.DIFFICULTY, community_id__in=communities, balance__gt=0)
        .order_by()
        .values("community_id")
        .annotate(sum=Sum("balance"))
    }
    # What moved behind the quarter is one sum, not one for each day.
    day = F("occurred_on") if running else Case(When(occurred_on__lt=following, then=F("occurred_on")), default=None)
    moved = _moved(communities, first).annotate(day=day).values_list("community_id", "day")
    within, later, days = dict.fromkeys(communities, (0, 0)), dict.fromkeys(communities, 0), _Days()
    for community_id, when, new, reduced in moved.annotate(new=Sum(NEW), reduced=Sum(REDUCED)):
        if when is None or when >= following:
            later[community_id] += new - reduced
        else:
            within[community_id] = _add(within[community_id], (new, reduced))
            days[when] = _add(days.get(when, (0, 0)), (new, reduced))
    found = {}
    for community_id, (new, reduced) in within.items():
        opening = open_now.get(community_id, 0) - later[community_id] - new + reduced
        found[community_id] = Equation(opening, new, reduced, opening + new - reduced, running)
    return found, days


def _add(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    return one[0] + other[0], one[1] + other[1]


def _weeks(first: date, days: _Days, opening: int) -> list[tuple[int, int]]:
    by_week: dict[int, tuple[int, int]] = {}
    for day, moved in days.items():
        week = (day - first).days // 7
        by_week[week] = _add(by_week.get(week, (0, 0)), moved)
    weeks: list[tuple[int, int]] = []
    gained, still = 0, opening
    for week in range(max(by_week, default=-1) + 1):
        new, reduced = by_week.get(week, (0, 0))
        gained, still = gained + reduced, still + new - reduced
        weeks.append((gained, still))
    return weeks


def _bounds(quarter: str) -> tuple[date, date]:
    try:
        return clock.quarter_bounds(quarter)
    except ValueError as wrong:
        raise NotThere(_("没有这个季度。")) from wrong


def _moved(communities: list[int], first: date) -> "QuerySet[Posting]":
    """The postings that changed difficulty since ``first`` in the communities."""
    kinds = [PostingKind.TRIAGE, PostingKind.CONFIRM, PostingKind.REVERSAL]
    return Posting.objects.filter(community_id__in=communities, occurred_on__gte=first, kind__in=kinds).order_by()


def _running(quarter: str, at: datetime) -> bool:
    return quarter >= clock.quarter_of(clock.local_date(at))


def top_savers(community_id: int) -> list[Saver]:
    """Those who saved most in the community, members and units. Only the top is listed, so that nobody stands at the bottom."""
    rows = (
        Account.objects.filter(community_id=community_id, kind=AccountKind.GAIN, balance__gt=0)
        .filter(Q(member__isnull=False) | Q(organisation__isnull=False))
        .order_by("-balance", "pk")
        .values_list("balance", "organisation__short_name", "member__person__name", "member__person__name_public")
    )
    savers = []
    for balance, unit, name, public in rows[:SAVERS]:
        shown = unit or (name if public else masking.mask_name(name or ""))
        savers.append(Saver(shown, balance, unit is not None))
    return savers
