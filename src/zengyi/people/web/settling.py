"""What a community settles for itself: what it needs before it can work, and what it may set at any time.

Every package tells its own in its room ``navigation``: as ``STEPS`` what must be settled, as ``SETTINGS`` the pages for the rest.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.urls import reverse

from zengyi.core import packages
from zengyi.people.queries import CommunityCard
from zengyi.people.queries.founding import laid
from zengyi.people.rules import Actor, Role


@dataclass(frozen=True, slots=True)
class Told:
    """How far a step is: whether it is done, and a sentence that says what there is or what is missing."""

    done: bool
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step: its name, the page where it is taken (with an argument of its address, or none), and how it tells how far it is.

    ``rank``: its place among the others. ``roles``: who is led there; everybody reads how far it is. ``reads``: a query of the community's
    id that several steps tell from; asked once for all, and its answer is the second argument of ``told``. ``there``: the page where the
    district takes it for one of its communities, by the community's id; nothing where only the community's own staff take it.
    """

    rank: int
    name: object
    url: str
    told: Callable[[CommunityCard, Any], Told]
    roles: frozenset[Role]
    reads: Callable[[int], Any]
    argument: str = ""
    there: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A page where something may be set at any time: its place among the others, its name, a sentence, and who is led there."""

    rank: int
    name: object
    url: str
    what: object
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True)
class Shown:
    """A step as the page shows it. ``href``: where it is taken; empty for whoever only reads how far it is."""

    step: Step
    done: bool
    sentence: str
    href: str


@cache
def _all() -> tuple[Step, ...]:
    found = [step for room in packages.rooms("navigation") for step in getattr(room, "STEPS", ())]
    return tuple(sorted(found, key=lambda step: step.rank))


def steps(here: CommunityCard, by: Actor) -> list[Shown]:
    """Every step with how far the community has got, in their order."""
    read = {reads: reads(here.id) for reads in {step.reads for step in _all()}}
    told = [(step, step.told(here, read[step.reads])) for step in _all()]
    return [Shown(step, one.done, one.sentence, _href(step, here, by)) for step, one in told]


def _href(step: Step, here: CommunityCard, by: Actor) -> str:
    if by.role == Role.DISTRICT:
        return reverse(step.there, args=[here.id]) if step.there else ""
    return reverse(step.url, args=[step.argument] if step.argument else []) if by.role in step.roles else ""


def missing(here: CommunityCard, read: object) -> int:
    """How many steps are not done yet, of those that tell from what was ``read`` (:func:`zengyi.people.queries.founding.laid`)."""
    return sum(not step.told(here, read).done for step in _all() if step.reads is laid)


@cache
def _settings() -> tuple[Setting, ...]:
    found = [one for room in packages.rooms("navigation") for one in getattr(room, "SETTINGS", ())]
    return tuple(sorted(found, key=lambda one: one.rank))


def settings(by: Actor) -> list[Setting]:
    """What ``by`` may set, in its order."""
    return [one for one in _settings() if by.role in one.roles]
