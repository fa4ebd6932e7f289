"""Signs at the doors of 虹桥新村: one order came in by such a sign and was rung back, another one waits for its call."""

from datetime import datetime
from random import Random

from zengyi.orders import actions, queries
from zengyi.orders.rules.signs import DoorMatter, Way
from zengyi.people.demo.moments import office_back
from zengyi.people.demo.timeline import Script, Timeline
from zengyi.people.demo.towns import Town

#: Buildings with a sign; the others are left to the visitor.
HUNG = 6
#: Working hours ago.
HUNG_BACK, ASKED_BACK, RUNG_BACK, WAITS_BACK = 40, 3, 2.6, 1
AWNING = "单元门口的雨棚裂了一道缝，下雨天正好滴在轮椅坡道上，地上滑。"
SWITCH = "楼道的声控开关不灵，晚上要跺好几下才亮。"


def tell(town: Town, timeline: Timeline, rng: Random, *, at: datetime) -> None:
    """In the community that is shown."""
    if town.key == "hx":
        timeline.add(_signs(town, at))


def _signs(town: Town, at: datetime) -> Script:
    yield (moment := office_back(at, HUNG_BACK))
    by = town.actor(town.workers[0], moment)
    actions.hang_signs([one.building_id for one in queries.signs(by=by)[:HUNG]], by=by, at=moment)
    first, second, *_others = (one.token for one in queries.signs(by=by) if one.token)
    yield (moment := office_back(at, ASKED_BACK))
    asked = actions.ask_at_door(
        first,
        about=AWNING,
        matter=DoorMatter.PUBLIC,
        name="齐壬戌",
        phone="13900009901",
        way=Way.CALL,
        address="198.51.100.7",
        at=moment,
    )
    yield (moment := office_back(at, RUNG_BACK))
    actions.confirm_by_call(asked.pk, name="齐壬戌", by=town.actor(town.workers[0], moment), at=moment)
    yield (moment := office_back(at, WAITS_BACK))
    actions.ask_at_door(
        second,
        about=SWITCH,
        matter=DoorMatter.PUBLIC,
        name="康癸亥",
        phone="13900009902",
        way=Way.CALL,
        address="198.51.100.8",
        at=moment,
    )
