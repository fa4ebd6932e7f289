"""A piece of news in each community, as the newspaper told them; in the first one some that still wait for the visitor."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from zengyi.bank.demo.points import secretary_of
from zengyi.bank.queries import quarters_published
from zengyi.core.clock import local_date
from zengyi.news import actions, queries
from zengyi.news.rules import Figure, PieceKind, Said
from zengyi.people.demo.moments import office_back
from zengyi.people.demo.timeline import Script, Timeline
from zengyi.people.demo.towns import Someone, Town


@dataclass(frozen=True, slots=True)
class Story:
    """A piece: what it says, and how many working hours ago it went out. ``days``: how long before that it happened, first and last."""

    hours: int
    title: str
    text: str
    place: str
    organisers: str
    figures: tuple[Figure, ...]
    days: tuple[int, int] = (1, 1)
    kind: PieceKind = PieceKind.BRIEF


BRIDGE = Story(
    12,
    "桥面补好了，走的人签的字",
    "虹西路西段的桥面破了两处坑，电动车要绕行。监督岗的党员看见了，报给社区党委；党委发了认领公告，区机关事务服务中心马上接下，派志愿者来修。"
    "\n\n坑洞填平那天，天天走这座桥的居民看过，说行，这件事才算办完：困难减 8 分，出力的增 8 分。",
    "虹西路西段",
    "区机关事务服务中心，虹西社区",
    (("前后", "3 天"), ("困难减", "−8 分")),
    (4, 1),
)
DEED = Story(
    30,
    "傍晚的楼道，有人天天看一遍",
    "治理岗的几位党员，傍晚散步就把楼道看一遍：堆的纸箱请住户收走，停进来的电瓶车好好劝，灯不亮的当晚报上来。\n\n"
    "不声不响看了一个季度，楼里的老人说，夜里下楼心里踏实多了。",
    "虹桥新村",
    "虹西社区第一支部",
    (("看了", "48 趟"), ("报修", "7 盏灯")),
    (60, 1),
    PieceKind.DEED,
)
TRAINING = Story(
    2,
    "小游园要添一条健身步道",
    "三方会议上，监理队把大家的心愿说了：226 幢旁边的小游园添一条健身步道。施工方答应下周拿出图。住在226幢1206的居民愿意带大家看现场，"
    "一名8岁的孩子画了一张图。想一起看的，请打13900001206。",
    "小游园",
    "红管家监理队，虹桥新村三标段",
    (("收到心愿", "41 条"),),
)
CLASSES = Story(
    5,
    "周六上午，教老人用手机点单",
    "不会点单的，周六上午来活动室，志愿者一个一个教。不想学的也没关系：打社区电话，我们替您记下来。",
    "活动室",
    "虹西社区",
    (),
    (-2, -2),
    PieceKind.NOTICE,
)
ELSEWHERE: dict[str, Story] = {
    "qx": Story(
        20,
        "390 路摄像头，先查清再修",
        "怡居南区 390 路摄像头坏了 312 路，偷了东西查不到录像，居民着急。居民、物业、维修公司、通信公司、街道几家先看现场，再坐下来商量，"
        "定了三条：主干道走雪亮工程加装 31 点；维修公司查清原因、拿出方案和预算，先修主干道；修好以后物业天天查，坏一路报一路。",
        "幸福怡居南区",
        "秦西社区，有事好商量",
        (("共", "390 路"), ("坏了", "312 路"), ("定了", "3 条")),
    ),
    "xy": Story(
        9,
        "一条河，950 株一枝黄花清完了",
        "河长巡河时，在新幸西界河边发现加拿大一枝黄花。社区组织党员和居民，分四次清除，清一株数一株，一共 950 株。\n\n"
        "一位居民借出工具，孩子们送来热水。换了另一位河长再去看：没有了。春天还要回看两次。",
        "新幸西界河",
        "新园社区，唐闸镇街道河长办",
        (("清除", "950 株"), ("分几次", "4 次"), ("动手的", "57 人次")),
        (40, 1),
    ),
    "zj": Story(
        26,
        "电梯补偿链换了，玻璃门也换了",
        "小区老了，物业一家忙不过来。党建联盟挨家走访，把大家说的按轻重缓急排了队，一件一件办：单元玻璃门换新，电梯补偿链换好，臭烘烘的角落建成垃圾分类站。"
        "钱从联盟各家和公共维修资金里出，票据贴在门厅。",
        "紫荆花园",
        "紫荆社区党建联盟",
        (("修好", "3 处"), ("前后", "6 天")),
        (7, 1),
    ),
    "zy": Story(
        34,
        "孩子做干花书签，送给楼里老人",
        "志愿者带着孩子们压花、贴卡、写字，做成书签送给楼里的老人。没拍脸，拍的是书签。",
        "竹韵社区活动室",
        "竹韵社区",
        (("书签", "24 个"),),
    ),
    "xq": Story(
        38,
        "法律知识，送到楼道口",
        "网格、工会和几家单位一起，在口袋公园摆开宣传台：劳动合同怎么签，遗嘱怎么写，遇到诈骗怎么办。说不清的，律师当场解答。",
        "新桥北村口袋公园",
        "新桥北村社区，街道总工会",
        (("解答", "63 人"),),
    ),
    "sl": Story(
        15,
        "综合体里一起跑了一次火警",
        "开发区安监、经发、派出所、消防站，和世伦桥、观畅两个社区，在购物综合体里联合演练："
        "听见警报走楼梯，到广场找自己楼的牌子。最慢的一层用了 6 分 10 秒。",
        "购物综合体",
        "崇川经济开发区，世伦桥社区，观畅社区",
        (("下楼", "412 人"), ("最慢", "6 分 10 秒")),
    ),
    "gc": Story(
        18,
        "演练回来，三处堆物当天清走",
        "商场里的联合演练，观畅花园也下了楼。回来的路上大家顺手看了楼道：三处堆着旧家具，一处防火门关不严。"
        "旧家具当天请住户搬走，防火门物业换了闭门器，第二天再去推，关得严了。",
        "观畅花园",
        "观畅社区，物业",
        (("清走", "3 处"), ("修好", "1 扇门")),
        (2, 1),
    ),
    "th": Story(
        42,
        "陈桥消防站来教灭火",
        "天和社区和集成村请消防站的同志来，灭火器怎么提、怎么拔、怎么喷，每幢楼推一个人学会，再教邻居。",
        "商业综合体",
        "天和社区，集成村，陈桥消防站",
        (("学会", "38 人"),),
    ),
}


def tell(town: Town, timeline: Timeline, rng: Random, *, at: datetime) -> None:
    """The community's pieces: published ones, and in the first community one at each step of its way."""
    if town.key == "hx":
        for story in (BRIDGE, DEED):
            timeline.add(_told(town, story, at))
        timeline.add(_quarter(town, at))
        timeline.add(_told(town, CLASSES, at, until="approved"))
        timeline.add(_told(town, TRAINING, at, until="proposed"))
    elif town.key in ELSEWHERE:
        timeline.add(_told(town, ELSEWHERE[town.key], at))


