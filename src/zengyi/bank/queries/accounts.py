"""One's own account: base and gain, this quarter's standard, the weeks; and the entries of an account by keyset."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Case, IntegerField, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from zengyi.bank.models import Account, Posting, RollCallEntry
from zengyi.bank.queries.rulebook import own_versions, rulebook_of
from zengyi.bank.rules import (
    AccountKind,
    Mark,
    PostingFacts,
    PostingKind,
    RollCallState,
    Rule,
    Rulebook,
    RuleKind,
    can_correct,
    standard_of,
)
from zengyi.core import clock
from zengyi.core.errors import NotThere
from zengyi.core.keyset import Page
from zengyi.people.rules import Actor, Role, Target, check, check_role

WEEKS = 13
SIZE_MOST = 100


@dataclass(frozen=True, slots=True)
class AccountHome:
    """An account as its holder sees it, in whole points. ``id`` is the gain account; a unit has no base.

    ``held``: this quarter's gain waits for the base standard (待达标); that is derived, no posting moves.
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
    standard: int
    standard_met: bool
    weeks: tuple[int, ...]

    @property
    def total(self) -> int:
        """All points saved."""
        return self.base + self.gain

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


@dataclass(frozen=True, slots=True)
class Entry:
    """One posting as seen from an account: positive when it brought points."""

    id: int
    points: int
    kind: str
    rule: str
    memo: str
    occurred_on: date
    posted_at: datetime
    reversed: bool
    may_correct: bool = False

    @property
    def label(self) -> str:
        """What kind of entry it is, in words."""
        return str(PostingKind(self.kind).label)


@dataclass(frozen=True, slots=True)
class AccountCard:
    """An account and whose it is."""

    id: int
    kind: str
    holder: str
    balance: int
    community_id: int


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
    moved = _moved([account.pk for account in accounts.values()], first)
    quarter_gain = sum(points for account, _day, points in moved if account == gain.pk)
    quarter_base = sum(points for account, _day, points in moved if base is not None and account == base.pk)
    standard = 0 if unit else standard_of(_offered(by.member_id or 0, rulebook_of(gain.own_rules), first, today))
    met = quarter_base >= standard
    weeks = [0] * ((today - first).days // 7 + 1)
    for account, day, points in moved:
        if account == gain.pk and day <= today:
            weeks[(day - first).days // 7] += points
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
        standard=standard,
        standard_met=met,
        weeks=tuple(weeks[:WEEKS]),
    )


def _moved(accounts: list[int], first: date) -> list[tuple[int, date, int]]:
    """Signed points of the accounts since ``first``, by day."""
    mine = Q(credit_id__in=accounts) | Q(debit_id__in=accounts)
    rows = Posting.objects.filter(mine, occurred_on__gte=first).values_list("credit_id", "debit_id", "occurred_on", "points")
    found = []
    for credit, debit, day, points in rows:
        if credit in accounts:
            found.append((credit, day, points))
        if debit in accounts:
            found.append((debit, day, -points))
    return found


def _offered(member_id: int, book: Rulebook, first: date, today: date) -> int:
    """The base points the member could have had since ``first``."""
    year = RollCallEntry.objects.filter(
        member_id=member_id, roll_call__state=RollCallState.POSTED, roll_call__held_on__gte=date(first.year, 1, 1)
    )
    return offered_by(year, book, first, today).get(member_id, 0)


def offered_by(year: "QuerySet[RollCallEntry]", book: Rulebook, first: date, today: date) -> dict[int, int]:
    """The base points that members could have had since ``first``, by member, out of their marks of the year. One statement.

    These are the points for being there, and those missed by being absent, as far as the year's cap left room for more. Being on leave
    counts for nothing.
    """
    since = Q(roll_call__held_on__gte=first)
    base = [(rule, last) for rule, last in book.versions() if rule.kind == RuleKind.BASE]
    worth = Case(*(When(_version(rule, last), then=Value(rule.points)) for rule, last in base), default=0, output_field=IntegerField())
    sums = year.values("member_id", "roll_call__rule").annotate(
        had=Sum("points"),
        present=Coalesce(Sum("points", filter=since), 0),
        missed=Coalesce(Sum(worth, filter=since & Q(mark=Mark.ABSENT)), 0),
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


def account(account_id: int, *, by: Actor) -> AccountCard:
    """The account, for those who may read it. Raises :class:`NotThere` for everybody else."""
    found = None
    if 0 < account_id < 2**63:
        rows = Account.objects.select_related("community", "member__person", "organisation")
        found = rows.filter(pk=account_id).first()
    if found is None:
        raise NotThere(_("没有找到，或者不在您的社区。"))
    member, unit = found.member, found.organisation
    target = Target(
        community_id=found.community_id,
        path=found.community.path,
        person_ids=frozenset({member.person_id}) if member else frozenset(),
        organisation_ids=frozenset({unit.pk}) if unit else frozenset(),
        branch_id=member.branch_id if member else None,
    )
    check(by, "points.read", target, sees=False)
    holder = unit.short_name if unit else member.person.name if member else found.label
    return AccountCard(found.pk, found.kind, holder, found.balance, found.community_id)


def entries(account_id: int, *, by: Actor, after: int | None = None, size: int = 20) -> Page[Entry]:
    """The account's entries, newest first; ``after`` is the last id of the page before.

    Credits and debits are read apart, each by its own index, so that a page costs the same however long the history is.
    """
    card = account(account_id, by=by)
    size = max(1, min(size, SIZE_MOST))
    rows = Posting.objects.with_facts().order_by("-pk")
    if after is not None:
        rows = rows.filter(pk__lt=after)
    columns = ("pk", "points", "kind", "rule", "memo", "occurred_on", "posted_at", "reversal", "is_proposed")
    credited = [(1, row) for row in rows.filter(credit_id=account_id).values_list(*columns)[: size + 1]]
    debited = [(-1, row) for row in rows.filter(debit_id=account_id).values_list(*columns)[: size + 1]]
    both = sorted(credited + debited, key=lambda item: -item[1][0])
    found = []
    for sign, (pk, points, kind, rule, memo, occurred_on, posted_at, reversal, is_proposed) in both[:size]:
        facts = PostingFacts(card.community_id, kind, is_reversed=reversal is not None, is_proposed=is_proposed)
        may_correct = can_correct(by, facts)
        found.append(Entry(pk, sign * points, kind, rule, memo, occurred_on, posted_at, facts.is_reversed, may_correct))
    return Page(found, found[-1].id if len(both) > size else None)
