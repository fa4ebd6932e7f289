# Chinese in this file is data: what happens in the demo.
"""虹桥新村's smaller matters, one at each stage: looked at, talked over and not decided, judged, put away, put off, passed on."""

from datetime import datetime, time, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from zengyi.core.clock import SHANGHAI, local_date
from zengyi.councils import actions
from zengyi.councils.queries.topic_parts import orders_of_decision
from zengyi.councils.rules.decisions import Action, Hands
from zengyi.councils.rules.surveys import Figure
from zengyi.orders import actions as orders
from zengyi.orders.rules import Category, Channel
from zengyi.people.demo.moments import awake, office
from zengyi.people.demo.timeline import Script, Timeline
from zengyi.people.demo.towns import MONITOR, RESIDENT, Town
from zengyi.people.rules import Actor

if TYPE_CHECKING:
    from zengyi.people.demo.towns import Someone

DAY = timedelta(days=1)
BRANCH_MEETING, NEIGHBOURS = "第一支部议事会", "虹桥新村邻里协商会"
CARTS = ("门口的早餐车，能不能划一块地方", "六辆早餐车早上把路挤得只剩一半，接孩子的电瓶车过不去。赶走也不行，大家都要吃早饭。")
CHARGING = ("车棚里装不装充电桩", "有人从三楼拉线下来充电。装充电桩要钱、要电、要人管，想请大家一起商量。")
HALLWAY = ("楼道里堆的东西，谁来清", "218 幢两个单元的楼道堆着旧家具，老人下楼要侧着身子走。")
PUDDLE = ("雨天门洞口总积水", "224 幢 2 单元门口，一下雨就要踩着砖进门。")
DANCE = ("晚上跳舞的声音，能不能小一点", "小广场八点半还在放，楼上孩子要写作业。跳舞也是好事，想商量个时间。")
BUS = ("公交站能不能往小区门口挪一挪", "老人去医院要走到下一个路口才有车。")


def tell(town: Town, timeline: Timeline, rng: Random, *, at: datetime) -> None:
    """What goes on in 虹桥新村 beside the votes of one of its buildings."""
    if town.key == "hx":
        for script in (_settled, _set_aside, _talked, _looked):
            timeline.add(script(_Here(town, at)))


class _Here:
    """The community's people, and moments before now that never go back."""

    def __init__(self, town: Town, now: datetime) -> None:
        self.town, self.now, self.at = town, now, now - 400 * DAY
        self.resident, self.member = town.named(RESIDENT), town.named(MONITOR)
        self.neighbours = [one for one in town.residents if one.acting_as][1:6]

    def office(self, days: float, minutes: int = 0) -> datetime:
        """The office's hours so many days ago, and not before what was last."""
        self.at = max(office(self.now - days * DAY), self.at + timedelta(minutes=minutes))
        return self.at

    def afternoon(self, days: float) -> datetime:
        """Three in the afternoon of a working day so many days ago: when people sit down."""
        day = office(self.now - days * DAY).date()
        self.at = max(datetime.combine(day, time(15), SHANGHAI), self.at + timedelta(minutes=1))
        return self.at

    def awake(self, days: float) -> datetime:
        """A waking hour so many days ago, for what residents do; never before what was last."""
        self.at = max(awake(self.now - days * DAY), self.at + timedelta(minutes=5))
        return self.at

    def by(self, who: "Someone") -> Actor:
        """Whoever does it now."""
        return self.town.actor(who, self.at)

    @property
    def desk(self) -> dict[str, Any]:
        """The worker, now."""
        return {"by": self.by(self.town.workers[0]), "at": self.at}

    def raised(self, words: tuple[str, str], who: "Someone") -> int:
        """A topic of somebody's, now."""
        return actions.raise_topic(*words, by=self.by(who), at=self.at).pk


def _looked(here: _Here) -> Script:
    """议: people went to look, and the traders have not been heard."""
    yield here.awake(12)
    topic = here.raised(CARTS, here.resident)
    yield here.office(11)
    actions.screen_topic(topic, urgency=3, answer="收到了。先数一数早上有几辆、堵多久，再请摊主一起坐下来。", **here.desk)
    yield here.office(9, minutes=1)
    figures = (Figure("早餐车", 6, "辆"), Figure("堵着消防通道的", 2, "辆", part=True))
    actions.survey_topic(topic, figures, text="七点到八点最挤，八点半都走了。", who="居民 4 人、物业", **here.desk)
    for party, note in (("物业", ""), ("摊主", "早上收摊时当面请过，两位说来")):
        actions.invite_party(topic, party, note=note, **here.desk)
    said = ("居民", "PROPOSAL", "划在东墙根，七点到八点半，走的时候自己扫干净")
    actions.opine(topic, *said, support="FOR", channel=Channel.PHONE, **here.desk)
    yield here.awake(4)
    actions.opine(topic, "居民", "CONCERN", "地方划了，油烟往楼上飘怎么办", support="RESERVED", by=here.by(here.neighbours[0]), at=here.at)