def _people(town: Town) -> tuple[Someone, Someone, Someone]:
    """Who writes, checks and approves: three people."""
    first = town.workers[0]
    second = town.workers[1] if len(town.workers) > 1 else secretary_of(town, "书记乙")
    return first, second, secretary_of(town)


def _told(town: Town, story: Story, at: datetime, *, until: str = "published") -> Script:
    """Written, checked and approved one working hour after the other; published then, unless it still waits."""
    writer, checker, approver = _people(town)
    yield (moment := office_back(at, story.hours + 4))
    today = local_date(moment)
    held_on, last = (today - timedelta(days=days) for days in story.days)
    piece = actions.propose(
        kind=story.kind,
        title=story.title,
        text=story.text,
        place=story.place,
        held_on=held_on,
        until=last if last != held_on else None,
        organisers=story.organisers,
        figures=story.figures,
        by=town.actor(writer, moment),
        at=moment,
    )
    if until == "proposed":
        return
    yield from _through(town, piece.pk, checker, approver, at, story.hours)
    if until == "published":
        yield (moment := office_back(at, story.hours))
        actions.publish(piece.pk, by=town.actor(writer, moment), at=moment)
        if story is BRIDGE:
            yield (moment := office_back(at, story.hours - 1))
            actions.hang(piece.pk, "虹西路公示栏", by=town.actor(writer, moment), at=moment)


def _through(town: Town, piece_id: int, checker: Someone, approver: Someone, at: datetime, hours: int) -> Script:
    yield (moment := office_back(at, hours + 3))
    by = town.actor(checker, moment)
    marks = {mark.key: (Said.NOT_PERSON.value, "") for mark, said in queries.marks(piece_id, by=by) if not said}
    if marks:  # such as the age of a campaign, or a word that looks like a name: the checker has looked and dismisses them
        actions.answer(piece_id, marks, by=by, at=moment)
    actions.check(piece_id, by=by, at=moment)
    yield (moment := office_back(at, hours + 1))
    actions.approve(piece_id, by=town.actor(approver, moment), at=moment)


def _quarter(town: Town, at: datetime) -> Script:
    """The newest publication, told in the words that it has."""
    writer, checker, approver = _people(town)
    hours = 50
    yield (moment := office_back(at, hours + 4))
    published = quarters_published(town.laid.community_id)
    if not published:
        return
    by = town.actor(writer, moment)
    draft = queries.drafted("QUARTER", published[0], by=by, at=moment)
    piece = actions.propose(
        kind=draft.kind,
        title=draft.title,
        text=draft.text,
        held_on=draft.held_on,
        until=draft.until,
        organisers=draft.organisers,
        source="QUARTER",
        source_ref=published[0],
        by=by,
        at=moment,
    )
    yield from _through(town, piece.pk, checker, approver, at, hours)
    yield (moment := office_back(at, hours))
    actions.publish(piece.pk, by=town.actor(writer, moment), at=moment)
