"""What the packages know about a person: parts of the person's page, which each package tells in its room ``navigation`` as ``ABOUT``."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from zengyi.core import packages
from zengyi.people.rules import Actor


@dataclass(frozen=True, slots=True)
class Line:
    """One thing: what it is called, where it stands, and what is to be said of it."""

    name: str
    href: str
    said: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its lines; ``nothing`` is said where there are none."""

    title: str
    lines: list[Line] = field(default_factory=list)
    nothing: str = ""


#: A package's answer about a person: their id and their membership's, who asks, and when.
About = Callable[[int, int | None, Actor, datetime], Section | None]


@cache
def _all() -> tuple[About, ...]:
    return tuple(one for room in packages.rooms("navigation") for one in getattr(room, "ABOUT", ()))


def parts(person_id: int, member_id: int | None, by: Actor, at: datetime) -> list[Section]:
    """What every package has to say about the person, the lowest package first."""
    return [part for about in _all() if (part := about(person_id, member_id, by, at)) is not None]
