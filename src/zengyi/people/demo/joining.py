"""双报到 in the course of the year: some of those who were missing register, and a few still wait for the community."""

from datetime import datetime, timedelta
from random import Random

from zengyi.core import worktime
from zengyi.people import actions
from zengyi.people.demo.moments import awake, office_back
from zengyi.people.demo.timeline import Script, Timeline
from zengyi.people.demo.towns import Someone, Town

CONFIRMED, WAITING = 3, 2


def tell(town: Town, timeline: Timeline, rng: Random, *, at: datetime) -> None:
    """Members of 虹西社区 who register by themselves."""
    if town.key != "hx":
        return
    joining = [one for one in town.members if one.registers]
    for one in joining[:CONFIRMED]:
        timeline.add(_register(town, one, awake(at - timedelta(days=rng.uniform(20, 200)), rng), confirmed=True))
    for one in joining[CONFIRMED : CONFIRMED + WAITING]:
        timeline.add(_register(town, one, awake(office_back(at, 2), rng), confirmed=False))


def _register(town: Town, one: Someone, at: datetime, *, confirmed: bool) -> Script:
    yield at
    registration = actions.register_member(one.member_id, by=town.actor(one, at), at=at)
    if confirmed:
        yield (at := worktime.add_working_hours(at, 3))
        actions.confirm_registration(registration, by=town.actor(town.workers[0], at), at=at)
