"""Orders that arose from something of a package above: what they came from, and for that package how they stand."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypedDict

from django.db.models import F, Prefetch, QuerySet

from zengyi.core import masking
from zengyi.orders.models import Claim, Order
from zengyi.orders.rules import OPEN_STATES, ClaimState, State

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class _Columns(TypedDict):
        into_ended_at: datetime | None

    _Read = WithAnnotations[Order, _Columns]

#: Where the thing of that id stands; nothing where the reader finds no page.
Where = Callable[[int], str]
_KINDS: dict[str, tuple[object, Where]] = {}


def arises_from(kind: str, label: object, where: Where) -> None:
    """Orders may arise from things of ``kind``, told as ``label``; the package above says so when Django starts."""
    _KINDS[kind] = (label, where)


@dataclass(frozen=True, slots=True)
class OriginCard:
    """What an order arose from: what kind of thing, which, and where it stands."""

    label: str
    title: str
    url: str


def origin_card(kind: str, object_id: int, title: str) -> OriginCard:
    """In words; without an address where the package above is not installed."""
    label, where = _KINDS.get(kind, ("", None))
    return OriginCard(str(label), title, where(object_id) if where else "")


@dataclass(frozen=True, slots=True)
class Standing:
    """How an order stands that arose from ``object_id``. ``over``: nobody works on it any more, nor on another one that it was merged into.
    ``party``: who is at it or did it, or is asked to; a member's name masked."""

    id: int
    object_id: int
    number: str
    title: str
    state: State
    outcome: str
    private: bool
    place_id: int | None
    placed_at: datetime
    due_at: datetime | None
    delivered_at: datetime | None
    ended_at: datetime | None
    over: bool
    member_id: int | None
    organisation_id: int | None
    party: str

    @property
    def is_open(self) -> bool:
        """Whether anything can still happen to it."""
        return self.state in OPEN_STATES


def arisen(kind: str, object_ids: Iterable[int]) -> dict[int, list[Standing]]:
    """The orders that arose from these things of one kind, the oldest first. Two statements."""
    rows = Order.objects.filter(origin__kind=kind, origin__object_id__in=list(object_ids))
    found: dict[int, list[Standing]] = {}
    for standing in _read(rows):
        found.setdefault(standing.object_id, []).append(standing)
    return found


def states_of(order_ids: Collection[int]) -> dict[int, Standing]:
    """How these orders stand that arose from something, by id. Two statements."""
    return {standing.id: standing for standing in _read(Order.objects.filter(pk__in=order_ids, origin__isnull=False))}


#: Claims that say who has to do with an order, the likeliest last.
_TOLD = (ClaimState.PROPOSED, ClaimState.ACTIVE, ClaimState.DONE)


def _read(rows: "QuerySet[Order]") -> Iterable[Standing]:
    claims = Claim.objects.filter(state__in=_TOLD).select_related("member__person", "organisation").order_by("pk")
    for order in (
        rows.select_related("origin")
        .annotate(into_ended_at=F("merged_into__ended_at"))
        .prefetch_related(Prefetch("claims", claims, to_attr="told"))
        .order_by("pk")
    ):
        yield _standing(order, max(order.told, key=lambda claim: _TOLD.index(claim.state), default=None))


def _standing(order: "_Read", claim: Claim | None) -> Standing:
    return Standing(
        id=order.pk,
        object_id=order.origin.object_id,
        number=order.number,
        title=order.title,
        state=State(order.state),
        outcome=order.outcome,
        private=order.private,
        place_id=order.place_id,
        placed_at=order.placed_at,
        due_at=order.due_at,
        delivered_at=order.delivered_at,
        ended_at=order.ended_at,
        over=order.ended_at is not None and (order.merged_into_id is None or order.into_ended_at is not None),
        member_id=claim.member_id if claim else None,
        organisation_id=claim.organisation_id if claim else None,
        party=_party(claim),
    )


def _party(claim: Claim | None) -> str:
    if claim is not None and claim.organisation is not None:
        return claim.organisation.short_name
    return masking.mask_name(claim.member.person.name) if claim is not None and claim.member is not None else ""
