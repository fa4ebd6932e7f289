"""The entries of an account: by keyset, each with where it came from and under which rule; and the statement of a quarter."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from zengyi.bank.models import Account, Filing, Posting, RollCallEntry
from zengyi.bank.queries.accounts import offered_to
from zengyi.bank.queries.rulebook import own_versions, rulebook, rulebook_of
from zengyi.bank.rules import AccountKind, Mark, PostingFacts, PostingKind, Rule, can_correct, standard_of
from zengyi.core import clock
from zengyi.core.errors import NotThere
from zengyi.core.ids import ID_MOST, id_of
from zengyi.core.keyset import Page
from zengyi.people.rules import COMMUNITY_ROLES, Actor, Target, check, check_role

SIZE_MOST = 100
#: A statement lists so many entries of each account; a quarter of a person has a few dozen.
LINES_MOST = 5000
#: How long after the day a roll-call or a deed may still be put down.
LATE_MOST = timedelta(days=366)
#: How many quarters back somebody may choose from.
QUARTERS_BACK = 12
#: The rule behind what residents confirm; such postings name the order instead.
HELPED = "V10"
#: What moves accounts of each kind.
KINDS = {
    AccountKind.BASE: (PostingKind.BASE, PostingKind.REVERSAL),
    AccountKind.GAIN: (PostingKind.CONFIRM, PostingKind.DEED, PostingKind.DEDUCT, PostingKind.REVERSAL),
}


@dataclass(frozen=True, slots=True)
class AccountEntry:
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
    """An account and whose it is.

    ``other_id``: the same member's other account, base or gain. ``mine``: the reader's own, or their unit's.
    """

    id: int
    kind: str
    holder: str
    balance: int
    community_id: int
    branch: str = ""
    community: str = ""
    member_id: int | None = None
    other_id: int | None = None
    opened_on: date | None = None
    mine: bool = False

    @property
    def is_somebodys(self) -> bool:
        """Whether it is a member's or a unit's, and not a difficulty's or the community's own."""
        return self.kind in KINDS

    @property
    def kinds(self) -> tuple[PostingKind, ...]:
        """What its entries may be, to choose from."""
        return KINDS.get(AccountKind(self.kind), tuple(PostingKind))

    def quarters(self, at: datetime) -> list[str]:
        """The quarters its entries may be of, the current one first; what was put down late is up to a year older than the account."""
        found: list[str] = []
        day = clock.local_date(at)
        while len(found) < QUARTERS_BACK:
            first, _following = clock.quarter_bounds(clock.quarter_of(day))
            found.append(clock.quarter_of(day))
            day = first - timedelta(days=1)
            if self.opened_on is None or day < self.opened_on - LATE_MOST:
                break
        return found


@dataclass(frozen=True, slots=True)
class Balance:
    """An account of a member's, for whoever reads their page: which it is and what stands on it."""

    id: int
    kind: str
    points: int

    @property
    def label(self) -> str:
        """Which account it is, in words."""
        return str(AccountKind(self.kind).label)


def balances_of(member_id: int, *, by: Actor) -> list[Balance]:
    """The accounts of a member of the actor's community, base first. One statement. For staff only."""
    check_role(by, "points.propose")
    rows = Account.objects.filter(member_id=member_id, community_id=by.community_id or 0).order_by("kind")
    return [Balance(*row) for row in rows.values_list("pk", "kind", "balance")]


def account(account_id: int, *, by: Actor) -> AccountCard:
    """The account, for those who may read it. Raises :class:`NotThere` for everybody else. One statement."""
    found = None
    if 0 < account_id <= ID_MOST:
        rows = Account.objects.select_related("community", "member__person", "member__branch", "organisation")
        other = Account.objects.filter(member_id=OuterRef("member_id")).exclude(pk=OuterRef("pk")).values("pk")[:1]
        found = rows.annotate(other=Subquery(other)).filter(pk=account_id).first()
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
    return AccountCard(
        id=found.pk,
        kind=found.kind,
        holder=unit.short_name if unit else member.person.name if member else found.label,
        balance=found.balance,
        community_id=found.community_id,
        branch=member.branch.name if member else "",
        community=found.community.name,
        member_id=found.member_id,
        other_id=found.other if member else None,
        opened_on=clock.local_date(found.opened_at),
        mine=by.person_id in target.person_ids or by.organisation_id in target.organisation_ids,
    )


_COLUMNS = ("pk", "points", "kind", "rule", "memo", "occurred_on", "posted_at", "reversal", "is_proposed")


