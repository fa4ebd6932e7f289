"""An order with its claims and photos, and its events if they are wanted, in one statement."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache, partial
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Concat

from zengyi.bank import queries as bank
from zengyi.core import clock
from zengyi.core.models import Event
from zengyi.core.prepared import Query
from zengyi.core.rows import Rows, moment_of, octets, structure
from zengyi.orders.models import ASKER, Claim, Order, Photo, Sent, given_back, is_taken_back
from zengyi.orders.queries import lately
from zengyi.orders.queries.cards import PhotoCard
from zengyi.orders.queries.lately import Eased
from zengyi.orders.queries.origins import OriginCard, origin_card
from zengyi.orders.rules import NOTE, OPEN_CLAIMS, ClaimFacts, ClaimState, GivenBack, Hand, Helper, Situation
from zengyi.people.queries import last_look, looked_today, makers_at, makers_of, makers_told
from zengyi.people.rules import Actor, Role, Target, known


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRead(ClaimFacts):
    """A claim with the name of the member or the organisation."""

    name: str
    claimed_at: datetime
    reason: str
    short: str


@dataclass(frozen=True, slots=True)
class EventRead:
    """An audit event of the order, with the name of whoever made it."""

    id: int
    at: datetime
    verb: str
    role: str
    person_id: int | None
    name: str
    after: dict[str, Any]
    reason: str


@dataclass(frozen=True, slots=True)
class OrderRead:
    """An order as ``by`` has read it; everything oldest first. ``in_hand``: how many orders they hold.

    ``made``: the makers of those at work on it, by login and not yet for a moment. ``looked_at``: when they last opened the
    asker's contact; ``asker_made``: who made the asker's login, with names. ``before``: how often the reader has helped whoever asked,
    this quarter.
    ``eased``: who could take it only because a sheet had lately changed a door or a unit. ``booked``: the points that it has brought and
    that stand; ``left``: those open on its account.
    """

    order: Order
    by: Actor
    in_hand: int
    before: int
    booked: int
    left: int | None
    given_back: GivenBack
    claims: tuple[ClaimRead, ...]
    made: dict[int, Any]
    looked_at: datetime | None
    asker_made: Any
    eased: list[Eased]
    photos: list[PhotoCard]
    origin: OriginCard | None
    events: list[EventRead] = field(default_factory=list)

    @property
    def target(self) -> Target:
        """What the table of roles needs to know."""
        return self.order.target(self.order.community.path, self.claims)

    @property
    def target_now(self) -> Target:
        """The same for what is only open to those who are at work on it now."""
        return self.order.target(self.order.community.path, self.claims, (ClaimState.ACTIVE,))

    @property
    def target_asker(self) -> Target:
        """The same for who asked."""
        return self.order.target_asker(self.order.community.path, self.claims)

    def opened(self, at: datetime) -> bool:
        """Whether the reader has opened the asker's phone and door today, or is the asker."""
        return looked_today(self.looked_at, at) or (self.by.person_id is not None and self.by.person_id == self.order.requester_id)

    def situation(self, at: datetime) -> Situation:
        """What the guards look at when the reader wants to make a move."""
        is_held = any(claim.state in OPEN_CLAIMS and claim.is_of(self.by) for claim in self.claims)
        claims = tuple(self._made(claim, at) for claim in self.claims)
        read: dict[str, Any] = {"claims_read": claims, "in_hand_read": self.in_hand, "given_back_read": self.given_back}
        read["taken_back_read"] = is_taken_back(self.order, self.left)
        return self.order.situation(self.target, by=self.by, at=at, is_held=is_held, **read)

    def _made(self, claim: ClaimRead, at: datetime) -> ClaimRead:
        """The claim with the makers that count at ``at``."""
        sent = tuple(replace(helper, makers=self._makers(helper.login_id, at)) for helper in claim.sent)
        return replace(claim, hand=replace(claim.hand, makers=self._makers(claim.hand.login_id, at)), sent=sent)

    def _makers(self, login_id: int | None, at: datetime) -> frozenset[int]:
        return makers_at(self.made.get(login_id or 0), at)


