# Chinese in this file is data: names of the demo's facilities.
"""What happens to the facilities of 幸福怡居 south: 390 cameras, 312 of them dead, found by a survey; five causes repaired one by one and
looked at again; since then somebody walks past the main road's cameras every day."""

from datetime import datetime, time, timedelta
from random import Random
from uuid import UUID

from zengyi.core import clock
from zengyi.councils import queries as councils
from zengyi.facilities import actions, queries
from zengyi.facilities.models import Defect, Facility, Label, Round
from zengyi.orders import actions as orders
from zengyi.people.demo.timeline import Script, Timeline
from zengyi.people.demo.towns import Someone, Town
from zengyi.people.rules import SYSTEM, Actor

CAMERAS, DEAD = 390, 312
HEAD = ["编号", "名称", "类别", "楼幢或地点", "具体位置", "接在哪", "维修单位", "型号", "投用日期", "图上横向", "图上纵向"]
#: What the dead cameras hang on: the kind, its number, its name, how many are dead behind it, and days until it was repaired.
CAUSES = (
    ("电源", "P-1", "总配电箱", 112, 30),
    ("交换机", "S-1", "东区交换机", 88, 36),
    ("交换机", "S-2", "西区交换机", 56, 41),
    ("线路", "F-1", "主干光缆", 58, 48),
)
_REASON = {"电源": "NO_POWER", "交换机": "NO_SWITCH", "线路": "NO_LINE"}
MAIN_ROAD = 12
#: Where the cameras of the main road stand on the drawing: the first one across, from one to the next, and how far down.
ROAD = (34, 46, 246)
WALKED = 7


def tell(town: Town, timeline: Timeline, rng: Random, *, at: datetime) -> None:
    """Only the story's estate has so many; 虹桥新村 has a few doors and lamps."""
    if town.key == "qx" and town.manager is not None:
        timeline.add(_cameras(town, town.manager, rng, at=at))
    elif town.key == "hx" and town.manager is not None:
        timeline.add(_doors(town, town.manager, at=at))


CHAPTERS = (tell,)


def _morning(at: datetime, days: int, hour: int = 9) -> datetime:
    return datetime.combine(clock.local_date(at) - timedelta(days=days), time(hour), clock.SHANGHAI)


def _rows(town: Town) -> list[list[str]]:
    rows = [[code, name, kind, "南区大门", "", "", "监控维修公司", "", "2017-09-01", "", ""] for kind, code, name, _n, _d in CAUSES]
    up = [code for _kind, code, _name, dead, _days in CAUSES for _one in range(dead - 1)]
    buildings = list(town.laid.site.buildings)
    for n in range(CAMERAS):
        where = buildings[n % len(buildings)]
        said = [
            f"C-{n + 1:03}",
            f"摄像头 {n + 1}",
            "摄像头",
            where,
            "",
            up[n] if n < len(up) else "",
            "监控维修公司",
            "DS-2CD",
            "2017-09-01",
        ]
        spot = [str(ROAD[0] + ROAD[1] * n), str(ROAD[2])] if n < MAIN_ROAD else ["", ""]
        rows.append([*said, *spot])
    return rows


def _uid(number: int, round_id: int) -> UUID:
    return UUID(int=(round_id << 80) | (7 << 76) | (2 << 62) | number)


def _walk(round_id: int, ids: list[int], broken: dict[int, str], by: Actor, at: datetime) -> Script:
    """Every camera of the route looked at, thirty seconds each; handed in at the end."""
    yield at
    actions.start(round_id, by=by, at=at)
    done = at + timedelta(seconds=30 * len(ids))
    given = []
    for n, pk in enumerate(ids):
        why, ms = broken.get(pk, ""), 30_000 * n
        given.append(actions.Given(_uid(n, round_id), "CAM-PICTURE", pk, "FAIL" if why else "OK", at + timedelta(milliseconds=ms), ms, why))
    yield done
    for first in range(0, len(given), 200):
        actions.record_checks(round_id, given[first : first + 200], by=by, at=done)
    actions.hand_in(round_id, manifest={str(one.uid): [] for one in given}, by=by, at=done)


def _cameras(town: Town, manager: Someone, rng: Random, *, at: datetime) -> Script:
    begin = _morning(at, 120)
    yield begin
    by = town.actor(manager, begin)
    actions.import_facilities([HEAD, *_rows(town)], by=by, at=begin)
    ids = dict(Facility.objects.filter(community_id=town.laid.community_id).values_list("code", "pk"))
    cameras = [ids[f"C-{n + 1:03}"] for n in range(CAMERAS)]
    survey = actions.lay_out(name="摄像头踏勘", schedule="WEEKLY", weekday=begin.weekday(), facility_ids=cameras, by=by, at=begin)
    actions.plan(survey, until=begin.date(), by=by, at=begin)
    broken: dict[int, str] = {}
    first = 0
    for kind, _code, _name, dead, _days in CAUSES:
        broken |= dict.fromkeys(cameras[first : first + dead - 1], _REASON[kind])
        first += dead - 1
    broken |= dict.fromkeys(cameras[first : first + DEAD - first], "DEVICE")
    found = Round.objects.get(route_id=survey, due_date=begin.date()).pk
    yield from _walk(found, cameras, broken, by, begin + timedelta(hours=1))
    when = _morning(at, 119)
    yield when
    actions.end_route(survey, by=by, at=when)
    worker = town.actor(town.workers[0], when)
    actions.review(found, note="原因集中在四处，先修主干道。", by=worker, at=when)
    contact = town.actor(town.contacts["监控维修公司"], when)
    yield when + timedelta(hours=1)
    for order_id in Defect.objects.filter(facility_id__in=cameras, fixed_at=None, order_id__isnull=False).values_list(
        "order_id", flat=True
    ):
        orders.refuse(order_id, reason="机器要换新的，等预算定了再接。", by=contact, at=when + timedelta(hours=1))
    for _kind, code, _name, _dead, days in CAUSES:
        yield from _repair(ids[code], contact, by, _morning(at, 119 - days))
    yield from _daily(town, by, cameras, rng, at=at)


