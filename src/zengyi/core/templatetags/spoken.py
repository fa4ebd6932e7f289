"""``{{ quarter|spoken_quarter }}`` and ``{{ points|signed }}``: quarters and points as people say and write them."""

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

register = template.Library()

NUMBERS = {"1": gettext_lazy("一"), "2": gettext_lazy("二"), "3": gettext_lazy("三"), "4": gettext_lazy("四")}


@register.filter
def spoken_quarter(quarter: str) -> str:
    """``2026Q4`` as people say it: 2026 年第四季度."""
    year, _letter, number = quarter.partition("Q")
    return _("%(year)s 年第%(number)s季度") % {"year": year, "number": NUMBERS.get(number, number)}


@register.filter
def signed(points: int) -> str:
    """Points with their sign, the minus a real one: +8, −3."""
    return f"+{points}" if points > 0 else f"−{-points}" if points else "0"
