"""The place tree and the units of a community."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from zengyi.core.errors import NotThere
from zengyi.people.models import Branch, Place
from zengyi.people.rules import PlaceKind


@dataclass(frozen=True, slots=True)
class CommunityCard:
    """A community as others may know it."""

    id: int
    name: str
    subdistrict: str
    phone: str
    path: str


@dataclass(frozen=True, slots=True)
class PlaceCard:
    """A place of a community. ``plan`` is its part of the schematic drawing."""

    id: int
    kind: str
    name: str
    parent_id: int | None
    plan: Mapping[str, object]


def community(community_id: int) -> CommunityCard:
    """The community of that id; raises :class:`NotThere`."""
    row = _communities().filter(pk=community_id).first()
    if row is None:
        raise NotThere(_("没有找到这个社区。"))
    return CommunityCard(**row)


def communities(path: str = "") -> list[CommunityCard]:
    """The communities below the node whose path is given, by default all of them, in the order of the tree."""
    return [CommunityCard(**row) for row in _communities().filter(path__startswith=path)]


def _communities() -> "QuerySet[Any, Any]":
    rows = Place.objects.filter(kind=PlaceKind.COMMUNITY).order_by("parent__sort", "parent_id", "sort", "id")
    return rows.annotate(subdistrict=F("parent__name")).values("id", "name", "subdistrict", "phone", "path")


def places_of(community_id: int) -> list[PlaceCard]:
    """Every place below a community: estates, buildings, grids and spots, each in its own order."""
    rows = Place.objects.filter(community_id=community_id).exclude(kind=PlaceKind.COMMUNITY).order_by("kind", "sort", "id")
    return [PlaceCard(*row) for row in rows.values_list("id", "kind", "name", "parent_id", "plan")]


def told_at(community_id: int, place_ids: Collection[int] | None = None) -> list[tuple[int, str]]:
    """Id and full name of each estate and building of a community, or of those among ``place_ids``: what can be told something of its own.
    An estate comes before its buildings. One statement.
    """
    rows = Place.objects.filter(community_id=community_id, kind__in=[PlaceKind.ESTATE, PlaceKind.BUILDING]).select_related("parent")
    if place_ids is not None:
        rows = rows.filter(pk__in=place_ids)
    found = []
    for row in rows:
        estate = row.parent if row.kind == PlaceKind.BUILDING and row.parent and row.parent.kind == PlaceKind.ESTATE else None
        order = (estate or row).sort, (estate or row).pk, estate is not None, row.sort, row.pk
        found.append((order, row.pk, f"{estate.name} {row.name}" if estate else row.name))
    return [(pk, name) for _order, pk, name in sorted(found)]


def place(place_id: int, *, community_id: int) -> PlaceCard:
    """A place of the community; raises :class:`NotThere` when it is unknown or lies elsewhere."""
    row = Place.objects.filter(pk=place_id, community_id=community_id).values_list("id", "kind", "name", "parent_id", "plan").first()
    if row is None:
        raise NotThere(_("没有找到这个地点。"))
    return PlaceCard(*row)


def child_named(parent_id: int | None, kind: str, name: str) -> int | None:
    """The id of the place of that kind and name right below ``parent_id`` (the root: nothing), if there is one."""
    return Place.objects.filter(parent_id=parent_id, kind=kind, name=name).values_list("id", flat=True).first()


def branches_of(community_id: int) -> list[tuple[int, str]]:
    """Id and name of each branch of the community."""
    return list(Branch.objects.filter(community_id=community_id).order_by("id").values_list("id", "name"))
