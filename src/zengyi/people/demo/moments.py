"""When things happen in the demo: staff at their office hours, people while they are awake. Stories are planned from their end."""

from datetime import datetime, time, timedelta
from random import Random

from zengyi.core.clock import SHANGHAI
from zengyi.core.worktime import SHIFTS, is_working_day

AWAKE = (time(7, 40), time(20, 50))


def office(at: datetime, rng: Random | None = None) -> datetime:
    """The latest moment of office hours that is not after ``at``; with ``rng`` anywhere in the two hours before, if it lies earlier."""
    here = at.astimezone(SHANGHAI)
    day = here.date()
    while True:
        if is_working_day(day):
            for opening, closing in reversed(SHIFTS):
                start, end = datetime.combine(day, opening, SHANGHAI), datetime.combine(day, closing, SHANGHAI)
                if start <= here <= end:
                    return here
                if end < here:
                    return end - timedelta(minutes=rng.randrange(120) if rng else 0)
        day -= timedelta(days=1)


def office_back(at: datetime, hours: float) -> datetime:
    """The moment of office hours from which ``hours`` of them passed until ``at``."""
    left, here = timedelta(hours=hours), office(at)
    while True:
        opening = max(start for start, _end in SHIFTS if start <= here.time())
        begin = datetime.combine(here.date(), opening, SHANGHAI)
        if here - left >= begin:
            return here - left
        left -= here - begin
        here = office(begin - timedelta(seconds=1))


def awake(at: datetime, rng: Random | None = None) -> datetime:
    """The latest moment of daytime that is not after ``at``; with ``rng`` anywhere in the four hours before, if it lies earlier."""
    here = at.astimezone(SHANGHAI)
    day = here.date() if here.time() >= AWAKE[0] else here.date() - timedelta(days=1)
    evening = datetime.combine(day, AWAKE[1], SHANGHAI)
    if here <= evening:
        return here
    return evening - timedelta(minutes=rng.randrange(240) if rng else 0)
