"""Occasions in every state, with short and long words, for the browser's walk through every page."""

from datetime import timedelta
from typing import Any

from tests.activities.plans import AGREED
from zengyi.activities import actions
from zengyi.activities.models import Slot
from zengyi.activities.rules.minors import Child
from zengyi.activities.rules.signing import Who

LONG = "W" * 60


def lay_programme(town: Any) -> tuple[int, list[int]]:
    """An activity, and occasions: with a family and a waiting list, full, moved, cancelled, open to everybody."""
    cast, now = town.cast, town.now
    by, day = cast.actor("worker"), now + timedelta(days=2)

    def plan(title: str, **more: Any) -> int:
        activity = {"title": title, "kind": "CRAFT", "minors": True, "text": more.pop("text", ""), "along": more.pop("along", "")}
        times = {"starts_at": day, "ends_at": day + timedelta(hours=1)}
        return actions.announce(activity, {**times, "spot": "活动室", **more}, by=by, at=now).pk

    long = {"text": LONG * 5, "along": LONG, "spot": LONG, "bring": LONG * 2, "care": LONG * 2}
    crafts = plan(LONG[:40], capacity=24, helpers=[("看热熔枪", 2), (LONG[:30], 1)], **long)
    full = plan("冬衣交换", capacity=1)
    moved, off = plan("联合消防演练", capacity=300), plan("露天电影", capacity=40)
    free = plan("法律咨询进小区", capacity=None)
    resident, family = cast.actor("resident"), [Child("FROM_8", AGREED, "小花"), Child("FROM_6", {**AGREED, "PHOTOGRAPH": True}, "")]
    for occasion in (crafts, moved, off):
        actions.sign_up(occasion, seats=3, children=family, by=resident, at=now)
    first = actions.sign_up(full, by=cast.actor("member2"), at=now)
    for who in ("member", "resident", "resident2"):
        actions.sign_up(full, by=cast.actor(who), at=now)
    actions.cancel_sign_up(first.pk, reason="家里有事", by=cast.actor("member2"), at=now)
    helper = Slot.objects.get(occasion_id=crafts, name="看热熔枪")
    actions.sign_up(crafts, slot_id=helper.pk, by=cast.actor("member"), at=now)
    actions.sign_up(crafts, seats=2, who=Who("PHONE", name="买买提·阿卜杜热合曼", phone="13900005555"), by=by, at=now)
    actions.move_occasion(moved, day + timedelta(days=1), day + timedelta(days=1, hours=2), reason=LONG * 3, by=by, at=now)
    actions.cancel_occasion(off, "下雨", by=by, at=now)
    activity: int = Slot.objects.filter(occasion_id=crafts).values_list("occasion__activity_id", flat=True)[0]
    return activity, [crafts, full, moved, off, free]
