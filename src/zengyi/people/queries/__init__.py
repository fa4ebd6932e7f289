"""Reads about people and places. Each answers one question with typed results; none writes."""

from zengyi.people.queries.actors import (
    RoleChoice,
    actor_for_token,
    actor_for_user,
    choices,
)
from zengyi.people.queries.places import (
    CommunityCard,
    OrganisationCard,
    PlaceCard,
    branches_of,
    communities,
    community,
    organisations_of,
    place,
    places_of,
)

__all__ = [
    "CommunityCard",
    "OrganisationCard",
    "PlaceCard",
    "RoleChoice",
    "actor_for_token",
    "actor_for_user",
    "branches_of",
    "choices",
    "communities",
    "community",
    "organisations_of",
    "place",
    "places_of",
]
