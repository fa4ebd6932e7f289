"""The demo district: the nine stories' places and organisations with made-up people, and a year of orders and points.

Everything goes through the same actions a page would call, at moments of the past year, so that the trail, the books and the
numbers are what a real year leaves behind. The same ``at`` gives the same year.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import connection

from zengyi.core import sealing
from zengyi.project.demo import joining, now, people, places, points, year
from zengyi.project.demo.timeline import Timeline, chance

SEED = 1
#: The communities joined this long ago, before the first order of the year.
JOINED = timedelta(days=400)


def load(at: datetime, *, tell: Callable[[float], None] = lambda share: None) -> None:
    """Load the demo into an empty database, as it stands at ``at``; ``tell`` hears which share of the year has passed."""
    with _quick_commits():
        rng = chance(SEED)
        towns = people.bring_in(places.lay_out(at - JOINED), rng, at=at - JOINED + timedelta(days=1))
        timeline = Timeline()
        for town in towns:
            for chapter in (year, now, points, joining):
                chapter.tell(town, timeline, chance(rng.getrandbits(64)), at=at)
        timeline.play(at, tell)
    sealing.seal(at)


@contextmanager
def _quick_commits() -> Iterator[None]:
    """Don't wait for the disk after each of the thousands of steps: after a crash the demo is loaded again, into a new database.

    The first commit afterwards waits for it, and with it everything before is safe.
    """
    quick, safe = {
        "sqlite": ("PRAGMA synchronous=OFF", "PRAGMA synchronous=FULL"),
        "postgresql": ("SET synchronous_commit TO off", "SET synchronous_commit TO DEFAULT"),
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(quick)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(safe)
