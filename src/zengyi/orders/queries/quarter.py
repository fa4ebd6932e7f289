"""What a community's quarter tells of its orders: what was solved, and of which kinds; and what still waits for a resident's word."""

from datetime import date, datetime, time, timedelta

from django.db.models import Count, QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zengyi.bank.queries import Category, Deed, Finding, Told
from zengyi.core.clock import SHANGHAI
from zengyi.orders import rules
from zengyi.orders.models import Order

DEEDS = 3


def told_of_quarter(community_id: int, first: date, last: date) -> Told:
    """The orders confirmed from ``first`` to ``last``. Titles only of those that are on public view. Two statements."""
    begin, end = _start(first), _start(last + timedelta(days=1))
    confirmed = _orders(community_id).filter(state=rules.State.CONFIRMED, ended_at__gte=begin, ended_at__lt=end)
    titles = confirmed.filter(private=False).order_by("-difficulty", "pk").values_list("title", "difficulty")[:DEEDS]
    by_category = confirmed.values_list("category").annotate(count=Count("pk"), points=Sum("difficulty")).order_by("-points", "category")
    return Told(
        deeds=[Deed(title, points or 0) for title, points in titles],
        categories=[Category(str(rules.Category(code).label), count, points) for code, count, points in by_category],
    )


def findings_of_quarter(community_id: int, first: date, last: date) -> list[Finding]:
    """Orders that were done by the quarter's end and still wait for a resident's word. One statement."""
    state = rules.State.DELIVERED
    n = _orders(community_id).filter(state=state, delivered_at__lt=_start(last + timedelta(days=1))).count()
    if not n:
        return []
    text = ngettext("%(n)d 张单子已经办好，居民还没确认", "%(n)d 张单子已经办好，居民还没确认", n) % {"n": n}
    return [Finding(text, _("确认的那天记分，记在当季"), "orders", f"?state={state}")]


def _orders(community_id: int) -> "QuerySet[Order]":
    return Order.objects.filter(community_id=community_id).order_by()


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)
