"""What a community's difficulty of a quarter is the sum of, order by order: titles of those the reader may see, the others in one line."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from zengyi.bank import queries as bank
from zengyi.bank.queries import Equation, Part
from zengyi.core import personal
from zengyi.core.keyset import Page
from zengyi.orders.models import Order
from zengyi.orders.queries.lists import any_of, reaches, without_excluded
from zengyi.people.queries import CommunityCard
from zengyi.people.rules import Actor

SIZE = 20
#: Fewer than so many that may not be seen are not counted out.
FEW = 3


@dataclass(frozen=True, slots=True)
class PartRow:
    """An order, and by how many points it is in the sum. ``day``: of the posting; nothing where it stood open."""

    order_id: int
    number: str
    title: str
    points: int
    day: date | None


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of one number. ``hidden``: the points of those the reader may not see; ``hidden_count``: nothing for a few."""

    equation: Equation
    page: Page[PartRow]
    hidden: int
    hidden_count: int | None


def parts_of(card: CommunityCard, quarter: str, part: Part, *, by: Actor, at: datetime, after: int | None = None) -> Parts:
    """What the number is the sum of. Raises :class:`NotThere` for what is no quarter. Four statements at most."""
    sums = bank.equation(card.id, quarter, card=card, by=by, at=at)
    seen = without_excluded(Order.objects.filter(any_of(reaches(by))), by)
    moved = part in bank.MOVED
    rows: QuerySet[Any] = bank.movements(card.id, quarter, part) if moved else bank.standing(card.id, quarter, part)
    account = "difficulty" if moved else "pk"
    is_seen = Exists(seen.filter(account_id=OuterRef(account)))
    columns = ("pk", account, "change", *(["occurred_on"] if moved else []))
    found = list(_behind(rows.filter(is_seen), after, moved=moved).values_list(*columns)[: SIZE + 1])
    told = _orders([row[1] for row in found[:SIZE]])
    hidden = {"points": 0, "count": 0}
    if after is None:
        hidden = rows.filter(~is_seen).order_by().aggregate(points=Sum("change"), count=Count("pk"))
    count = hidden["count"]
    return Parts(
        sums,
        Page([_row(told[of], change, *day) for _pk, of, change, *day in found[:SIZE]], found[SIZE - 1][0] if len(found) > SIZE else None),
        hidden["points"] or 0,
        count if count >= FEW else None,
    )


def _behind(rows: "QuerySet[Any]", after: int | None, *, moved: bool) -> "QuerySet[Any]":
    if after is None:
        return rows
    if not moved:
        return rows.filter(pk__lt=after)
    day = rows.model.objects.filter(pk=after).values("occurred_on")[:1]
    return rows.filter(Q(occurred_on__lt=day) | Q(occurred_on=day, pk__lt=after))


def _orders(accounts: list[int]) -> dict[int | None, Order]:
    found = Order.objects.filter(account_id__in=accounts).only("pk", "year", "sequence", "title", "account_id", "community_id")
    return {order.account_id: order for order in found}


def _row(order: Order, points: int, day: date | None = None) -> PartRow:
    return PartRow(order.pk, order.number, personal.masked(order.title), points, day)
