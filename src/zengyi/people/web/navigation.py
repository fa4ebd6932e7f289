"""What the packages put into the tabs of a phone, the rail of a desk, and the page of the community.

A package that has something to offer there says so in its room ``navigation``: ``ENTRIES``, a tuple of :class:`Entry`, and ``TILES``, a
tuple of :class:`Tile`. They appear with the package, among those of the others.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from zengyi.people.queries import CommunityCard
from zengyi.people.rules import Actor, Role

EVERYBODY = frozenset(Role)

#: The groups of the rail, in their order: what waits for me, what I look at, what is done, talked over, told, and kept.
GROUPS: dict[str, object] = {
    "mine": _("待我"),
    "look": _("看"),
    "work": _("办事"),
    "talk": _("商量"),
    "told": _("往来"),
    "books": _("底账"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A page that is offered to some roles. ``name`` has two characters.

    ``group`` and ``rank``: where in the rail of a desk it stands; ``first``: it stays there on a narrow screen, where four have room.
    ``tab``: where on a phone, 1 and 2 for a role's own work, 3 for the community, 4 for messages, 5 for one's own pages; 0 for nowhere.
    ``signed_in``: only to whoever is signed in, or to whoever is not; nothing when that makes no difference.
    ``waits``: the kinds of what waits there, whose number is shown; see ``people.queries.waiting``.
    """

    name: object
    icon: str
    url: str
    roles: frozenset[Role]
    group: str = ""
    rank: int = 0
    tab: int = 0
    first: bool = False
    signed_in: bool | None = None
    waits: tuple[str, ...] = ()

    def is_for(self, actor: Actor) -> bool:
        """Whether it is offered to them."""
        return actor.role in self.roles and self.signed_in in (None, actor.signed_in)


@dataclass(frozen=True, slots=True)
class Fact:
    """What a tile tells: a number with its unit, and a sentence. ``share``: how far along it is, in per cent, or nothing."""

    number: str
    unit: str
    what: str
    share: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A package on the page of the community: its name, where it leads, and one fact, from one statement.

    ``url``: the name of its page; ``asked`` is added to the address. ``fact`` may answer nothing: then the name stands alone. ``reads``:
    a query of the community's id that several tiles tell from; asked once for all, and its answer is the fourth argument of ``fact``.
    """

    rank: int
    name: object
    icon: str
    url: str
    roles: frozenset[Role]
    fact: Callable[..., Fact | None]
    asked: str = ""
    waits: tuple[str, ...] = ()
    reads: Callable[..., Any] | None = None


def facts(tiles: Iterable[Tile], community: CommunityCard, by: Actor, at: datetime) -> list[Fact | None]:
    """What the tiles tell of a community, in their order."""
    read: dict[object, Any] = {}
    told = []
    for tile in tiles:
        if tile.reads is None:
            told.append(tile.fact(community, by, at))
            continue
        if tile.reads not in read:
            read[tile.reads] = tile.reads(community.id, at=at)
        told.append(tile.fact(community, by, at, read[tile.reads]))
    return told
