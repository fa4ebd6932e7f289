"""One's own account: base and gain, this quarter's standard, the weeks."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Case, F, IntegerField, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from zengyi.bank.models import Account, Posting, RollCallEntry
from zengyi.bank.queries.rulebook import own_versions, rulebook_of
from zengyi.bank.rules import (
    AccountKind,
    Mark,
    MarkNote,
    RollCallState,
    Rule,
    Rulebook,
    RuleKind,
    standard_of,
)
from zengyi.core import clock
from zengyi.core.errors import NotThere
from zengyi.people.rules import Actor, Role, check_role

WEEKS = 13


@dataclass(frozen=True, slots=True)
class AccountHome:
    """An account as its holder sees it, in whole points. ``id`` is the gain account; a unit has no base.

    ``held``: this quarter's gain waits for the base standard (待达标); that is derived, no posting moves.
    ``quarter_confirmed``: of this quarter's gain, what residents confirmed, by which their difficulties are less.
    ``weeks``: gain of each week of the quarter so far, the current week last.
    """

    id: int
    base_account_id: int | None
    name: str
    branch: str
    is_unit: bool
    base: int
    gain: int
    held: int
    quarter: str
    quarter_base: int
    quarter_gain: int
    quarter_confirmed: int
    standard: int
    standard_met: bool
    weeks: tuple[int, ...]

    @property
    def total(self) -> int:
        """All points saved."""
        return self.base + self.gain

    @property
    def missing(self) -> int:
        """The base points that are missing to the standard."""
        return max(0, self.standard - self.quarter_base)

    @property
    def standard_percent(self) -> int:
        """How much of the standard is reached, in per cent. The standard is four fifths of what could be had, so 125 is the most."""
        return min(125, max(0, self.quarter_base) * 100 // self.standard) if self.standard else 0

    @property
    def bars(self) -> list["Bar"]:
        """The weeks as bars."""
        most = max([1, *self.weeks])
        heights = [max(3, 40 * max(0, points) // most) for points in self.weeks]
        return [
            Bar(points, place * 10 + 1, 40 - height, height) for place, (points, height) in enumerate(zip(self.weeks, heights, strict=True))
        ]


@dataclass(frozen=True, slots=True)
class Bar:
    """A week's gain as a bar of the little chart, 40 high."""

    points: int
    x: int
    y: int
    height: int


