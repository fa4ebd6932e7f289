# Chinese in this file is data: what the stories of the demo say.
"""Story 6, 党建联盟: what residents ask for is ranked, paid for from four sources, and shown; in 虹桥新村 and in 星湖邻里."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from zengyi.core.clock import local_date
from zengyi.councils import actions as councils
from zengyi.councils.demo.ballots import DOORS
from zengyi.people.demo.timeline import Script, Timeline
from zengyi.people.demo.towns import Town
from zengyi.works import actions, queries
from zengyi.works.demo.moments import afternoon, day, morning
from zengyi.works.demo.pictures import doors

#: The alliances by their communities: the name, and what each member gives.
ALLIANCES = {
    "hx": (
        "虹桥新村 · 党建联盟",
        (
            ("虹桥物业", "电工、保洁随叫随到，每月出两天工"),
            ("虹桥业委会", "管维修资金，征求业主意见"),
            ("江海配送站", "出一万二千元，晚上帮着看门"),
            ("市政养护组", "路面、井盖优先修"),
        ),
    ),
    "zj": (
        "星湖邻里 · 党建联盟",
        (
            ("星湖物业", "出五万元，电工随叫随到"),
            ("紫荆业委会", "管维修资金，征求业主意见"),
            ("电梯维保公司", "每季免费查一次电梯"),
        ),
    ),
}
#: What waits, ranked: title, urgency, effort, households, why.
WAITING = {
    "hx": (("楼道飞线充电", 2, 2, 57, "怕着火，装两处充电棚"), ("楼道灯", 2, 2, 33, "老人夜里看不见台阶"), ("晾衣绳", 4, 1, 6, "顺手的事")),
    "zj": (("充电没处充", 2, 2, 57, "飞线充电，怕着火"), ("儿童滑梯", 3, 2, 18, "等得起，先办急的"), ("晾衣绳", 4, 1, 6, "顺手的事")),
}
#: What only was asked for so far, with the households.
CANDIDATES = {"hx": ("信报箱换新", 11), "zj": ("快递柜", 22)}
PAID = (
    ("单元门玻璃 12 扇", 1, 1, 41, "玻璃碎了，小孩天天走", "DONATION", "电梯维保公司", 2_880_000, 2_880_000, 88),
    ("5 幢电梯补偿链", 1, 2, 72, "半夜响，怕断", "BUDGET", None, 2_340_000, 2_106_000, 75),
    ("垃圾分类站", 2, 2, 120, "夏天臭，一楼不敢开窗", "ALLIANCE", "星湖物业", 4_600_000, 4_600_000, 60),
)
#: What has its pictures.
SHOWN = "单元门玻璃 12 扇"
SAID = ("门关得严了，冬天不灌风。", "现在敢开窗了。洗手的水凉，冬天再想想办法。")


def tell(town: Town, timeline: Timeline, rng: Random, *, at: datetime) -> None:
    """Two alliances: one by an owners' vote, the other with an emergency."""
    if town.key in ALLIANCES:
        timeline.add(_alliance(town, at))
    if town.key == "hx":
        timeline.add(_doors(town, at))
        timeline.add(_chain(town, at))
    if town.key == "zj":
        timeline.add(_emergency(town, at))
        for one in PAID:
            timeline.add(_done(town, at, one))


class _Hands:
    """Those who take the steps at a moment: the worker, and the secretary as the second person."""

    def __init__(self, town: Town, now: datetime) -> None:
        self.worker: dict[str, Any] = {"by": town.actor(town.workers[0], now), "at": now}
        self.secretary: dict[str, Any] = {"by": town.actor(town.named("书记甲"), now), "at": now}

    def ranked(self, title: str, urgency: int, effort: int, households: int, why: str) -> int:
        """A project that somebody proposed and the secretary ranked."""
        made = actions.propose_project(title, households=households, **self.worker)
        actions.rank_project(made.pk, urgency, effort, why, **self.secretary)
        return made.pk


def _alliance(town: Town, at: datetime) -> Script:
    """Who is in it and what they give, what waits in line, moved by hand once; it met, and it will meet."""
    yield (now := morning(at, -110))
    hands, (name, members) = _Hands(town, now), ALLIANCES[town.key]
    actions.name_alliance(name, **hands.worker)
    for short, gives in members:
        actions.join_alliance(town.units[short], gives, **hands.worker)
    wishes = [hands.ranked(*wish) for wish in WAITING[town.key]]
    title, households = CANDIDATES[town.key]
    actions.propose_project(title, households=households, **hands.worker)
    if town.key == "zj":
        return
    yield (now := morning(at, -108))
    session = actions.call_alliance("红管家工作室", met := afternoon(at, -105), **_Hands(town, now).worker)
    yield met
    councils.open_session(session.pk, **_Hands(town, met).worker)
    yield (over := met + timedelta(hours=1))
    councils.close_session(session.pk, **_Hands(town, over).worker)
    for party, name in (("社区", "社工甲"), ("业委会", "业委会主任"), ("物业", "物业经理")):
        councils.sign_session(session.pk, party=party, name=name, **_Hands(town, over).worker)
    councils.publish_session(session.pk, **_Hands(town, over).worker)
    actions.shift_project(wishes[1], earlier=True, **_Hands(town, over).secretary)
    yield (now := morning(at, -20))
    hands = _Hands(town, now)
    ramp = hands.ranked("北门坡道", 2, 1, 29, "轮椅出不去")
    line = actions.propose_line(ramp, "砌坡道、装扶手", "ALLIANCE", 1_200_000, payer_id=town.units["江海配送站"], **hands.worker)
    actions.decide_line(line.pk, True, "联盟会第 1 次", **hands.secretary)
    actions.add_lot(ramp, "整个项目", town.units["市政养护组"], **hands.worker)
    yield (now := morning(at, -1))
    actions.call_alliance("红管家工作室", afternoon(at, 6), **_Hands(town, now).worker)


