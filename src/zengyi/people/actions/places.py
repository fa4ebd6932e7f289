"""Laying out the place tree and its branches: on the machine when a community joins, and by its own staff on the pages of its settings."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zengyi.core import audit
from zengyi.core.errors import Invalid, NotThere
from zengyi.core.steps import action
from zengyi.people.models import Branch, Place
from zengyi.people.rules import Actor, PlaceKind, Target, check

#: The kinds of place that each kind may be put under.
_UNDER = {
    PlaceKind.DISTRICT: (None,),
    PlaceKind.SUBDISTRICT: (PlaceKind.DISTRICT,),
    PlaceKind.COMMUNITY: (PlaceKind.SUBDISTRICT,),
    PlaceKind.ESTATE: (PlaceKind.COMMUNITY,),
    PlaceKind.BUILDING: (PlaceKind.ESTATE,),
    PlaceKind.GRID: (PlaceKind.COMMUNITY,),
    PlaceKind.SPOT: (PlaceKind.COMMUNITY,),
}


@action
def add_place(
    parent_id: int | None,
    kind: str,
    name: str,
    *,
    sort: int = 0,
    phone: str = "",
    plan: Mapping[str, object] | None = None,
    by: Actor,
    at: datetime,
) -> int:
    """Hang a place under another; returns its id. ``phone`` is a community's public number, ``plan`` its part of the drawing."""
    return _hang(parent_id, [(kind, name, sort, phone, dict(plan or {}))], by=by, at=at)[0]


@action
def add_places(parent_id: int, kind: str, names: Mapping[str, Mapping[str, object]], *, by: Actor, at: datetime) -> list[int]:
    """Hang several places of one kind under another, in this order, each with its part of the drawing; returns their ids."""
    rows = [(kind, name, number, "", dict(plan)) for number, (name, plan) in enumerate(names.items(), start=1)]
    return _hang(parent_id, rows, by=by, at=at)


def _hang(parent_id: int | None, rows: list[tuple[str, str, int, str, dict[str, object]]], *, by: Actor, at: datetime) -> list[int]:
    parent = Place.objects.filter(pk=parent_id).first() if parent_id is not None else None
    if parent_id is not None and parent is None:
        raise NotThere(_("没有找到这个地点。"))
    community_id = None
    if parent is not None:
        community_id = parent.pk if parent.kind == PlaceKind.COMMUNITY else parent.community_id
    check(by, "people.places", Target(path=parent.path if parent else "/", community_id=community_id), sees=True)
    ids = []
    for kind, name, sort, phone, plan in rows:
        if (parent.kind if parent else None) not in _UNDER[PlaceKind(kind)]:
            raise Invalid(_("这一级不能挂在那里。"))
        place = Place(kind=kind, name=name, parent=parent, community_id=community_id, sort=sort, phone=phone, plan=plan)
        place.save()
        # The path holds the place's own id, which is known only now.
        place.path = f"{parent.path if parent else '/'}{place.pk}/"
        place.save(update_fields=["path"])
        ids.append(place.pk)
    after = {"parent": parent_id, "kind": rows[0][0] if rows else "", "ids": ids}
    audit.record("add", "place", parent_id or ids[0], by=by, at=at, community_id=community_id, after=after)
    return ids


@action
def add_branch(community_id: int, name: str, *, by: Actor, at: datetime) -> int:
    """Found a branch of a community; returns its id."""
    community = Place.objects.filter(pk=community_id, kind=PlaceKind.COMMUNITY).first()
    if community is None:
        raise NotThere(_("没有找到这个社区。"))
    check(by, "people.places", Target(path=community.path, community_id=community_id), sees=True)
    branch = Branch.objects.create(community_id=community_id, name=name)
    audit.record("add", "branch", branch.pk, by=by, at=at, community_id=community_id, after={"name": name})
    return branch.pk
