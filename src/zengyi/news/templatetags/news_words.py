"""Days, kinds and answers of news as people say them."""

from datetime import date, datetime

from django import template
from django.utils.translation import gettext as _

from zengyi.core import clock
from zengyi.news.rules import PieceKind, Said, excerpt

register = template.Library()

BEGINNING = 40


@register.filter
def spoken(day: date | datetime) -> str:
    """A day as people say it, the year where it is not this one."""
    if isinstance(day, datetime):
        day = clock.local_date(day)
    if day.year == clock.local_date(clock.now()).year:
        return _("%(month)d月%(day)d日") % {"month": day.month, "day": day.day}
    return _("%(year)d年%(month)d月%(day)d日") % {"year": day.year, "month": day.month, "day": day.day}


@register.filter
def beginning(text: str) -> str:
    """How a text begins, for a list."""
    return excerpt(text, BEGINNING)


@register.filter
def kind_word(kind: str) -> str:
    """What a piece is, in words."""
    return str(PieceKind(kind).label)


@register.filter
def said_word(said: str) -> str:
    """An answer in words."""
    return str(Said(said).label)
