"""Orders that somebody could take only because a sheet had lately changed a door or a unit: read along with them, told in a sentence."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from zengyi.core import clock
from zengyi.core.rows import Hex, Rows, moment_of, octets
from zengyi.orders.models import Claim, Order, Sent
from zengyi.orders.rules import Change, ClaimState, Party, State, made_possible
from zengyi.people.queries import left_by, left_lately, left_of
from zengyi.people.rules import known

#: What those behind an order have left, as annotations of the order.
BEHIND = {"asker": "requester_id", "placer": "placed_by__person_id", "weigher": "triaged_by__person_id"}
#: Claims that were taken, or are proposed: others move no points any more.
_TAKEN = (ClaimState.PROPOSED, ClaimState.ACTIVE, ClaimState.DONE)


#: So many orders of a quarter are looked at, the newest.
LOOKED_AT_MOST = 500


@dataclass(frozen=True, slots=True)
class Eased:
    """A claim, or a member sent for it, that a change made possible. ``sent``: it is the member sent."""

    claim_id: int
    sent: bool
    change: Change


def behind_left() -> dict[str, Any]:
    """The annotations of an order that :func:`eased` reads."""
    return {f"{name}_left": left_by(person) for name, person in BEHIND.items()}


def taker_columns() -> dict[str, Any]:
    """The columns of a claim's row, for whoever took it: the member, or who acted for the organisation."""
    return {
        "person": "member__person_id",
        "home": Hex("member__person__household_index"),
        "works": "member__unit_id",
        "left": left_by("member__person_id"),
        "agent": "by__person_id",
        "agent_home": Hex("by__person__household_index"),
        "agent_works": "by__person__member__unit_id",
        "agent_left": left_by("by__person_id"),
    }


def sent_columns() -> dict[str, Any]:
    """The columns of the row of a member sent."""
    return {
        "person": "member__person_id",
        "home": Hex("member__person__household_index"),
        "works": "member__unit_id",
        "left": left_by("member__person_id"),
    }


def eased(order: Order, row: Mapping[str, Any], claims: Iterable[Mapping[str, Any]], sent: Iterable[Mapping[str, Any]]) -> list[Eased]:
    """Who could take the order only because of a change. Of claims the rows have ``id``, ``state``, ``claimed_at``, ``organisation_id``."""
    left = {name: left_of(row[f"{name}_left"]) for name in BEHIND}
    live = {claim["id"]: claim for claim in claims if claim["state"] in _TAKEN}
    found: list[Eased] = []
    for claim_id, is_sent, party, took_at in _parties(order, live, sent):
        if not party.left and not any(left.values()):
            continue
        change = made_possible(order.asker(took_at), left, party, took_at)
        if change is not None:
            found.append(Eased(claim_id, is_sent, change))
    return found


def _parties(
    order: Order, live: Mapping[int, Mapping[str, Any]], sent: Iterable[Mapping[str, Any]]
) -> Iterator[tuple[int, bool, Party, datetime]]:
    for claim_id, claim in live.items():
        kind, unit = ("agent_", claim["organisation_id"]) if claim["organisation_id"] else ("", None)
        person = claim["agent"] if unit else claim["person"]
        units = known(unit, claim[f"{kind}works"])
        party = Party(person, octets(claim[f"{kind}home"]), units, left_of(claim[f"{kind}left"]), unit)
        yield claim_id, False, party, moment_of(claim["claimed_at"])
    for one in sent:
        if one["claim_id"] in live and order.delivered_at is not None:
            party = Party(one["person"], octets(one["home"]), known(one["works"]), left_of(one["left"]))
            yield one["claim_id"], True, party, order.delivered_at


def eased_of(community_id: int, begin: datetime, end: datetime) -> list[tuple[Order, list[tuple[Eased, str]]]]:
    """The community's orders confirmed in that time that somebody could take only because of a change, the newest first; each with the
    names of who took it. One statement: those somebody behind which or at which left anything lately, looked at by the rule.
    """
    persons = ("member__person_id", "by__person_id", *(f"order__{person}" for person in BEHIND.values()))
    lately = [left_lately(person, "claimed_at") for person in persons]
    sent = Sent.objects.filter(claim_id=OuterRef("pk")).filter(left_lately("member__person_id", "claim__order__delivered_at"))
    took = Claim.objects.filter(community_id=community_id, state=ClaimState.DONE, order__ended_at__gte=begin, order__ended_at__lt=end)
    took = took.filter(reduce(or_, (Q(found) for found in (*lately, Exists(sent)))))
    claims = Claim.objects.filter(order_id=OuterRef("pk"))
    told = {"id": "pk", "state": "state", "organisation_id": "organisation_id", "claimed_at": "claimed_at"}
    told |= {"member": "member__person__name", "unit": "organisation__short_name"}
    rows: Any = Order.objects.with_asker().annotate(
        **behind_left(),
        claims_read=Rows(claims, **told, **taker_columns()),
        sent_read=Rows(Sent.objects.filter(claim__order_id=OuterRef("pk")), claim_id="claim_id", **sent_columns()),
    )
    rows = rows.filter(pk__in=took.values("order_id"), state=State.CONFIRMED).defer("search", "inner_search", "contact")
    found = []
    for order in rows.order_by("-ended_at", "-pk")[:LOOKED_AT_MOST]:
        claims_read = order.claims_read or []
        names = {claim["id"]: claim["unit"] or _("党员 %(name)s") % {"name": claim["member"]} for claim in claims_read}
        if these := eased(order, vars(order), claims_read, order.sent_read or []):
            found.append((order, [(one, names[one.claim_id]) for one in these]))
    return found


def sentence(one: Eased, party: str, at: datetime) -> str:
    """What the approver reads; ``party`` is the claim's name."""
    change, what = one.change, _what(one.change)
    days = (clock.local_date(at) - clock.local_date(change.at)).days
    when = ngettext("%(n)d 天前", "%(n)d 天前", days) % {"n": days} if days else _("今天")
    whose = {
        "taker": _("%(name)s派去的人") % {"name": party} if one.sent else party,
        "asker": pgettext("in a sentence", "点单的人"),
        "placer": pgettext("in a sentence", "代点的人"),
        "weigher": pgettext("in a sentence", "定分的人"),
    }[change.whose]
    who = _("%(name)s派去的人") % {"name": party} if one.sent else party
    return _("人员表%(when)s改了%(whose)s的%(what)s，改之前%(who)s不能接这一单。") % {
        "when": when,
        "whose": whose,
        "what": what,
        "who": who,
    }


def _what(change: Change) -> str:
    if change.door and change.unit:
        return pgettext("in a sentence", "门牌和单位")
    return pgettext("in a sentence", "门牌") if change.door else pgettext("in a sentence", "单位")
