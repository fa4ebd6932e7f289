"""How far a quarter's orders have got, community by community, for the district's screen."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BigIntegerField, Count, Func, Q, Sum
from django.db.models.sql.compiler import SQLCompiler

from zengyi.core.clock import SHANGHAI
from zengyi.orders.models import EndedSum, Order
from zengyi.orders.queries.lists import WORKED_ON
from zengyi.orders.rules import SOON, State
from zengyi.people.rules import Actor, check_role

EVERY = Q()


@dataclass(frozen=True, slots=True)
class Flow:
    """Of the orders placed in a quarter: how many were placed, taken on, claimed, delivered, confirmed; and how many are late now.

    ``to_claim``: from the announcement to the first claim, on average.
    """

    placed: int = 0
    triaged: int = 0
    claimed: int = 0
    delivered: int = 0
    confirmed: int = 0
    late: int = 0
    soon: int = 0
    to_claim: timedelta | None = None


class _Microseconds(Func):
    """A moment as a whole number that can be subtracted and added up; SQLite's own functions know no more than thousandths of a second."""

    output_field = BigIntegerField()

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **more: Any) -> tuple[str, list[Any] | tuple[Any, ...]]:
        """In the database's own arithmetic, which is exact."""
        return self.as_sql(compiler, connection, template="(EXTRACT(EPOCH FROM %(expressions)s) * 1000000)::bigint")

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **more: Any) -> tuple[str, tuple[str | int, ...]]:
        """From the text that stands there."""
        template = "(STRFTIME('%%%%s', %(expressions)s) * 1000000 + SUBSTR(%(expressions)s, 21, 6))"
        text, values = self.as_sql(compiler, connection, template=template)
        return text, tuple(values)


def counts(within: Q = EVERY) -> dict[str, Any]:
    """The columns of :class:`EndedSum`, counted from orders."""
    waited = within & Q(claimed_at__isnull=False, published_at__isnull=False)
    return {
        "placed": Count("pk", filter=within),
        "triaged": Count("triaged_at", filter=within),
        "claimed": Count("claimed_at", filter=within),
        "delivered": Count("delivered_at", filter=within),
        "confirmed": Count("pk", filter=within & Q(state=State.CONFIRMED)),
        "waits": Count("pk", filter=waited),
        "waited": Sum(_Microseconds("claimed_at") - _Microseconds("published_at"), filter=waited, default=0),
    }


KEPT = tuple(counts())


def flows(first: date, following: date, *, by: Actor, at: datetime) -> dict[int, Flow]:
    """The flow of every community below the actor's node, of orders placed in the quarter from ``first`` to before ``following``.

    Ended orders are kept as sums, those under way are counted: what it costs depends on what there is to do, not on what was done. Two
    statements.
    """
    check_role(by, "points.district")
    since, until = (datetime.combine(day, time.min, SHANGHAI) for day in (first, following))
    ended = EndedSum.objects.filter(community__path__startswith=by.place_path, quarter__gte=first, quarter__lt=following)
    open_ones = Order.objects.filter(community__path__startswith=by.place_path, ended_at=None)
    urgent = Q(state__in=WORKED_ON, due_at__lte=at + SOON)
    kept = ended.order_by().values("community_id").annotate(**{name: Sum(name) for name in KEPT})
    under_way = (
        open_ones.order_by()
        .values("community_id")
        .annotate(
            **counts(Q(placed_at__gte=since, placed_at__lt=until)),
            late=Count("pk", filter=urgent & Q(due_at__lt=at)),
            soon=Count("pk", filter=urgent & Q(due_at__gte=at)),
        )
    )
    found: dict[int, list[dict[str, Any]]] = {}
    counted: list[dict[str, Any]] = [dict(row) for rows in (kept, under_way) for row in rows]
    for row in counted:
        found.setdefault(row.pop("community_id"), []).append(row)
    return {community_id: _flow(rows) for community_id, rows in found.items()}


def _flow(rows: list[dict[str, Any]]) -> Flow:
    total = {name: sum(row.get(name, 0) for row in rows) for name in (*KEPT, "late", "soon")}
    waits, waited = total.pop("waits"), total.pop("waited")
    return Flow(**total, to_claim=timedelta(microseconds=round(waited / waits)) if waits else None)
