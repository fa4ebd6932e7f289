# Chinese in this file is data: what people wrote.
"""Story 8 in 新园社区: a river warden finds goldenrod along 新幸西界河, people are organised, and 950 plants are counted out."""

from datetime import datetime, time, timedelta
from random import Random
from typing import Any

from zengyi.activities import actions
from zengyi.core import clock
from zengyi.orders import actions as orders
from zengyi.people.demo.timeline import Script, Timeline
from zengyi.people.demo.towns import Town

RIVER, UNIT = "新幸西界河", "河道管护组"
STRETCHES = ("3号桥到4号桥", "2号桥到3号桥")
#: Days before today: what was found besides, what was removed, how many came.
VISITS = ((41, None, 372, 26), (39, 160, 268, 9), (32, 128, 198, 14), (25, None, None, 1), (9, 112, 112, 6))


def tell(town: Town, timeline: Timeline, rng: Random, *, at: datetime) -> None:
    """The river lies in one community."""
    if town.key == "xy":
        timeline.add(_goldenrod(town, at))
        timeline.add(_walks(town, at))


def _morning(at: datetime, days: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime.combine(clock.local_date(at) - timedelta(days=days), time(hour, minute), clock.SHANGHAI)


def _goldenrod(town: Town, at: datetime) -> Script:
    yield (when := _morning(at, 43))
    wardens = [one for one in town.members if one.user_id]
    warden, second = (town.actor(one, when) for one in wardens[:2])
    worker = town.actor(town.workers[0], when)
    river = town.laid.places[RIVER]
    found = actions.report_finding(
        "GOLDENROD", place_id=river, spot=STRETCHES[0], basis="COUNTED", count=210, note="开花了，要赶在结籽以前。", by=warden, at=when
    )
    yield (noon := when + timedelta(hours=2))
    actions.report_finding("GOLDENROD", place_id=river, spot=STRETCHES[1], basis="ESTIMATED", count=340, by=second, at=noon)
    yield (looked := when + timedelta(hours=5))
    actions.verify_finding(found.pk, True, by=worker, at=looked)
    yield from _organise(town, found.order_id or 0, when)
    for days, more, removed, people in VISITS:
        yield (day := _morning(at, days, 11))
        who = "党员和居民" if removed else ""
        spot = STRETCHES[days % 2] if removed else ""
        ledger, on_day = found.ledger_id or 0, clock.local_date(day)
        actions.visit(ledger, on_day, found=more, removed=removed, people_count=people, who=who, spot=spot, by=warden, at=day)


def _organise(town: Town, order_id: int, when: datetime) -> Script:
    """The community takes it on, the unit that keeps the river organises it, and whoever found it says that it is done."""
    worker, unit = town.actor(town.workers[0], when), town.actor(town.contacts[UNIT], when)
    yield (taken := when + timedelta(hours=6))
    orders.triage(order_id, difficulty=6, by=worker, at=taken)
    yield (open_ := taken + timedelta(minutes=4))
    orders.publish(order_id, by=worker, at=open_)
    yield (claimed := when + timedelta(days=1))
    orders.claim(order_id, by=unit, at=claimed)
    yield (done := when + timedelta(days=1, hours=6))
    text = "组织26位党员和居民拔了一上午，数过，372株，连根装袋。剩下的分段再清。"
    orders.deliver(order_id, text=text, by=unit, at=done)
    yield (seen := when + timedelta(days=1, hours=9))
    warden = next(one for one in town.members if one.user_id)
    orders.confirm(order_id, by=town.actor(warden, seen), at=seen)


def _walks(town: Town, at: datetime) -> Script:
    """Other turns: nothing found, rubbish that was picked up at once, an estimate that waits to be looked at."""
    first, second, third = [one for one in town.members if one.user_id][:3]
    yield (day := _morning(at, 6, 16))
    actions.report_finding("NOTHING", spot="1号桥到2号桥", by=town.actor(second, day), at=day)
    yield (day := _morning(at, 3, 10))
    rubbish: dict[str, Any] = {"spot": "2号桥南岸", "basis": "COUNTED", "count": 3, "fixed": True}
    picked = actions.report_finding("RUBBISH", **rubbish, by=town.actor(third, day), at=day)
    yield (seen := day + timedelta(hours=5))
    actions.verify_finding(picked.pk, True, by=town.actor(town.workers[0], seen), at=seen)
    yield (day := _morning(at, 1, 8, 40))
    smell = "有一股味道，水面有油花。"
    actions.report_finding("SEWAGE", spot="4号桥下", basis="PRESENT", note=smell, by=town.actor(first, day), at=day)
