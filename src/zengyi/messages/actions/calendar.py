"""The secret address of somebody's calendar: given, given anew, taken back. Whoever has it reads the calendar, so it can be ended."""

from datetime import datetime

from django.db.models import F

from zengyi.core import audit
from zengyi.core.steps import action
from zengyi.messages.models import Preference
from zengyi.people.rules import Actor, check_role


@action
def open_calendar(*, by: Actor, at: datetime) -> None:
    """Open the actor's calendar under a new address; the one that there was before ends."""
    check_role(by, "inbox.read")
    made, _new = Preference.objects.get_or_create(user_id=by.login_id)
    Preference.objects.filter(pk=made.pk).update(calendar=F("calendar") + 1, calendar_on=True)
    audit.record("open-calendar", "preference", made.pk, by=by, at=at, community_id=by.community_id)


@action
def close_calendar(*, by: Actor, at: datetime) -> None:
    """End the address of the actor's calendar; nobody reads it any more. Doing it again is harmless."""
    check_role(by, "inbox.read")
    made, _new = Preference.objects.get_or_create(user_id=by.login_id)
    Preference.objects.filter(pk=made.pk).update(calendar_on=False)
    audit.record("close-calendar", "preference", made.pk, by=by, at=at, community_id=by.community_id)
