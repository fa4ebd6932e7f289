"""What the first day has come to, and what a community still lacks before it can work."""

from dataclasses import dataclass, field

from django.db.models import Count, Q

from zengyi.people.models import Branch, Grant, Member, Person, Place, User
from zengyi.people.queries.places import CommunityCard, communities
from zengyi.people.rules import Actor, PlaceKind, Role, check_role

WANTED = 2


@dataclass(frozen=True, slots=True)
class FirstSecretary:
    """A secretary's login. ``must_change``: they have not signed in with a password of their own."""

    user_id: int
    person_id: int
    name: str
    username: str
    must_change: bool


@dataclass(frozen=True, slots=True)
class FirstDay:
    """How far the first day has got. ``empty``: there is neither a place nor a login; ``over``: nothing is left that needs the code."""

    empty: bool
    over: bool
    community: CommunityCard | None = None
    secretaries: list[FirstSecretary] = field(default_factory=list)


def first_day() -> FirstDay:
    """How far the first day of this instance has got."""
    places = communities()
    if not places:
        empty = not User.objects.exists() and not Place.objects.exists()
        return FirstDay(empty=empty, over=not empty)
    if len(places) > 1:
        return FirstDay(empty=False, over=True)
    grants = Grant.objects.filter(role=Role.SECRETARY, place_id=places[0].id, ends_at=None).select_related("user__person").order_by("pk")
    found = [
        FirstSecretary(g.user_id, g.user.person_id, g.user.person.name, g.user.username, g.user.must_change)
        for g in grants[: WANTED + 1]
        if g.user.person_id is not None and g.user.person is not None
    ]
    over = len(found) >= WANTED and not any(one.must_change for one in found)
    return FirstDay(False, over, places[0], found)


@dataclass(frozen=True, slots=True)
class Laid:
    """What there is of a community: how many estates, buildings, branches, people, members and secretaries."""

    estates: int
    buildings: int
    branches: int
    persons: int
    members: int
    secretaries: int


def laid(community_id: int) -> Laid:
    """What there is of a community, counted."""
    places = Place.objects.filter(community_id=community_id).aggregate(
        estates=Count("pk", filter=Q(kind=PlaceKind.ESTATE)), buildings=Count("pk", filter=Q(kind=PlaceKind.BUILDING))
    )
    secretaries = Grant.objects.filter(role=Role.SECRETARY, place_id=community_id, ends_at=None)
    return Laid(
        **places,
        branches=Branch.objects.filter(community_id=community_id).count(),
        persons=Person.objects.filter(community_id=community_id).count(),
        members=Member.objects.filter(community_id=community_id).count(),
        secretaries=secretaries.values("user_id").distinct().count(),
    )


def has_members(community_id: int | None) -> bool:
    """Whether anybody of the community could take an order: before that its settings come first."""
    return Member.objects.filter(community_id=community_id).exists()


@dataclass(frozen=True, slots=True)
class EstateRow:
    """An estate with how many buildings it has."""

    id: int
    name: str
    buildings: int


def estates(*, by: Actor) -> list[EstateRow]:
    """The estates of the actor's community, in their order. One statement."""
    check_role(by, "people.places")
    rows = Place.objects.filter(community_id=by.community_id, kind=PlaceKind.ESTATE).order_by("sort", "pk")
    counted = rows.annotate(buildings=Count("children", filter=Q(children__kind=PlaceKind.BUILDING)))
    return [EstateRow(*row) for row in counted.values_list("pk", "name", "buildings")]


@dataclass(frozen=True, slots=True)
class BranchRow:
    """A branch with how many members it has."""

    id: int
    name: str
    members: int


def branches(*, by: Actor) -> list[BranchRow]:
    """The branches of the actor's community. One statement."""
    check_role(by, "people.places")
    rows = Branch.objects.filter(community_id=by.community_id).annotate(count=Count("members")).order_by("pk")
    return [BranchRow(*row) for row in rows.values_list("pk", "name", "count")]
