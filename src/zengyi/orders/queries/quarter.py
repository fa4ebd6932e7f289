"""What a community's quarter tells of its orders: what was solved, of which kinds, and what still waits."""

from datetime import date, datetime, time, timedelta

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zengyi.bank.queries import Category, Deed, Told
from zengyi.core.clock import SHANGHAI
from zengyi.orders import rules
from zengyi.orders.models import Order

DEEDS = 3


def told_of_quarter(community_id: int, first: date, last: date) -> Told:
    """The orders confirmed from ``first`` to ``last``. Titles only of those that are on public view. Three statements."""
    begin, end = _start(first), _start(last + timedelta(days=1))
    here = Order.objects.filter(community_id=community_id).order_by()
    confirmed = here.filter(state=rules.State.CONFIRMED, ended_at__gte=begin, ended_at__lt=end)
    titles = confirmed.filter(private=False).order_by("-difficulty", "pk").values_list("title", "difficulty")[:DEEDS]
    by_category = confirmed.values_list("category").annotate(count=Count("pk"), points=Sum("difficulty")).order_by("-points", "category")
    delivered = here.aggregate(n=Count("pk", filter=Q(state=rules.State.DELIVERED, delivered_at__lt=end)))["n"]
    told = Told(
        deeds=[Deed(title, points or 0) for title, points in titles],
        categories=[Category(str(rules.Category(code).label), count, points) for code, count, points in by_category],
    )
    if delivered:
        said = ngettext("%(n)d 张单子已经办好，居民还没确认", "%(n)d 张单子已经办好，居民还没确认", delivered) % {"n": delivered}
        told.waiting.append((said, _("确认的那天记分，记在当季")))
    return told


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)
