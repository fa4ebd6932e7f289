# Chinese in this file is data: names of places.
"""In whose name something is done from the machine: a login of a community's desk."""

from dataclasses import replace
from typing import TYPE_CHECKING

from zengyi.command.errors import Failed

if TYPE_CHECKING:
    from zengyi.people.rules import Actor

COMMUNITY_LEVEL = 3
PATH_HELP = "names from the district down, as 崇川区/虹桥街道/虹西社区"


def community_at(path: str) -> int:
    """The id of the community at the end of a path of names. Raises :class:`Failed`."""
    from zengyi.people import queries

    parent: int | None = None
    names = [name.strip() for name in path.strip("/").split("/")]
    if len(names) != COMMUNITY_LEVEL:
        raise Failed(f"not a path of {COMMUNITY_LEVEL} names: {path}")
    for kind, name in zip(("DISTRICT", "SUBDISTRICT", "COMMUNITY"), names, strict=True):
        parent = queries.child_named(parent, kind, name)
        if parent is None:
            raise Failed(f"there is no {kind.lower()} {name}")
    assert parent is not None
    return parent


def staff_of(login: str, community_id: int) -> "Actor":
    """The login in its role at the desk of that community. Raises :class:`Failed`."""
    from zengyi.core import clock
    from zengyi.people import queries
    from zengyi.people.rules import COMMUNITY_ROLES, SYSTEM

    user_id, at = queries.login_named(login, by=SYSTEM), clock.now()
    if user_id is None:
        raise Failed(f"there is no login {login}")
    for choice in queries.choices(user_id, at=at):
        actor = queries.actor_for_user(user_id, choice.acting_as, at=at)
        if actor.role in COMMUNITY_ROLES and actor.community_id == community_id:
            return replace(actor, via="command")
    raise Failed(f"{login} is neither worker nor secretary of that community")
