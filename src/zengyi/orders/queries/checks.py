"""Proof that what is kept of ended orders is what there is; ``zengyi ledger check`` prints it."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Sum
from django.db.models.functions import TruncQuarter

from zengyi.bank.queries import LedgerReport
from zengyi.core import sql
from zengyi.core.clock import SHANGHAI
from zengyi.orders.models import EndedSum, Order
from zengyi.orders.queries.sums import KEPT, counts

TRIGGERS = tuple(f"keep_ended_sums_{what}" for what in ("insert", "delete", "leave", "enter"))
SHOWN = 20


def check_ended() -> LedgerReport:
    """Count the ended orders again, by community and quarter, and compare with what is kept. Three statements."""
    present = sql.triggers()
    report = LedgerReport([f"{Order.objects.exclude(ended_at=None).count()} ended orders: kept counts = counted again"])
    report.problems += [
        f"orders_order: the trigger {name}, which counts ended orders, is missing" for name in TRIGGERS if name not in present
    ]
    ended = Order.objects.exclude(ended_at=None).order_by().annotate(quarter=TruncQuarter("placed_at", tzinfo=SHANGHAI))
    there = _counted(ended.values_list("community_id", "quarter").annotate(**counts()))
    kept = _counted(EndedSum.objects.order_by().values_list("community_id", "quarter").annotate(*(Sum(name) for name in KEPT)))
    nothing = dict.fromkeys(KEPT, 0)
    report.problems += [
        f"community {where}, orders placed in the quarter from {quarter}: {name} is kept as {had[name]}, counted as {now[name]}"
        for where, quarter in sorted({*there, *kept})
        for had, now in [(kept.get((where, quarter), nothing), there.get((where, quarter), nothing))]
        for name in KEPT
        if had[name] != now[name]
    ][:SHOWN]
    return report


def _counted(rows: Iterable[Any]) -> dict[tuple[int, date], dict[str, int]]:
    """By community and quarter, the counts by name."""
    found = {}
    for community_id, quarter, *values in rows:
        first = quarter.date() if isinstance(quarter, datetime) else quarter
        found[community_id, first] = dict(zip(KEPT, values, strict=True))
    return found
