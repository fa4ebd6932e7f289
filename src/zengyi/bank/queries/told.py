"""What packages above the bank know of a quarter and its statement tells: what was done, and which kinds of difficulty it was."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that was done and is on public view, with the points it brought."""

    title: str
    points: int


@dataclass(frozen=True, slots=True)
class Category:
    """A kind of difficulty: how many were solved, and their points."""

    label: str
    count: int
    points: int


@dataclass(slots=True)
class Told:
    """What one package or all of them tell of a quarter. ``waiting``: sentences on what is not finished, each with a link."""

    deeds: list[Deed] = field(default_factory=list)
    categories: list[Category] = field(default_factory=list)
    waiting: list[tuple[str, str]] = field(default_factory=list)


#: Tells of a community's quarter, from its first day to its last.
Teller = Callable[[int, date, date], Told]
_TELLERS: dict[str, Teller] = {}


def told_by(name: str, teller: Teller) -> None:
    """Have ``teller`` asked, too; a package says so when Django starts. The same name again replaces it."""
    _TELLERS[name] = teller


def told_of(community_id: int, first: date, last: date) -> Told:
    """What all of them tell."""
    found = Told()
    for teller in _TELLERS.values():
        one = teller(community_id, first, last)
        found.deeds += one.deeds
        found.categories += one.categories
        found.waiting += one.waiting
    return found