def _repair(facility_id: int, contact: Actor, by: Actor, at: datetime) -> Script:
    """Accepted in the morning, repaired by noon, looked at again in the afternoon."""
    yield at
    open_ones = list(Defect.objects.filter(facility_id=facility_id, fixed_at=None).values_list("pk", "order_id"))
    for _pk, order_id in open_ones:
        orders.accept(order_id, by=contact, at=at)
    yield (noon := at + timedelta(hours=3))
    for _pk, order_id in open_ones:
        orders.deliver(order_id, text="修好了，画面都回来了。", by=contact, at=noon)
    yield (later := at + timedelta(hours=5))
    for pk, _order_id in open_ones:
        actions.recheck(pk, passed=True, by=by, at=later)


def _daily(town: Town, by: Actor, cameras: list[int], rng: Random, *, at: datetime) -> Script:
    """The council's consensus: after the repair the property company looks every day, and calls the repairer at once."""
    last = _morning(at, WALKED + 1, 8)
    yield last
    everything = actions.lay_out(name="摄像头总查", schedule="WEEKLY", weekday=last.weekday(), facility_ids=cameras, by=by, at=last)
    actions.plan(everything, until=last.date(), by=by, at=last)
    still = dict.fromkeys(Defect.objects.filter(fixed_at=None, facility_id__in=cameras).values_list("facility_id", flat=True), "DEVICE")
    yield from _walk(Round.objects.get(route_id=everything, due_date=last.date()).pk, cameras, still, by, last)
    first = _morning(at, WALKED, 8)
    yield first
    actions.end_route(everything, by=by, at=first)
    worker = town.actor(town.workers[0], first)
    actions.review(Round.objects.get(route_id=everything, due_date=last.date()).pk, by=worker, at=first)
    decided = next((one.decision_id for one in councils.daily_duties(town.laid.community_id)), None)
    stops = cameras[:MAIN_ROAD]
    road = actions.lay_out(name="主干道早巡", schedule="DAILY", facility_ids=stops, decision_id=decided, by=by, at=first)
    actions.issue(cameras[:MAIN_ROAD], by=by, at=first)
    contact = town.actor(town.contacts["监控维修公司"], first)
    for day in range(WALKED, -1, -1):
        when = _morning(at, day, 8) + timedelta(minutes=40)
        yield when
        actions.plan(road, until=when.date(), by=by, at=when)
        dark = {pk: why for pk, why in still.items() if pk in cameras[:MAIN_ROAD]}
        if day == 1:
            dark[cameras[rng.randrange(MAIN_ROAD)]] = "BLURRED"
        if day == 2:  # yesterday somebody was ill: the round is missed, and stays so
            actions.miss(Round.objects.get(route_id=road, due_date=_morning(at, 3).date()).pk, by=SYSTEM, at=when)
        if day != 3:
            yield from _walk_today(road, cameras[:MAIN_ROAD], dark, by, when)
            if day > 1:  # the last two wait to be looked through
                yield (looked := when + timedelta(hours=2))
                actions.review(Round.objects.get(route_id=road, due_date=when.date()).pk, by=worker, at=looked)
        if day == 1:
            yield (taken := when + timedelta(hours=1))
            for order_id in Defect.objects.filter(facility_id__in=cameras[:MAIN_ROAD], fixed_at=None, order_id__isnull=False).values_list(
                "order_id", flat=True
            ):
                orders.accept(order_id, by=contact, at=taken)


def _walk_today(route: int, cameras: list[int], broken: dict[int, str], by: Actor, when: datetime) -> Script:
    found = Round.objects.filter(route_id=route, due_date=when.date()).first()
    if found is not None:
        yield from _walk(found.pk, cameras, broken, by, when)


def _doors(town: Town, manager: Someone, *, at: datetime) -> Script:
    when = _morning(at, 40)
    yield when
    by = town.actor(manager, when)
    rows = [
        [f"D-{n + 1:02}", f"{name}单元门", "单元门", name, "", "", "", "", "2019-05-01", "", ""]
        for n, name in enumerate(town.laid.site.buildings[:6])
    ]
    rows.append(["L-01", "活动室电梯", "电梯", "活动室", "", "", "", "", "2019-05-01", "", ""])
    actions.import_facilities([HEAD, *rows], by=by, at=when)
    lift = Facility.objects.get(community_id=town.laid.community_id, code="L-01").pk
    actions.issue([lift], by=by, at=when)
    actions.note_service(lift, code="SERVICE", done_on=_morning(at, 41).date(), by=by, at=when)
    yield _morning(at, 13, 17)
    actions.note_service(lift, code="SERVICE", done_on=_morning(at, 13).date(), by=by, at=_morning(at, 13, 17))
    yield (noticed := _morning(at, 1))
    actions.report(Label.objects.get(facility_id=lift).token, fault="NOISE", address="192.0.2.1", at=noticed)
    assert queries.facility(lift, by=by, at=at)
