"""An order with all that hangs on it, in one statement: its claims and photos, and its events where they are asked for."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef

from zengyi.core.models import Event
from zengyi.core.rows import Hex, Rows, moment, octets, structure
from zengyi.orders.models import Claim, Order, Photo, Sent
from zengyi.orders.queries.cards import PhotoCard
from zengyi.orders.rules import OPEN_CLAIMS, ClaimState, Hand, on_view
from zengyi.people.rules import Actor, Target, known

HELD = (*OPEN_CLAIMS, ClaimState.DONE)


@dataclass(frozen=True, slots=True)
class Held:
    """A claim with the name of the member or the unit."""

    id: int
    state: str
    member_id: int | None
    organisation_id: int | None
    name: str
    places: int
    points: int | None
    claimed_at: datetime
    hand: Hand

    def is_of(self, by: Actor) -> bool:
        """Whether it is the actor's own, or their unit's."""
        member = self.member_id is not None and self.member_id == by.member_id
        return member or (self.organisation_id is not None and self.organisation_id == by.organisation_id)


@dataclass(frozen=True, slots=True)
class Step:
    """An audit event of the order, with the name of whoever made it."""

    at: datetime
    verb: str
    role: str
    person_id: int | None
    name: str
    after: dict[str, Any]
    reason: str


@dataclass(frozen=True, slots=True)
class Read:
    """An order as it was read; everything oldest first."""

    order: Order
    claims: list[Held]
    photos: list[PhotoCard]
    helpers: list[Hand]
    steps: list[Step] = field(default_factory=list)

    @property
    def hands(self) -> list[Hand]:
        """Who is at it: whoever holds a claim now, and whom units sent."""
        return [claim.hand for claim in self.claims if claim.state == ClaimState.ACTIVE] + self.helpers

    def target(self, states: tuple[str, ...] = HELD) -> Target:
        """What permission needs to know: whoever holds it counts by claims in ``states``."""
        held = [claim for claim in self.claims if claim.state in states]
        return Target(
            community_id=self.order.community_id,
            path=self.order.community.path,
            person_ids=frozenset({self.order.requester_id}),
            member_ids=frozenset(c.member_id for c in held if c.member_id is not None),
            organisation_ids=frozenset(c.organisation_id for c in held if c.organisation_id is not None),
            shown=on_view(self.order.state, private=self.order.private),
        )


def read(order_id: int, *, steps: bool = False) -> Read | None:
    """The order of that id, with its steps if they are wanted; nothing for an unknown one."""
    if not 0 < order_id < 2**63:
        return None
    claims = Claim.objects.filter(order_id=OuterRef("pk"))
    photos = Photo.objects.filter(order_id=OuterRef("pk"))
    sent = Sent.objects.filter(claim__order_id=OuterRef("pk"), claim__state=ClaimState.ACTIVE)
    hanging = {
        "claims_read": Rows(
            claims,
            id="pk",
            state="state",
            member_id="member_id",
            organisation_id="organisation_id",
            member="member__person__name",
            unit="organisation__short_name",
            places="places",
            points="points",
            claimed_at="claimed_at",
            by_id="by_id",
            home=Hex("member__person__household_index"),
            works="member__unit_id",
        ),
        "sent_read": Rows(sent, member_id="member_id", home=Hex("member__person__household_index"), works="member__unit_id"),
        "photos_read": Rows(photos, id="pk", stage="stage", width="width", height="height", at="added_at"),
    }
    if steps:
        events = Event.objects.filter(object_type="order", object_id=OuterRef("pk"))
        who = {"person_id": "user__person_id", "name": "user__person__name"}
        hanging["steps_read"] = Rows(events, id="pk", at="at", verb="verb", role="role", after="after", reason="reason", **who)
    rows = (
        Order.objects.with_asker().select_related("community", "place", "requester", "requester__home").defer("search").annotate(**hanging)
    )
    found: Any = rows.filter(pk=order_id).first()
    if found is None:
        return None
    return Read(
        found,
        [_held(row) for row in sorted(found.claims_read or [], key=lambda row: int(row["id"]))],
        [_photo(row) for row in sorted(found.photos_read or [], key=lambda row: (str(row["at"]), str(row["id"])))],
        [Hand(None, row["member_id"], known(row["works"]), octets(row["home"])) for row in found.sent_read or []],
        [_step(row) for row in sorted(found.steps_read or [], key=lambda row: int(row["id"]))] if steps else [],
    )


def _held(row: dict[str, Any]) -> Held:
    name = row["unit"] or row["member"] or ""
    at, member, unit = moment(row["claimed_at"]), row["member_id"], row["organisation_id"]
    hand = Hand(row["by_id"], member, known(unit, row["works"]), octets(row["home"]))
    return Held(row["id"], row["state"], member, unit, name, row["places"], row["points"], at, hand)


def _photo(row: dict[str, Any]) -> PhotoCard:
    return PhotoCard(UUID(row["id"]), row["stage"], row["width"], row["height"])


def _step(row: dict[str, Any]) -> Step:
    return Step(moment(row["at"]), row["verb"], row["role"], row["person_id"], row["name"] or "", structure(row["after"]), row["reason"])
