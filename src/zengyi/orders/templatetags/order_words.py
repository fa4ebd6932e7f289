"""Words of the order pages: moments as people say them, and icons. The moment a page is made stands in its context as ``now``."""

from datetime import datetime, timedelta

from django import template
from django.forms import BoundField
from django.template import Context
from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zengyi.core.clock import SHANGHAI
from zengyi.orders import rules
from zengyi.orders.forms.placing import CATEGORY_ICONS
from zengyi.orders.queries import OrderRow

register = template.Library()

MINUTE, HOUR, DAY = 60, 3600, 86400
STATE_LOOKS = {
    rules.State.PLACED: ("", "clock"),
    rules.State.TRIAGED: ("", "check"),
    rules.State.PUBLISHED: ("", "hand"),
    rules.State.ASSIGNED: ("tag-soon", "clock"),
    rules.State.CLAIMED: ("tag-ok", "tool"),
    rules.State.DELIVERED: ("tag-soon", "clock"),
    rules.State.CONFIRMED: ("tag-ok", "check"),
    rules.State.CLOSED: ("", ""),
}


def beside(at: datetime, now: datetime) -> str:
    """A moment beside ``now``: ``今天 17:00``, ``昨天 16:20``, ``9月18日 8:40``, ``2025年9月18日``."""
    here, today = at.astimezone(SHANGHAI), now.astimezone(SHANGHAI)
    time = {"time": dateformat.format(here, "G:i")}
    match (here.date() - today.date()).days:
        case -1:
            return _("昨天 %(time)s") % time
        case 0:
            return _("今天 %(time)s") % time
        case 1:
            return _("明天 %(time)s") % time
        case _far if here.year == today.year:
            return dateformat.format(here, _("n月j日 G:i"))
        case _far:
            return dateformat.format(here, _("Y年n月j日"))


def span(seconds: float) -> str:
    """How long, in the largest unit that says enough: ``42 分钟``, ``1 时 20 分``, ``5 小时``, ``2 天``."""
    minutes = max(1, int(seconds) // MINUTE)
    hours, rest = divmod(minutes, 60)
    if hours >= 24:
        return ngettext("%(n)d 天", "%(n)d 天", hours // 24) % {"n": hours // 24}
    if hours >= 2 or (hours and not rest):
        return ngettext("%(n)d 小时", "%(n)d 小时", hours) % {"n": hours}
    if hours:
        return _("%(h)d 时 %(m)d 分") % {"h": hours, "m": rest}
    return _("%(n)d 分钟") % {"n": minutes}


def remaining(due: datetime, now: datetime) -> str:
    """How long is left: ``剩 42 分``, or ``超时 3 小时``."""
    seconds = (due - now).total_seconds()
    if seconds < 0:
        return _("超时 %(span)s") % {"span": span(-seconds)}
    return _("剩 %(span)s") % {"span": span(seconds)}


@register.simple_tag(takes_context=True)
def when(context: Context, at: datetime | None) -> str:
    """``{% when order.placed_at %}``."""
    return beside(at, context["now"]) if at else ""


@register.simple_tag(takes_context=True)
def when_day(context: Context, at: datetime | None) -> str:
    """``{% when_day order.ended_at %}``, for narrow columns: 16:48, 昨天, 11月20日."""
    if at is None:
        return ""
    here = at.astimezone(SHANGHAI)
    match (context["now"].astimezone(SHANGHAI).date() - here.date()).days:
        case 0:
            return f"{here.hour}:{here.minute:02d}"
        case 1:
            return _("昨天")
        case _far:
            return dateformat.format(here, _("n月j日"))


@register.filter
def lasting(length: timedelta | None) -> str:
    """How long something took: 38 分, 1 时 20 分, 5 小时, 2 天."""
    return "" if length is None else span(length.total_seconds())


@register.simple_tag(takes_context=True)
def before(context: Context, at: datetime | None) -> str:
    """``{% before order.due_at %}``: 今天 17:00 前."""
    return _("%(moment)s 前") % {"moment": beside(at, context["now"])} if at else ""


@register.simple_tag(takes_context=True)
def left(context: Context, due: datetime | None) -> str:
    """``{% left order.due_at %}``: 剩 42 分."""
    return remaining(due, context["now"]) if due else ""


@register.filter
def category_icon(category: str) -> str:
    """The icon of a category; the tiles of the form show the same."""
    return CATEGORY_ICONS.get(rules.Category(category), "more") if category in rules.Category.values else "more"


@register.filter
def category_name(category: str) -> str:
    """A category in words."""
    return str(rules.Category(category).label) if category in rules.Category.values else ""


@register.filter
def kind_name(kind: str) -> str:
    """A kind of order in words."""
    return str(rules.Kind(kind).label) if kind in rules.Kind.values else ""


@register.filter
def state_name(order: OrderRow) -> str:
    """The state in words; how it ended for a closed one."""
    if order.outcome and order.outcome in rules.Outcome.values and order.state == rules.State.CLOSED:
        return str(rules.Outcome(order.outcome).label)
    return _("确认已冲销") if order.taken_back else str(rules.State(order.state).label)


@register.filter
def state_look(state: str) -> str:
    """The class of a state's tag."""
    return STATE_LOOKS[rules.State(state)][0]


@register.filter
def state_icon(state: str) -> str:
    """The icon of a state's tag."""
    return STATE_LOOKS[rules.State(state)][1]


@register.filter
def minus(points: int | None) -> str:
    """Points with a real minus sign."""
    return f"−{points}" if points else "0"


@register.filter
def error_id(field: BoundField) -> str:
    """The id of a field's error lines, for aria-describedby."""
    return f"{field.auto_id}-error"
