"""The register as a list, and how many there are of what."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypedDict

from django.db.models import F, FilteredRelation, Q, QuerySet, Sum

from zengyi.core.keyset import Page, cut
from zengyi.facilities.models import DaySum, Facility
from zengyi.facilities.rules import LIVE, FacilityHealth, FacilityState, kinds
from zengyi.facilities.rules.sums import day_of
from zengyi.people import queries as people
from zengyi.people.rules import Actor, Role, check_role

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class _Columns(TypedDict):
        good: int | None
        health: str | None

    _Read = WithAnnotations[Facility, _Columns]

SIZE = 20


@dataclass(frozen=True, slots=True)
class Row:
    """A facility in the list. ``known``: whether somebody looked lately; otherwise how it is now nobody knows."""

    id: int
    code: str
    name: str
    kind: str
    kind_name: str
    icon: str
    state: str
    known: bool
    place: str
    spot: str
    community_id: int
    seen_at: datetime | None

    @property
    def mark(self) -> str:
        """``up``, ``down`` or ``unk``: the shape beside it."""
        if self.state == FacilityState.DOWN:
            return "down"
        return "up" if self.known and self.state in LIVE else "unk"

    @property
    def label(self) -> str:
        """The state in words."""
        return str(FacilityState(self.state).label)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many are up, down and unknown now, of those in service."""

    up: int
    down: int
    unknown: int

    @property
    def total(self) -> int:
        """All in service."""
        return self.up + self.down + self.unknown

    @property
    def per_cent(self) -> int | None:
        """The part known to be up, rounded down; nothing where there is nothing."""
        return self.up * 100 // self.total if self.total else None


def reach(by: Actor, action: str, community_id: int | None, *, among: "QuerySet[Any] | None" = None) -> "QuerySet[Any]":
    """The facilities (or what else is ``among`` these communities) that the actor may ask about: of the one asked for, or their own; a
    district's all."""
    check_role(by, action)
    rows = Facility.objects.all() if among is None else among
    if by.role == Role.DISTRICT:
        rows = rows.filter(community__path__startswith=by.place_path or "-")
        return rows.filter(community_id=community_id) if community_id is not None else rows
    if community_id is not None and community_id != by.community_id:
        return rows.none()
    return rows.filter(community_id=by.community_id or 0)


def now() -> FilteredRelation:
    """Joins the stretch of time that a facility is in now; one that nobody has ever looked at is in none. Made anew each time, because
    Django writes into it."""
    return FilteredRelation("spans", condition=Q(spans__until_s=None))


def facilities(
    *,
    by: Actor,
    at: datetime,
    community_id: int | None = None,
    kind: str = "",
    state: str = "",
    q: str = "",
    place_id: int | None = None,
    mark: str = "",
    after: int | None = None,
    size: int = SIZE,
) -> Page[Row]:
    """The facilities that the actor may see, by number of entry, with filters. ``mark``: how those in service are now. One statement."""
    rows = reach(by, "facility.read", community_id)
    rows = rows.filter(kind=kind) if kind else rows
    rows = rows.filter(state=state) if state else rows.exclude(state=FacilityState.RETIRED)
    rows = rows.filter(place_id=place_id) if place_id is not None else rows
    rows = rows.filter(Q(code__icontains=q) | Q(name__icontains=q)) if q else rows
    rows = rows.select_related("place").annotate(now=now(), good=F("now__good_s"), health=F("now__health"))
    rows = rows.filter(_in_mark(mark, at)) if mark else rows
    return cut(rows, after, size).map(lambda one: _row(one, at))


def marked(asked: Mapping[str, str]) -> str:
    """How those that a query string asks for are now: ``up``, ``down``, ``unk``; empty for all."""
    mark = asked.get("mark", "")
    return mark if mark in ("up", "down", "unk") else ""


def _in_mark(mark: str, at: datetime) -> Q:
    """As :attr:`Row.mark` tells a row's shape, of those in service."""
    down, seen = Q(state=FacilityState.DOWN), Q(health=FacilityHealth.DOWN) | Q(good__gt=int(at.timestamp()))
    alive = Q(state__in=LIVE)
    return down if mark == "down" else alive & ~down & (seen if mark == "up" else ~seen | Q(health=None))


def _row(one: "_Read", at: datetime) -> Row:
    kind = kinds()[one.kind]
    known = one.health == FacilityHealth.DOWN or (one.good or 0) > int(at.timestamp())
    place = one.place.name if one.place else ""
    return Row(one.pk, one.code, one.name, one.kind, kind.name, kind.icon, one.state, known, place, one.spot, one.community_id, one.seen_at)


def counts(community_id: int, *, at: datetime) -> dict[str, Counts]:
    """By kind, how many are up, down and unknown at ``at``. One statement over the sums by day, however many there are."""
    rows = DaySum.objects.filter(community_id=community_id, day__lte=day_of(int(at.timestamp()))).values("kind").order_by("kind")
    found = rows.annotate(n=Sum("service"), n_up=Sum("up"), n_down=Sum("down")).filter(n__gt=0).values_list("kind", "n", "n_up", "n_down")
    return {kind: Counts(up, down, n - up - down) for kind, n, up, down in found}


def added(counts: Mapping[str, Counts]) -> Counts:
    """All kinds together."""
    return Counts(sum(c.up for c in counts.values()), sum(c.down for c in counts.values()), sum(c.unknown for c in counts.values()))


def here_of(by: Actor, community_id: int | None) -> int | None:
    """The community whose facilities a page shows: the actor's own, or the one a district has chosen."""
    if by.role != Role.DISTRICT:
        return by.community_id
    found = people.communities(by.place_path)
    return next((card.id for card in found if card.id == community_id), found[0].id if found else None)