#: Of an order everything but the words a search finds it by; of what it refers to, what is told of it. All in the order of their tables.
_COLUMNS = tuple(column.attname for column in Order._meta.concrete_fields if column.attname not in {"search", "inner_search"})
_COMMUNITY, _PLACE = ("id", "path", "phone"), ("id", "name", "parent_id")
_REQUESTER, _HOME = ("id", "name", "phone", "home_id", "door"), ("id", "name")
_REFERRED = {"community": _COMMUNITY, "place": _PLACE, "requester": _REQUESTER, "requester__home": _HOME}
_ORIGIN = ("origin__kind", "origin__object_id", "origin__title")
_NOBODY = ""
#: No event has a higher id.
_BEHIND_ALL = 2**63 - 1


def read(order_id: int, *, by: Actor, at: datetime, events: int = 0, before: int | None = None) -> OrderRead | None:
    """The order of that id as ``by`` finds it at ``at``, with its newest ``events``, or those before an event; nothing for an unknown one.

    Of the notes and of the other steps so many each: who does not read the notes finds the steps behind ever so many of them.
    """
    if not 0 < order_id < 2**63:
        return None
    holder, mine = _holder(by)
    first, following = clock.quarter_bounds(clock.quarter_of(clock.local_date(at)))
    given: dict[str, Any] = {"order": order_id, "viewer": by.user_id or 0, "first": first, "following": following}
    given |= {"mine": mine} if holder else {}
    given |= {"before": _BEHIND_ALL if before is None else before} if events else {}
    for row in _query(holder, events).rows(**given):
        sent: list[dict[str, Any]] = row["sent_read"] or []
        hands = [(one["by_id"], one["makers"]) for one in row["claims_read"] or []] + [(one["login"], one["makers"]) for one in sent]
        order = _order(row)
        return OrderRead(
            order,
            by,
            row["in_hand"],
            row["times"],
            row["booked"],
            row["left"],
            GivenBack(row.get("gave_back_here"), row.get("gave_back_third")),
            tuple(_claim(one, sent) for one in sorted(row["claims_read"] or [], key=lambda one: int(one["id"]))),
            {login: structure(makers) for login, makers in hands},
            row["looked_at"],
            structure(row["asker_made"]),
            lately.eased(order, row, row["claims_read"] or [], sent),
            [_photo(one) for one in sorted(row["photos_read"] or [], key=lambda one: (str(one["at"]), str(one["id"])))],
            origin_card(*(row[column] for column in _ORIGIN)) if row[_ORIGIN[0]] else None,
            [_event(one) for one in sorted(row["events_read"] or [], key=lambda one: int(one["id"]))] if events else [],
        )
    return None


def _holder(by: Actor) -> tuple[str, int]:
    """As whom somebody claims orders; nobody for those who claim none."""
    if by.role == Role.ORGANISATION and by.organisation_id is not None:
        return "organisation_id", by.organisation_id
    return ("member_id", by.member_id) if by.role == Role.MEMBER and by.member_id is not None else (_NOBODY, 0)


@cache
def _query(holder: str, events: int) -> Query:
    samples: dict[str, Any] = {"order": 2**62, "viewer": 2**62 + 3, "first": date(1, 1, 1), "following": date(1, 1, 2)}
    samples |= ({"mine": 2**62 + 1} if holder else {}) | ({"before": 2**62 + 2} if events else {})
    return Query(f"orders_read_{holder}_{events}", partial(_reading, holder, events), **samples)


