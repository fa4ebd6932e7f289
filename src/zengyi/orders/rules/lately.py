"""Whether somebody could take an order only because a sheet had lately changed who belongs to whom.

A sheet that moves a friend's door out of a household opens its orders to them. It cannot be told from a family that really moved, so it is
not forbidden: whoever approves is told, and looks.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import product
from typing import Any

from zengyi.orders.rules.situation import Asker, Somebody, stake
from zengyi.people.rules import CHANGED_LATELY, LeftScope, known

#: So many changes of one person are looked at, the newest: nobody's door changes more often within the time that matters.
CHANGES_MOST = 10


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody who took an order, or is behind it, as they are now; ``left``: what sheets have made them leave, the oldest first.

    ``organisation_id``: the one for which they took it.
    """

    person_id: int | None
    household: bytes | None
    units: frozenset[int]
    left: tuple[LeftScope, ...] = ()
    organisation_id: int | None = None

    def at(self, moment: datetime) -> "Party":
        """As they were then: what they have left since was still theirs."""
        later = [left for left in self.left if left.at > moment]
        homes = [left.household for left in later if left.household is not None]
        return replace(self, household=homes[0] if homes else self.household, units=self.units | known(*(left.unit_id for left in later)))

    def before(self, moment: datetime) -> Iterator[tuple[LeftScope | None, "Party"]]:
        """As they were at ``moment``, and as before each change of the days that came just before it."""
        then = self.at(moment)
        yield None, then
        for left in [left for left in self.left if moment - CHANGED_LATELY < left.at <= moment][-CHANGES_MOST:]:
            household = then.household if left.household is None else left.household
            yield left, replace(then, household=household, units=then.units | known(left.unit_id))


@dataclass(frozen=True, slots=True)
class Change:
    """A change without which an order could not have been taken. ``whose``: ``taker``, or who of an :class:`Asker`."""

    at: datetime
    whose: str
    door: bool
    unit: bool


def made_possible(behind: Asker, left: dict[str, tuple[LeftScope, ...]], taker: Party, took_at: datetime) -> Change | None:
    """The newest change by a sheet before which :func:`stake` would have refused ``taker``; nothing when there is none.

    ``left``: what sheets have made those ``behind`` leave, by their names there.
    """
    parties = {name: _party(getattr(behind, name), gone) for name, gone in left.items()}
    then = _with(replace(behind, excluded=frozenset()), {name: party.at(took_at) for name, party in parties.items()})
    if stake(then, taker.at(took_at)):
        return None
    return max(_changes(then, parties, taker, took_at), key=lambda change: change.at, default=None)


def _party(one: Somebody, left: tuple[LeftScope, ...]) -> Party:
    return Party(one.person_id, one.household, one.units, left)


def _with(behind: Asker, parties: dict[str, Party]) -> Asker:
    changed: dict[str, Any] = {name: Somebody(one.person_id, one.household, one.units) for name, one in parties.items()}
    return replace(behind, **changed)


def _changes(then: Asker, parties: dict[str, Party], taker: Party, took_at: datetime) -> Iterator[Change]:
    for name, party in parties.items():
        for (mine, me), (theirs, them) in product(taker.before(took_at), party.before(took_at)):
            if (mine or theirs) and stake(_with(then, {name: them}), me):
                yield _change(name, mine, theirs)


def _change(name: str, mine: LeftScope | None, theirs: LeftScope | None) -> Change:
    changed: Iterable[tuple[str, LeftScope | None]] = (("taker", mine), (name, theirs))
    whose, newest = max(((who, left) for who, left in changed if left is not None), key=lambda pair: pair[1].at)
    return Change(newest.at, whose, newest.household is not None, newest.unit_id is not None)
