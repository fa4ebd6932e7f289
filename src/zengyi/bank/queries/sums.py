"""Sums of a book: a quarter as an equation, a district's communities side by side, the top savers."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Case, F, IntegerField, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce
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


# A posting changes difficulty by +points when it credits a DIFFICULTY account and by −points when it debits one. Which of
# the two sums it belongs to follows from the other side: ISSUE means recognised or withdrawn, GAIN confirmed or corrected.
_NEW = Case(
    When(debit__kind=AccountKind.ISSUE, credit__kind=AccountKind.DIFFICULTY, then=F("points")),
    When(debit__kind=AccountKind.DIFFICULTY, credit__kind=AccountKind.ISSUE, then=-F("points")),
    default=Value(0),
    output_field=IntegerField(),
)
_REDUCED = Case(
    When(debit__kind=AccountKind.DIFFICULTY, credit__kind=AccountKind.GAIN, then=F("points")),
    When(debit__kind=AccountKind.GAIN, credit__kind=AccountKind.DIFFICULTY, then=-F("points")),
    default=Value(0),
    output_field=IntegerField(),
)


def equation(community_id: int, quarter: str, *, by: Actor = NOBODY, at: datetime) -> Equation:
    """A community's quarter. Raises :class:`NotThere` for an unknown community or one outside the actor's scope."""
    card = people.community(community_id)
    check(by, "points.sums", Target(community_id=card.id, path=card.path), sees=False)
    return by_community(card.path, quarter, at=at).get(card.id, Equation(0, 0, 0, 0, _running(quarter, at)))


def district(quarter: str, *, by: Actor, at: datetime) -> list[CommunitySums]:
    """Every community below the actor's node, in the order of the tree."""
    sums = by_community(by.place_path, quarter, at=at)
    nothing = Equation(0, 0, 0, 0, _running(quarter, at))
    cards = people.communities(by.place_path)
    return [CommunitySums(card.id, card.name, card.subdistrict, sums.get(card.id, nothing)) for card in cards]


def by_community(path: str, quarter: str, *, at: datetime) -> dict[int, Equation]:
    """Equations by community, in two statements. The balance now is kept on the accounts, so history is never added up."""
    try:
        first, following = clock.quarter_bounds(quarter)
    except ValueError as wrong:
        raise NotThere(_("没有这个季度。")) from wrong
    running = _running(quarter, at)
    open_now = {
        row["community_id"]: row["sum"]
        for row in Account.objects.filter(kind=AccountKind.DIFFICULTY, community__path__startswith=path, balance__gt=0)
        .order_by()
        .values("community_id")
        .annotate(sum=Sum("balance"))
    }
    within = Q(occurred_on__lt=following)
    moved = (
        _moved(path, first)
        .values("community_id")
        .annotate(
            since=Coalesce(Sum(_NEW), 0) - Coalesce(Sum(_REDUCED), 0),
            new=Coalesce(Sum(_NEW, filter=within), 0),
            reduced=Coalesce(Sum(_REDUCED, filter=within), 0),
        )
    )
    sums = {row["community_id"]: (row["since"], row["new"], row["reduced"]) for row in moved}
    found = {}
    for community_id in open_now.keys() | sums.keys():
        since, new, reduced = sums.get(community_id, (0, 0, 0))
        opening = open_now.get(community_id, 0) - since
        found[community_id] = Equation(opening, new, reduced, opening + new - reduced, running)
    return found


def _moved(path: str, first: date) -> "QuerySet[Posting]":
    """The postings that changed difficulty since ``first``, below a node of the place tree."""
    kinds = [PostingKind.TRIAGE, PostingKind.CONFIRM, PostingKind.REVERSAL]
    return Posting.objects.filter(community__path__startswith=path, occurred_on__gte=first, kind__in=kinds).order_by()


def _running(quarter: str, at: datetime) -> bool:
    return quarter >= clock.quarter_of(clock.local_date(at))


def top_savers(community_id: int) -> list[Saver]:
    """Who saved most in the community, members and units; nobody is ever listed last."""
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


def weekly(path: str, quarter: str, opening: int) -> list[tuple[int, int]]:
    """For each week of the quarter so far: points gained from its beginning, and difficulty open at the week's end.

    ``opening`` is what was open at the quarter's beginning. One statement.
    """
    first, following = clock.quarter_bounds(quarter)
    days = _moved(path, first).filter(occurred_on__lt=following).values("occurred_on")
    by_week: dict[int, tuple[int, int]] = {}
    for row in days.annotate(new=Coalesce(Sum(_NEW), 0), reduced=Coalesce(Sum(_REDUCED), 0)):
        week = (row["occurred_on"] - first).days // 7
        new, reduced = by_week.get(week, (0, 0))
        by_week[week] = new + row["new"], reduced + row["reduced"]
    weeks: list[tuple[int, int]] = []
    gained, still = 0, opening
    for week in range(max(by_week, default=-1) + 1):
        new, reduced = by_week.get(week, (0, 0))
        gained, still = gained + reduced, still + new - reduced
        weeks.append((gained, still))
    return weeks
