"""When the steps of an order come in the demo, counted back from its end."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random

from zengyi.core.clock import SHANGHAI
from zengyi.people.demo.moments import awake, office

#: Hours at which something is usually promised.
DUE_HOURS = (time(12, 0), time(17, 30), time(20, 0))


@dataclass(frozen=True, slots=True)
class Moments:
    """The moments of a story, in the order in which they come."""

    placed: datetime
    triaged: datetime
    published: datetime
    claimed: datetime
    delivered: datetime
    ended: datetime


def backward(end: datetime, rng: Random, pace: float = 1.0) -> Moments:
    """The moments of a story that ended at ``end``; a smaller ``pace`` for what was urgent."""

    def before(moment: datetime, least: float, most: float) -> datetime:
        return moment - timedelta(hours=rng.uniform(least, most) * pace)

    ended = awake(end, rng)
    delivered = awake(before(ended, 0.5, 28), rng)
    claimed = awake(before(delivered, 2, 46), rng)
    published = office(before(claimed, 0.1, 5), rng)
    triaged = office(published - timedelta(minutes=rng.randint(2, 15)), rng)
    placed = awake(before(triaged, 0.1, 6), rng)
    return Moments(placed, triaged, published, claimed, delivered, ended)


def long_ago(end: datetime, rng: Random) -> Moments:
    """The moments of something that took weeks."""
    ended = awake(end, rng)
    delivered = awake(ended - timedelta(hours=rng.uniform(2, 40)), rng)
    claimed = awake(ended - timedelta(days=rng.uniform(30, 95)), rng)
    published = office(claimed - timedelta(hours=rng.uniform(2, 60)), rng)
    triaged = office(published - timedelta(minutes=rng.randint(5, 40)), rng)
    placed = awake(triaged - timedelta(hours=rng.uniform(2, 40)), rng)
    return Moments(placed, triaged, published, claimed, delivered, ended)


def promised(at: datetime, number: int) -> datetime:
    """One of the usual hours of promise: 0 is the first one at least an hour after ``at``, 1 the one after it, −1 the last one before."""
    here = at.astimezone(SHANGHAI)
    days = [here.date() + timedelta(days=n) for n in range(-40, 41)]
    hours = [datetime.combine(day, hour, SHANGHAI) for day in days for hour in DUE_HOURS]
    if number >= 0:
        return [hour for hour in hours if hour > here + timedelta(hours=1)][number]
    return [hour for hour in hours if hour < here - timedelta(hours=1)][number]
