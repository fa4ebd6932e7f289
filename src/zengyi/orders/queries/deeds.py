"""Which orders a member may file as a deed: what they helped with and got no points for, and what they reported that proved true."""

from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _

from zengyi.bank.queries import Suggestion
from zengyi.core import clock, personal
from zengyi.core.clock import SHANGHAI
from zengyi.orders.models import Claim, Order
from zengyi.orders.rules import ClaimState, Kind, Outcome
from zengyi.people.rules import Actor

#: Of each sort; what is further back somebody writes down themselves.
MOST = 5
#: Codes of the catalogue's rules: a problem reported and found true, a wish fulfilled, voluntary service.
REPORTED, WISHED, SERVED = "V06", "V09", "V11"
_UNTRUE = (Outcome.DECLINED, Outcome.MERGED, Outcome.CANCELLED)


def deeds_of(by: Actor, first: date, last: date) -> list[Suggestion]:
    """From the first day to the last. An order that was confirmed has paid its points itself. Two statements."""
    begin, end = _start(first), _start(last + timedelta(days=1))
    helped = Claim.objects.filter(member_id=by.member_id or 0, state=ClaimState.DONE, points=0).select_related("order")
    helped = helped.filter(order__delivered_at__gte=begin, order__delivered_at__lt=end).order_by("-pk")[:MOST]
    found = [_helped(claim.order) for claim in helped]
    reported = Order.objects.filter(placed_by_id=by.user_id, kind=Kind.REPORT, triaged_at__isnull=False)
    reported = reported.filter(placed_at__gte=begin, placed_at__lt=end).exclude(outcome__in=_UNTRUE).order_by("-pk")[:MOST]
    return found + [_reported(order) for order in reported]


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


def _helped(order: Order) -> Suggestion:
    assert order.delivered_at is not None
    title = personal.masked(order.title)
    return Suggestion(
        key=f"order:{order.pk}",
        rule=WISHED if order.kind == Kind.WISH else SERVED,
        day=clock.local_date(order.delivered_at),
        title=title,
        detail=_("单号 %(number)s，你办好了，还没记过分") % {"number": order.number},
        text=_("单号 %(number)s：%(title)s") % {"number": order.number, "title": title},
        icon="heart",
    )


def _reported(order: Order) -> Suggestion:
    return Suggestion(
        key=f"report:{order.pk}",
        rule=REPORTED,
        day=clock.local_date(order.placed_at),
        title=order.title,
        detail=_("单号 %(number)s，你报的，社区查实受理了") % {"number": order.number},
        text=_("单号 %(number)s：%(title)s") % {"number": order.number, "title": order.title},
        icon="search",
    )
