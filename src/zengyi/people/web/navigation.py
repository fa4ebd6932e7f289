"""What the packages put into the tabs of a phone and the rail of a desk.

A package that has something to offer there says so in its room ``navigation``: ``ENTRIES``, a tuple of :class:`Entry`. The entries
appear with the package, among those of the others.
"""

from dataclasses import dataclass

from zengyi.people.rules import Actor, Role

EVERYBODY = frozenset(Role)


@dataclass(frozen=True, slots=True)
class Entry:
    """A page that is offered to some roles, in order of ``rank``: 10 to 19 is a role's own work, 90 one's own pages.

    ``name`` has two characters. ``signed_in``: only to whoever is signed in, or to whoever is not; nothing when that makes no difference.
    """

    rank: int
    name: object
    icon: str
    url: str
    roles: frozenset[Role]
    signed_in: bool | None = None

    def is_for(self, actor: Actor) -> bool:
        """Whether it is offered to them."""
        return actor.role in self.roles and self.signed_in in (None, actor.signed_in)
