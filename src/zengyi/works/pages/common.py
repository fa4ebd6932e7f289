"""What the pages of this package share."""

from dataclasses import dataclass

from zengyi.people import queries as people
from zengyi.people.rules import Actor, PlaceKind


@dataclass(frozen=True, slots=True)
class Ask:
    """How a verb is asked for: the page's title, what follows from it, the button, and what is said afterwards."""

    title: object
    then: object
    button: object
    said: object


def places(by: Actor, kinds: tuple[PlaceKind, ...]) -> list[tuple[int, str]]:
    """The places of the actor's community of these kinds, in its order."""
    found = people.places_of(by.community_id) if by.community_id else []
    return [(place.id, place.name) for kind in kinds for place in found if place.kind == kind]
