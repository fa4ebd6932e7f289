"""The register on the estate's plan: how many of each place are up, down and unknown now, and where those stand that have a spot of
their own on the drawing."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q

from zengyi.facilities.queries.listing import Counts, now, reach
from zengyi.facilities.rules import LIVE, FacilityHealth, FacilityState
from zengyi.people import queries as people
from zengyi.people.queries import PlaceCard
from zengyi.people.rules import Actor, PlaceKind

#: So many have a dot of their own at most; the others are drawn within their building.
DRAWN_MOST = 500


@dataclass(frozen=True, slots=True)
class AtPlace:
    """What stands at a building or a spot; without an id, what has no place in the register."""

    place_id: int | None
    name: str
    counts: Counts


@dataclass(frozen=True, slots=True)
class Drawn:
    """A facility that has a spot of its own on the drawing. ``mark``: up, down or unk."""

    id: int
    name: str
    place_id: int | None
    x: int
    y: int
    mark: str


@dataclass(frozen=True, slots=True)
class OnPlan:
    """A community's places with their facilities, those where most is broken first; and the facilities with a spot of their own."""

    places: list[PlaceCard]
    rows: list[AtPlace]
    drawn: list[Drawn]

    @property
    def by_place(self) -> Mapping[int, AtPlace]:
        """What is drawn within each place: all there but what has a spot of its own."""
        own: dict[int | None, Counter[str]] = {}
        for one in self.drawn:
            own.setdefault(one.place_id, Counter())[one.mark] += 1
        return {row.place_id: _less(row, own.get(row.place_id, Counter())) for row in self.rows if row.place_id is not None}


def _less(row: AtPlace, own: Counter[str]) -> AtPlace:
    counts = row.counts
    return AtPlace(row.place_id, row.name, Counts(counts.up - own["up"], counts.down - own["down"], counts.unknown - own["unk"]))


def on_plan(community_id: int, *, by: Actor, at: datetime, kind: str = "") -> OnPlan:
    """How it is at each place now. Three statements, however many facilities there are."""
    rows = reach(by, "facility.read", community_id).filter(community_id=community_id, state__in=LIVE)
    rows = rows.filter(kind=kind) if kind else rows
    rows = rows.annotate(now=now(), health=F("now__health"), good=F("now__good_s"))
    down = Q(state=FacilityState.DOWN)
    up = ~down & Q(health=FacilityHealth.UP, good__gt=int(at.timestamp()))
    sums = (
        rows.values("place_id").order_by("place_id").annotate(n=Count("pk"), n_down=Count("pk", filter=down), n_up=Count("pk", filter=up))
    )
    counted = {
        place: Counts(n_up, n_down, n - n_up - n_down) for place, n, n_down, n_up in sums.values_list("place_id", "n", "n_down", "n_up")
    }
    places = people.places_of(community_id)
    names = {card.id: card.name for card in places if card.kind in (PlaceKind.BUILDING, PlaceKind.SPOT)}
    order = {place: at for at, place in enumerate(names)}
    found = [AtPlace(place, names.get(place or 0, ""), counts) for place, counts in counted.items()]
    own = rows.filter(x__isnull=False).order_by("pk").values_list("pk", "code", "name", "place_id", "x", "y", "state", "health", "good")
    drawn = [
        Drawn(pk, f"{code} {name}", place, x, y, _mark(state, health, good or 0, at))
        for pk, code, name, place, x, y, state, health, good in own[:DRAWN_MOST]
    ]
    return OnPlan(
        places, sorted(found, key=lambda row: (-row.counts.down, -row.counts.unknown, order.get(row.place_id or 0, len(order)))), drawn
    )


def _mark(state: str, health: str | None, good_s: int, at: datetime) -> str:
    if state == FacilityState.DOWN:
        return "down"
    return "up" if health == FacilityHealth.UP and good_s > int(at.timestamp()) else "unk"
