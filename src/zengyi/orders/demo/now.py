"""What is open now: the queue at the desk, with every state and every light, and the bridge waiting to be played.

Dates are chosen so that little changes by itself: leases run on for days, nobody is reminded at once.
"""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from random import Random

from zengyi.core.clock import SHANGHAI, local_date
from zengyi.orders import actions
from zengyi.orders.demo import doing, pictures, stories
from zengyi.orders.demo.course import Moments, promised
from zengyi.orders.demo.story import Story
from zengyi.orders.demo.texts import Text
from zengyi.orders.demo.year import Author
from zengyi.orders.rules import Urgency
from zengyi.people.demo.moments import awake, office_back
from zengyi.people.demo.timeline import Script, Timeline
from zengyi.people.demo.towns import MONITOR, RESIDENT, Someone, Town

BRIDGE = "虹西路西段桥"
BRIDGE_TEXT = Text(
    "REPORT",
    "ROAD",
    8,
    "o",
    "虹西路西段桥面破损",
    "桥面破了一块，早晚骑电动车的人多，下雨看不清，怕老人摔着。",
    "桥面已经补平，压实后放行，通行正常。",
)
Way = Callable[[Story], Script]
#: An order open for more hours of office time than this counts as open for long.
LONG = 20


def tell(town: Town, timeline: Timeline, rng: Random, *, at: datetime) -> None:
    """The open orders of a community."""
    author = Author(town, rng)
    if town.key == "hx":
        _bridge(author, timeline, at)
        _beside_the_bridge(author, timeline, at)
        _of_logins(author, timeline, at)
        _queue(author, timeline, at, QUEUE)
        _reported(author, timeline, at)
    else:
        _queue(author, timeline, at, QUEUE_ELSEWHERE)


def _recent(at: datetime, hours: float) -> Moments:
    """Moments of something that began ``hours`` of office time ago: dealt with at once, taken and done since."""
    triaged = office_back(at, hours)
    placed = awake(triaged - timedelta(minutes=50))
    published = triaged + timedelta(minutes=3)
    claimed = max(published + timedelta(minutes=5), office_back(at, hours - min(2, hours / 2)))
    delivered = max(claimed + timedelta(minutes=5), awake(at - timedelta(hours=5)))
    return Moments(placed, triaged, published, claimed, delivered, at)


def _open(
    author: Author,
    at: datetime,
    hours: float,
    *,
    text: Text | None = None,
    raiser: Someone | None = None,
    place: str = "",
    due: int | None = None,
) -> Story:
    story = author.story(at, text, raiser, place)
    # An order open for long was not urgent: its time limit is still ahead.
    story.when, story.urgency = _recent(at, hours), Urgency.CALM if hours > LONG else Urgency.WEEK
    story.private = story.anonymous = False
    if due is not None:
        story.due = promised(at, due)
    return story


#: The script of the story, the hours of office time since it began, and the hour it is promised for, as ``promised`` counts them.
QUEUE: tuple[tuple[Way, float, int | None], ...] = (
    (stories.placed, 0.4, None),
    (stories.placed, 3, None),
    (stories.triaged, 2, None),
    (stories.triaged, 3.3, None),
    (stories.published, 16, -1),
    (stories.published, 5, 1),
    (stories.published, 9, None),
    (stories.published, 40, 11),
    (stories.recalled, 75, 20),
    (stories.lapsed, 12, None),
    (stories.assigned, 0.6, None),
    (stories.claimed, 14, -2),
    (stories.claimed, 9, 0),
    (stories.claimed, 7, 2),
    (stories.claimed, 6, None),
    (stories.claimed, 17, None),
    (stories.claimed, 50, 9),
    (stories.claimed, 90, 14),
    (stories.claimed, 130, 23),
    (stories.claimed, 190, 31),
    (stories.returned, 60, None),
    (stories.delivered, 11, None),
    (stories.delivered, 110, 6),
    (stories.reminded, 150, 6),
)
#: How many days ago the work was delivered, for stories in which there was time to send it back or to be reminded once.
DELIVERED_DAYS: dict[Way, float] = {stories.returned: 0.9, stories.reminded: 2.6}
QUEUE_ELSEWHERE: tuple[tuple[Way, float, int | None], ...] = (
    (stories.placed, 1, None),
    (stories.published, 6, 1),
    (stories.claimed, 8, None),
    (stories.claimed, 150, 17),
    (stories.delivered, 90, 6),
)


def _queue(author: Author, timeline: Timeline, at: datetime, queue: tuple[tuple[Way, float, int | None], ...]) -> None:
    for way, hours, due in queue:
        story = _open(author, at, hours, due=due)
        if way in DELIVERED_DAYS:
            story.when = _delivered(story.when, at, DELIVERED_DAYS[way])
        timeline.add(way(story))


def _delivered(when: Moments, at: datetime, days: float) -> Moments:
    delivered = max(when.claimed + timedelta(minutes=5), awake(at - timedelta(days=days)))
    return Moments(when.placed, when.triaged, when.published, when.claimed, delivered, at)


def _bridge(author: Author, timeline: Timeline, at: datetime) -> None:
    """The story everybody can play: reported by ``member`` on the monitoring duty, waiting to be weighed."""
    yesterday = datetime.combine(local_date(at) - timedelta(days=1), time(16, 20), SHANGHAI)
    story = author.story(at, BRIDGE_TEXT, author.town.named(MONITOR), BRIDGE)
    story.when, story.urgency, story.photos = _placed(yesterday), Urgency.TODAY, pictures.bridge()
    timeline.add(_bridge_script(story))
    twin = author.story(at, _TWIN, place=BRIDGE)
    twin.when, twin.urgency = _placed(yesterday + timedelta(minutes=105)), Urgency.SOON
    timeline.add(stories.placed(twin))