def _reading(
    holder: str, events: int, order: int, viewer: int, first: date, following: date, mine: int = 0, before: int = 0
) -> "QuerySet[Order, Any]":
    claims = Claim.objects.filter(order_id=OuterRef("pk"))
    photos = Photo.objects.filter(order_id=OuterRef("pk"))
    sent = Sent.objects.filter(claim__order_id=OuterRef("pk"), claim__state__in=(ClaimState.ACTIVE, ClaimState.DONE))
    times = partial(bank.times_before, first, following)
    hanging: dict[str, Any] = {
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
            lease_until="lease_until",
            reminded_at="reminded_at",
            by_id="by_id",
            makers=makers_of("by_id"),
            signs_in="member__person__user__is_active",
            **lately.taker_columns(),
            reason="reason",
            before=times(asker="order__requester_id", member_id=OuterRef("member_id"))
            + times(asker="order__requester_id", organisation_id=OuterRef("organisation_id")),
            short=Concat(
                bank.short_of("order__account_id", member_id=OuterRef("member_id")),
                bank.short_of("order__account_id", organisation_id=OuterRef("organisation_id")),
            ),
        ),
        "sent_read": Rows(
            sent,
            claim_id="claim_id",
            member_id="member_id",
            points="points",
            **lately.sent_columns(),
            login="member__person__user__id",
            makers=makers_of("member__person__user__id"),
            before=times(asker="claim__order__requester_id", member_id=OuterRef("member_id")),
        ),
        "photos_read": Rows(photos, id="pk", stage="stage", width="width", height="height", at="added_at"),
        "in_hand": Value(0),
        "looked_at": last_look("requester_id", viewer),
        "asker_made": makers_told("requester__user__id"),
        **lately.behind_left(),
        "times": Value(0),
        "booked": bank.booked("account_id"),
        "left": F("account__balance"),
    }
    if holder:
        open_claims = Claim.objects.filter(state__in=OPEN_CLAIMS, **{holder: mine})
        hanging |= given_back(holder, mine)
        hanging["times"] = times(asker="requester_id", **{holder: mine})
        hanging["in_hand"] = Coalesce(Subquery(_counted(open_claims), output_field=IntegerField()), 0)
    if events:
        newest = Q(pk__in=_newest(events, before, verb=NOTE)) | Q(pk__in=_newest(events, before))
        told = Event.objects.filter(newest, object_type="order", object_id=OuterRef("pk"))
        who = {"person_id": "user__person_id", "name": "user__person__name"}
        hanging["events_read"] = Rows(told, id="pk", at="at", verb="verb", role="role", after="after", reason="reason", **who)
    referred = [f"{name}__{column}" for name, columns in _REFERRED.items() for column in columns]
    rows = Order.objects.with_asker().annotate(**hanging).filter(pk=order)
    read: QuerySet[Order, Any] = rows.values(*_COLUMNS, *ASKER, *hanging, *referred, *_ORIGIN)
    return read


def _newest(number: int, before: int, *, verb: str = "") -> "QuerySet[Event, int]":
    """The ids of an order's newest notes, or of its newest steps that are none."""
    of_order = Event.objects.filter(object_type="order", object_id=OuterRef(OuterRef("pk")), pk__lt=before)
    return (of_order.filter(verb=verb) if verb else of_order.exclude(verb=NOTE)).order_by("-pk").values_list("pk", flat=True)[:number]


def _order(row: dict[str, Any]) -> Order:
    """The order of a row, with what it refers to."""
    order = Order.from_db(DEFAULT_DB_ALIAS, _COLUMNS, [row[name] for name in _COLUMNS])
    for name in ASKER:
        setattr(order, name, row[name])
    for path, columns in _REFERRED.items():
        *way, name = path.split("__")
        holder = getattr(order, way[0]) if way else order
        values = [row[f"{path}__{column}"] for column in columns]
        model: Any = holder._meta.get_field(name).related_model
        setattr(holder, name, None if values[0] is None else model.from_db(DEFAULT_DB_ALIAS, columns, values))
    return order


def _counted(rows: "QuerySet[Claim]") -> "QuerySet[Any, Any]":
    return rows.order_by().annotate(all=Value(1)).values("all").annotate(n=Count("pk")).values("n")


def _claim(row: dict[str, Any], sent: list[dict[str, Any]]) -> ClaimRead:
    member, unit = row["member_id"], row["organisation_id"]
    lacks = member is not None and not row["signs_in"]
    return ClaimRead(
        id=row["id"],
        state=ClaimState(row["state"]),
        member_id=member,
        organisation_id=unit,
        places=row["places"],
        points=row["points"],
        lease_until=moment_of(row["lease_until"]),
        reminded_at=moment_of(row["reminded_at"]) if row["reminded_at"] else None,
        hand=Hand(row["by_id"], member, known(unit, row["works"]), octets(row["home"]), frozenset(), lacks),
        sent=tuple(_helper(one) for one in sent if one["claim_id"] == row["id"]),
        name=row["unit"] or row["member"] or "",
        claimed_at=moment_of(row["claimed_at"]),
        reason=row["reason"],
        short=row["short"],
        before=row["before"],
    )


def _helper(row: dict[str, Any]) -> Helper:
    return Helper(row["member_id"], row["points"], octets(row["home"]), row["works"], row["login"], frozenset(), row["before"])


def _photo(row: dict[str, Any]) -> PhotoCard:
    return PhotoCard(UUID(row["id"]), row["stage"], row["width"], row["height"])


def _event(row: dict[str, Any]) -> EventRead:
    after = structure(row["after"])
    return EventRead(row["id"], moment_of(row["at"]), row["verb"], row["role"], row["person_id"], row["name"] or "", after, row["reason"])
