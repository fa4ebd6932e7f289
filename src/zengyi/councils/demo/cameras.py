# Chinese in this file is data: the demo's stories.
"""幸福怡居's cameras: 390, of which 312 are broken. Residents are angry, people look, meet and agree on three things; two are under way."""

from datetime import datetime, time, timedelta
from random import Random
from typing import Any

from zengyi.core.clock import SHANGHAI
from zengyi.councils import actions
from zengyi.councils.demo.pictures import camera
from zengyi.councils.queries.topic_parts import orders_of_decision
from zengyi.councils.rules.decisions import Action, Dissent, Hands
from zengyi.councils.rules.surveys import Figure
from zengyi.orders import actions as orders
from zengyi.orders.rules import Category
from zengyi.people.demo.moments import awake, office
from zengyi.people.demo.timeline import Script, Timeline
from zengyi.people.demo.towns import Town

DAY = timedelta(days=1)
TITLE, MEETING = "390 个摄像头，坏了 312 个", "幸福怡居监控协商会"
FIGURES = (Figure("摄像头", 390, "个"), Figure("坏的", 312, "个", part=True))
PARTIES = (("物业", ""), ("维修公司", ""), ("通信公司", ""), ("街道", ""), ("政协委员", ""), ("原施工单位", "布线图在他们手里，已经发函"))
SAID = (
    ("维修公司", "FACT", "线路和设备都坏，光换摄像头没用"),
    ("物业", "FACT", "没有布线图，线走哪里谁也说不清"),
    ("街道", "REPLY", "雪亮工程在主干道加 31 处，点位已经选好"),
    ("居民", "PROPOSAL", "先修主干道和要紧的地方"),
    ("居民", "CONCERN", "修一半又坏，钱白花"),
)
STANDS = (("居民", "FOR", 4), ("物业", "FOR", 1), ("维修公司", "RESERVED", 1), ("通信公司", "FOR", 1))
CAME = (("居民", 5), ("物业", 2), ("维修公司", 1), ("通信公司", 1), ("街道", 1), ("政协委员", 1))


def tell(town: Town, timeline: Timeline, rng: Random, *, at: datetime) -> None:
    """The story of 幸福怡居, and beside it a topic that nobody has looked at yet."""
    if town.key == "qx":
        timeline.add(_cameras(town, at))
        timeline.add(_new(town, at))


def _new(town: Town, at: datetime) -> Script:
    moment = awake(at - timedelta(hours=3))
    yield moment
    raiser = [one for one in town.residents if one.acting_as][1]
    text = "晚上回来转两圈没地方停，门口还堵着。想请物业、业委会和大家一起商量怎么划。"
    actions.raise_topic("晚上停车没地方，能不能划几个车位", text, spot="南区门口", by=town.actor(raiser, moment), at=moment)


def _cameras(town: Town, at: datetime) -> Script:
    signing = [one for one in town.residents if one.acting_as]
    raiser = signing[0]
    screened = office(at - 37 * DAY)
    moment = min(awake(at - 38 * DAY), screened - timedelta(hours=2))
    yield moment
    text = "上个月丢了两辆电瓶车，去物业调监控，什么也没有。问了才知道大部分早就坏了。"
    topic = actions.raise_topic(TITLE, text, spot="幸福怡居南区", by=town.actor(raiser, moment), at=moment)
    given = _Desk(town)
    moment = screened
    yield moment
    actions.screen_topic(topic.pk, urgency=2, answer="收到了，下周先和大家去看现场，再坐下来议。", **given(moment))
    for party, note in PARTIES:
        actions.invite_party(topic.pk, party, note=note, **given(moment))
    moment = office(at - 33 * DAY)
    yield moment
    more: dict[str, Any] = {
        "who": "居民 6 人、物业、维修公司",
        "text": "线路和设备都有坏的，没有布线图。2017 年交房，过了质保期。",
        "photos": [camera()],
    }
    actions.survey_topic(topic.pk, FIGURES, **more, **given(moment))
    yield from _meet(town, topic.pk, signing, at)


class _Desk:
    """Who writes it down: the community's worker, at a moment."""

    def __init__(self, town: Town) -> None:
        self.town = town

    def __call__(self, at: datetime) -> dict[str, Any]:
        return {"by": self.town.actor(self.town.workers[0], at), "at": at}


