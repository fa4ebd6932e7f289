"""The demo district: the nine stories' places and organisations with made-up people, and a year of orders and points.

Everything goes through the same actions a page would call, at moments of the past year, so that the trail, the books and the
numbers are what a real year leaves behind. The same ``at`` gives the same year.

What happens in the year stands in the packages: each may have a room ``demo`` with ``CHAPTERS``, functions that add what happened in a
community to the timeline. The lowest package tells first, each in the order of its chapters.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import connection

from zengyi.core import packages, sealing
from zengyi.people.demo import places, towns
from zengyi.people.demo.timeline import Timeline, chance

SEED = 1
#: The communities joined this long ago: before the first of the last five quarters, four of which are closed.
JOINED = timedelta(days=560)


def load(at: datetime, *, tell: Callable[[float], None] = lambda share: None) -> None:
    """Load the demo into an empty database, as it stands at ``at``; ``tell`` hears which share of the year has passed."""
    with _quick_commits():
        inhabited = towns.bring_in(places.lay_out(at - JOINED), chance(SEED), at=at - JOINED + timedelta(days=1))
        timeline = Timeline()
        for town in inhabited:
            for room in packages.rooms("demo"):
                for chapter in room.CHAPTERS:
                    # Each has chances of its own, so that a new chapter leaves the others as they are.
                    chapter(town, timeline, chance(f"{SEED} {chapter.__module__} {town.key}"), at=at)
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
