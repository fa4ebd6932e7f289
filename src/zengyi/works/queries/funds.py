"""The account of a project's money, for everybody to see; and the alliance with who paid for what."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F, OuterRef, QuerySet

from zengyi.core.guards import refusal_of
from zengyi.core.ids import ID_MOST
from zengyi.core.rows import Rows
from zengyi.people.rules import Actor, check, check_role
from zengyi.works.models import Alliance, AllianceMember, FundLine, Payment
from zengyi.works.queries.projects import visible, words
from zengyi.works.rules import funds as rules
from zengyi.works.rules.funds import Basis, Emergency, LineState, Source
from zengyi.works.rules.projects import not_there

LINES_SHOWN = 200
CHECKS: dict[str, Callable[[Actor, rules.LineFacts | None], None]] = {
    "decide": rules.check_approve,
    "sign": rules.check_sign,
    "post": rules.check_post,
    "pay": rules.check_pay,
    "more": rules.check_raise_line,
    "anew": rules.check_anew,
    "share": rules.check_share,
}


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """What was paid."""

    amount: int
    paid_on: date
    payee: str


@dataclass(frozen=True, slots=True)
class LineRow:
    """A fund line, in fen. ``verbs``: what the reader may do with it."""

    id: int
    project_id: int
    project: str
    title: str
    source: str
    payer: str
    payer_id: int | None
    state: str
    asked: int
    approved: int
    paid: int
    basis: str
    basis_text: str
    ballot_id: int | None
    emergency: str
    signed: bool
    posted_on: date | None
    pack: str
    follows: str
    follows_id: int | None
    payments: list[PaymentRow]
    verbs: tuple[str, ...]

    @property
    def source_name(self) -> str:
        """Where it comes from."""
        return str(Source(self.source).label)

    @property
    def label(self) -> str:
        """The state in words."""
        return str(LineState(self.state).label)

    @property
    def basis_name(self) -> str:
        """What it was approved by, in words; empty before."""
        return str(Basis(self.basis).label) if self.basis else ""

    @property
    def emergency_name(self) -> str:
        """Which kind of emergency somebody has signed for; empty without one."""
        return str(Emergency(self.emergency).label) if self.emergency else ""

    @property
    def left(self) -> int:
        """What was approved and is not paid."""
        return self.approved - self.paid

    @property
    def share(self) -> float:
        """How much of it is paid, in per cent, for a bar."""
        return round(100 * self.paid / self.approved, 1) if self.approved else 0


@dataclass(frozen=True, slots=True)
class Money:
    """The account of a project."""

    lines: list[LineRow]

    @property
    def approved(self) -> int:
        """All that was approved."""
        return sum(line.approved for line in self.lines)

    @property
    def paid(self) -> int:
        """All that was paid."""
        return sum(line.paid for line in self.lines)

    @property
    def left(self) -> int:
        """What is still to be paid."""
        return self.approved - self.paid


def money(project_id: int, *, by: Actor, at: datetime) -> Money:
    """The account of a project's money. One statement."""
    check_role(by, "project.read")
    return Money(_read(_lines(by).filter(project_id=project_id).order_by("pk"), by, at))


def line(line_id: int, *, by: Actor, at: datetime) -> LineRow:
    """One fund line. Raises :class:`NotThere` for whoever may not see it. One statement."""
    check_role(by, "project.read")
    found = _read(_lines(by).filter(pk=line_id), by, at) if 0 < line_id <= ID_MOST else []
    if not found:
        raise not_there()
    return found[0]


def refuse_line(verb: str, line_id: int, *, by: Actor, at: datetime) -> None:
    """Raise what the guard of that verb says, where it would not let the reader pass. One statement."""
    found = FundLine.objects.filter(visible(by), pk=line_id).with_facts().first()
    CHECKS[verb](by, found.facts(at) if found else None)


def _lines(by: Actor) -> "QuerySet[Any]":
    payments = Rows(Payment.objects.filter(line=OuterRef("pk")), id="pk", amount="amount", day="paid_on", to="payee")
    rows: QuerySet[Any] = FundLine.objects.filter(visible(by)).with_facts()
    named: QuerySet[Any] = rows.annotate(
        found=payments, payer_name=F("payer__short_name"), before=F("follows__title"), project_title=F("project__title")
    )
    return named


def _read(rows: "QuerySet[Any]", by: Actor, at: datetime) -> list[LineRow]:
    made = []
    for row in rows[:LINES_SHOWN]:
        facts = row.facts(at)
        check(by, "project.read", facts.target, sees=False)
        found = sorted(row.found or [], key=lambda one: (one["day"], one["id"]))
        made.append(
            LineRow(
                id=row.pk,
                project_id=row.project_id,
                project=words(row.project_title, by),
                title=words(row.title, by),
                source=row.source,
                payer=row.payer_name or "",
                payer_id=row.payer_id,
                state=row.state,
                asked=row.asked,
                approved=row.approved,
                paid=row.paid,
                basis=row.basis,
                basis_text=words(row.basis_text, by),
                ballot_id=row.ballot_id,
                emergency=row.emergency,
                signed=row.signed_by_id is not None,
                posted_on=row.posted_on,
                pack=row.pack,
                follows=words(row.before or "", by),
                follows_id=row.follows_id,
                payments=[PaymentRow(one["amount"], date.fromisoformat(one["day"]), one["to"]) for one in found],
                verbs=tuple(verb for verb, guard in CHECKS.items() if refusal_of(guard, by, facts) is None),
            )
        )
    return made


@dataclass(frozen=True, slots=True)
class MemberRow:
    """An organisation in the alliance: what it can give, and how much it has paid for, in fen."""

    id: int
    name: str
    gives: str
    paid: int


@dataclass(frozen=True, slots=True)
class AllianceCard:
    """The community's alliance with its members and every line of its projects."""

    name: str
    members: list[MemberRow]
    lines: list[LineRow]

    @property
    def paid(self) -> int:
        """All that was paid, from whatever source."""
        return sum(line.paid for line in self.lines)

    @property
    def approved(self) -> int:
        """All that was approved."""
        return sum(line.approved for line in self.lines)

    @property
    def left(self) -> int:
        """What is still to be paid."""
        return self.approved - self.paid


def alliance(*, by: Actor, at: datetime) -> AllianceCard:
    """The alliance of the reader's community, without a name while nobody has written it down. Three statements."""
    check_role(by, "alliance.read")
    found = Alliance.objects.filter(community_id=by.community_id or 0).first()
    members = _members(found) if found else []
    lines = _read(_lines(by).order_by("-pk"), by, at)
    by_payer: dict[str, int] = {}
    for one in lines:
        by_payer[one.payer] = by_payer.get(one.payer, 0) + one.paid
    rows = [MemberRow(pk, name, words(gives, by), by_payer.get(name, 0)) for pk, name, gives in members]
    return AllianceCard(found.name if found else "", rows, lines)


def _members(found: Alliance) -> list[tuple[int, str, str]]:
    rows = AllianceMember.objects.filter(alliance=found).order_by("pk")
    return list(rows.values_list("organisation_id", "organisation__short_name", "gives")[: rules.MEMBERS_MOST])