def entries(
    account_id: int,
    *,
    kind: str = "",
    net: bool = False,
    quarter: str = "",
    card: AccountCard | None = None,
    by: Actor,
    after: int | None = None,
    size: int = 20,
) -> Page[AccountEntry]:
    """The account's entries, newest first: all, or those of a kind or a quarter; ``after`` is the last id of the page before.

    ``net``: beside those of the kind what took them back. ``card`` is the account's, where it was read already.
    Credits and debits are read apart, each by its own index, so that a page costs the same however long the history is. Raises
    :class:`NotThere` for a quarter that is none.
    """
    card = card or account(account_id, by=by)
    size = max(1, min(size, SIZE_MOST))
    rows = Posting.objects.with_facts().order_by("-pk")
    if after is not None:
        rows = rows.filter(pk__lt=after)
    if kind:
        rows = rows.filter(Q(kind=kind) | Q(reversed_kind=kind) if net else Q(kind=kind))
    if quarter:
        first, following = bounds(quarter)
        rows = rows.filter(occurred_on__gte=first, occurred_on__lt=following)
    both = _seen_from(rows, account_id, size + 1)
    both.sort(key=lambda item: -item[1][0])
    found = [_entry(sign, row, card, by) for sign, row in both[:size]]
    return Page(found, found[-1].id if len(both) > size else None)


def bounds(quarter: str) -> tuple[date, date]:
    """The quarter's first day and the first one after it. Raises :class:`NotThere` for what is no quarter."""
    try:
        return clock.quarter_bounds(quarter)
    except ValueError as wrong:
        raise NotThere(_("没有这个季度。")) from wrong


_Row = tuple[int, int, str, str, str, date, datetime, int | None, bool]


def _seen_from(rows: "QuerySet[Posting]", account_id: int, most: int) -> list[tuple[int, _Row]]:
    """The first ``most`` that brought the account points, and the first ``most`` that took some, with their sign. Two statements."""
    credited = [(1, row) for row in rows.filter(credit_id=account_id).values_list(*_COLUMNS)[:most]]
    return credited + [(-1, row) for row in rows.filter(debit_id=account_id).values_list(*_COLUMNS)[:most]]


def _entry(sign: int, row: _Row, card: AccountCard, by: Actor) -> AccountEntry:
    pk, points, kind, rule, memo, occurred_on, posted_at, reversal, is_proposed = row
    facts = PostingFacts(card.community_id, kind, is_reversed=reversal is not None, is_proposed=is_proposed)
    return AccountEntry(pk, sign * points, kind, rule, memo, occurred_on, posted_at, facts.is_reversed, can_correct(by, facts))


@dataclass(frozen=True, slots=True)
class Source:
    """What an entry comes from: what it is called, what it says, and where it stands; no address where the reader may not look."""

    label: str
    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class EntryDetail:
    """An entry with the version of the rule that counted, and what it comes from."""

    entry: AccountEntry
    account: AccountCard
    rule: Rule | None
    sources: list[Source] = field(default_factory=list)


#: Where something of a package above stands, by its id.
Where = Callable[[int], str]
_WHERE: dict[str, tuple[object, Where]] = {}


def sourced_by(fact: str, label: object, where: Where) -> None:
    """Postings whose key begins with ``fact`` and an id come from something of a package above, which says so when Django starts."""
    _WHERE[fact] = (label, where)


def entry(account_id: int, posting_id: int, *, by: Actor) -> EntryDetail:
    """One entry of an account, for those who may read it. Raises :class:`NotThere` for any other. Four statements at most."""
    card = account(account_id, by=by)
    rows = Posting.objects.with_facts().filter(Q(credit_id=account_id) | Q(debit_id=account_id))
    found = rows.filter(pk=posting_id).first() if 0 < posting_id <= ID_MOST else None
    if found is None:
        raise NotThere(_("账上没有这一笔。"))
    row: _Row = tuple(getattr(found, name) for name in _COLUMNS)
    seen = _entry(1 if found.credit_id == account_id else -1, row, card, by)
    code = seen.rule or (HELPED if PostingKind.CONFIRM in (found.kind, found.reversed_kind) else "")
    rule = rulebook(card.community_id).in_force(code, seen.occurred_on) if code else None
    looks = card.mine or by.role in COMMUNITY_ROLES
    return EntryDetail(seen, card, rule, _sources(found, row[7], card, looks=looks, staff=by.role in COMMUNITY_ROLES))


def _sources(posting: Posting, reversal: int | None, card: AccountCard, *, looks: bool, staff: bool) -> list[Source]:
    """What the posting comes from, told by the fact that its key names, and what reversed it."""
    fact, _colon, rest = posting.key.partition(":")
    number = id_of(rest.partition(":")[0])
    found = []
    if posting.reverses_id is not None:
        found.append(Source(_("冲销的是"), posting.memo, reverse("entry", args=[card.id, posting.reverses_id])))
    elif fact == "roll" and number is not None:
        found += _roll_call(number, card, staff=staff)
    elif fact == "deed" and number is not None:
        found += _deed(number, looks=looks)
    elif fact in _WHERE and number is not None:
        label, where = _WHERE[fact]
        found.append(Source(str(label), posting.memo, where(number) if looks else ""))
    if reversal is not None:
        found.append(Source(_("已经冲销"), _("看冲销的那一笔"), reverse("entry", args=[card.id, reversal])))
    return found