def _placed(at: datetime) -> Moments:
    """Placed, and nothing since."""
    return Moments(at, at, at, at, at, at)


_TWIN = Text("DEMAND", "ROAD", 8, "o", "桥上有个坑", "西段桥面有个坑，骑车过桥要绕，昨天差点摔倒。", "")


def _bridge_script(story: Story) -> Script:
    yield from stories.placed(story)
    yield (at := story.when.placed + timedelta(minutes=35))
    actions.note(story.order, text="网格员到过现场，放了警示桩，提醒大家慢行。", by=doing.desk(story, at), at=at)


_BESIDE = (
    Text("DEMAND", "LIGHT", 3, "o", "桥头路灯不亮", "桥头的路灯两天没亮，晚上过桥看不清。", ""),
    Text("REPORT", "ROAD", 4, "o", "桥边护栏松动", "桥边护栏摇得动，孩子喜欢趴在上面看河。", ""),
    Text("DEMAND", "CLEAN", 2, "o", "桥下漂着垃圾", "桥下漂着泡沫箱和塑料袋，水面一层。", ""),
)


def _beside_the_bridge(author: Author, timeline: Timeline, at: datetime) -> None:
    for number, text in enumerate(_BESIDE):
        timeline.add(stories.published(_open(author, at, 8 + 3 * number, text=text, place=BRIDGE)))


def _of_logins(author: Author, timeline: Timeline, at: datetime) -> None:
    """What ``resident`` asked for and what ``member`` and ``unit`` have in hand, so that their pages are alive."""
    town = author.town
    me, resident, unit = town.named(MONITOR), town.named(RESIDENT), town.contacts["区机关事务服务中心"]

    def mine(way: Way, hours: float, text: Text, *takers: Someone, due: int | None = None, places: int = 0) -> None:
        story = _open(author, at, hours, text=text, raiser=resident, place="226幢", due=due)
        story.takers, story.places = list(takers), places
        timeline.add(way(story))

    mine(stories.delivered, 12, _TAP, me)
    mine(stories.published, 5, _CRAFT)
    mine(stories.placed, 1, _DOOR)
    two = _open(author, at, 7, text=_OUTING, place="活动室", due=3)
    two.takers, two.places = [me, town.members[3]], 3
    timeline.add(stories.claimed(two))
    asked = _open(author, at, 0.4, text=_TEACH)
    asked.takers = [me]
    timeline.add(stories.assigned(asked))
    yard = _open(author, at, 9, text=_YARD, place="小游园")
    yard.takers = [unit]
    timeline.add(stories.claimed(yard))
    for days, text in ((150, _LAMP), (96, _VALVE), (37, _COUPLET)):
        timeline.add(stories.confirmed(author.story(at - timedelta(days=days), text, resident, "226幢")))
    said_no = author.story(at - timedelta(days=70), _NO, resident, "226幢")
    timeline.add(stories.declined(said_no))


def _reported(author: Author, timeline: Timeline, at: datetime) -> None:
    """What ``member`` reported some days ago, and it was so: their filing begins with it."""
    story = author.story(at - timedelta(days=6), _MANHOLE, author.town.named(MONITOR), "226幢")
    story.private = story.anonymous = False
    timeline.add(stories.confirmed(story))


_MANHOLE = Text(
    "REPORT", "ROAD", 3, "o", "窨井盖翘起一边", "单元门口的窨井盖翘起一边，夜里看不见，容易绊倒。", "井圈垫平，盖子盖实，踩过不响。"
)
_TAP = Text("DEMAND", "WATER", 2, "h", "厨房水龙头滴水", "水龙头关紧了还滴，一天能接小半桶。", "换了阀芯，等了十分钟一滴不漏，请您看一眼。")
_CRAFT = Text("WISH", "HELP", 2, "h", "想学会用手机看病历", "医院说报告都在手机上，我打不开，想请人教一教。", "")
_DOOR = Text("DEMAND", "CAMERA", 3, "b", "单元门关不严", "单元门弹不回来，夜里一直开着，风直往里灌。", "")
_OUTING = Text("WISH", "HELP", 6, "o", "带三位老人去复查眼睛", "三位老人约了同一天复查，要人接送、陪着检查。", "", places=3)
_TEACH = Text("WISH", "HELP", 2, "h", "教两位老人视频通话", "孩子都在外地，想学会视频，看看孙子。", "")
_YARD = Text("DEMAND", "ROAD", 5, "o", "小游园台阶缺了一角", "台阶缺了一角，早上锻炼的人容易踩空。", "", places=2)
_LAMP = Text("DEMAND", "LIGHT", 2, "b", "楼道感应灯不亮", "二楼到三楼的灯不亮，夜里下楼要摸着墙。", "换了两只感应头，走了一遍都亮。")
_VALVE = Text("DEMAND", "WATER", 3, "b", "水表井漏水", "水表井里一直有水声，盖子下面全是水。", "换了接头垫圈，抽干了水，表不转了。")
_COUPLET = Text("WISH", "HELP", 2, "h", "想请人帮着换窗纱", "窗纱破了，爬高换不了。", "换了四扇窗纱，试过推拉都顺。")
_NO = Text(
    "DEMAND",
    "OTHER",
    0,
    "o",
    "想在楼前圈一块地种菜",
    "楼前空着一块，想圈起来种点菜。",
    "绿地是大家的，不能圈；春天有认养花箱，到时通知您。",
)
