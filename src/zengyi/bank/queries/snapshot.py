"""A quarter's statement, added up from the postings: the text that is published, and the list that stays in the branch.

Everything is a sum of postings dated into the quarter or before it, never a kept balance: two people who add it up at different moments
get the same text as long as nothing in it has changed.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Q, Sum
from django.utils import translation

from zengyi.bank.models import Account, Objection, Posting, Quarter, RollCallEntry
from zengyi.bank.queries.accounts import offered_by
from zengyi.bank.queries.moved import NEW, REDUCED, moving
from zengyi.bank.queries.rulebook import rulebook
from zengyi.bank.queries.told import told_of
from zengyi.bank.rules import AccountKind, QuarterState, RollCallState, canonical, digits_of, seal_of, standard_of
from zengyi.core import masking
from zengyi.people import queries as people

VERSION = 1
DEEDS_MOST = 3


@dataclass(frozen=True, slots=True)
class Texts:
    """What a quarter's row keeps."""

    statement: str
    inside: str
    digits: str


@dataclass(frozen=True, slots=True)
class _Holder:
    """A member's or a unit's quarter."""

    number: str
    name: str
    shown: str
    branch: str
    is_unit: bool
    base: int
    gain: int
    standard: int

    @property
    def met(self) -> bool:
        return self.base >= self.standard


#: Hears how many parts of the work are done, and of how many.
Tell = Callable[[int, int], None]
PARTS = 4


def silent(_done: int, _whole: int) -> None:
    """Nobody looks at it."""


def added_up(quarter: Quarter, *, savers: int, again: bool = False, tell: Tell = silent) -> Texts:
    """The texts of the quarter as the ledger is now, naming up to ``savers`` savers. The same few statements however many postings.

    ``tell`` hears how far it is.

    ``again``: it was added up before, and how many have each duty stays as it was then: members may claim posts while others close books.
    """
    community_id, first, last = quarter.community_id, quarter.first, quarter.last
    card = people.community(community_id)
    tell(0, PARTS)
    holders = _holders(community_id, first, last)
    tell(1, PARTS)
    members, units = [one for one in holders if not one.is_unit], [one for one in holders if one.is_unit]
    sums = equation_between(community_id, first, last)
    tell(2, PARTS)
    with translation.override(settings.LANGUAGE_CODE):  # the text is the same whoever adds it up
        told = told_of(community_id, first, last)
    tell(3, PARTS)
    inside = canonical({"v": VERSION, "salt": quarter.salt, "members": [_row(one) for one in members]})
    gain, reduced = sum(one.gain for one in holders), sums["reduced"]
    statement = {
        "v": VERSION,
        "log": "zengyi.quarter",
        "community": {"id": community_id, "name": card.name, "street": card.subdistrict},
        "quarter": quarter.quarter,
        "first": first.isoformat(),
        "last": last.isoformat(),
        "equation": sums,
        "totals": {
            "members": len(members),
            "met": sum(one.met for one in members),
            "units": len(units),
            "members_gain": sum(one.gain for one in members),
            "units_gain": sum(one.gain for one in units),
            "held": sum(one.gain for one in members if not one.met),
            "gain": gain,
            "confirmed": reduced,
            "other": gain - reduced,
            "base": sum(one.base for one in members),
        },
        "savers": _savers(holders, savers),
        "deeds": [{"title": deed.title, "points": deed.points, "count": deed.count} for deed in told.deeds[:DEEDS_MOST]],
        "categories": [{"label": one.label, "count": one.count, "points": one.points} for one in told.categories],
        "duties": json.loads(quarter.statement)["duties"] if again and quarter.statement else people.duties_of(community_id),
        "objections": _last_objections(community_id, first),
        "inside": seal_of(inside),
    }
    text = canonical(statement)
    tell(PARTS, PARTS)
    return Texts(text, inside, digits_of(text))


def _row(one: _Holder) -> dict[str, Any]:
    held = 0 if one.met else one.gain
    return {"number": one.number, "name": one.name, "branch": one.branch, "base": one.base, "gain": one.gain, "held": held}


