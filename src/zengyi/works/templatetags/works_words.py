"""Money and days of projects in words."""

from django import template

register = template.Library()


@register.filter
def yuan(fen: int) -> str:
    """Fen as yuan with two places: 2880000 is 28,800.00.

    >>> yuan(2880000), yuan(5), yuan(-2340)
    ('28,800.00', '0.05', '−23.40')
    """
    whole, rest = divmod(abs(fen), 100)
    return f"{'−' if fen < 0 else ''}{whole:,}.{rest:02}"
