"""What packages above the bank know of a quarter: what its statement tells of it, and what is to be looked at before it is published."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that was done and is on public view, with the points it brought. ``count``: so many times under one title."""

    title: str
    points: int
    count: int = 1


@dataclass(frozen=True, slots=True)
class Category:
    """A kind of difficulty: how many were solved, and their points."""

    label: str
    count: int
    points: int


@dataclass(slots=True)
class Told:
    """What one package or all of them tell of a quarter."""

    deeds: list[Deed] = field(default_factory=list)
    categories: list[Category] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Finding:
    """What somebody should look at before a quarter is published: what it is, and what happens with it.

    ``page``: the name of the page that shows it, with ``query`` behind its address. ``odd``: it is not unfinished, it only looks odd.
    """

    text: str
    detail: str
    page: str
    query: str = ""
    odd: bool = False


#: Tells of a community's quarter, from its first day to its last.
Teller = Callable[[int, date, date], Told]
_TELLERS: dict[str, Teller] = {}
#: Looks through a community's quarter, from its first day to its last.
Finder = Callable[[int, date, date], list[Finding]]
_FINDERS: dict[str, Finder] = {}


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
    return found


def found_by(name: str, finder: Finder) -> None:
    """Have ``finder`` asked before a quarter is published; a package says so when Django starts. The same name again replaces it."""
    _FINDERS[name] = finder


def findings_of(community_id: int, first: date, last: date) -> list[Finding]:
    """What all of them find."""
    return [finding for finder in _FINDERS.values() for finding in finder(community_id, first, last)]
