# Chinese in this file is data: what people wrote.
"""The demo's activities (story 7): children's bookmarks with a waiting list that moves, a legal campaign, a joint fire drill; what is over
has a closed roll, an absence that is contested, and a record. Story 8's goldenrod is told in ``patrols``, drills in ``drills``, and what
took place in other communities in ``elsewhere``."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from zengyi.activities import actions
from zengyi.activities.demo import drills, elsewhere, patrols
from zengyi.activities.models import Attendee
from zengyi.activities.rules.minors import Child
from zengyi.activities.rules.signing import Who
from zengyi.core import clock
from zengyi.core.clock import SHANGHAI
from zengyi.people.demo.moments import office_back
from zengyi.people.demo.timeline import Script, Timeline
from zengyi.people.demo.towns import RESIDENT, Town

AGREED = {"TAKE_PART": True, "RECORD": True}
FAMILIES = (("FROM_8", True), ("FROM_6", False), ("FROM_8", False), ("FROM_11", True), ("FROM_6", True))


def tell(town: Town, timeline: Timeline, rng: Random, *, at: datetime) -> None:
    """The programme of the bridge's community: what is to come, what was moved and what was called off."""
    if town.key == "hx":
        begin = office_back(at, 30)
        timeline.add(_bookmarks(town, office_back(at, 16), _day(at, 5, 9)))
        timeline.add(_others(town, begin + timedelta(minutes=20), at))
        timeline.add(_over(town, at))


def _day(at: datetime, weekday: int, hour: int, minute: int = 0) -> datetime:
    """The next such day of the week, at that hour."""
    here = at.astimezone(SHANGHAI)
    ahead = (weekday - here.weekday()) % 7 or 7
    return (here + timedelta(days=ahead)).replace(hour=hour, minute=minute, second=0, microsecond=0)


def _bookmarks(town: Town, at: datetime, when: datetime) -> Script:
    """Ten seats, five families; two more wait, and when one leaves the first of them is offered the seats."""
    yield at
    worker = town.actor(town.workers[0], at)
    activity: dict[str, Any] = {
        "title": "干花书签，和孩子一起做",
        "kind": "CRAFT",
        "minors": True,
        "along": "街道妇联、志愿服务队",
        "text": "压干的花，粘成书签，带回家。",
    }
    occasion: dict[str, Any] = {
        "starts_at": when,
        "ends_at": when + timedelta(minutes=90),
        "capacity": 10,
        "helpers": [("看热熔枪", 2), ("剪花", 3)],
        "spot": "社区活动室，二楼，有电梯",
        "bring": "一本旧书压花。剪刀、胶水有",
        "care": "热熔枪由志愿者用；已买意外险",
    }
    planned = actions.announce(activity, occasion, by=worker, at=at)
    parents = [one for one in town.residents if one.user_id and one.name != RESIDENT][: len(FAMILIES)]
    made = []
    for parent, (band, pictures) in zip(parents, FAMILIES, strict=True):
        at += timedelta(minutes=47)
        yield at
        child = Child(band, {**AGREED, "PHOTOGRAPH": pictures, "PUBLISH": False})
        made.append(actions.sign_up(planned.pk, seats=2, children=[child], by=town.actor(parent, at), at=at))
    for one in (town.named(RESIDENT), next(one for one in town.residents if not one.user_id)):
        at += timedelta(minutes=31)
        yield at
        child = Child("FROM_8", {**AGREED, "PHOTOGRAPH": False})
        known = {"by": town.actor(one, at)} if one.user_id else {"who": Who("PHONE", person_id=one.person_id), "by": worker}
        actions.sign_up(planned.pk, seats=2, children=[child], **known, at=at)
    helper = next(one for one in town.members if one.user_id)
    slot = planned.slots.get(name="看热熔枪")
    actions.sign_up(planned.pk, slot_id=slot.pk, by=town.actor(helper, at), at=at)
    at += timedelta(days=1)
    yield at
    actions.cancel_sign_up(made[1].pk, reason="孩子感冒了", by=town.actor(parents[1], at), at=at)


def _others(town: Town, at: datetime, until: datetime) -> Script:
    """What needs no signing up, what was moved, what was called off."""
    yield at
    worker = town.actor(town.workers[-1], at)

    def plan(title: str, kind: str, when: datetime, minutes: int, along: str, spot: str, capacity: int | None) -> int:
        times = {"starts_at": when, "ends_at": when + timedelta(minutes=minutes)}
        activity = {"title": title, "kind": kind, "along": along}
        return actions.announce(activity, {**times, "spot": spot, "capacity": capacity}, by=worker, at=at).pk

    plan("法律咨询进小区", "LAW", _day(until, 5, 14), 90, "网格、总工会", "北村广场", None)
    drill = plan("联合消防演练", "DRILL", _day(until, 5, 15), 60, "安全生产办、派出所、消防站", "商业综合体", 80)
    film = plan("露天电影", "OTHER", _day(until, 6, 19), 90, "", "小游园", 60)
    at += timedelta(days=2)
    yield at
    later = _day(until, 6, 10)
    actions.move_occasion(drill, later, later + timedelta(hours=1), reason="消防站有任务，改一天", by=worker, at=at)
    at += timedelta(hours=2)
    yield at
    actions.cancel_occasion(film, "天气预报有雨", by=worker, at=at)


def _over(town: Town, at: datetime) -> Script:
    """Two Saturdays on which the resident of the demo helped: the roll was called on the phone, one did not come and says they did."""
    resident = town.named(RESIDENT)
    helpers = [resident, *[one for one in town.members if one.user_id][1:3]]
    guests = [one for one in town.residents if one.user_id and one.name != RESIDENT][8:12]
    signed = None
    for weeks, (title, kind, what) in zip((3, 2), (("旧衣改造", "CRAFT", "踩缝纫机"), ("陪老人看眼睛", "CARE", "陪一位老人")), strict=True):
        when = _day(at, 5, 9) - timedelta(weeks=weeks)
        yield (early := office_back(when - timedelta(days=3), 1))
        worker = town.actor(town.workers[0], early)
        occasion = {"starts_at": when, "ends_at": when + timedelta(minutes=100), "capacity": 12, "helpers": [(what, 4)], "spot": "活动室"}
        held = actions.announce({"title": title, "kind": kind, "minors": False}, occasion, by=worker, at=early)
        slot = held.slots.get(name=what)
        yield (later := early + timedelta(hours=6))
        made = [actions.sign_up(held.pk, slot_id=slot.pk, by=town.actor(one, later), at=later) for one in helpers]
        made += [actions.sign_up(held.pk, by=town.actor(one, later), at=later) for one in guests]
        yield (moment := when + timedelta(minutes=4))
        seats = {one.sign_up_id: one.pk for one in Attendee.objects.filter(occasion=held)}
        there = [actions.Marked(seats[one.pk], "IN") for one in made[:-1]]
        actions.record_attendance(held.pk, there, by=worker, at=moment)
        yield (done := held.ends_at + timedelta(minutes=10))
        actions.close_occasion(held.pk, by=worker, at=done)
        signed, missing = made[0], made[-1]
        yield (night := done + timedelta(hours=7))
        if weeks == 2:
            actions.contest(missing.pk, seats[missing.pk], "我坐在后排，走得晚", by=town.actor(guests[-1], night), at=night)
    yield (issued := office_back(at, 12))
    if signed is not None:
        first = clock.local_date(at - timedelta(weeks=5))
        actions.issue_record(signed.pk, first, clock.local_date(issued), by=town.actor(town.workers[0], issued), at=issued)


CHAPTERS = (tell, patrols.tell, drills.tell, elsewhere.tell)
