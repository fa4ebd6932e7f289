"""What every move of an order shares: lock and read it, write what has changed, record the event, check what was typed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import F, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zengyi.bank import queries as bank
from zengyi.core import audit, clock, personal
from zengyi.core.errors import Invalid, NotThere, WrongState
from zengyi.core.ids import ID_MOST
from zengyi.core.prepared import Query
from zengyi.orders.models import ASKER, Claim, Order, is_taken_back
from zengyi.orders.rules import MOVES, OPEN_CLAIMS, Channel, ClaimFacts, ClaimState, Hand, Helper, Situation, Verb, moved_meanwhile
from zengyi.people.queries import makers_at, makers_of
from zengyi.people.rules import COMMUNITY_ROLES, Actor, known

NOT_HERE = gettext_lazy("没有找到，或者不在您的社区。")
DUE_LONGEST = timedelta(days=730)

#: All columns of an order except those that no move needs: the search words, and the phone, which would be decrypted each time.
COLUMNS = tuple(field.attname for field in Order._meta.concrete_fields if field.attname not in {"search", "inner_search", "contact"})


def _order(order: int) -> "QuerySet[Order, dict[str, Any]]":
    rows = Order.objects.with_asker().annotate(path=F("community__path"), left=F("account__balance"))
    found: QuerySet[Order, dict[str, Any]] = rows.filter(pk=order).values(*COLUMNS, *ASKER, "path", "left")
    return found


def _claims(order: int, first: date, following: date) -> "QuerySet[Claim, dict[str, Any]]":
    """The order's claims. A claim with several members sent comes several times, once for each of them.

    ``first`` and ``following``: the quarter in which it is counted how often who helps has helped whoever asked.
    """
    before = partial(bank.times_before, first, following, asker="order__requester_id")
    rows = Claim.objects.annotate(
        home=F("member__person__household_index"),
        works=F("member__unit_id"),
        signs_in=F("member__person__user__is_active"),
        helper=F("sent__member_id"),
        share=F("sent__points"),
        helper_home=F("sent__member__person__household_index"),
        helper_works=F("sent__member__unit_id"),
        helper_login=F("sent__member__person__user__id"),
        makers=makers_of("by_id"),
        helper_makers=makers_of("sent__member__person__user__id"),
        before=before(member_id=OuterRef("member_id")) + before(organisation_id=OuterRef("organisation_id")),
        helper_before=before(member_id=OuterRef("sent__member_id")),
    )
    own = ("id", "state", "member_id", "organisation_id", "places", "points", "lease_until", "reminded_at", "by_id")
    beside = ("home", "works", "signs_in", "helper", "share", "helper_home", "helper_works", "helper_login", "makers", "helper_makers")
    counted = ("before", "helper_before")
    found: QuerySet[Claim, dict[str, Any]] = rows.filter(order_id=order).order_by("pk", "sent__pk").values(*own, *beside, *counted)
    return found


_lock_order = Query("orders_lock_order", _order, hold="orders_order", order=2**62)
#: With whoever asked: people_person is the first of the persons in this statement, and the only one that is never missing.
_lock_with_asker = Query("orders_lock_with_asker", _order, hold="orders_order, people_person", order=2**62)
_claims_of = Query("orders_claims_of", _claims, order=2**62, first=date(1, 1, 1), following=date(1, 1, 2))


@dataclass(frozen=True, slots=True)
class Held:
    """An order locked for this step: nobody else moves it until the step ends. ``situation`` is what its guards look at."""

    order: Order
    situation: Situation


def hold(order_id: int, *, with_asker: bool = False, by: Actor, at: datetime) -> Held:
    """Lock the order of that id for this step and read it; raises :class:`NotThere`.

    ``with_asker``: whoever asked, too, for steps that depend on what was done for them before.

    The claims are read after the order is locked. Otherwise, on PostgreSQL, somebody could change them between the two reads, and order
    and claims would not fit together. SQLite lets only one step write anyway.
    """
    lock = _lock_with_asker if with_asker else _lock_order
    for row in lock.rows(order=order_id) if 0 < order_id <= ID_MOST else []:
        order, claims = order_of(row), _read_claims(order_id, at)
        is_held = any(claim.state in OPEN_CLAIMS and claim.is_of(by) for claim in claims)
        target = order.target(row["path"], claims)
        read: dict[str, Any] = {"claims_read": claims, "taken_back_read": is_taken_back(order, row["left"])}
        return Held(order, order.situation(target, by=by, at=at, is_held=is_held, **read))
    raise NotThere(NOT_HERE)


def order_of(row: Mapping[str, Any], *, left_out: Iterable[str] = ()) -> Order:
    """The order of a row of :data:`COLUMNS` and :data:`ASKER`. Columns in ``left_out`` do not matter to the step and count as empty."""
    order = Order.from_db(DEFAULT_DB_ALIAS, COLUMNS, [row[name] for name in COLUMNS])
    read = dict.fromkeys(left_out) | dict(row)
    for name in ASKER:
        setattr(order, name, read[name])
    return order


def _read_claims(order_id: int, at: datetime) -> tuple[ClaimFacts, ...]:
    """The claims of the order, the oldest first."""
    read: dict[int, dict[str, Any]] = {}
    sent: dict[int, list[Helper]] = {}
    first, following = clock.quarter_bounds(clock.quarter_of(clock.local_date(at)))
    for row in _claims_of.rows(order=order_id, first=first, following=following):
        read[row["id"]] = row
        if row["helper"] is not None:
            home, makers = _bytes(row["helper_home"]), makers_at(row["helper_makers"], at)
            helper = Helper(row["helper"], row["share"], home, row["helper_works"], row["helper_login"], makers, row["helper_before"])
            sent.setdefault(row["id"], []).append(helper)
    return tuple(_claim(row, tuple(sent.get(claim_id, ())), at) for claim_id, row in read.items())


def _claim(row: Mapping[str, Any], sent: tuple[Helper, ...], at: datetime) -> ClaimFacts:
    member, unit = row["member_id"], row["organisation_id"]
    lacks = member is not None and not row["signs_in"]
    return ClaimFacts(
        id=row["id"],
        state=ClaimState(row["state"]),
        member_id=member,
        organisation_id=unit,
        places=row["places"],
        points=row["points"],
        lease_until=row["lease_until"],
        reminded_at=row["reminded_at"],
        hand=Hand(row["by_id"], member, known(unit, row["works"]), _bytes(row["home"]), makers_at(row["makers"], at), lacks),
        sent=sent,
        before=row["before"],
    )


def _bytes(value: bytes | memoryview | None) -> bytes | None:
    return None if value is None else bytes(value)


def change(order: Order, **changes: object) -> None:
    """Write ``changes`` if the order is still in the state in which it was read; raises :class:`WrongState` if somebody was faster."""
    rows = Order.objects.filter(pk=order.pk, state=order.state, taken=order.taken, delivered_at=order.delivered_at)
    if not rows.update(**changes):
        raise WrongState(moved_meanwhile())
    for name, value in changes.items():
        setattr(order, name, value)


def move(order: Order, verb: Verb, **changes: object) -> None:
    """:func:`change` the order, and its state to the one that the table of moves has for ``verb``."""
    change(order, **{"state": MOVES[verb].target, **changes})


def why(verb: Verb, reason: str) -> str:
    """The reason for a move that needs one, as :func:`sentence` takes it; nothing for another move."""
    return sentence(reason, "reason", 200) if MOVES[verb].needs_reason else ""


def told_by(channel: str) -> str:
    """How whoever has no login, or is not at the keyboard, told us; raises :class:`Invalid` unless it is one of the ways there are."""
    if channel not in Channel.values or channel == Channel.SELF:
        raise Invalid.on("channel", _("请选对方是怎么告诉您的。"))
    return str(channel)


def heard_by(claim: ClaimFacts, channel: str, by: Actor) -> dict[str, str]:
    """What the trail keeps of a step that staff write down for whoever holds the claim: how they heard of it. Nothing for one's own."""
    return {"channel": told_by(channel)} if by.role in COMMUNITY_ROLES and claim.lacks_login else {}