def _meet(town: Town, topic_id: int, signing: list[Any], at: datetime) -> Script:
    given, day = _Desk(town), office(at - 26 * DAY)
    begin = datetime.combine(day.date(), time(14), SHANGHAI)
    moment = office(at - 30 * DAY)
    yield moment
    session = actions.plan_session("DELIBERATION", MEETING, "南区居民活动室", begin, topic_ids=[topic_id], **given(moment))
    actions.notice_session(session.pk, **given(moment))
    yield begin
    actions.open_session(session.pk, **given(begin))
    for party, count in CAME:
        for number in range(count):
            known = {"person_id": signing[number].person_id} if party == "居民" else {"name": f"{party}代表{number + 1}"}
            actions.attend(session.pk, party, **known, **given(begin))
    said = [actions.opine(topic_id, *words, session_id=session.pk, **given(begin)) for words in SAID]
    for party, support, count in STANDS:
        for _number in range(count):
            actions.opine(topic_id, party, "PROPOSAL", "先修主干道", support=support, **given(begin))
    later = begin + timedelta(minutes=50)
    yield later
    work = _work(town, at)
    dissents = [Dissent("居民", SAID[-1][2])]
    hands = Hands(9, 1, 1)
    text = "主干道先装新的，查清原因再修，修好了天天看"
    decision = actions.decide(session.pk, topic_id, text, actions=work, hands=hands, dissents=dissents, adopts=[said[3].pk], **given(later))
    actions.close_session(session.pk, **given(later))
    moment = office(at - 25 * DAY)
    yield moment
    for party, name in (("居民", "居民代表"), ("物业", "物业经理"), ("社区", "社工甲")):
        actions.sign_session(session.pk, party=party, name=name, **given(moment))
    actions.sign_session(session.pk, party="原施工单位", name="没有到会", refusal="没有派人来", **given(moment))
    actions.publish_session(session.pk, **given(moment))
    yield from _carry_out(town, topic_id, orders_of_decision(decision.pk), signing, at)


def _work(town: Town, at: datetime) -> list[Action]:
    """Three orders: the street's project, the repairer's plan, the property company's daily look."""
    camera = Category.CAMERA
    return [
        Action(
            "主干道新装 31 处，走雪亮工程",
            "点位已经选好。",
            at + 25 * DAY,
            organisation_id=town.units["通信公司"],
            points=8,
            category=camera,
        ),
        Action(
            "查清原因，交维修方案和预算，先主干道", "", at + 5 * DAY, organisation_id=town.units["监控维修公司"], points=5, category=camera
        ),
        Action(
            "修好后每天查一遍，坏了当场叫修", "", at + 30 * DAY, organisation_id=town.units["幸福怡居物业"], category=camera, daily=True
        ),
    ]


def _carry_out(town: Town, topic_id: int, order_ids: list[int], signing: list[Any], at: datetime) -> Script:
    units = [town.contacts[short] for short in ("通信公司", "监控维修公司", "幸福怡居物业")]
    moment = office(at - 24 * DAY)
    yield moment
    for order_id, unit in zip(order_ids, units, strict=True):
        orders.accept(order_id, by=town.actor(unit, moment), at=moment)
    moment = awake(at - 20 * DAY)
    yield moment
    words = ("居民", "CONCERN", "大门口的那几个也要快，晚上没人看")
    actions.opine(topic_id, *words, by=town.actor(signing[1], moment), at=moment)
    moment = office(at - 8 * DAY)
    yield moment
    text = "查完了：一半是线路，一半是设备。方案和预算交社区，先修主干道。"
    orders.deliver(order_ids[1], text=text, by=town.actor(units[1], moment), at=moment)
    moment = awake(at - 7 * DAY)
    yield moment
    orders.confirm(order_ids[1], by=town.actor(signing[0], moment), at=moment)
    moment = office(at - 2 * DAY)
    yield moment
    given = _Desk(town)
    begin = datetime.combine((at + 3 * DAY).astimezone(SHANGHAI).date(), time(14), SHANGHAI)
    session = actions.plan_session("DELIBERATION", MEETING, "南区居民活动室", begin, **given(moment))
    actions.notice_session(session.pk, **given(moment))
