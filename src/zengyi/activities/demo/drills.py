# Chinese in this file is data: what people wrote.
"""Story 7's fire drills: 世伦桥 and 观畅 jointly in a shopping complex, 天和 with a fire station; and one that is due again."""

from datetime import datetime, time, timedelta
from random import Random
from typing import Any

from zengyi.activities import actions
from zengyi.core import clock
from zengyi.people import queries as people
from zengyi.people.demo.timeline import Script, Timeline
from zengyi.people.demo.towns import Town

#: By community: days ago, place, who came along, the other host, what was practised, people, seconds until all were out, what was found.
HELD = {
    "sl": (
        (
            20,
            "购物中心",
            "安全生产办、经济发展办、派出所、消防站",
            "观畅社区",
            "报警、疏散、灭火器实操",
            186,
            252,
            "三楼东侧安全出口堆了货",
        ),
    ),
    "th": ((33, "商业综合体", "集成村、陈桥消防站", "", "初起火灾扑救、疏散", 140, 305, ""),),
    "hx": ((347, "活动室", "虹桥消防站、物业", "", "报警、疏散", 64, 198, ""),),
}


def tell(town: Town, timeline: Timeline, rng: Random, *, at: datetime) -> None:
    """Where a drill was held."""
    for one in HELD.get(town.key, ()):
        timeline.add(_drill(town, *one, at=at))


def _drill(
    town: Town, ago: int, place: str, along: str, other: str, content: str, count: int, seconds: int, problem: str, *, at: datetime
) -> Script:
    begin = datetime.combine(clock.local_date(at) - timedelta(days=ago), time(15), clock.SHANGHAI)
    yield (early := begin - timedelta(days=5, hours=5))
    worker = town.actor(town.workers[0], early)
    hosts = [one.id for one in people.communities() if one.name == other]
    activity = {"title": "消防演练" if not other else "联合消防演练", "kind": "DRILL", "along": along, "hosts": hosts}
    occasion: dict[str, Any] = {"starts_at": begin, "ends_at": begin + timedelta(hours=1), "place_id": town.laid.places[place]}
    held = actions.announce(activity, occasion, by=worker, at=early)
    yield (done := begin + timedelta(hours=2))
    given: dict[str, Any] = {"content": content, "departments": along, "people_count": count, "seconds": seconds, "problems": problem}
    actions.record_drill(held.pk, **given, by=worker, at=done)
