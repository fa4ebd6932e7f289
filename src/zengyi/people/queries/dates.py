"""What somebody takes part in, told by the packages, for their own calendar.

A package says so in its room ``dates``: ``DATES``, a tuple of functions. Each takes an actor and a span and returns what the actor has to
do with in it, in a fixed number of statements, at most :data:`DATES_MOST`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from zengyi.people.rules import Actor

#: So many of a kind at most are in a calendar.
DATES_MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Date:
    """Something at a time that somebody takes part in. ``uid`` names it for good; ``url`` is a path; ``sequence`` counts its changes.

    Calendars are on phones that others look at, and with companies that run them: no door, no phone and no other people's names are in it.
    """

    uid: str
    title: str
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime
    url: str
    where: str = ""
    words: str = ""
    sequence: int = 0
    cancelled: bool = False
    all_day: bool = False


Dates: TypeAlias = Callable[[Actor, datetime, datetime], list[Date]]
