"""What everybody may find by words, as the packages say it."""

from functools import cache

from zengyi.core import packages
from zengyi.people.queries.findable import Findable


@cache
def kinds() -> tuple[Findable, ...]:
    """What the packages tell in their room ``findable``: what is told to the public first, then its work, the communities last."""
    return tuple(one for room in reversed(list(packages.rooms("findable"))) for one in room.KINDS)
