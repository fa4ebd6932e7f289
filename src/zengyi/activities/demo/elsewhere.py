# Chinese in this file is data: what people wrote.
"""Story 7 where it took place: 竹韵社区's afternoon of bookmarks, put down off paper, and 新桥北村's legal campaign, month after month."""

from datetime import datetime, time, timedelta
from random import Random
from typing import Any

from zengyi.activities import actions
from zengyi.activities.rules.minors import Child
from zengyi.activities.rules.signing import Who
from zengyi.core import clock
from zengyi.people.demo.moments import office_back
from zengyi.people.demo.timeline import Script, Timeline
from zengyi.people.demo.towns import Town

#: How each family signed up, how old its child is, and whether its picture may be taken and shown.
FAMILIES = (("PHONE", "FROM_8", True), ("DESK", "FROM_6", False), ("PAPER", "FROM_11", True))


def tell(town: Town, timeline: Timeline, rng: Random, *, at: datetime) -> None:
    """Each in its own community."""
    if town.key == "zy":
        timeline.add(_bookmarks(town, at))
    elif town.key == "xq":
        timeline.add(_campaign(town, at))


def _bookmarks(town: Town, at: datetime) -> Script:
    """Three families without a login and a volunteer; nobody was pictured, the bookmarks were."""
    begin = datetime.combine(clock.local_date(at) - timedelta(days=9), time(14), clock.SHANGHAI)
    yield (early := begin - timedelta(days=4, hours=4))
    worker = town.actor(town.workers[0], early)
    activity: dict[str, Any] = {
        "title": "干花书签，送给楼里的老人",
        "kind": "CRAFT",
        "minors": True,
        "text": "压花、贴卡、写字，做好送给楼里的老人。",
    }
    times = {"starts_at": begin, "ends_at": begin + timedelta(minutes=90)}
    held = actions.announce(activity, {**times, "capacity": 12, "helpers": [("压花", 2)], "spot": "活动室"}, by=worker, at=early)
    *parents, helper = town.residents[: len(FAMILIES) + 1]
    yield (later := early + timedelta(hours=6))
    for parent, (channel, band, pictures) in zip(parents, FAMILIES, strict=True):
        said = {"TAKE_PART": True, "RECORD": True, "PHOTOGRAPH": pictures, "PUBLISH": pictures}
        who = Who(channel, person_id=parent.person_id)
        actions.sign_up(held.pk, seats=2, children=[Child(band, said)], who=who, by=worker, at=later)
    slot = held.slots.get(name="压花")
    actions.sign_up(held.pk, slot_id=slot.pk, who=Who("PHONE", person_id=helper.person_id), by=worker, at=later)
    yield (done := held.ends_at + timedelta(minutes=20))
    actions.record_paper(held.pk, range(1, len(FAMILIES) + 2), by=worker, at=done)
    actions.close_occasion(held.pk, by=worker, at=done)


def _campaign(town: Town, at: datetime) -> Script:
    """Nobody signs up, and it comes again: the last one is over, two are to come."""
    yield (early := office_back(at, 130))
    begin = datetime.combine(clock.local_date(at) - timedelta(days=5), time(9, 30), clock.SHANGHAI)
    activity = {"title": "法律知识，送到楼道口", "kind": "LAW", "along": "网格、街道总工会", "text": "劳动合同、遗嘱、诈骗，律师当场解答。"}
    times = {"starts_at": begin, "ends_at": begin + timedelta(hours=2), "spot": "口袋公园"}
    actions.announce(activity, {**times, "capacity": None}, every="MONTH", times=3, by=town.actor(town.workers[0], early), at=early)
