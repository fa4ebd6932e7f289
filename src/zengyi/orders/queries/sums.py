"""How far a quarter's orders have got, community by community, for the district's screen."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Q

from zengyi.core.clock import SHANGHAI
from zengyi.orders.models import Order
from zengyi.orders.queries.lists import in_light
from zengyi.orders.rules import OPEN_STATES, Light, State
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
    """The flow of every community below the actor's node, of orders placed from ``first`` and before ``following``. One statement."""
    check_role(by, "points.district")
    since, until = (datetime.combine(day, time.min, SHANGHAI) for day in (first, following))
    recent = Q(placed_at__gte=since, placed_at__lt=until)
    waited = ExpressionWrapper(F("claimed_at") - F("published_at"), output_field=DurationField())
    rows = (
        Order.objects.filter(recent | Q(state__in=OPEN_STATES), community__path__startswith=by.place_path)
        .order_by()
        .values("community_id")
        .annotate(
            placed=Count("pk", filter=recent),
            triaged=Count("pk", filter=recent & Q(triaged_at__isnull=False)),
            claimed=Count("pk", filter=recent & Q(claimed_at__isnull=False)),
            delivered=Count("pk", filter=recent & Q(delivered_at__isnull=False)),
            confirmed=Count("pk", filter=recent & Q(state=State.CONFIRMED)),
            late=Count("pk", filter=in_light(Light.LATE, at)),
            soon=Count("pk", filter=in_light(Light.SOON, at)),
            to_claim=Avg(waited, filter=recent & Q(published_at__isnull=False, claimed_at__isnull=False)),
        )
    )
    return {
        row["community_id"]: Flow(
            row["placed"], row["triaged"], row["claimed"], row["delivered"], row["confirmed"], row["late"], row["soon"], row["to_claim"]
        )
        for row in rows
    }
