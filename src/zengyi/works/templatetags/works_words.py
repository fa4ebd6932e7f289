"""Money and days of projects in words."""

from datetime import date

from django import template
from django.utils.formats import date_format
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def yuan(fen: int) -> str:
    """Fen as yuan with two places: 2880000 is 28,800.00.

    >>> yuan(2880000), yuan(5), yuan(-2340)
    ('28,800.00', '0.05', '−23.40')
    """
    whole, rest = divmod(abs(fen), 100)
    return f"{'−' if fen < 0 else ''}{whole:,}.{rest:02}"


@register.filter
def short(day: date, today: date) -> str:
    """A day without its year where that is today's."""
    return date_format(day, _("n月j日") if day.year == today.year else "DATE_FORMAT")
