"""What somebody should look at again before a quarter is published: the orders drawn to be rung up, and who helped whom how often."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from zengyi.bank import queries as bank
from zengyi.bank.queries import Pair
from zengyi.core import clock
from zengyi.core.clock import SHANGHAI
from zengyi.core.errors import NotThere
from zengyi.orders.models import Order
from zengyi.orders.queries import lately
from zengyi.orders.rules import CALLS_ENDED, CallOutcome, State
from zengyi.people.rules import Actor, check_role

CALLS_MOST = 100


@dataclass(frozen=True, slots=True)
class Call:
    """An order that was drawn; ``called``: what came of ringing up."""

    id: int
    number: str
    title: str
    asker: str
    ended_at: datetime
    called: str

    @property
    def waits(self) -> bool:
        """Whether somebody still has to ring up."""
        return self.called not in CALLS_ENDED

    @property
    def label(self) -> str:
        """What came of it, in words."""
        return str(CallOutcome(self.called).label) if self.called else ""


@dataclass(frozen=True, slots=True)
class Changed:
    """An order that somebody could take only because a sheet had lately changed a door or a unit, with a sentence for each."""

    id: int
    number: str
    title: str
    sentences: list[str]


@dataclass(frozen=True, slots=True)
class Checks:
    """A community's quarter as somebody looks at it again. ``calls``: those that wait first."""

    quarter: str
    first: date
    calls: tuple[Call, ...]
    more: bool
    mutual: tuple[Pair, ...]
    often: tuple[Pair, ...]
    changed: tuple[Changed, ...]


def quarter_checks(quarter: str, *, by: Actor, at: datetime) -> Checks:
    """The quarter of the actor's community. Raises :class:`NotThere` for a quarter that is none. Three statements."""
    check_role(by, "order.callback")
    try:
        first, following = clock.quarter_bounds(quarter)
    except ValueError as wrong:
        raise NotThere(_("没有这个季度。")) from wrong
    begin, end = (datetime.combine(day, time(), SHANGHAI) for day in (first, following))
    rows = Order.objects.filter(community_id=by.community_id, drawn=True, state=State.CONFIRMED, ended_at__gte=begin, ended_at__lt=end)
    told: Any = (
        rows.annotate(asker_name=F("requester__name")).defer("search", "inner_search", "contact").order_by("called", "ended_at", "pk")
    )
    found = [Call(row.pk, row.number, row.title, row.asker_name, row.ended_at, row.called or "") for row in told[: CALLS_MOST + 1]]
    mutual, often = bank.pairs_of_quarter(by.community_id or 0, first, following - timedelta(days=1))
    calls = sorted(found[:CALLS_MOST], key=lambda call: (not call.waits, call.ended_at, call.id))
    changed = tuple(
        Changed(order.pk, order.number, order.title, [lately.sentence(one, name, at) for one, name in these])
        for order, these in lately.eased_of(by.community_id or 0, begin, end)
    )
    return Checks(quarter, first, tuple(calls), len(found) > CALLS_MOST, tuple(mutual), tuple(often), changed)
