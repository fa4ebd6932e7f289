"""Sums of a book: a quarter as an equation, a district's communities side by side, the top savers."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Case, F, Q, Sum, When
from django.utils.translation import gettext as _

from zengyi.bank.models import Account, WeekSum
from zengyi.bank.rules import AccountKind
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


@dataclass(frozen=True, slots=True)
class District:
    """A quarter of every community of a district, in the order of the tree, and of all of them together week by week.

    ``weeks``, up to the last one in which anything moved: points gained since the quarter began, and difficulty open at the week's end.
    """

    rows: list[CommunitySums]
    weeks: list[tuple[int, int]]


def equation(community_id: int, quarter: str, *, card: people.CommunityCard | None = None, by: Actor = NOBODY, at: datetime) -> Equation:
    """A community's quarter; ``card`` is the community's, where it was read already. One statement, without it two.

    Raises :class:`NotThere` for an unknown community or one outside the actor's scope.
    """
    card = card or people.community(community_id)
    check(by, "points.sums", Target(community_id=card.id, path=card.path), sees=False)
    return _equations([card.id], quarter, at=at)[0][card.id]


def district(quarter: str, *, by: Actor, at: datetime) -> District:
    """Every community below the actor's node. Raises :class:`NotThere` for a quarter that is none."""
    cards = people.communities(by.place_path)
    equations, weeks = _equations([card.id for card in cards], quarter, at=at)
    rows = [CommunitySums(card.id, card.name, card.subdistrict, equations[card.id]) for card in cards]
    opening = sum(row.equation.opening for row in rows)
    return District(rows, _weeks(_bounds(quarter)[0], weeks, opening))


_Moved = dict[date, tuple[int, int]]


def _equations(communities: list[int], quarter: str, *, at: datetime) -> tuple[dict[int, Equation], _Moved]:
    """Equations by community, and what was new and reduced in each week in all of them. One statement, over the sums kept by week."""
    first, following = _bounds(quarter)
    # Whatever lies before the quarter is one sum, not one for each week.
    week = Case(When(week__gte=first, then=F("week")), default=None)
    rows = WeekSum.objects.filter(community_id__in=communities, week__lt=following).order_by().annotate(of=week)
    opening, within, weeks = dict.fromkeys(communities, 0), dict.fromkeys(communities, (0, 0)), _Moved()
    for community_id, when, new, reduced in rows.values_list("community_id", "of").annotate(new=Sum("added"), less=Sum("reduced")):
        if when is None:
            opening[community_id] = new - reduced
        else:
            within[community_id] = _add(within[community_id], (new, reduced))
            weeks[when] = _add(weeks.get(when, (0, 0)), (new, reduced))
    running, found = _running(quarter, at), {}
    for community_id, (new, reduced) in within.items():
        before = opening[community_id]
        found[community_id] = Equation(before, new, reduced, before + new - reduced, running)
    return found, weeks


def _add(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    return one[0] + other[0], one[1] + other[1]


def _weeks(first: date, moved: _Moved, opening: int) -> list[tuple[int, int]]:
    weeks: list[tuple[int, int]] = []
    gained, still = 0, opening
    for place in range((max(moved) - first).days // 7 + 1 if moved else 0):
        new, reduced = moved.get(first + timedelta(weeks=place), (0, 0))
        gained, still = gained + reduced, still + new - reduced
        weeks.append((gained, still))
    return weeks


def _bounds(quarter: str) -> tuple[date, date]:
    try:
        return clock.quarter_bounds(quarter)
    except ValueError as wrong:
        raise NotThere(_("没有这个季度。")) from wrong


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
