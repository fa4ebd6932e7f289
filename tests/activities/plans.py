"""Occasions, and people who sign up for them, for the tests."""

from datetime import datetime, timedelta
from typing import Any

from tests.cast import AT
from zengyi.activities import actions
from zengyi.activities.models import Attendee, Occasion, SignUp, Slot
from zengyi.activities.rules.minors import Child
from zengyi.activities.rules.signing import Who
from zengyi.people.rules import Actor

SATURDAY = AT.replace(day=28, hour=9)
AGREED = {"TAKE_PART": True, "RECORD": True, "PHOTOGRAPH": False}
CHILD = Child("FROM_8", AGREED, "小花")


def planned(by: Actor, *, at: datetime = AT, title: str = "干花书签，和孩子一起做", kind: str = "CRAFT", **more: Any) -> Occasion:
    """An activity with one occasion, on Saturday from nine to half past ten, with ten places where nothing else is said."""
    activity: dict[str, Any] = {"title": title, "kind": kind, "minors": True}
    activity |= {name: more.pop(name) for name in ("hosts", "along", "text", "minors") if name in more}
    occasion = {"starts_at": SATURDAY, "ends_at": SATURDAY + timedelta(minutes=90), "capacity": 10, "spot": "活动室", **more}
    return actions.announce(activity, occasion, by=by, at=at)


def guests(occasion: Occasion) -> Slot:
    """The places for taking part."""
    return Slot.objects.get(occasion=occasion, role="GUEST")


def child_of(sign_up: SignUp) -> Attendee:
    """The child on a sign-up."""
    return Attendee.objects.exclude(band="").get(sign_up=sign_up)


def caller(name: str, phone: str = "") -> Who:
    """Somebody who rings up."""
    return Who("PHONE", name=name, phone=phone)
