"""The demo's greetings: a worker says good morning, a week before now."""

from datetime import datetime, timedelta
from random import Random

from zengyi.greetings import actions

from zengyi.people.demo.moments import office
from zengyi.people.demo.timeline import Script, Timeline
from zengyi.people.demo.towns import Town


def tell(town: Town, timeline: Timeline, rng: Random, *, at: datetime) -> None:
    """One greeting in each community."""
    timeline.add(_good_morning(town, office(at - timedelta(days=7), rng)))


def _good_morning(town: Town, at: datetime) -> Script:
    yield at
    actions.say("早上好", by=town.actor(town.workers[0], at), at=at)


CHAPTERS = (tell,)