def _talked(here: _Here) -> Script:
    """决: a branch talked it over and did not settle it; its minutes wait for those who sat there."""
    yield here.awake(20)
    topic = here.raised(CHARGING, here.member)
    yield here.office(16)
    actions.screen_topic(topic, urgency=3, answer="收到了。支部先议一议，把几个办法都写出来。", **here.desk)
    cheap = actions.add_option(topic, "先装 4 个，两个车棚各 2 个", cost=1_200_000, fund="街道预算", **here.desk)
    whole = actions.add_option(topic, "一次装 12 个，请公司来装来管", text="公司出钱，每度电加 2 角。", **here.desk)
    starts = _Here(here.town, here.now).afternoon(5)
    session = actions.plan_session("BRANCH", BRANCH_MEETING, "社区二楼会议室", starts, topic_ids=[topic], **here.desk)
    actions.notice_session(session.pk, **here.desk)
    yield here.afternoon(5)
    actions.open_session(session.pk, **here.desk)
    for who in (here.member, here.town.members[2]):
        actions.attend(session.pk, "党员", person_id=who.person_id, **here.desk)
    said = (
        (cheap.pk, "PROPOSAL", "先装 4 个看看，够用再添", "FOR"),
        (whole.pk, "CONCERN", "公司走了，桩谁来修", "RESERVED"),
        (cheap.pk, "FACT", "两个车棚的电都够，电工看过", ""),
    )
    for option, kind, text, support in said:
        actions.opine(topic, "党员", kind, text, support=support, option_id=option, session_id=session.pk, **here.desk)
    yield here.office(5, minutes=60)
    actions.close_session(session.pk, **here.desk)


def _settled(here: _Here) -> Script:
    """评 and put away: one session settled two things, one by an order that is confirmed, the other by what was done on the spot."""
    yield here.awake(52)
    hallway, puddle = here.raised(HALLWAY, here.neighbours[1]), here.raised(PUDDLE, here.neighbours[2])
    yield here.office(51)
    actions.screen_topic(hallway, urgency=2, answer="收到了，和物业上门去看。", **here.desk)
    actions.screen_topic(puddle, urgency=3, tier="INSTANT", answer="收到了，会上一起说。", **here.desk)
    starts = _Here(here.town, here.now).afternoon(48)
    session = actions.plan_session("DELIBERATION", NEIGHBOURS, "218 幢架空层", starts, topic_ids=[hallway, puddle], **here.desk)
    actions.notice_session(session.pk, **here.desk)
    yield here.afternoon(48)
    actions.open_session(session.pk, **here.desk)
    for who in here.neighbours[1:3]:
        actions.attend(session.pk, "居民", person_id=who.person_id, **here.desk)
    actions.attend(session.pk, "物业", name="物业甲", **here.desk)
    actions.opine(hallway, "物业", "REPLY", "家里没人要的，物业派车拉走", session_id=session.pk, **here.desk)
    due, unit = here.at + 10 * DAY, here.town.units["虹桥物业"]
    work = Action("218 幢楼道的旧家具，拉走扫净", "", due, organisation_id=unit, points=3, category=Category.CLEAN)
    decision = actions.decide(session.pk, hallway, "贴条一周，没人认的物业拉走", actions=[work], hands=Hands(3, 0, 0), **here.desk)
    why = "物业当天通了地漏，大家看着水下去的"
    actions.decide(session.pk, puddle, "地漏半年通一次，记进物业的日程", no_action_reason=why, **here.desk)
    yield here.office(48, minutes=50)
    actions.close_session(session.pk, **here.desk)
    actions.sign_session(session.pk, **here.desk)
    actions.publish_session(session.pk, **here.desk)
    (order,) = orders_of_decision(decision.pk)
    orders.accept(order, by=here.by(here.town.contacts["虹桥物业"]), at=here.at)
    yield here.office(41)
    orders.deliver(order, text="贴条一周，认走三件，其余拉走，地也拖了。", by=here.by(here.town.contacts["虹桥物业"]), at=here.at)
    yield here.awake(40)
    orders.confirm(order, by=here.by(here.neighbours[1]), at=here.at)
    actions.evaluate_topic(hallway, "GOOD", text="现在推着轮椅也能下楼了。", by=here.by(here.neighbours[1]), at=here.at)
    actions.evaluate_topic(puddle, "HALF", text="小雨不积水了，大雨再看看。", by=here.by(here.neighbours[2]), at=here.at)
    yield here.office(38)
    actions.archive_topic(hallway, **here.desk)


def _set_aside(here: _Here) -> Script:
    """Put off until a day, and passed on to those who can do it."""
    yield here.awake(18)
    dance, bus = here.raised(DANCE, here.neighbours[3]), here.raised(BUS, here.neighbours[4])
    yield here.office(17)
    actions.screen_topic(dance, urgency=4, answer="收到了，先和舞队说说。", **here.desk)
    actions.screen_topic(bus, urgency=4, answer="收到了，公交站不归社区，帮您报上去。", **here.desk)
    yield here.office(15, minutes=1)
    until = local_date(here.now) + 14 * DAY
    actions.defer_topic(dance, "舞队说先自己试半个月：八点收、音箱朝外。试完再议", until=until, **here.desk)
    actions.escalate_topic(bus, "站点归区里管：报街道，请街道转交通局", **here.desk)
