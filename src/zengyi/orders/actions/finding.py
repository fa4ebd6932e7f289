"""What every move of an order shares: find it, may one, is it in the right state, write it, tell the trail."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zengyi.core import audit
from zengyi.core.errors import Invalid, NotThere, WrongState
from zengyi.orders.actions import looking
from zengyi.orders.actions.looking import Helper
from zengyi.orders.models import Claim, Order
from zengyi.orders.rules import MOVES, OPEN_CLAIMS, ClaimState, Hand, State, Verb, may_see, on_view
from zengyi.people import rules as people
from zengyi.people.rules import Actor, Target

ID_MOST = 2**63 - 1
NOT_HERE = gettext_lazy("没有找到，或者不在您的社区。")
DUE_LONGEST = timedelta(days=730)


@dataclass(slots=True)
class Found:
    """An order with its claims, oldest first, whom units sent, and what permission needs to know of it."""

    order: Order
    claims: list[Claim]
    target: Target
    sent: list[Helper] = field(default_factory=list)
    claimants: dict[int, Hand] = field(default_factory=dict)

    @property
    def active(self) -> list[Claim]:
        """Claims of those who are at it."""
        return [claim for claim in self.claims if claim.state == ClaimState.ACTIVE]

    @property
    def hands(self) -> list[Hand]:
        """Who is at it: whoever holds a claim now, and whom units sent."""
        held = [self.claimants[claim.pk] for claim in self.active]
        ids = {claim.pk for claim in self.active}
        return held + [one.hand for one in self.sent if one.claim_id in ids]

    def claim_of(self, by: Actor, *states: str) -> Claim | None:
        """The actor's own claim in one of ``states``."""
        for claim in self.claims:
            member = claim.member_id is not None and claim.member_id == by.member_id
            unit = claim.organisation_id is not None and claim.organisation_id == by.organisation_id
            if claim.state in states and (member or unit):
                return claim
        return None


def look_up(order_id: int) -> Found:
    """The order of that id, held for this step; raises :class:`NotThere`.

    Its claims are read after it: without the hold, PostgreSQL would show them as somebody faster left them in between. SQLite
    lets only one step write anyway.
    """
    held = looking.hold(order_id) if 0 < order_id <= ID_MOST else None
    if held is None:
        raise NotThere(NOT_HERE)
    order, path = held
    claims, sent, claimants = looking.claims(order_id)
    return Found(order, claims, _target_of(order, path, claims), sent, claimants)


def _target_of(order: Order, path: str, claims: list[Claim]) -> Target:
    held = [claim for claim in claims if claim.state in OPEN_CLAIMS or claim.state == ClaimState.DONE]
    return Target(
        community_id=order.community_id,
        path=path,
        person_ids=frozenset({order.requester_id}),
        member_ids=frozenset(c.member_id for c in held if c.member_id is not None),
        organisation_ids=frozenset(c.organisation_id for c in held if c.organisation_id is not None),
        shown=on_view(order.state, private=order.private),
    )


def find(order_id: int, verb: Verb, *, by: Actor) -> Found:
    """The order for a move: it is there, the actor may make the move, and its state allows it.

    Raises :class:`NotThere`, :class:`NotAllowed`, :class:`NotSignedIn` or :class:`WrongState`.
    """
    found = look_up(order_id)
    permit(found, f"order.{verb}", by=by)
    if found.order.state not in MOVES[verb].sources:
        raise wrong_state(found.order)
    return found


def permit(found: Found, action: str, *, by: Actor) -> None:
    """Raise unless the actor may do ``action`` to the order."""
    people.check(by, action, found.target, sees=may_see(by, found.target))


def wrong_state(order: Order) -> WrongState:
    """The refusal that tells in which state the order is by now."""
    return WrongState(_("这一单现在是“%(state)s”，这一步做不了。请刷新看看。") % {"state": State(order.state).label})


def change(order: Order, **changes: Any) -> None:
    """Write ``changes`` if the order still stands as it was read; raises :class:`WrongState` when somebody was faster."""
    rows = Order.objects.filter(pk=order.pk, state=order.state, taken=order.taken, delivered_at=order.delivered_at)
    if not rows.update(**changes):
        raise WrongState(_("刚刚有人动过这一单，请刷新看看。"))
    for name, value in changes.items():
        setattr(order, name, value)


def tell(
    order: Order,
    verb: str,
    *,
    by: Actor,
    at: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:
    """The move's one audit event."""
    audit.record(verb, "order", order.pk, by=by, at=at, community_id=order.community_id, before=before, after=after, reason=reason)


def memo(order: Order) -> str:
    """What its entries in the bank say. Whoever may read an account reads them: of a private order only the number."""
    return order.number if order.private else f"{order.number} {order.title}"


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


def due(moment: datetime | None, field: str, *, at: datetime) -> datetime | None:
    """A due date that lies ahead, within two years; raises :class:`Invalid` on ``field``."""
    if moment is not None and not at < moment <= at + DUE_LONGEST:
        message = _("期限要在今天以后、两年以内。")
        raise Invalid(message, {field: message})
    return moment
