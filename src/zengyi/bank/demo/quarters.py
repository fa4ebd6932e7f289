"""Quarters that were closed: each by two people, one with an objection that was answered. The last one is left to the visitor."""

from datetime import date, datetime, timedelta
from random import Random

from zengyi.bank import actions
from zengyi.bank.demo.points import secretary_of
from zengyi.bank.queries import past_quarters
from zengyi.bank.rules import QuarterState, end_of
from zengyi.core import clock, worktime
from zengyi.people.demo.timeline import Script, Timeline
from zengyi.people.demo.towns import RESIDENT, Town

#: So many quarters before the last one were closed while the communities took part.
CLOSED = 4
#: Working hours between the steps; objections are taken for five days of seven hours.
AN_HOUR, A_DAY, DISPLAYED = 1, 7, 43
SAID = "这一季清扫河边我也去了，名册里没有我。"
ANSWER = "查了当天的照片和签到表：您去了，那天名册按党员点名，群众参加不记分，另外写进了简讯。"
PUBLIC = "有居民问清扫河边为何没有记分：名册只点党员，群众参加写进简讯。"
PHONED, PHONED_BY = "电梯维修那一单，分是不是记给了物业一家？", "15 幢的许阿姨"
PHONED_ANSWER = "三家一起办的，按派单时说好的份额分；单子上看得到。"
PHONED_PUBLIC = "有居民问电梯维修的分怎么分：三家按份额分，单子上看得到。"


def tell(town: Town, timeline: Timeline, rng: Random, *, at: datetime) -> None:
    """The closings of the year."""
    past = past_quarters(clock.local_date(at))
    # Elsewhere the last one is enough: nobody of the demo's logins closes quarters there, and each takes its time to load.
    main = town.key == "hx"
    for back, first in list(enumerate(past))[1 : CLOSED + 1] if main else list(enumerate(past))[:1]:
        timeline.add(_closed(town, first, objected=main and back == 1, phoned=main and back == 2))


def _closed(town: Town, first: date, *, objected: bool, phoned: bool) -> Script:
    """Added up and put forward on the first working day after it, published by the secretary, sealed when the days are over."""
    quarter, here = clock.quarter_of(first), town.laid.community_id
    last = clock.quarter_bounds(quarter)[1] - timedelta(days=1)
    yield (at := worktime.add_working_hours(end_of(last), AN_HOUR))
    salt = f"{quarter} {town.key}"  # no secret here: the same moment makes the same year
    actions.tally_quarter(here, quarter, salt=salt, by=town.actor(town.workers[0], at), at=at)
    yield (at := worktime.add_working_hours(at, AN_HOUR))
    _put_forward(town, quarter, at)
    yield (at := worktime.add_working_hours(at, AN_HOUR))
    while actions.publish_quarter(here, quarter, by=town.actor(secretary_of(town), at), at=at).state != QuarterState.PUBLISHED:
        _put_forward(town, quarter, at)
    published = at
    if objected or phoned:
        yield (at := worktime.add_working_hours(at, A_DAY))
        if objected:
            resident = next(one for one in town.residents if one.name == RESIDENT)
            made = actions.object_to(here, quarter, SAID, by=town.actor(resident, at), at=at)
        else:
            worker = town.actor(town.workers[1], at)
            made = actions.object_to(here, quarter, PHONED, channel="PHONE", who=PHONED_BY, by=worker, at=at)
        yield (at := worktime.add_working_hours(at, A_DAY))
        text, public = (ANSWER, PUBLIC) if objected else (PHONED_ANSWER, PHONED_PUBLIC)
        actions.answer_objection(made.pk, text, public, by=town.actor(town.workers[0], at), at=at)
        yield (at := worktime.add_working_hours(at, AN_HOUR))
        teller = resident if objected else town.workers[1]
        actions.tell_objector(made.pk, by=town.actor(teller, at), at=at)
    yield (at := worktime.add_working_hours(published, DISPLAYED))
    actions.seal_quarter(here, quarter, by=town.actor(secretary_of(town), at), at=at)


def _put_forward(town: Town, quarter: str, at: datetime) -> None:
    """Put it forward, once more when the ledger or somebody's consent has changed since it was added up."""
    worker, here = town.actor(town.workers[0], at), town.laid.community_id
    while actions.prepare_quarter(here, quarter, by=worker, at=at).state != QuarterState.PREPARED:
        pass
