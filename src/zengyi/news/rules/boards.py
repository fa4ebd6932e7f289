"""Paper on boards: until when a sheet has to hang, and what photos of it prove. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from zengyi.core.errors import Invalid, WrongState

#: Nobody has to keep a sheet hanging for longer.
HANGS_MOST = 366


@dataclass(frozen=True, slots=True)
class Proof:
    """What is known of a sheet. ``days``: on so many days, the first and the last included, it hung for sure. ``whole``: a photo shows it
    on the last day that it had to hang, or later.
    """

    days: int
    last: date | None
    whole: bool
    due: bool


def proof(hung_on: date, until: date | None, seen: Sequence[date], today: date) -> Proof:
    """What photos prove: a sheet that hangs on a day has hung since it was put up.

    >>> first, last = date(2026, 11, 2), date(2026, 11, 8)
    >>> proof(first, last, [date(2026, 11, 5)], date(2026, 11, 6))
    Proof(days=4, last=datetime.date(2026, 11, 5), whole=False, due=False)
    >>> proof(first, last, [date(2026, 11, 5)], date(2026, 11, 8)).due, proof(first, last, [date(2026, 11, 9)], date(2026, 11, 9)).whole
    (True, True)
    """
    shown = max(seen, default=None)
    whole = until is not None and shown is not None and shown >= until
    days = (shown - hung_on).days + 1 if shown is not None else 0
    return Proof(days, shown, whole, until is not None and not whole and today >= until)


def check_until(hung_on: date, until: date | None) -> None:
    """Raise :class:`Invalid` for a last day that cannot be."""
    if until is not None and not 0 <= (until - hung_on).days <= HANGS_MOST:
        raise Invalid.on("until", _("要贴到哪天，写今天以后、一年以内的一天。"))


def check_seen(taken: bool, seen: Sequence[date], today: date) -> None:
    """Raise unless a photo of today can be added: while the sheet hangs, one a day."""
    if taken:
        raise WrongState(_("这一张已经揭下来了。"))
    if today in seen:
        raise WrongState(_("今天已经拍过了，明天再拍。"))
