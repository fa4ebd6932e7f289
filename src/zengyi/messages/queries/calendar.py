"""Somebody's own calendar: its secret address, and what is in it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core import signing
from django.utils.translation import gettext as _

from zengyi.core import packages
from zengyi.core.errors import NotThere
from zengyi.messages.models import Preference
from zengyi.people.queries import actor_for_user, choices
from zengyi.people.queries.dates import Date, Dates
from zengyi.people.rules import Actor, check_role

SALT = "zengyi.messages.calendar"
#: A calendar reaches back so far and ahead so far.
BACK, AHEAD = timedelta(days=31), timedelta(days=184)


def calendar_of(*, by: Actor) -> str:
    """What stands in the address of the actor's calendar, empty when none is open. One statement."""
    check_role(by, "inbox.read")
    number = Preference.objects.filter(user_id=by.login_id, calendar_on=True).values_list("calendar", flat=True).first()
    return "" if number is None else signing.dumps([by.login_id, number], salt=SALT)


@dataclass(frozen=True, slots=True)
class Calendar:
    """What is in somebody's calendar, the first first."""

    dates: list[Date]


def calendar(token: str, *, by: Actor, at: datetime) -> Calendar:
    """All that the owner of the address takes part in, in any of their roles, each thing once.

    Raises :class:`NotThere` for an address that is none, was revoked, or belongs to somebody who may not sign in any more.
    """
    check_role(by, "calendar.read")
    user_id = _whose(token)
    found: dict[str, Date] = {}
    for role in choices(user_id, at=at):
        whose = actor_for_user(user_id, role.acting_as, at=at)
        for dates in _sources():
            found.update({one.uid: one for one in dates(whose, at - BACK, at + AHEAD)})
    return Calendar(sorted(found.values(), key=lambda one: (one.starts_at, one.uid)))


def _whose(token: str) -> int:
    try:
        user_id, number = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError):
        user_id, number = 0, 0
    open_now = Preference.objects.filter(user_id=user_id, calendar_on=True, calendar=number, user__is_active=True)
    if not open_now.exists():
        raise NotThere(_("这个日历地址没有了。请登录后在“消息”里重新取一个。"))
    return int(user_id)


def _sources() -> list[Dates]:
    return [dates for room in packages.rooms("dates") for dates in room.DATES]
