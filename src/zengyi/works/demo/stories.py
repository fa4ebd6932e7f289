# Chinese in this file is data: what the stories of the demo say.
"""Story 3, 红管家监理队, and story 6, 党建联盟: an old estate with the demands of its supervisors, and what an alliance pays for."""

from datetime import date, datetime, time, timedelta
from random import Random

from zengyi.core.clock import SHANGHAI, local_date
from zengyi.people.demo.timeline import Script, Timeline
from zengyi.people.demo.towns import Someone, Town
from zengyi.people.rules import Actor
from zengyi.works import actions
from zengyi.works.demo.pictures import doors
from zengyi.works.rules.demands import last_meeting

CONTRACTOR, WEDNESDAY = "三标段施工方", 2
#: Lots: name, where, and their milestones with the planned and the actual days, counted from today; the last is the inspection.
LOTS: tuple[tuple[str, str, tuple[tuple[str, int, int, int | None, int | None], ...]], ...] = (
    (
        "一标段",
        "201–215 幢",
        (("管线", -150, -110, -149, -113), ("路面", -109, -60, -111, -57), ("绿化", -56, -28, -54, -26)),
    ),
    (
        "二标段",
        "227–240 幢",
        (("管线", -120, -80, -120, -80), ("路面", -79, -30, -78, -20), ("绿化", -12, 3, -10, None)),
    ),
    (
        "三标段",
        "216–226 幢",
        (
            ("管线", -110, -75, -110, -72),
            ("路面", -74, -20, -71, -13),
            ("车位", -19, -5, -12, None),
            ("绿化", -4, 30, None, None),
        ),
    ),
)
#: Members of the alliance and what each gives.
GIVES = (
    ("星湖物业", "出两万元，电工随叫随到"),
    ("紫荆业委会", "管维修资金，征求业主意见"),
    ("电梯维保公司", "每季免费查一次电梯"),
)
#: What has its pictures.
SHOWN = "单元门玻璃 12 扇"
SAID = ("门关得严了，冬天不灌风。", "现在敢开窗了。洗手的水凉，冬天再想想办法。")
#: Demands: title, spot, how it came, of whom, households, days before the last meeting; and what became of it.
DEMANDS = (
    ("车位线压了消防通道", "224 幢南", "SITE", "CONTRACTOR", 0, 15, "passed"),
    ("楼道口堆料挡路", "222 幢", "STAIR", "CONTRACTOR", 6, 14, "settled"),
    ("井盖高出路面 3 厘米", "225 幢西口", "SITE", "CONTRACTOR", 0, 12, "returned"),
    ("226 幢小游园想要一条健身步道", "小游园", "STAIR", "CONTRACTOR", 23, 6, ""),
    ("改过的车位线，去看一眼", "223 幢东", "PHONE", "CONTRACTOR", 0, 3, "done"),
    ("车位划完归谁停，怎么定", "", "STAIR", "COMMUNITY", 31, 0, ""),
    ("车位线离消防栓太近", "224 幢南", "SITE", "CONTRACTOR", 0, 0, ""),
)
PAID = (
    ("单元门玻璃 12 扇", 1, 1, 41, "玻璃碎了，小孩天天走", "DONATION", 2_880_000, 2_880_000, 88),
    ("5 幢电梯补偿链", 1, 2, 72, "半夜响，怕断", "BUDGET", 2_340_000, 2_106_000, 75),
    ("垃圾分类站", 2, 2, 120, "夏天臭，一楼不敢开窗", "ALLIANCE", 4_600_000, 4_600_000, 60),
)
WAITING = (("充电没处充", 2, 2, 57, "飞线充电，怕着火"), ("儿童滑梯", 3, 2, 18, "等得起，先办急的"), ("晾衣绳", 4, 1, 6, "顺手的事"))


def tell(town: Town, timeline: Timeline, rng: Random, *, at: datetime) -> None:
    """The renovation of 虹桥新村, and the alliance of 紫荆社区."""
    if town.key == "hx":
        timeline.add(_site(town, timeline, at))
    if town.key == "zj":
        timeline.add(_alliance(town, at))


def _at(at: datetime, days: int, minute: int = 0) -> datetime:
    """A morning so many days from today."""
    return min(datetime.combine(local_date(at) + timedelta(days=days), time(9, minute % 60), SHANGHAI), at)


def _day(at: datetime, days: int) -> date:
    return local_date(at) + timedelta(days=days)


def _site(town: Town, timeline: Timeline, at: datetime) -> Script:
    """Ranked, funded, planned in three lots, and begun half a year ago."""
    worker, secretary, builder = town.workers[0], town.named("书记甲"), town.contacts[CONTRACTOR]
    yield (now := _at(at, -170))
    by, second = town.actor(worker, now), town.actor(secretary, now)
    project = actions.propose_project(
        "虹桥新村改造", text="管线、路面、车位、绿化，分三个标段做。", households=412, meets_on=WEDNESDAY, by=by, at=now
    ).pk
    actions.rank_project(project, 2, 3, "四十年的老小区，下水堵、路面破，天天受累", by=second, at=now)
    line = actions.propose_line(project, "改造工程款", "BUDGET", 386_000_000, by=by, at=now)
    actions.decide_line(line.pk, True, "街道办公会 3 月 12 日", by=second, at=now)
    yield (now := _at(at, -160))
    nodes = []
    for name, extent, milestones in LOTS:
        lot = actions.add_lot(project, name, town.units[CONTRACTOR], extent=extent, by=by, at=now)
        for what, begins, ends, begun, done in milestones:
            made = actions.add_milestone(lot.pk, what, _day(at, begins), _day(at, ends), by=by, at=now)
            nodes.append((made.pk, begun, done))
    actions.start_project(project, by=by, at=now)
    timeline.add(_demands(town, timeline, project, at))
    for pk, begun, done in nodes:
        if begun is not None:
            moment = _at(at, done if done is not None else begun, 30)
            timeline.add(_reported(town, pk, builder, _day(at, begun), None if done is None else _day(at, done), moment))
    yield (now := _at(at, -12))
    actions.pay_line(line.pk, 251_000_000, "三标段施工单位", _day(at, -13), by=town.actor(worker, now), at=now)


