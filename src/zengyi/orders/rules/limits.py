"""Time limits that a community sets for itself: what may be, and what is different. Pure."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from zengyi.core.errors import Invalid
from zengyi.orders.rules.words import DUE_WORKING_HOURS, Category, Urgency

#: Working hours by category and urgency.
Limits = dict[tuple[Category, Urgency], int]
#: About a quarter of working days.
HOURS_MOST = 450


def field_of(category: str, urgency: int) -> str:
    """How a form calls a limit."""
    return f"{category.lower()}_{int(urgency)}"


def check_limits(limits: Mapping[tuple[Category, Urgency], int]) -> None:
    """Raise :class:`Invalid` unless every limit is some hours, and what presses more never takes longer than what presses less."""
    for category in DUE_WORKING_HOURS:
        before = 1
        for urgency in Urgency:
            hours = limits.get((category, urgency), 0)
            if not 1 <= hours <= HOURS_MOST:
                raise Invalid.on(field_of(category, urgency), _("请写 1 到 %(most)d 个工作小时。") % {"most": HOURS_MOST})
            if hours < before:
                raise Invalid.on(field_of(category, urgency), _("不急的不能比急的先到期。"))
            before = hours
