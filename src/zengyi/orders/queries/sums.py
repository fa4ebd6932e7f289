"""How far a quarter's orders have got, community by community, for the district's screen."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Q

from zengyi.core.clock import SHANGHAI
from zengyi.orders.models import Order
from zengyi.orders.queries.lists import WORKED_ON
from zengyi.orders.rules import SOON, State
from zengyi.people.rules import Actor, check_role


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


def flows(first: date, following: date, *, by: Actor, at: datetime) -> dict[int, Flow]:
    """The flow of every community below the actor's node, of orders placed from ``first`` and before ``following``. Two statements."""
    check_role(by, "points.district")
    since, until = (datetime.combine(day, time.min, SHANGHAI) for day in (first, following))
    below = Order.objects.filter(community__path__startswith=by.place_path).order_by().values("community_id")
    waited = ExpressionWrapper(F("claimed_at") - F("published_at"), output_field=DurationField())
    # Counting a column counts where it is set; each row is looked at as little as can be, for there are many in a quarter.
    placed = below.filter(placed_at__gte=since, placed_at__lt=until).annotate(
        placed=Count("placed_at"),
        triaged=Count("triaged_at"),
        claimed=Count("claimed_at"),
        delivered=Count("delivered_at"),
        confirmed=Count("placed_at", filter=Q(state=State.CONFIRMED)),
        to_claim=Avg(waited),
    )
    urgent = below.filter(state__in=WORKED_ON, due_at__lte=at + SOON).annotate(
        late=Count("due_at", filter=Q(due_at__lt=at)), soon=Count("due_at", filter=Q(due_at__gte=at))
    )
    found: dict[int, dict[str, Any]] = {}
    for row in [*placed, *urgent]:
        values = {name: value for name, value in row.items() if name != "community_id"}
        found.setdefault(row["community_id"], {}).update(values)
    return {community_id: Flow(**values) for community_id, values in found.items()}
