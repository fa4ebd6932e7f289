# Chinese in this file is data: what the stories of the demo say.
"""Story 3, 红管家监理队: an old estate that is renovated, the demands of those who watch over it, and its weekly meetings."""

from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from zengyi.core.clock import local_date
from zengyi.councils import actions as councils
from zengyi.people import queries as people
from zengyi.people.demo.timeline import Script, Timeline
from zengyi.people.demo.towns import RESIDENT, Someone, Town
from zengyi.people.rules import PlaceKind
from zengyi.works import actions
from zengyi.works.demo.moments import afternoon, day, morning
from zengyi.works.demo.pictures import cover
from zengyi.works.rules.demands import last_meeting

CONTRACTOR, WEDNESDAY, INSPECTION = "三标段施工方", 2, "验收"
#: Lots: name, where, and their milestones with the planned and the actual days, counted from today; the last is the inspection.
LOTS: tuple[tuple[str, str, tuple[tuple[str, int, int, int | None, int | None], ...]], ...] = (
    (
        "一标段",
        "201–215 幢",
        (("管线", -150, -110, -149, -113), ("路面", -109, -60, -111, -57), ("绿化", -56, -28, -54, -26), (INSPECTION, -24, -24, -24, -24)),
    ),
    (
        "二标段",
        "227–240 幢",
        (("管线", -120, -80, -120, -80), ("路面", -79, -30, -78, -20), ("绿化", -12, 3, -10, None), (INSPECTION, 6, 6, None, None)),
    ),
    (
        "三标段",
        "216–226 幢",
        (
            ("管线", -110, -75, -110, -72),
            ("路面", -74, -20, -71, -13),
            ("车位", -19, -5, -12, None),
            ("绿化", -10, 22, None, None),
            (INSPECTION, 35, 35, None, None),
        ),
    ),
)
#: What was planned anew: lot and milestone, when it is said, the new days, why.
MOVED = ("三标段", "绿化", -14, (-4, 30), "路面晚了一周，车位划完才能种树")
#: Demands: title, spot, how it came, of whom, households, days before the last meeting; and what became of it. The last one is of today.
DEMANDS = (
    ("车位线压了消防通道", "224 幢南", "SITE", "CONTRACTOR", 0, 15, "passed"),
    ("楼道口堆料挡路", "222 幢", "STAIR", "CONTRACTOR", 6, 14, "settled"),
    ("井盖高出路面 3 厘米", "225 幢西口", "SITE", "CONTRACTOR", 0, 12, "returned"),
    ("226 幢小游园想要一条健身步道", "小游园", "STAIR", "CONTRACTOR", 23, 6, ""),
    ("夜里九点还在切砖", "219 幢", "PHONE", "CONTRACTOR", 9, 5, "explained"),
    ("改过的车位线，去看一眼", "223 幢东", "PHONE", "CONTRACTOR", 0, 3, "done"),
    ("每幢门口加一个车位", "", "STAIR", "CONTRACTOR", 14, 2, "refused"),
    ("车位划完归谁停，怎么定", "", "STAIR", "COMMUNITY", 31, 0, ""),
    ("车位线离消防栓太近", "224 幢南", "SITE", "CONTRACTOR", 0, 0, "accepted"),
    ("新种的树正对着一楼窗户", "221 幢南", "STAIR", "CONTRACTOR", 2, None, ""),
)
#: Who wanted what is known, and where it stands on the plan, in thousandths.
WANTED, PINNED = "226 幢小游园想要一条健身步道", ("井盖高出路面 3 厘米", (842, 640))
#: What the contractor answers without promising anything.
ANSWERS = {
    "explained": ("EXPLAIN", "白天下雨停了工，这两天赶一赶，九点半以前收"),
    "refused": ("REFUSE", "图上没有，加了消防车过不去"),
}


def tell(town: Town, timeline: Timeline, rng: Random, *, at: datetime) -> None:
    """The renovation of 虹桥新村."""
    if town.key == "hx":
        timeline.add(_site(town, timeline, at))


