"""What must be settled before a community can work: steps that every package tells of itself, in its room ``navigation`` as ``STEPS``."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from zengyi.core import packages
from zengyi.people.queries import CommunityCard
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
    id that several steps tell from; asked once for all, and its answer is the second argument of ``told``.
    """

    rank: int
    name: object
    url: str
    told: Callable[[CommunityCard, Any], Told]
    roles: frozenset[Role]
    reads: Callable[[int], Any]
    argument: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A step as the page shows it."""

    step: Step
    done: bool
    sentence: str
    leads: bool


@cache
def _all() -> tuple[Step, ...]:
    found = [step for room in packages.rooms("navigation") for step in getattr(room, "STEPS", ())]
    return tuple(sorted(found, key=lambda step: step.rank))


def steps(here: CommunityCard, by: Actor) -> list[Shown]:
    """Every step with how far the community has got, in their order."""
    read = {reads: reads(here.id) for reads in {step.reads for step in _all()}}
    told = [(step, step.told(here, read[step.reads])) for step in _all()]
    return [Shown(step, one.done, one.sentence, by.role in step.roles) for step, one in told]