def tell(
    order: Order,
    verb: str,
    *,
    by: Actor,
    at: datetime,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    reason: str = "",
) -> None:
    """The move's one audit event."""
    audit.record(verb, "order", order.pk, by=by, at=at, community_id=order.community_id, before=before, after=after, reason=reason)


def memo(order: Order) -> str:
    """The text of its entries in the bank, for whoever reads the account: nothing personal, and of a private order only the number."""
    return order.number if order.private else f"{order.number} {personal.masked(order.title)}"


def sentence(text: str, field: str, most: int, *, least: int = 2) -> str:
    """``text`` trimmed and free of control characters; raises :class:`Invalid` on ``field`` when its length is wrong."""
    cleaned = "".join(c for c in text if c in "\n\t" or c.isprintable()).strip()
    if len(cleaned) < least:
        raise Invalid(_("还差一句话。"), {field: _("请写几个字。")})
    if len(cleaned) > most:
        raise Invalid(_("写得太长了。"), {field: _("最多 %(most)d 字。") % {"most": most}})
    return cleaned


def whole(value: int, field: str, least: int, most: int) -> int:
    """``value`` within its bounds; raises :class:`Invalid` on ``field``."""
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        message = _("请写 %(least)d 到 %(most)d 的整数。") % {"least": least, "most": most}
        raise Invalid(message, {field: message})
    return value


def due(until: datetime | None, field: str, *, at: datetime) -> datetime | None:
    """A due date that lies ahead, within two years; raises :class:`Invalid` on ``field``."""
    if until is not None and not at < until <= at + DUE_LONGEST:
        message = _("期限要在今天以后、两年以内。")
        raise Invalid(message, {field: message})
    return until
