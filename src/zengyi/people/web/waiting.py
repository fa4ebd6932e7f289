"""What waits for whoever looks at a page: read once, when the page first asks, and then known to all of it."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.http import HttpRequest
from django.utils.translation import gettext as _

from zengyi.core import clock, packages
from zengyi.people.queries.waiting import COUNTED_MOST, Found, Source, Waiting, waiting
from zengyi.people.rules import NOBODY

#: So many are told on a first page; the others stand on a page of their own.
SHOWN_MOST = 3
_NOTHING = Found({}, [])
_READ = "zengyi_waits"


@cache
def sources() -> tuple[Source, ...]:
    """What the packages tell in their room ``waiting``."""
    return tuple(source for room in packages.rooms("waiting") for source in room.ITEMS)


def waits(request: HttpRequest, most: int = SHOWN_MOST) -> Found:
    """What waits for whoever acts, nothing for visitors. One statement in a request."""
    found: Found | None = getattr(request, _READ, None)
    if found is None:
        by = getattr(request, "actor", NOBODY)
        found = waiting(sources(), by=by, at=clock.now(), most=most) if by.signed_in else _NOTHING
        setattr(request, _READ, found)
    return found


def ask_nothing(request: HttpRequest) -> None:
    """A page that says what went wrong does not look for what waits: the database may be what is wrong."""
    setattr(request, _READ, _NOTHING)


@dataclass(frozen=True, slots=True)
class When:
    """How long there is, in two lines: 还剩 · 3 · 天. ``late``: the time is over."""

    word: str
    number: str
    unit: str
    late: bool = False


def when(item: Waiting, at: datetime) -> When:
    """How long there is for it; for what has no deadline, how long it has waited."""
    if item.due is None:
        return _span(_("等了"), (at - item.since).total_seconds())
    left = (item.due - at).total_seconds()
    if left < 0:
        return _span(_("晚了"), -left, late=True)
    local = item.due.astimezone(clock.SHANGHAI)
    if local.date() == clock.local_date(at):
        return When(_("今天"), f"{local.hour}:{local.minute:02d}", _("前"))
    return _span(_("还剩"), left)


def _span(word: str, seconds: float, *, late: bool = False) -> When:
    hours = int(seconds // 3600)
    if hours < 1:
        return When(word, str(max(1, int(seconds // 60))), _("分钟"), late)
    return When(word, str(hours), _("小时"), late) if hours < 24 else When(word, str(hours // 24), _("天"), late)


def counted(n: int) -> str:
    """A count as a badge says it: nothing for none, and 99+ for more than are counted."""
    return "" if n < 1 else str(n) if n < COUNTED_MOST else f"{COUNTED_MOST - 1}+"