def _savers(holders: list[_Holder], most: int) -> list[dict[str, Any]]:
    """The first ones by gain; whoever did not agree to be named is masked. Nobody without gain is listed, so nobody comes last."""
    first = sorted((one for one in holders if one.gain > 0), key=lambda one: (-one.gain, one.is_unit, one.number, one.name))[:most]
    return [{"name": one.shown, "branch": one.branch, "points": one.gain} for one in first]


def equation_between(community_id: int, first: date, last: date) -> dict[str, int]:
    """Opening + new − reduced = balance, from the postings alone. One statement."""
    rows = moving().filter(community_id=community_id, occurred_on__lte=last)
    before, within = Q(occurred_on__lt=first), Q(occurred_on__gte=first)
    found = rows.aggregate(opening=Sum(NEW - REDUCED, filter=before), new=Sum(NEW, filter=within), reduced=Sum(REDUCED, filter=within))
    opening, new, reduced = (found[name] or 0 for name in ("opening", "new", "reduced"))
    return {"opening": opening, "new": new, "reduced": reduced, "balance": opening + new - reduced}


def _holders(community_id: int, first: date, last: date) -> list[_Holder]:
    """Everybody with an account, members by branch and number, then units by name."""
    moved = _moved(community_id, first, last)
    offered = _offered(community_id, first, last)
    rows = Account.objects.filter(community_id=community_id, kind__in=[AccountKind.BASE, AccountKind.GAIN]).values_list(
        *("pk", "kind", "member_id", "member__number", "member__person__name", "member__person__name_public", "member__branch__name"),
        "organisation__short_name",
    )
    base = {member: moved.get(pk, 0) for pk, kind, member, *_more in rows if kind == AccountKind.BASE}
    holders = []
    for pk, kind, member, number, name, public, branch, unit in rows:
        if kind != AccountKind.GAIN:
            continue
        gain = moved.get(pk, 0)
        if member is None:
            holders.append(_Holder("", unit, unit, "", True, 0, gain, 0))
        else:
            shown = name if public else masking.mask_name(name)
            standard = standard_of(offered.get(member, 0))
            holders.append(_Holder(number, name, shown, branch, False, base.get(member, 0), gain, standard))
    return sorted(holders, key=lambda one: (one.is_unit, one.branch, one.number, one.name))


def _moved(community_id: int, first: date, last: date) -> dict[int, int]:
    """Signed points of the quarter by account of members and units."""
    within = Posting.objects.filter(community_id=community_id, occurred_on__range=(first, last)).order_by()
    kinds = [AccountKind.BASE, AccountKind.GAIN]
    moved: dict[int, int] = {}
    for pk, points in within.filter(credit__kind__in=kinds).values_list("credit_id").annotate(sum=Sum("points")):
        moved[pk] = points
    for pk, points in within.filter(debit__kind__in=kinds).values_list("debit_id").annotate(sum=Sum("points")):
        moved[pk] = moved.get(pk, 0) - points
    return moved


def _offered(community_id: int, first: date, last: date) -> dict[int, int]:
    """The base points each member could have had in the quarter."""
    year = RollCallEntry.objects.filter(
        roll_call__community_id=community_id,
        roll_call__state=RollCallState.POSTED,
        roll_call__held_on__range=(date(first.year, 1, 1), last),
    )
    return offered_by(year, rulebook(community_id), first, last)


def _last_objections(community_id: int, first: date) -> list[dict[str, Any]]:
    """What was said of the quarter before and answered, in the sentences that were published."""
    rows = Objection.objects.filter(
        quarter__community_id=community_id, quarter__state=QuarterState.SEALED, quarter__last__lt=first, quarter__last__gte=_before(first)
    )
    return [{"number": number, "public": public} for number, public in rows.order_by("number").values_list("number", "public")]


def _before(first: date) -> date:
    """The first day of the quarter before the one that begins on ``first``."""
    return date(first.year - 1, 10, 1) if first.month == 1 else date(first.year, first.month - 3, 1)