def _doors(town: Town, at: datetime) -> Script:
    """Paid for from the maintenance fund, by the owners' vote; what went beyond it by more than a tenth is asked anew."""
    yield (now := morning(at, -140))
    project = _Hands(town, now).ranked("226 幢单元门", 1, 1, 41, "玻璃碎了两扇，老人推不动")
    yield (now := morning(at, -100))
    hands, owners, property_ = _Hands(town, now), town.units["虹桥业委会"], town.units["虹桥物业"]
    vote = next(pk for pk, title in queries.adopted_votes(town.laid.community_id) if title.endswith(DOORS.title))
    line = actions.propose_line(project, "换两扇单元门", "MAINTENANCE", DOORS.amount or 0, payer_id=owners, **hands.worker)
    actions.decide_line(line.pk, True, "业主表决通过", ballot_id=vote, **hands.secretary)
    lot = actions.add_lot(project, "整个项目", property_, extent="226 幢", **hands.worker)
    node = actions.add_milestone(lot.pk, "换门", day(at, -98), day(at, -93), **hands.worker)
    actions.start_project(project, **hands.worker)
    yield (now := morning(at, -93))
    hands = _Hands(town, now)
    builder = town.actor(town.contacts["虹桥物业"], now)
    actions.report_milestone(node.pk, day(at, -98), day(at, -93), by=builder, at=now)
    actions.pay_line(line.pk, 1_798_000, "门窗公司", local_date(now), **hands.worker)
    actions.inspect_project(project, by=town.actor(town.named("监理甲"), now), at=now)
    actions.add_pair(project, "3 单元的门", *doors(), **hands.worker)
    actions.add_voice(project, "轻轻一推就开，关得也严。", when="换的第二天", **hands.worker)
    actions.show_project(project, **hands.worker)
    yield (now := morning(at, -6))
    more: dict[str, Any] = {"payer_id": owners, "follows_id": line.pk}
    actions.propose_line(project, "换两扇单元门，超出的", "MAINTENANCE", 210_000, **more, **_Hands(town, now).worker)


def _chain(town: Town, at: datetime) -> Script:
    """The owners are voting on it."""
    yield (now := morning(at, -12))
    hands = _Hands(town, now)
    project = hands.ranked("226 幢电梯补偿链", 1, 2, 72, "两部都响，8 月停过三次")
    owners = town.units["虹桥业委会"]
    actions.propose_line(project, "换两部电梯的补偿链", "MAINTENANCE", 4_692_000, payer_id=owners, **hands.worker)


def _done(town: Town, at: datetime, one: tuple[Any, ...]) -> Script:
    """Asked for, ranked, paid and done within days."""
    title, urgency, effort, households, why, source, payer, asked, paid, ago = one
    yield (now := morning(at, -ago - 10))
    hands = _Hands(town, now)
    pk = hands.ranked(title, urgency, effort, households, why)
    line = actions.propose_line(pk, title, source, asked, payer_id=town.units[payer] if payer else None, **hands.worker)
    actions.decide_line(line.pk, True, "联盟会", **hands.secretary)
    actions.add_lot(pk, "整个项目", town.units["星湖物业"], **hands.worker)
    actions.start_project(pk, **hands.worker)
    actions.pay_line(line.pk, paid, "星湖物业", local_date(now), **hands.worker)
    yield (now := morning(at, -ago))
    hands = _Hands(town, now)
    actions.add_voice(pk, SAID[urgency - 1], when="用了几天", **hands.worker)
    actions.inspect_project(pk, **hands.secretary)
    if title == SHOWN:
        actions.add_pair(pk, title, *doors(), **hands.worker)
        actions.show_project(pk, **hands.worker)


def _emergency(town: Town, at: datetime) -> Script:
    """A lift that was stopped: two signatures, posted, and paid when it has hung long enough."""
    yield (now := morning(at, -9))
    hands = _Hands(town, now)
    pk = hands.ranked("3 幢电梯补偿链", 1, 2, 86, "维保停了梯，老人上不了楼")
    owners = town.units["紫荆业委会"]
    urgent = actions.propose_line(pk, "换补偿链", "MAINTENANCE", 2_340_000, payer_id=owners, **hands.worker)
    actions.sign_line(urgent.pk, "LIFT", by=town.actor(town.contacts["紫荆业委会"], now), at=now)
    actions.sign_line(urgent.pk, "LIFT", **hands.secretary)
    actions.post_line(urgent.pk, local_date(now), **hands.worker)