def account_home(by: Actor, at: datetime) -> AccountHome:
    """The actor's own account, or their unit's. Raises :class:`NotThere` for whoever holds none. Three statements."""
    check_role(by, "points.read")
    unit = by.role == Role.ORGANISATION
    if unit:
        whose = Q(organisation_id=by.organisation_id, community_id=by.community_id)
    elif by.member_id is not None:
        whose = Q(member_id=by.member_id)
    else:
        raise NotThere(_("您没有积分账户。"))
    accounts = {
        account.kind: account
        for account in Account.objects.filter(whose)
        .select_related("organisation", "member__person", "member__branch")
        .annotate(own_rules=own_versions())
    }
    gain = accounts.get(AccountKind.GAIN)
    if gain is None:
        raise NotThere(_("账户还没有开。第一次记分时，或支部点名时，会自动开好。"))
    base = accounts.get(AccountKind.BASE)
    today = clock.local_date(at)
    quarter = clock.quarter_of(today)
    first, _following = clock.quarter_bounds(quarter)
    moved = moved_by_day(gain.pk, base.pk if base else 0, first)
    quarter_gain, quarter_base = sum(day.gain for day in moved), sum(day.base for day in moved)
    standard = 0 if unit else standard_of(offered_to(by.member_id or 0, rulebook_of(gain.own_rules), first, today))
    met = quarter_base >= standard
    weeks = [0] * ((today - first).days // 7 + 1)
    for one in moved:
        if one.day <= today:
            weeks[(one.day - first).days // 7] += one.gain
    holder = gain.organisation.short_name if gain.organisation else gain.member.person.name if gain.member else ""
    return AccountHome(
        id=gain.pk,
        base_account_id=base.pk if base else None,
        name=holder,
        branch=gain.member.branch.name if gain.member else "",
        is_unit=unit,
        base=base.balance if base else 0,
        gain=gain.balance,
        held=0 if met else quarter_gain,
        quarter=quarter,
        quarter_base=quarter_base,
        quarter_gain=quarter_gain,
        quarter_confirmed=max(0, sum(day.confirmed for day in moved)),
        standard=standard,
        standard_met=met,
        weeks=tuple(weeks[:WEEKS]),
    )


class DayMoved(NamedTuple):
    """What a day has brought to the accounts, or taken. ``confirmed``: of the gain, what came from difficulties."""

    day: date
    gain: int
    base: int
    confirmed: int


def moved_by_day(gain: int, base: int, first: date) -> list[DayMoved]:
    """Each day since ``first`` on which something was posted. One statement, a row a day at most."""
    either = Q(credit_id__in=(gain, base)) | Q(debit_id__in=(gain, base))
    rows = Posting.objects.filter(either, occurred_on__gte=first).order_by().values("occurred_on")
    difficulty = Q(debit__kind=AccountKind.DIFFICULTY) | Q(credit__kind=AccountKind.DIFFICULTY)
    confirmed = Coalesce(Sum(_signed(gain), filter=difficulty), 0)
    days = rows.annotate(gain=Sum(_signed(gain)), base=Sum(_signed(base)), confirmed=confirmed)
    return [DayMoved(*row) for row in days.values_list("occurred_on", "gain", "base", "confirmed")]


def _signed(account: int) -> Case:
    """A posting's points as the account sees them."""
    taken = When(debit_id=account, then=-F("points"))
    return Case(When(credit_id=account, then=F("points")), taken, default=Value(0), output_field=IntegerField())


def offered_to(member_id: int, book: Rulebook, first: date, today: date) -> int:
    """The base points the member could have had since ``first``."""
    year = RollCallEntry.objects.filter(
        member_id=member_id, roll_call__state=RollCallState.POSTED, roll_call__held_on__gte=date(first.year, 1, 1)
    )
    return offered_by(year, book, first, today).get(member_id, 0)


def offered_by(year: "QuerySet[RollCallEntry]", book: Rulebook, first: date, today: date) -> dict[int, int]:
    """The base points that members could have had since ``first``, by member, out of their marks of the year. One statement.

    These are the points for being there, and those missed by being absent, as far as the year's cap left room for more. A mark that was
    taken back counts as absent, and being on leave for nothing.
    """
    since = Q(roll_call__held_on__gte=first)
    base = [(rule, last) for rule, last in book.versions() if rule.kind == RuleKind.BASE]
    worth = Case(*(When(_version(rule, last), then=Value(rule.points)) for rule, last in base), default=0, output_field=IntegerField())
    sums = year.values("member_id", "roll_call__rule").annotate(
        had=Sum("points"),
        present=Coalesce(Sum("points", filter=since), 0),
        missed=Coalesce(Sum(worth, filter=since & (Q(mark=Mark.ABSENT) | Q(note=MarkNote.REVERSED))), 0),
    )
    offered: dict[int, int] = {}
    for row in sums.order_by():
        rule = book.in_force(row["roll_call__rule"], today)
        cap = rule.cap_year if rule else 0
        more = row["present"] + (row["missed"] if cap is None else min(row["missed"], max(0, cap - row["had"])))
        offered[row["member_id"]] = offered.get(row["member_id"], 0) + more
    return offered


def _version(rule: Rule, last: date | None) -> Q:
    """The condition that a roll-call falls under this version of a rule, which speaks until the day ``last``."""
    until = Q() if last is None else Q(roll_call__held_on__lte=last)
    return until & Q(roll_call__rule=rule.code, roll_call__held_on__gte=rule.valid_from)
