"""What stands behind the sign at a building's door, for whoever scans it; and what came in by it, for the desk."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db.models import F
from django.utils.translation import gettext as _

from zengyi.core.errors import NotThere
from zengyi.orders.models import PendingOrder, Sign
from zengyi.orders.queries.files import path_of
from zengyi.orders.rules.signs import PendingState
from zengyi.people import queries as people
from zengyi.people.rules import Actor, PlaceKind, Target, check

SHOWN_MOST = 50


@dataclass(frozen=True, slots=True)
class Door:
    """The building of a sign, and its community: nothing about anybody who lives there."""

    building: str
    estate: str
    community: people.CommunityCard


@dataclass(frozen=True, slots=True)
class SignCard:
    """A building, and the sign in force there; no id and no token where there is none."""

    building_id: int
    building: str
    estate: str
    id: int | None
    token: str
    issued_at: datetime | None


@dataclass(frozen=True, slots=True)
class PendingCard:
    """Something asked at a door, for the desk: it waits for a call, or a new person was entered with it."""

    id: int
    building: str
    about: str
    private: bool
    name: str
    phone: str
    has_photo: bool
    made_at: datetime
    order_id: int | None
    person_id: int | None


def door(token: str) -> Door:
    """The building whose sign has that token. Raises :class:`NotThere` for one that is not in force. Two statements."""
    row = (
        Sign.objects.filter(token=token, revoked_at=None)
        .values_list("building__name", "building__parent__kind", "building__parent__name", "community_id")
        .first()
    )
    if row is None:
        raise NotThere(_("这块牌不再用了。请看看旁边有没有新的，或者打社区电话。"))
    building, kind, estate, community_id = row
    return Door(building, estate if kind == PlaceKind.ESTATE else "", people.community(community_id))


def signs(*, by: Actor, only: Collection[int] = ()) -> list[SignCard]:
    """The buildings of the actor's community with their signs, estate by estate; of those in ``only``, if any. Two statements."""
    check(by, "order.signs", Target(community_id=by.community_id), sees=True)
    places = people.places_of(by.community_id or 0)
    names = {one.id: one.name for one in places if one.kind == PlaceKind.ESTATE}
    there = {sign.building_id: sign for sign in Sign.objects.filter(community_id=by.community_id, revoked_at=None)}
    found = []
    for one in places:
        if one.kind == PlaceKind.BUILDING and (not only or one.id in only):
            sign = there.get(one.id)
            more = (sign.pk, sign.token, sign.issued_at) if sign else (None, "", None)
            found.append(SignCard(one.id, one.name, names.get(one.parent_id or 0, ""), *more))
    return found


def doorstep(*, by: Actor) -> tuple[list[PendingCard], list[PendingCard]]:
    """What waits for a call of the desk, the oldest first; and new entries that nobody has looked at. Two statements."""
    check(by, "order.door", Target(community_id=by.community_id), sees=True)
    here = PendingOrder.objects.filter(community_id=by.community_id).order_by("made_at", "pk")
    here = here.annotate(building=F("sign__building__name"), person=F("order__requester_id"))
    calls = here.filter(state=PendingState.CALL)
    entries = here.filter(state=PendingState.PLACED, new_person=True, checked_at=None)
    return [_card(row) for row in calls[:SHOWN_MOST]], [_card(row) for row in entries[:SHOWN_MOST]]


def _card(row: "PendingOrder") -> PendingCard:
    building, person = getattr(row, "building", ""), getattr(row, "person", None)
    return PendingCard(
        row.pk, building, row.about, row.private, row.name, row.phone, row.photo is not None, row.made_at, row.order_id, person
    )


def door_photo(pending_id: int, *, by: Actor) -> Path:
    """The photo that came with what waits for a call; raises :class:`NotThere`."""
    check(by, "order.door", Target(community_id=by.community_id), sees=True)
    rows = PendingOrder.objects.filter(pk=pending_id, community_id=by.community_id, photo__isnull=False)
    photo_id = rows.values_list("photo", flat=True).first()
    if photo_id is None:
        raise NotThere(_("没有这张照片。"))
    return path_of(photo_id)
