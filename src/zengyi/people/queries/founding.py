"""What the first day has come to, and what a community still lacks before it can work."""

from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from zengyi.core.errors import NotThere
from zengyi.people.models import Branch, Grant, Member, Person, Place, User
from zengyi.people.queries.places import CommunityCard, communities
from zengyi.people.rules import Actor, PlaceKind, Role, check_role

WANTED = 2


@dataclass(frozen=True, slots=True)
class Head:
    """The login of a secretary, or of the district's officer. ``must_change``: they have no password of their own yet."""

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
    secretaries: list[Head] = field(default_factory=list)
    officers: list[Head] = field(default_factory=list)

    @property
    def heads(self) -> list[Head]:
        """Everybody whose login is opened with the code."""
        return [*self.secretaries, *self.officers]


def first_day() -> FirstDay:
    """How far the first day of this instance has got."""
    places = communities()
    if not places:
        empty = not User.objects.exists() and not Place.objects.exists()
        return FirstDay(empty=empty, over=not empty)
    if len(places) > 1:
        return FirstDay(empty=False, over=True)
    found, officers = secretaries_of(places[0].id), _heads(Q(role=Role.DISTRICT))
    over = len(found) >= WANTED and not any(one.must_change for one in [*found, *officers])
    return FirstDay(False, over, places[0], found, officers)


def secretaries_of(community_id: int) -> list[Head]:
    """The secretaries of a community, the first ones first; at most one more than a community must have. One statement."""
    return _heads(Q(role=Role.SECRETARY, place_id=community_id))


def _heads(which: Q) -> list[Head]:
    grants = Grant.objects.filter(which, ends_at=None).select_related("user__person").order_by("pk")
    return [
        Head(g.user_id, g.user.person_id, g.user.person.name, g.user.username, g.user.must_change)
        for g in grants[: WANTED + 1]
        if g.user.person_id is not None and g.user.person is not None
    ]


@dataclass(frozen=True, slots=True)
class Laid:
    """What there is of a community: how many estates, buildings, branches, members, secretaries, and people who have no role in it."""

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
        persons=Person.objects.filter(community_id=community_id, user__grants=None).count(),
        members=Member.objects.filter(community_id=community_id).count(),
        secretaries=secretaries.values("user_id").distinct().count(),
    )


@dataclass(frozen=True, slots=True)
class CommunityRow:
    """A community of a district with what there is of it; of its people and members only whether there are any."""

    card: CommunityCard
    laid: Laid


def founded(*, by: Actor) -> list[CommunityRow]:
    """The communities of the actor's part of the district with what there is of each. Two statements, however many there are."""
    check_role(by, "people.found")
    cards, counts = communities(by.place_path), _counts()
    counted = {
        row["pk"]: Laid(**{name.removesuffix("_here"): int(row[name] or 0) for name in counts})
        for row in Place.objects.filter(pk__in=[card.id for card in cards]).annotate(**counts).values("pk", *counts)
    }
    return [CommunityRow(card, counted[card.id]) for card in cards]


def _count(rows: "QuerySet[Any]", of: str) -> Subquery:
    counted = (
        rows.filter(**{of: OuterRef("pk")}).order_by().values(of).annotate(n=Count("user_id" if of == "place_id" else "pk", distinct=True))
    )
    return Subquery(counted.values("n"))


@cache
def _counts() -> dict[str, Any]:
    return {
        "estates_here": _count(Place.objects.filter(kind=PlaceKind.ESTATE), "community_id"),
        "buildings_here": _count(Place.objects.filter(kind=PlaceKind.BUILDING), "community_id"),
        "branches_here": _count(Branch.objects.all(), "community_id"),
        # Whether there is anybody: to count everybody of a district would take a second.
        "persons_here": Exists(Person.objects.filter(community_id=OuterRef("pk"), user__grants=None)),
        "members_here": Exists(Member.objects.filter(community_id=OuterRef("pk"))),
        "secretaries_here": _count(Grant.objects.filter(role=Role.SECRETARY, ends_at=None), "place_id"),
    }


def subdistricts(*, by: Actor) -> list[tuple[int, str]]:
    """Id and name of each subdistrict of the actor's part of the district, in their order. One statement."""
    check_role(by, "people.found")
    rows = Place.objects.filter(kind=PlaceKind.SUBDISTRICT, path__startswith=by.place_path).order_by("sort", "pk")
    return list(rows.values_list("pk", "name"))


def laying_at(community_id: int, *, by: Actor) -> Actor:
    """The actor as far as they lay out that community of their part of the district. Raises :class:`NotThere`."""
    check_role(by, "people.found")
    return _there(by, Place.objects.filter(pk=community_id, kind=PlaceKind.COMMUNITY))


def laying_around(place_id: int, *, by: Actor) -> Actor:
    """The actor as far as they lay out the community that a place lies in. Raises :class:`NotThere`."""
    check_role(by, "people.found")
    return _there(by, Place.objects.filter(pk=Subquery(Place.objects.filter(pk=place_id).values("community_id"))))


def laying_with(branch_id: int, *, by: Actor) -> Actor:
    """The actor as far as they lay out the community that a branch is of. Raises :class:`NotThere`."""
    check_role(by, "people.found")
    return _there(by, Place.objects.filter(pk=Subquery(Branch.objects.filter(pk=branch_id).values("community_id"))))


def _there(by: Actor, rows: "QuerySet[Place]") -> Actor:
    found = rows.filter(path__startswith=by.place_path).first() if by.place_path else None
    if found is None:
        raise NotThere(_("没有找到，或者不在您的区里。"))
    return replace(by, community_id=found.pk, community_name=found.name)


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