def _site(town: Town, timeline: Timeline, at: datetime) -> Script:
    """Ranked, funded, planned in three lots, and begun half a year ago."""
    worker, secretary, builder = town.workers[0], town.named("书记甲"), town.contacts[CONTRACTOR]
    yield (now := morning(at, -170))
    by, second = town.actor(worker, now), town.actor(secretary, now)
    estate = next(card.id for card in people.places_of(town.laid.community_id) if card.kind == PlaceKind.ESTATE)
    about: dict[str, Any] = {"text": "管线、路面、车位、绿化，分三个标段做。", "households": 412, "place_id": estate, "meets_on": WEDNESDAY}
    project = actions.propose_project("虹桥新村改造", **about, by=by, at=now).pk
    actions.rank_project(project, 2, 3, "四十年的老小区，下水堵、路面破，天天受累", by=second, at=now)
    line = actions.propose_line(project, "改造工程款", "BUDGET", 386_000_000, by=by, at=now)
    actions.decide_line(line.pk, True, "街道办公会 3 月 12 日", by=second, at=now)
    yield (now := morning(at, -160))
    nodes: dict[tuple[str, str], tuple[int, int | None, int | None]] = {}
    for name, extent, milestones in LOTS:
        lot = actions.add_lot(project, name, town.units[CONTRACTOR], extent=extent, by=by, at=now)
        for what, begins, ends, begun, done in milestones:
            given: dict[str, Any] = {"gate": what == INSPECTION, "by": by, "at": now}
            nodes[name, what] = (actions.add_milestone(lot.pk, what, day(at, begins), day(at, ends), **given).pk, begun, done)
    actions.start_project(project, by=by, at=now)
    timeline.add(_demands(town, timeline, project, estate, at))
    timeline.add(_meetings(town, project, at))
    for pk, begun, done in nodes.values():
        if begun is not None:
            moment = morning(at, done if done is not None else begun, 30)
            timeline.add(_reported(town, pk, builder, day(at, begun), None if done is None else day(at, done), moment))
    lot_name, what, said, (begins, ends), why = MOVED
    yield (now := morning(at, said))
    actions.move_milestone(nodes[lot_name, what][0], day(at, begins), day(at, ends), why, by=town.actor(worker, now), at=now)
    yield (now := morning(at, -12))
    actions.pay_line(line.pk, 251_000_000, "三标段施工单位", day(at, -13), by=town.actor(worker, now), at=now)


def _reported(town: Town, node: int, builder: Someone, begun: date, done: date | None, at: datetime) -> Script:
    yield at
    actions.report_milestone(node, begun, done, by=town.actor(builder, at), at=at)


def _since(at: datetime) -> int:
    """Days since the last three-party meeting."""
    return (local_date(at) - last_meeting(local_date(at), WEDNESDAY)).days


def _meetings(town: Town, project: int, at: datetime) -> Script:
    """The last meeting was held, and what nobody answered carried itself over to the one that is called."""
    worker, ago = town.workers[0], _since(at)
    yield (now := morning(at, -ago - 2))
    held = afternoon(at, -ago)
    session = actions.call_meeting(project, "工地门口", held, by=town.actor(worker, now), at=now)
    councils.notice_session(session.pk, by=town.actor(worker, now), at=now)
    yield held
    by = town.actor(worker, held)
    councils.open_session(session.pk, by=by, at=held)
    for party, name in (("社区", "社工甲"), ("施工方", "项目经理"), ("监理队", "监理甲")):
        councils.attend(session.pk, party, name=name, by=by, at=held)
    yield (over := held + timedelta(minutes=50))
    councils.close_session(session.pk, by=by, at=over)
    called = min(over + timedelta(hours=1), at)
    yield called
    session = actions.call_meeting(project, "工地门口", afternoon(at, 7 - ago), by=town.actor(worker, called), at=called)
    councils.notice_session(session.pk, by=town.actor(worker, called), at=called)


def _demands(town: Town, timeline: Timeline, project: int, estate: int, at: datetime) -> Script:
    """What the supervisors collected in the last weeks; one is not answered, though a meeting went by."""
    supervisor, since = town.named("监理甲"), _since(at)
    resident, (pinned, pin) = town.named(RESIDENT), PINNED
    for number, (title, spot, way, asked, households, ago, end) in enumerate(DEMANDS):
        yield (now := morning(at, 0 if ago is None else -since - ago, number))
        more: dict[str, Any] = {"name": resident.name, "phone": resident.phone} if title == WANTED else {}
        more |= {"pin": (estate, *pin), "photos": [cover()]} if title == pinned else {}
        given: dict[str, Any] = {"spot": spot, "way": way, "addressee": asked, "households": households, **more}
        made = actions.raise_demand(project, title, **given, by=town.actor(supervisor, now), at=now)
        if end:
            timeline.add(_answered(town, made.pk, end, now, at))


def _answered(town: Town, demand: int, end: str, raised: datetime, at: datetime) -> Script:
    """The contractor's answer a day later, and what came of it."""
    yield (now := min(raised + timedelta(days=1), at))
    by, supervisor = town.actor(town.contacts[CONTRACTOR], now), town.actor(town.named("监理甲"), now)
    if end in ANSWERS or end == "settled":
        answer, text = ANSWERS.get(end, ("EXPLAIN", "料是当天用的，傍晚就清，以后放到空地上"))
        actions.answer_demand(demand, answer, text=text, by=by, at=now)
        if end == "settled":
            yield (now := now + timedelta(days=1))
            actions.settle_demand(demand, text="去看了，清掉了", by=supervisor, at=now)
            yield (now := now + timedelta(hours=3))
            actions.tell_raiser(demand, "上门说了，他说好", by=supervisor, at=now)
        return
    actions.answer_demand(demand, "ACCEPT", promised=local_date(now) + timedelta(days=4), text="周内改好", by=by, at=now)
    if end == "accepted":
        return
    yield (now := now + timedelta(days=2))
    actions.do_demand(demand, "改好了，有照片", by=by, at=now)
    if end == "done":
        return
    yield (now := now + timedelta(days=1))
    if end == "returned":
        actions.return_demand(demand, "放平了，又高 1 厘米", by=supervisor, at=now)
        return
    actions.pass_demand(demand, text="量过了，够宽", by=supervisor, at=now)
