"""Base points by roll-call, a few corrections, and who agreed to be named."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from random import Random

from zengyi.bank import actions, queries
from zengyi.bank.rules import Mark, PostingKind
from zengyi.core import worktime
from zengyi.core.clock import SHANGHAI, local_date
from zengyi.core.errors import NotThere, WrongState
from zengyi.people import actions as people_actions
from zengyi.people import queries as people
from zengyi.people.demo.moments import office, office_back
from zengyi.people.demo.timeline import Script, Timeline
from zengyi.people.demo.towns import MONITOR, Someone, Town
from zengyi.people.rules import Actor

#: Rule, month of the quarter, day of the month, what it was about.
MEETINGS = (
    ("B01", 1, 5, "第一个月"),
    ("B01", 2, 5, "第二个月"),
    ("B01", 3, 5, "第三个月"),
    ("B02", 1, 12, "说说这一季的事"),
    ("B04", 2, 10, "书记讲党课"),
    ("B05", 2, 20, "清扫河边、走访独居老人"),
)
MEETINGS_ELSEWHERE = (("B02", 1, 12, "说说这一季的事"),)
#: How the bank began, more than a year ago: one meeting in each of the first quarters.
MEETINGS_AT_FIRST = (("B02", 2, 12, "说说积分怎么记"),)
FROM_THE_FIRST, A_YEAR = 5, 360
MARKS = (Mark.PRESENT, Mark.LEAVE, Mark.ABSENT)
SEND_BACK = "名册少了两位请假的同志，请补上再交。"
NAMED_EVERY = 5
WRONG_ROW = "签到表看串了一行，那次他请了假。"
PAID_ALREADY = "材料费业主已经付过，这一单不该再记分。"


def tell(town: Town, timeline: Timeline, rng: Random, *, at: datetime) -> None:
    """The year's roll-calls of a community, and what waits for a second person now."""
    branches = people.branches_of(town.laid.community_id)
    meetings = MEETINGS if town.key == "hx" else MEETINGS_ELSEWHERE
    held = [*_held(meetings, local_date(at))]
    if town.key == "hx":
        held += _held(MEETINGS_AT_FIRST, local_date(at), first=True)
    for day, rule, note in held:
        for number, (branch, _name) in enumerate(branches):
            timeline.add(_roll_call(town, branch, rule, day + timedelta(days=number), note, rng))
    if town.key == "hx":
        yesterday = local_date(at) - timedelta(days=1)
        timeline.add(_sent_back(town, branches[2][0], yesterday - timedelta(days=24), rng))
        timeline.add(_waiting(town, branches[3][0], yesterday, rng, max(office_back(at, 1.5), _evening(yesterday))))
        marked, paid = (PostingKind.BASE, WRONG_ROW), (PostingKind.CONFIRM, PAID_ALREADY)
        timeline.add(_correction(town, town.members[1:], *marked, at - timedelta(days=40), decided=True))
        timeline.add(_correction(town, list(town.contacts.values())[1:], *paid, office_back(at, 2), decided=False))
        for one in town.members[::NAMED_EVERY]:
            timeline.add(_named(town, one, at - timedelta(days=rng.uniform(30, 300))))


def _held(meetings: tuple[tuple[str, int, int, str], ...], today: date, *, first: bool = False) -> Iterator[tuple[date, str, str]]:
    """Every meeting of the last year that was decided on by now; ``first``: those of the quarters before it."""
    for back in range(FROM_THE_FIRST + 1):
        quarter = today.year * 4 + (today.month - 1) // 3 - back
        for rule, month, number, note in meetings:
            day = date(quarter // 4, quarter % 4 * 3 + month, number)
            long_ago = day <= today - timedelta(days=A_YEAR)
            if long_ago == first and day < today - timedelta(days=15):
                yield day, rule, note


def _evening(day: date) -> datetime:
    return datetime.combine(day, time(19, 30), SHANGHAI)


def _marks(branch: int, rng: Random, *, dues: bool = False) -> dict[int, str]:
    """The marks of a meeting: most were there, ``member`` and the secretaries always. From paying dues nobody is on leave."""
    marks: dict[int, str] = {}
    for member, name in people.members_of_branch(branch):
        weights = (100, 0, 0) if name in (MONITOR, "书记甲", "书记乙") else (55, 15, 30) if member % 9 == 0 else (92, 5, 3)
        mark = rng.choices(MARKS, weights)[0]
        marks[member] = (Mark.PRESENT if dues and mark == Mark.LEAVE else mark).value
    return marks


def _roll_call(town: Town, branch: int, rule: str, day: date, note: str, rng: Random) -> Script:
    """Put down by a worker in the days after, posted by a secretary."""
    yield (at := worktime.add_working_hours(_evening(day), rng.uniform(1, 14)))
    made = actions.propose_roll_call(
        branch, rule, day, _marks(branch, rng, dues=rule == "B01"), note=note, by=town.actor(rng.choice(town.workers), at), at=at
    )
    yield (at := worktime.add_working_hours(at, rng.uniform(0.2, 5)))
    actions.decide_roll_call(made.pk, True, by=town.actor(secretary_of(town), at), at=at)
    yield (at := worktime.add_working_hours(at, rng.uniform(0.2, 5)))
    other = town.actor(secretary_of(town, "书记乙"), at)
    with suppress(WrongState):  # nothing is held: none of the first secretary's own points, her household's or her unit's
        actions.post_held_marks(made.pk, by=other, at=at)


def _sent_back(town: Town, branch: int, day: date, rng: Random) -> Script:
    yield (at := _evening(day) + timedelta(days=1))
    made = actions.propose_roll_call(branch, "B03", day, _marks(branch, rng), note="学习讨论", by=town.actor(town.workers[1], at), at=at)
    yield (at := at + timedelta(days=1))
    actions.decide_roll_call(made.pk, False, reason=SEND_BACK, by=town.actor(secretary_of(town), at), at=at)


def _waiting(town: Town, branch: int, day: date, rng: Random, at: datetime) -> Script:
    yield at
    actions.propose_roll_call(branch, "B03", day, _marks(branch, rng), note="学习讨论", by=town.actor(town.workers[0], at), at=at)


def _correction(town: Town, holders: Sequence[Someone], kind: str, reason: str, at: datetime, *, decided: bool) -> Script:
    """A correction: of the first of ``holders`` with points of that kind, the latest such points were wrong."""
    yield (at := office(at))
    worker = town.actor(town.workers[0], at)
    postings = (posting for one in holders for posting in _points(town, one, kind, worker, at))
    made = actions.propose_correction(next(postings), reason, by=worker, at=at)
    if decided:
        yield (at := at + timedelta(minutes=50))
        actions.decide_correction(made.pk, True, by=town.actor(secretary_of(town), at), at=at)


def _points(town: Town, one: Someone, kind: str, worker: Actor, at: datetime) -> list[int]:
    """The postings of a kind that brought somebody points, newest first."""
    try:
        account = queries.account_home(town.actor(one, at), at)
    except NotThere:
        return []
    book = account.base_account_id if kind == PostingKind.BASE else account.id
    entries = queries.entries(book or 0, by=worker).rows
    return [entry.id for entry in entries if entry.kind == kind and not entry.reversed]


def _named(town: Town, one: Someone, at: datetime) -> Script:
    yield at
    people_actions.agree_to_naming(one.person_id, True, by=town.actor(one, at), at=at)


def secretary_of(town: Town, name: str = "书记甲") -> Someone:
    """One of the community's secretaries, the first unless another is named."""
    return next(one for one in town.staff if one.name == name)
