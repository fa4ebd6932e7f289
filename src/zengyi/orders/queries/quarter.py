"""What a community's quarter tells of its orders: what was solved, and of which kinds; and what still waits for a resident's word."""

from datetime import date, datetime, time, timedelta

from django.db.models import Count, QuerySet, Sum, Value
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zengyi.bank import queries as bank
from zengyi.bank.queries import Category, Deed, Finding, Told
from zengyi.core import called, clock
from zengyi.core.clock import SHANGHAI
from zengyi.orders import rules
from zengyi.orders.models import Order
from zengyi.orders.queries import lately
from zengyi.people import queries as people

DEEDS = 3


def told_of_quarter(community_id: int, first: date, last: date) -> Told:
    """The orders confirmed from ``first`` to ``last``, with the points that stand on the books for them. Titles only of those that are on
    public view, as they may hang on a board; those of one title together. Three statements.
    """
    begin, end = _start(first), _start(last + timedelta(days=1))
    confirmed = _orders(community_id).filter(state=rules.State.CONFIRMED, ended_at__gte=begin, ended_at__lt=end)
    standing = confirmed.annotate(booked=bank.booked("account_id")).filter(booked__gt=0)
    shown = standing.filter(private=False).values_list("title").annotate(points=Sum("booked"), count=Count("pk"))
    titles = list(shown.order_by("-points", "title")[:DEEDS])
    names = people.names_of(community_id) if titles else {}
    by_category = standing.values_list("category").annotate(count=Count("pk"), points=Sum("booked")).order_by("-points", "category")
    kinds = sorted(by_category, key=lambda row: row[0] == rules.Category.OTHER)  # the others come last, however much they were
    return Told(
        deeds=[Deed(called.for_a_board(title, names), points, count) for title, points, count in titles],
        categories=[Category(_kind(rules.Category(code)), count, points) for code, count, points in kinds],
    )


def _kind(category: rules.Category) -> str:
    """What a kind is called in a table. Who places an order may say "hard to tell"; a reader of sums is told that it is another one."""
    return _("其他") if category == rules.Category.OTHER else str(category.label)


def findings_of_quarter(community_id: int, first: date, last: date) -> list[Finding]:
    """Orders that were done by the quarter's end and still wait for a resident's word, those drawn that nobody rang up about, and pairs
    that helped each other, and what somebody could take only because a sheet had changed a door or a unit. Three statements.
    """
    begin, end = _start(first), _start(last + timedelta(days=1))
    here, asked = _orders(community_id), f"?quarter={clock.quarter_of(first)}"
    found = []
    drawn = here.filter(drawn=True, state=rules.State.CONFIRMED, ended_at__gte=begin, ended_at__lt=end)
    unasked = drawn.exclude(called__in=rules.CALLS_ENDED)
    counts = _counted(confirm=here.filter(state=rules.State.DELIVERED, delivered_at__lt=end), call=unasked)
    if n := counts.get("confirm"):
        text = ngettext("%(n)d 张单子已经办好，居民还没确认", "%(n)d 张单子已经办好，居民还没确认", n) % {"n": n}
        found.append(Finding(text, _("确认的那天记分，记在当季"), "orders", f"?state={rules.State.DELIVERED}"))
    if n := counts.get("call"):
        text = ngettext("抽到回访的还有 %(n)d 单没问", "抽到回访的还有 %(n)d 单没问", n) % {"n": n}
        found.append(Finding(text, _("请打个电话问一声"), "checks", asked))
    mutual, _often = bank.pairs_of_quarter(community_id, first, last)
    if n := len(mutual):
        text = ngettext("有 %(n)d 对人这一季互相帮过", "有 %(n)d 对人这一季互相帮过", n) % {"n": n}
        found.append(Finding(text, _("互助是好事，公示前请看一眼"), "checks", asked))
    if n := len(lately.eased_of(community_id, begin, end)):
        text = ngettext("有 %(n)d 单，表格改了门牌或单位才接得了", "有 %(n)d 单，表格改了门牌或单位才接得了", n) % {"n": n}
        found.append(Finding(text, _("搬家换单位都是常事，公示前请看一眼"), "checks", asked))
    return found


def _counted(**rows: "QuerySet[Order]") -> dict[str, int]:
    """How many rows of each there are, none where there are none. One statement, each part off its own index."""
    first, *others = (found.annotate(what=Value(name)).values("what").annotate(n=Count("pk")) for name, found in rows.items())
    return {row["what"]: row["n"] for row in first.union(*others, all=True)}


def _orders(community_id: int) -> "QuerySet[Order]":
    return Order.objects.filter(community_id=community_id).order_by()


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)
