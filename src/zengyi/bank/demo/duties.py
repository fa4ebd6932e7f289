"""四大岗 through the year: posts that residents asked for, who took them, their turns, and a day's need that still asks for people."""

from datetime import date, datetime, time, timedelta
from random import Random

from zengyi.bank import actions as bank
from zengyi.bank import queries
from zengyi.bank.actions import duties as actions
from zengyi.bank.rules import FilingState
from zengyi.core import worktime
from zengyi.core.clock import SHANGHAI, local_date
from zengyi.people.demo.moments import office_back
from zengyi.people.demo.timeline import Script, Timeline
from zengyi.people.demo.towns import MONITOR, Someone, Town
from zengyi.people.rules import Duty

#: Duty, what, when, what to mind, how many; and what its turns say.
POSTS = (
    (
        Duty.DELIBERATION,
        "周三晚上听居民说事",
        "每周三 19:00，一小时",
        "在居委会会议室，听到的记下来，带到商量会上。",
        3,
        ("听了三户说停车难，记下两条", "四位老人说楼道灯太暗，记下带走", "两户为晾晒的事来，先劝和了"),
    ),
    (
        Duty.GOVERNANCE,
        "傍晚看楼道和河边",
        "每周两次，半小时",
        "看堆物、飞线、河边垃圾，能收拾的顺手收拾，收拾不了的上报。",
        4,
        ("劝走楼道里两辆电瓶车", "河边捡了两袋垃圾", "看了五幢楼，纸箱请住户收走了"),
    ),
    (
        Duty.GIVING,
        "给独居老人送一趟菜",
        "每周五上午",
        "社区有名单，送到了坐一会儿，问问身体。",
        4,
        ("送了三户，有一户要配药，告诉了社区", "送了两户，帮忙换了灯泡", "送菜，顺手把药盒分好"),
    ),
    (
        Duty.MONITORING,
        "看旧改工地一小时",
        "每周二下午",
        "看安全、看做法，有问题拍下来，三方会上说。",
        3,
        ("看了划车位，有一处斜了，当场改", "围挡松了，请工人扎牢", "看下水管接口，等试水再来"),
    ),
)
NEED = (Duty.GIVING, "清扫河岸，拔一枝黄花", "上午 9 点，新幸西界河边集合", "带手套，工具社区有。", 8)
ELSEWHERE = (Duty.GIVING, "陪独居老人说说话", "每周六上午", "社区有名单，一次一户。", 2)
HOLDERS, TURNS, BACK = 2, 5, 330


def tell(town: Town, timeline: Timeline, rng: Random, *, at: datetime) -> None:
    """The posts of a community and the turns of a year; elsewhere one post that still asks for people."""
    if town.key != "hx":
        timeline.add(_offered(town, ELSEWHERE, None, office_back(at, 30 + rng.randrange(30))))
        return
    keen = [one for one in town.members if one.keen and one.user_id]
    chosen = rng.sample(keen, HOLDERS * len(POSTS) - 1)
    chosen.append(town.named(MONITOR))
    for place, post in enumerate(POSTS):
        holders = chosen[place * HOLDERS : place * HOLDERS + HOLDERS]
        timeline.add(_post(town, timeline, post, holders, at - timedelta(days=BACK - place), rng, until=at))
    timeline.add(_offered(town, NEED, _saturday(local_date(at)), office_back(at, 20)))


def _saturday(today: date) -> date:
    """The Saturday after next."""
    return today + timedelta(days=(5 - today.weekday()) % 7 + 7)


def _offered(town: Town, what: tuple[Duty, str, str, str, int], day: date | None, at: datetime) -> Script:
    yield at
    duty, title, timing, text, places = what
    by = town.actor(town.workers[0], at)
    actions.publish_vacancy(duty, title, text=text, timing=timing, places=places, on_day=day, by=by, at=at)


def _post(
    town: Town,
    timeline: Timeline,
    post: tuple[Duty, str, str, str, int, tuple[str, ...]],
    holders: list[Someone],
    at: datetime,
    rng: Random,
    *,
    until: datetime,
) -> Script:
    """Published by a worker; in the days after, members take it."""
    yield (at := worktime.add_working_hours(at, rng.uniform(0.5, 3)))
    duty, title, timing, text, places, said = post
    made = actions.publish_vacancy(duty, title, text=text, timing=timing, places=places, by=town.actor(town.workers[0], at), at=at)
    for holder in holders:
        yield (at := worktime.add_working_hours(at, rng.uniform(1, 9)))
        claim = actions.claim_duty(made.pk, by=town.actor(holder, at), at=at)
        timeline.add(_approved(town, at, holder, rng))
        timeline.add(_turns(town, timeline, claim.pk, holder, said, at, rng, until=until))


def _turns(
    town: Town, timeline: Timeline, claim: int, holder: Someone, said: tuple[str, ...], at: datetime, rng: Random, *, until: datetime
) -> Script:
    """Some turns through the year, put down on the evening of their day, attested in the days after. ``member`` has more in view."""
    first, every = local_date(at) + timedelta(days=rng.randrange(5, 25)), BACK // TURNS
    days = [first + timedelta(days=every * n + rng.randrange(20)) for n in range(TURNS)]
    if holder.name == MONITOR:
        days.append(local_date(until) - timedelta(days=1))
    for day in sorted({one for one in days if one < local_date(until)}):
        yield (at := datetime.combine(day, time(20, rng.randrange(50)), SHANGHAI))
        made = actions.enter_turn(claim, day, text=rng.choice(said), by=town.actor(holder, at), at=at)
        timeline.add(_attested(town, made.pk, at, rng))
    if holder.name == MONITOR:
        yield (at := max(at, office_back(until, 0.3)))
        actions.enter_turn(claim, local_date(until) + timedelta(days=6), by=town.actor(holder, at), at=at)


def _attested(town: Town, turn: int, at: datetime, rng: Random) -> Script:
    yield (at := worktime.add_working_hours(at, rng.uniform(4, 12)))
    made = actions.attest_turn(turn, by=town.actor(rng.choice(town.workers), at), at=at)
    yield (at := worktime.add_working_hours(at, rng.uniform(1, 8)))
    if made.filing_id is not None:
        bank.approve_deed(made.filing_id, by=town.actor(town.named("书记甲"), at), at=at)


def _approved(town: Town, at: datetime, holder: Someone, rng: Random) -> Script:
    """The claim as a deed: attested by a worker, approved by a secretary."""
    yield (at := worktime.add_working_hours(at, rng.uniform(1, 8)))
    rows = queries.filings(by=town.actor(holder, at), at=at, state=FilingState.SUBMITTED).rows
    deed = next(row.id for row in rows if row.rule == "V01")
    bank.attest_deed(deed, by=town.actor(town.workers[0], at), at=at)
    yield (at := worktime.add_working_hours(at, rng.uniform(1, 8)))
    bank.approve_deed(deed, by=town.actor(town.named("书记甲"), at), at=at)