def _roll_call(roll_call_id: int, card: AccountCard, *, staff: bool) -> list[Source]:
    marks = RollCallEntry.objects.filter(roll_call_id=roll_call_id).select_related("roll_call__branch")
    mark = marks.filter(member_id=card.member_id).first() if card.member_id is not None else None
    if mark is None:
        return []
    call = mark.roll_call
    told = _("%(branch)s %(day)s：%(mark)s") % {"branch": call.branch.name, "day": call.held_on.isoformat(), "mark": Mark(mark.mark).label}
    return [Source(_("点名"), told, reverse("roll-call", args=[call.pk]) if staff else "")]


def _deed(filing_id: int, *, looks: bool) -> list[Source]:
    deed = Filing.objects.filter(pk=filing_id).values_list("name", "text", "occurred_on").first()
    url = reverse("deed", args=[filing_id]) if looks else ""
    return [Source(_("做的事"), f"{deed[2].isoformat()} {deed[0]} {deed[1]}".strip(), url)] if deed else []


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a statement: base and gain stand in columns of their own."""

    entry: AccountEntry
    base: int
    gain: int


@dataclass(frozen=True, slots=True)
class AccountStatement:
    """A quarter of somebody's savings: what there was, every entry by the day of the deed, what there is.

    ``until``: the day it speaks of, today or the quarter's last. ``standard`` and ``held`` are those of the current quarter; nothing for
    one that is over, and for a unit. ``more``: it has more entries than are listed.
    """

    account: AccountCard
    is_unit: bool
    quarter: str
    first: date
    last: date
    opening: tuple[int, int]
    closing: tuple[int, int]
    lines: list[Line]
    more: bool
    until: date
    standard: int | None
    held: int

    @property
    def is_running(self) -> bool:
        """Whether the quarter is not over."""
        return self.until < self.last

    @property
    def moved(self) -> tuple[int, int]:
        """What the quarter has brought: base and gain."""
        return self.closing[0] - self.opening[0], self.closing[1] - self.opening[1]


def account_statement(account_id: int, quarter: str, *, by: Actor, at: datetime) -> AccountStatement:
    """The quarter's statement of the account's holder: of a member base and gain together. Raises :class:`NotThere`.

    At most nine statements, however many entries there are.
    """
    card = account(account_id, by=by)
    if card.kind not in KINDS:
        raise NotThere(_("这个账户没有对账单。"))
    first, following = bounds(quarter)
    whose = Q(pk=card.id) if card.other_id is None else Q(pk__in=(card.id, card.other_id))
    accounts = {row.kind: row for row in Account.objects.filter(whose).annotate(own_rules=own_versions())}
    rows = Posting.objects.with_facts().order_by("occurred_on", "pk")
    lines, opening, closing, more = [], {"BASE": 0, "GAIN": 0}, {"BASE": 0, "GAIN": 0}, False
    for kind, held in accounts.items():
        within = rows.filter(occurred_on__gte=first, occurred_on__lt=following)
        both = _seen_from(within, held.pk, LINES_MOST + 1)
        more = more or len(both) > LINES_MOST
        lines += [_line(kind, _entry(sign, row, card, by)) for sign, row in both]
        behind, inside = _since(held.pk, first, following)
        closing[kind] = held.balance - behind
        opening[kind] = closing[kind] - inside
    lines.sort(key=lambda line: (line.entry.occurred_on, line.entry.id))
    today, standard, waits = clock.local_date(at), None, 0
    if card.member_id is not None and "GAIN" in accounts and first <= today < following:
        standard = standard_of(offered_to(card.member_id, rulebook_of(accounts["GAIN"].own_rules), first, today))
        waits = closing["GAIN"] - opening["GAIN"] if closing["BASE"] - opening["BASE"] < standard else 0
    return AccountStatement(
        account=card,
        is_unit=card.member_id is None,
        quarter=quarter,
        first=first,
        last=following - timedelta(days=1),
        until=min(max(today, first), following - timedelta(days=1)),
        opening=(opening["BASE"], opening["GAIN"]),
        closing=(closing["BASE"], closing["GAIN"]),
        lines=lines[:LINES_MOST],
        more=more,
        standard=standard,
        held=waits,
    )


def _line(kind: str, entry: AccountEntry) -> Line:
    return Line(entry, entry.points, 0) if kind == AccountKind.BASE else Line(entry, 0, entry.points)


def _since(account_id: int, first: date, following: date) -> tuple[int, int]:
    """What has moved on the account from ``following`` on, and what moved from ``first`` until then. One statement."""
    rows = Posting.objects.filter(Q(credit_id=account_id) | Q(debit_id=account_id), occurred_on__gte=first)
    later, within = Q(occurred_on__gte=following), Q(occurred_on__lt=following)
    came, went = Q(credit_id=account_id), Q(debit_id=account_id)
    sums = rows.aggregate(
        later_in=Coalesce(Sum("points", filter=later & came), 0),
        later_out=Coalesce(Sum("points", filter=later & went), 0),
        within_in=Coalesce(Sum("points", filter=within & came), 0),
        within_out=Coalesce(Sum("points", filter=within & went), 0),
    )
    return sums["later_in"] - sums["later_out"], sums["within_in"] - sums["within_out"]