def _reported(town: Town, node: int, builder: Someone, begun: date, done: date | None, at: datetime) -> Script:
    yield at
    actions.report_milestone(node, begun, done, by=town.actor(builder, at), at=at)


def _demands(town: Town, timeline: Timeline, project: int, at: datetime) -> Script:
    """What the supervisors collected in the last weeks; one is not answered, though a meeting went by."""
    supervisor = town.named("监理甲")
    since = (local_date(at) - last_meeting(local_date(at), WEDNESDAY)).days
    for number, (title, spot, way, asked, households, ago, end) in enumerate(DEMANDS):
        yield (now := _at(at, -since - ago, number))
        made = actions.raise_demand(
            project,
            title,
            spot=spot,
            way=way,
            addressee=asked,
            households=households,
            lot_id=None,
            by=town.actor(supervisor, now),
            at=now,
        )
        if end:
            timeline.add(_answered(town, made.pk, end, now))


def _answered(town: Town, demand: int, end: str, at: datetime) -> Script:
    """The contractor's answer a day later, and what came of it."""
    yield (at := at + timedelta(days=1))
    builder, supervisor = town.contacts[CONTRACTOR], town.named("监理甲")

    def by(who: Someone) -> Actor:
        return town.actor(who, at)

    if end == "settled":
        actions.answer_demand(demand, "EXPLAIN", text="料是当天用的，傍晚就清，以后放到空地上", by=by(builder), at=at)
        yield (at := at + timedelta(days=1))
        actions.settle_demand(demand, text="去看了，清掉了", by=by(supervisor), at=at)
        yield (at := at + timedelta(hours=3))
        actions.tell_raiser(demand, "上门说了，他说好", by=by(supervisor), at=at)
        return
    actions.answer_demand(demand, "ACCEPT", promised=local_date(at) + timedelta(days=4), text="周内改好", by=by(builder), at=at)
    yield (at := at + timedelta(days=2))
    actions.do_demand(demand, "改好了，有照片", by=by(builder), at=at)
    if end == "done":
        return
    yield (at := at + timedelta(days=1))
    if end == "returned":
        actions.return_demand(demand, "放平了，又高 1 厘米", by=by(supervisor), at=at)
        return
    actions.pass_demand(demand, text="量过了，够宽", by=by(supervisor), at=at)


def _alliance(town: Town, at: datetime) -> Script:
    """Who is in it and what they give; three things done, one emergency, others in line."""
    yield (now := _at(at, -110))
    by, second = town.actor(town.workers[0], now), town.actor(town.named("书记甲"), now)
    actions.name_alliance("星湖邻里 · 党建联盟", by=by, at=now)
    for short, gives in GIVES:
        actions.join_alliance(town.units[short], gives, by=by, at=now)
    for title, urgency, effort, households, why in WAITING:
        pk = actions.propose_project(title, households=households, by=by, at=now).pk
        actions.rank_project(pk, urgency, effort, why, by=second, at=now)
    for title, urgency, effort, households, why, source, asked, paid, ago in PAID:
        yield (now := _at(at, -ago - 10))
        pk = actions.propose_project(title, households=households, by=by, at=now).pk
        actions.rank_project(pk, urgency, effort, why, by=second, at=now)
        line = actions.propose_line(pk, title, source, asked, payer_id=town.units["星湖物业"], by=by, at=now)
        actions.decide_line(line.pk, True, "联盟会", by=second, at=now)
        actions.add_lot(pk, "整个项目", town.units["星湖物业"], by=by, at=now)
        actions.start_project(pk, by=by, at=now)
        actions.pay_line(line.pk, paid, "星湖物业", local_date(now), by=by, at=now)
        actions.add_voice(pk, SAID[urgency - 1], when="用了一个月", by=by, at=now)
        actions.inspect_project(pk, by=second, at=now)
        if title == SHOWN:
            actions.add_pair(pk, title, *doors(), by=by, at=now)
            actions.show_project(pk, by=by, at=now)
    yield (now := _at(at, -9))
    pk = actions.propose_project("3 幢电梯补偿链", households=86, by=by, at=now).pk
    actions.rank_project(pk, 1, 2, "维保停了梯，老人上不了楼", by=second, at=now)
    urgent = actions.propose_line(pk, "换补偿链", "MAINTENANCE", 2_340_000, payer_id=town.units["紫荆业委会"], by=by, at=now)
    actions.sign_line(urgent.pk, "LIFT", by=town.actor(town.contacts["紫荆业委会"], now), at=now)
    actions.sign_line(urgent.pk, "LIFT", by=second, at=now)
    actions.post_line(urgent.pk, local_date(now), by=by, at=now)
