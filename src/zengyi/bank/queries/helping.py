"""How often two people have had to do with each other, and what stands on the books for a difficulty."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Aggregate, Count, F, IntegerField, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from zengyi.bank.models import Help, Posting
from zengyi.bank.rules import PostingKind, scale_on


def times_before(first: date, following: date, *, asker: str, **helper: OuterRef | int) -> Coalesce:
    """How often a helper has helped a row's ``asker`` from ``first`` to the day before ``following``, as a column of the row.

    ``helper``: ``member_id`` or ``organisation_id``, the name of a column (:class:`OuterRef`) or a value. What was taken back is not
    counted.
    """
    had = Help.objects.filter(asker_id=OuterRef(asker), occurred_on__gte=first, occurred_on__lt=following, reversed_at=None, **helper)
    return Coalesce(Subquery(_of_one(had, Count("pk")), output_field=IntegerField()), 0)


def short_of(account: str, **helper: OuterRef | int) -> Coalesce:
    """Why help with a row's difficulty ``account`` brought fewer points than its share, as a column of the row; empty where it did not."""
    given = Help.objects.filter(account_id=OuterRef(account), reversed_at=None, **helper)
    return Coalesce(Subquery(given.values("short")[:1]), Value(""))


def booked(account: str) -> Coalesce:
    """The points that a row's difficulty ``account`` has brought its helpers and that stand, as a column of the row."""
    brought = Posting.objects.filter(debit_id=OuterRef(account), kind=PostingKind.CONFIRM, reversed_by=None)
    return Coalesce(Subquery(_of_one(brought, Sum("points")), output_field=IntegerField()), 0)


def _of_one(rows: "QuerySet[Any]", what: Aggregate) -> "QuerySet[Any]":
    counted: QuerySet[Any] = rows.order_by().annotate(all=Value(1)).values("all").annotate(n=what).values("n")
    return counted


@dataclass(frozen=True, slots=True)
class Pair:
    """Two people with what they did for each other in a quarter: ``there`` the one helped the other, ``back`` the other way.

    ``points`` of both ways together, as they stand. ``back`` is 0 where only one helped.
    """

    one: str
    other: str
    there: int
    back: int
    points: int


PAIRS_MOST = 50


def pairs_of_quarter(community_id: int, first: date, last: date) -> tuple[list[Pair], list[Pair]]:
    """The pairs of a quarter that somebody should look at: those who helped each other, and those who were at it more often than counts
    in full. The most frequent first, :data:`PAIRS_MOST` each at most. One statement.
    """
    rows = Help.objects.filter(
        community_id=community_id, occurred_on__range=(first, last), reversed_at=None, member__isnull=False
    ).order_by()
    helper = F("member__person_id")
    sums = rows.values("asker_id", "asker__name", helper_id=helper, helper_name=F("member__person__name")).annotate(
        n=Count("pk"), sum=Sum("points")
    )
    found: dict[tuple[int, int], Any] = {(row["helper_id"], row["asker_id"]): row for row in sums}
    mutual, often = [], []
    for (helper_id, asker_id), row in found.items():
        back = found.get((asker_id, helper_id))
        if back is not None:
            if helper_id < asker_id:
                mutual.append(_pair(row, back))
        elif row["n"] > scale_on(last).full:
            often.append(_pair(row, None))
    return _first(mutual), _first(often)


def _pair(row: dict[str, Any], back: dict[str, Any] | None) -> Pair:
    points = row["sum"] + (back["sum"] if back else 0)
    return Pair(row["helper_name"], row["asker__name"], row["n"], back["n"] if back else 0, points)


def _first(pairs: Sequence[Pair]) -> list[Pair]:
    return sorted(pairs, key=lambda pair: (-(pair.there + pair.back), pair.one, pair.other))[:PAIRS_MOST]
