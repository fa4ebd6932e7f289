"""What a deed would bring before it is handed in: the rule's points, what the caps leave, and what is already there."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from zengyi.bank import rules
from zengyi.bank.models import Filing
from zengyi.bank.queries.deed_pairs import PairedDeed
from zengyi.bank.queries.filings import FilingRow
from zengyi.bank.rules import FilingState, Had, Rule, RuleKind, Short
from zengyi.core import clock

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_WAITING = (FilingState.SUBMITTED, FilingState.ATTESTED)


@dataclass(frozen=True, slots=True)
class Cap:
    """A cap of a rule as it stands: points that are there, that wait, that this deed takes, and that are left after it."""

    name: "StrOrPromise"
    most: int
    had: int
    waits: int
    this: int

    @property
    def left(self) -> int:
        """Points that are left after this deed."""
        return max(0, self.most - self.had - self.waits - self.this)

    @property
    def bars(self) -> list[tuple[str, float, float]]:
        """The parts of its bar: name, beginning and width, in per cent of the cap."""
        parts, x = [], 0.0
        for name, points in (("was", self.had), ("waits", self.waits), ("this", self.this)):
            width = min(100 - x, 100 * points / self.most)
            if width > 0:
                parts.append((name, round(x, 1), round(width, 1)))
                x += width
        return parts


@dataclass(frozen=True, slots=True)
class Worth:
    """What a deed would bring now. ``asked``: by the rule alone; ``points``: within all caps; ``short``: why it is fewer.

    ``takes``: it takes points away.
    """

    asked: int
    points: int
    short: str
    caps: list[Cap]
    takes: bool = False

    @property
    def why(self) -> str:
        """Why it would bring fewer points than the rule says; empty when it would not."""
        return str(Short(self.short).label) if self.short else ""


@dataclass(frozen=True, slots=True)
class Room:
    """What stands of a member under a rule, and what waits to be approved, in the quarter and in the year of a day."""

    had: Had
    waits: Had

    @property
    def both(self) -> Had:
        """What stands once all that waits is approved."""
        return Had(self.had.quarter + self.waits.quarter, self.had.year + self.waits.year)


NO_ROOM_TAKEN = Room(Had(0, 0), Had(0, 0))


def rooms(member_id: int, day: date, *, rule: str = "", but: int | None = None) -> dict[str, Room]:
    """What the member has under each rule, or under one of them, ``but`` for one filing. One statement."""
    first, following = clock.quarter_bounds(clock.quarter_of(day))
    rows = Filing.objects.filter(member_id=member_id, occurred_on__gte=date(day.year, 1, 1), occurred_on__lt=date(day.year + 1, 1, 1))
    rows = rows.filter(Q(points__gt=0) | Q(state__in=_WAITING))
    if rule:
        rows = rows.filter(rule=rule)
    if but is not None:
        rows = rows.exclude(pk=but)
    within, waiting = Q(occurred_on__gte=first, occurred_on__lt=following), Q(state__in=_WAITING)
    sums = (
        rows.order_by()
        .values("rule")
        .annotate(
            had_quarter=Coalesce(Sum("points", filter=within), 0),
            had_year=Sum("points"),
            waits_quarter=Coalesce(Sum("worth", filter=within & waiting), 0),
            waits_year=Coalesce(Sum("worth", filter=waiting), 0),
        )
    )
    return {row["rule"]: Room(Had(row["had_quarter"], row["had_year"]), Had(row["waits_quarter"], row["waits_year"])) for row in sums}


def worth_of(rule: Rule, quantity: int, room: Room) -> Worth:
    """What so much under the rule would bring a member who has that much already. Raises :class:`Invalid` for a quantity that cannot be.

    What waits counts as if it were approved: it was there first.
    """
    asked, worth = rules.asked(rule, quantity), rules.worth(rule, quantity)
    return _worth(rule.kind, asked, worth, rule.cap_quarter, rule.cap_year, room)


def worth_of_filing(row: FilingRow, pair: PairedDeed) -> Worth:
    """What a filing that waits would bring if it were approved now; ``pair``: with whom it makes one. One statement."""
    found = rooms(row.member_id, row.occurred_on, rule=row.rule, but=row.id).get(row.rule, NO_ROOM_TAKEN)
    counts = rules.pair_worth(row.worth, pair.before, row.occurred_on)
    return _worth(row.kind, row.asked, row.worth, row.cap_quarter, row.cap_year, Room(found.had, Had(0, 0)), counts)


def _worth(
    kind: str, asked: int, worth: int, cap_quarter: int | None, cap_year: int | None, room: Room, counts: int | None = None
) -> Worth:
    if kind != RuleKind.GAIN:
        return Worth(asked, worth, "", [], kind == RuleKind.DEDUCT)
    of_pair = worth if counts is None else counts
    points, short = rules.granted(of_pair, cap_quarter=cap_quarter, cap_year=cap_year, had=room.both)
    short = short or (Short.PAIR.value if of_pair < worth else Short.ACTIVITY.value if worth < asked else "")
    known = ((_("本季最多"), cap_quarter, "quarter"), (_("全年最多"), cap_year, "year"))
    caps = [Cap(name, most, getattr(room.had, when), getattr(room.waits, when), points) for name, most, when in known if most is not None]
    return Worth(asked, points, short, caps)
