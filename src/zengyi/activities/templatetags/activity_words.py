"""Days, hours and places of activities in words and shapes."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django import template
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from zengyi.activities.queries.programme import SlotRow
from zengyi.core import clock

register = template.Library()

DOTS_MOST, DOTS_A_ROW = 60, 15


@dataclass(frozen=True, slots=True)
class Dot:
    """A place as a shape: filled, offered, or free."""

    shape: str
    x: int
    y: int


@register.filter
def dots(slot: SlotRow) -> list[Dot]:
    """The places as dots, row by row; none where there are too many to be told apart."""
    if slot.capacity > DOTS_MOST:
        return []
    shapes = ["taken"] * slot.sure + ["offer"] * slot.offered + ["free"] * slot.free
    return [Dot(shape, 5 + 10 * (n % DOTS_A_ROW), 5 + 10 * (n // DOTS_A_ROW)) for n, shape in enumerate(shapes)]


@register.filter
def dots_height(slot: SlotRow) -> int:
    """How high the drawing of :func:`dots` is."""
    return 10 * -(-slot.capacity // DOTS_A_ROW)


@register.filter
def hour(at: datetime) -> str:
    """The time of the day in Shanghai: 9:00."""
    return f"{at.astimezone(clock.SHANGHAI):%-H:%M}"


@register.filter
def spoken(at: datetime) -> str:
    """Day and hour as people say them: 11月28日 9:00."""
    here = at.astimezone(clock.SHANGHAI)
    return f"{date_format(here.date(), 'MONTH_DAY_FORMAT')} {here:%-H:%M}"


@register.filter
def weekday(day: date) -> str:
    """The day of the week."""
    return date_format(day, "l")


@register.simple_tag(takes_context=True)
def near(context: template.Context, day: date) -> str:
    """今天, 明天, 后天, or nothing."""
    today = clock.local_date(clock.now())
    words = {0: _("今天"), 1: _("明天"), 2: _("后天")}
    return words.get((day - today) // timedelta(days=1), "")
