"""Occasions in every state, with short and long words, for the browser's walk through every page."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests.activities.plans import AGREED
from zengyi.activities import actions
from zengyi.activities.models import Attendee, Slot
from zengyi.activities.queries.roll import token_of
from zengyi.activities.rules.minors import Child
from zengyi.activities.rules.signing import Who
from zengyi.core import clock

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


@dataclass(frozen=True)
class Lived:
    """What is over: a roll that is closed, a record, an absence; one that runs now; findings and their ledger."""

    came: int
    signed: int
    token: str
    record: int
    number: str
    findings: list[int]
    ledger: int
    drilled: int


def lay_lived(town: Any) -> Lived:
    """An occasion that is closed, one that runs, a record, findings with long and short words."""
    cast, now = town.cast, town.now
    by, member, resident, hour = cast.actor("worker"), cast.actor("member"), cast.actor("resident"), timedelta(hours=1)

    def plan(title: str, begin: Any, at: Any, kind: str = "CARE") -> int:
        activity = {"title": title, "kind": kind, "minors": True}
        return actions.announce(activity, {"starts_at": begin, "ends_at": begin + hour, "capacity": 9}, by=by, at=at).pk

    before = now - timedelta(days=3)
    over, runs = plan(LONG[:40], before, before - hour), plan("陪老人复查眼睛", now - hour / 2, now - hour)
    own = actions.sign_up(over, seats=2, children=[Child("FROM_8", AGREED, "小花")], by=resident, at=before - hour)
    actions.sign_up(runs, by=resident, at=now - hour)
    actions.sign_up(runs, by=member, at=now - hour)
    first = Attendee.objects.get(sign_up=own, letter="")
    actions.record_attendance(over, [actions.Marked(first.pk, "IN")], by=by, at=before)
    actions.close_occasion(over, by=by, at=before + hour)
    record = actions.issue_record(own.pk, clock.local_date(before), clock.local_date(now), by=by, at=now)
    where = {"place_id": cast.bridge.pk, "spot": LONG}
    found = actions.report_finding("GOLDENROD", **where, basis="COUNTED", count=950, note=LONG * 4, by=member, at=now)
    fixed = actions.report_finding("RUBBISH", spot="北岸", basis="PRESENT", fixed=True, by=member, at=now)
    actions.verify_finding(fixed.pk, False, reason="没有看到" + LONG * 2, by=by, at=now)
    actions.report_finding("NOTHING", by=member, at=now)
    actions.visit(found.ledger_id or 0, clock.local_date(now), removed=372, people_count=26, who=LONG, spot=LONG, by=member, at=now)
    drilled, open_ = (plan(LONG[:40], before, before - hour, "DRILL") for _n in range(2))
    place = town.cast.buildings[0].pk
    told: dict[str, Any] = {"content": LONG * 4, "departments": LONG * 3, "problems": f"{LONG}\n三楼出口堆了货"}
    actions.record_drill(drilled, place_id=place, people_count=99_999, seconds=252, **told, by=by, at=now)
    town.occasions.append(drilled)
    return Lived(first.pk, own.pk, token_of(runs), record.pk, record.number, [found.pk, fixed.pk], found.ledger_id or 0, open_)
