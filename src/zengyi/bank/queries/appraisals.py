"""评议 read: a year's points by member, what they propose, what branch meetings decided."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypedDict, cast

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce, ExtractQuarter
from django.utils.translation import gettext as _

from zengyi.bank.models import Appraisal, AppraisalLine, Filing, Posting, RollCallEntry
from zengyi.bank.queries.accounts import offered_by
from zengyi.bank.queries.rulebook import rulebook
from zengyi.bank.queries.tiers import tiers_for
from zengyi.bank.rules import AccountKind, FilingState, PostingKind, RollCallState, RuleKind, standard_of
from zengyi.bank.rules import appraisals as rules
from zengyi.bank.rules.appraisals import AppraisalState, Tier, TierLevel, YearSums
from zengyi.core import clock
from zengyi.core.errors import NotThere
from zengyi.core.guards import refusal_of
from zengyi.core.ids import ID_MOST
from zengyi.people import queries as people
from zengyi.people.rules import Actor, Target, Whose, check, check_role, may

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class _Columns(TypedDict):
        proposer: str
        decider: str | None
        later: int | None

    _Read = WithAnnotations[Appraisal, _Columns]

OWN_MOST, LISTED_MOST = 10, 100
QUARTERS = (1, 2, 3, 4)


def year_sums(community_id: int, year: int, member_ids: list[int]) -> dict[int, YearSums]:
    """The year of those members of the community. Nine statements however many postings there are."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    base, gain, deducted = _moved(member_ids, first, last)
    marks = RollCallEntry.objects.filter(
        member_id__in=member_ids, roll_call__community_id=community_id, roll_call__state=RollCallState.POSTED
    )
    book = rulebook(community_id)

    def offered(since: date, until: date) -> dict[int, int]:
        return offered_by(marks.filter(roll_call__held_on__range=(first, until)), book, since, until)

    year_offered = offered(first, last)
    standards = {}
    for quarter in QUARTERS:
        begin, following = clock.quarter_bounds(f"{year}Q{quarter}")
        standards[quarter] = offered(begin, date.fromordinal(following.toordinal() - 1))
    vetoes = _vetoes(member_ids, first, last)
    found = {}
    for pk in member_ids:
        met = {q: base.get((pk, q), 0) >= standard_of(standards[q].get(pk, 0)) for q in QUARTERS}
        found[pk] = YearSums(
            base=sum(base.get((pk, q), 0) for q in QUARTERS),
            offered=year_offered.get(pk, 0),
            gain=sum(gain.get((pk, q), 0) for q in QUARTERS if met[q]),
            held=sum(gain.get((pk, q), 0) for q in QUARTERS if not met[q]),
            deducted=sum(deducted.get((pk, q), 0) for q in QUARTERS),
            vetoes=vetoes.get(pk, ()),
        )
    return found


_Moved = dict[tuple[int, int], int]


def _moved(member_ids: list[int], first: date, last: date) -> tuple[_Moved, _Moved, _Moved]:
    """Base, gain and deductions by member and quarter of the year: deductions above zero, the other two without them. Two statements."""
    base: _Moved = {}
    gain: _Moved = {}
    deducted: _Moved = {}
    kinds = [AccountKind.BASE, AccountKind.GAIN]
    within = Posting.objects.filter(occurred_on__range=(first, last)).order_by()
    # What a reversal takes back is of the kind of what it reverses.
    what = Case(When(kind=PostingKind.REVERSAL, then=F("reversed_kind")), default=F("kind"))
    for side, sign in (("credit", 1), ("debit", -1)):
        rows = within.filter(**{f"{side}__member_id__in": member_ids, f"{side}__kind__in": kinds})
        columns = rows.annotate(what=what, quarter=ExtractQuarter("occurred_on"))
        sums = columns.values_list(f"{side}__member_id", f"{side}__kind", "what", "quarter").annotate(points=Sum("points"))
        for member, account, kind, quarter, points in sums:
            into = base if account == AccountKind.BASE else deducted if kind == PostingKind.DEDUCT else gain
            signed = -sign * points if into is deducted else sign * points
            into[member, quarter] = into.get((member, quarter), 0) + signed
    return base, gain, deducted


def _vetoes(member_ids: list[int], first: date, last: date) -> dict[int, tuple[str, ...]]:
    """Codes of the vetoes that stand in the year, by member. One that its member has denied waits for a second look and does not count."""
    rows = Filing.objects.filter(member_id__in=member_ids, kind=RuleKind.VETO, state=FilingState.POSTED, occurred_on__range=(first, last))
    found: dict[int, tuple[str, ...]] = {}
    for member, rule in rows.order_by("rule", "pk").values_list("member_id", "rule"):
        found[member] = tuple(dict.fromkeys((*found.get(member, ()), rule)))
    return found


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A member's line on a branch's sheet. ``tier`` and ``reason`` are empty until the meeting has decided."""

    member_id: int
    number: str
    name: str
    sums: YearSums
    score: int
    proposed: str
    tier: str = ""
    reason: str = ""
    present: bool = False
    enrolled: bool = True

    @property
    def proposed_name(self) -> str:
        """What the points propose, in words."""
        return str(Tier(self.proposed).label) if self.proposed else _("由支部大会定")

    @property
    def tier_name(self) -> str:
        """What the meeting found, in words."""
        return str(Tier(self.tier).label) if self.tier else ""


@dataclass(frozen=True, slots=True)
class YearSheet:
    """A branch's year before it is decided: tiers, everybody's line. ``corrects``: what stands; ``waiting``: what waits."""

    branch_id: int
    branch: str
    year: int
    tiers: tuple[TierLevel, ...]
    rows: list[SheetRow]
    corrects: int | None
    waiting: int | None
    is_over: bool


def year_sheet(branch_id: int, year: int, *, by: Actor, at: datetime) -> YearSheet:
    """The sheet of a branch of the actor's community, as the ledger is now. Raises :class:`NotThere`. Fourteen statements."""
    check_role(by, "appraisal.propose")
    branches = dict(people.branches_of(by.community_id or 0))
    today = clock.local_date(at)
    if branch_id not in branches or not today.year - rules.BACK_YEARS <= year <= today.year:
        raise NotThere(_("没有找到这个支部，或者这一年还没有。"))
    check(by, "appraisal.propose", Target(community_id=by.community_id), sees=False)
    roster = people.branch_roster(branch_id)
    sums = year_sums(by.community_id or 0, year, [one.id for one in roster])
    tiers = tiers_for(by.community_id or 0, year)
    rows = [
        SheetRow(
            one.id, one.number, one.name, sums[one.id], sums[one.id].score, rules.proposed(sums[one.id], tiers) or "", enrolled=one.enrolled
        )
        for one in roster
    ]
    states = dict(standing(branch_id, year).values_list("state", "pk"))
    waiting, corrects = states.get(AppraisalState.PROPOSED), states.get(AppraisalState.DECIDED)
    return YearSheet(branch_id, branches[branch_id], year, tiers, rows, corrects, waiting, year < today.year)


def standing(branch_id: int, year: int) -> "QuerySet[Appraisal]":
    """Of a branch's year, what waits, and the decision that no later one has corrected."""
    rows = Appraisal.objects.filter(branch_id=branch_id, year=year)
    corrected = Appraisal.objects.filter(state=AppraisalState.DECIDED, corrects__isnull=False).values("corrects_id")
    return rows.filter(Q(state=AppraisalState.PROPOSED) | Q(state=AppraisalState.DECIDED) & ~Q(pk__in=corrected)).order_by("pk")


@dataclass(frozen=True, slots=True)
class BranchYear:
    """How far a branch is with a year."""

    branch_id: int
    branch: str
    waiting: int | None
    decided: int | None


def branch_years(year: int, *, by: Actor) -> list[BranchYear]:
    """The branches of the actor's community, and how far each is with that year. Two statements."""
    check_role(by, "appraisal.propose")
    branches = people.branches_of(by.community_id or 0)
    corrected = Appraisal.objects.filter(state=AppraisalState.DECIDED, corrects__isnull=False).values("corrects_id")
    rows = Appraisal.objects.filter(community_id=by.community_id, year=year).exclude(state=AppraisalState.REJECTED)
    found: dict[tuple[int, str], int] = {}
    for pk, branch, state in rows.exclude(pk__in=corrected).order_by("pk").values_list("pk", "branch_id", "state"):
        found[branch, state] = pk
    return [
        BranchYear(pk, name, found.get((pk, AppraisalState.PROPOSED)), found.get((pk, AppraisalState.DECIDED))) for pk, name in branches
    ]


@dataclass(frozen=True, slots=True)
class AppraisalCard:
    """A decision with its minutes and everybody's line. ``corrects`` and ``corrected_by`` are the decisions before and after it."""

    id: int
    branch_id: int
    branch: str
    year: int
    tiers: tuple[TierLevel, ...]
    held_on: date
    minutes: str
    others: str
    why: str
    state: str
    proposed_by: str
    proposed_by_id: int
    proposed_at: datetime
    decided_by: str
    decided_at: datetime | None
    reason: str
    corrects: int | None
    corrected_by: int | None
    rows: list[SheetRow]
    may_decide: bool
    why_not: str
    facts: rules.AppraisalFacts

    @property
    def label(self) -> str:
        """The state in words."""
        return str(AppraisalState(self.state).label)

    @property
    def waits(self) -> bool:
        """Whether a second person still has to look at it."""
        return self.state == AppraisalState.PROPOSED

    @property
    def present(self) -> list[SheetRow]:
        """Who was there."""
        return [row for row in self.rows if row.present]

    @property
    def counts(self) -> list[tuple[str, int]]:
        """How many were found what, in the order of the tiers."""
        return [(str(tier.label), n) for tier in Tier if (n := sum(row.tier == tier for row in self.rows))]


def appraisal(appraisal_id: int, *, by: Actor, at: datetime) -> AppraisalCard:
    """One decision, for staff of the community. Raises :class:`NotThere` for everybody else. Two statements."""
    check_role(by, "appraisal.propose")
    found = _read(appraisal_id, by)
    if found is None:
        raise NotThere(_("没有找到，或者不在您的社区。"))
    check(by, "appraisal.propose", Target(community_id=found.community_id), sees=False)
    lines = list(found.lines.select_related("member__person").order_by("member__number"))
    facts = found.facts(tuple(line.whose for line in lines), at)
    refused = refusal_of(rules.check_decide_appraisal, by, facts)
    return AppraisalCard(
        id=found.pk,
        branch_id=found.branch_id,
        branch=found.branch.name,
        year=found.year,
        tiers=tuple(TierLevel(Tier(code), least) for code, least in found.tiers),
        held_on=found.held_on,
        minutes=found.minutes,
        others=found.others,
        why=found.why,
        state=found.state,
        proposed_by=found.proposer,
        proposed_by_id=found.proposed_by_id,
        proposed_at=found.proposed_at,
        decided_by=found.decider or "",
        decided_at=found.decided_at,
        reason=found.reason,
        corrects=found.corrects_id,
        corrected_by=found.later,
        rows=[_row(line) for line in lines],
        may_decide=refused is None,
        why_not=refused.sentence if refused and may(by, "appraisal.decide") else "",
        facts=facts,
    )


def _read(appraisal_id: int, by: Actor) -> "_Read | None":
    later = Appraisal.objects.filter(corrects=OuterRef("pk"), state=AppraisalState.DECIDED).values("pk")[:1]
    rows = Appraisal.objects.with_facts().select_related("branch").filter(community_id=by.community_id)
    read = rows.annotate(
        proposer=Coalesce("proposed_by__person__name", "proposed_by__username"),
        decider=Coalesce("decided_by__person__name", "decided_by__username"),
        later=Subquery(later),
    )
    found = read.filter(pk=appraisal_id).first() if 0 < appraisal_id <= ID_MOST else None
    return cast("_Read | None", found)


def _row(line: AppraisalLine) -> SheetRow:
    sums = YearSums(line.base, line.offered, line.gain, line.held, line.deducted, tuple(line.vetoes.split()))
    member = line.member
    return SheetRow(member.pk, member.number, member.person.name, sums, line.score, line.proposed, line.tier, line.reason, line.present)


def deciders(found: AppraisalCard, *, by: Actor, at: datetime) -> list[str]:
    """Who of the community's staff may look at it, by name. One statement."""
    staff = people.staff_of(by.community_id or 0, at=at)
    return [one.name for one in staff if refusal_of(rules.check_decide_appraisal, one, found.facts) is None]


@dataclass(frozen=True, slots=True)
class OwnLine:
    """What was decided about the reader, in which year and by which meeting. ``is_corrected``: a later decision stands for it."""

    year: int
    held_on: date
    score: int
    sums: YearSums
    proposed: str
    tier: str
    reason: str
    is_corrected: bool

    @property
    def tier_name(self) -> str:
        """The tier in words."""
        return str(Tier(self.tier).label)


@dataclass(frozen=True, slots=True)
class OwnYears:
    """A member's own: this year so far, and what was decided about the years before."""

    year: int
    sums: YearSums
    score: int
    proposed: str
    tiers: tuple[TierLevel, ...]
    lines: list[OwnLine] = field(default_factory=list)

    @property
    def proposed_name(self) -> str:
        """What the points would propose, in words."""
        return str(Tier(self.proposed).label) if self.proposed else ""


def own_years(*, by: Actor, at: datetime) -> OwnYears:
    """The reader's own years, of nobody else. Eleven statements."""
    check_role(by, "appraisal.read")
    if by.member_id is None or by.person_id is None:
        raise NotThere(_("没有找到这位党员。"))
    check(by, "appraisal.read", Target(community_id=by.community_id, person_ids=frozenset({by.person_id})), sees=False)
    year = clock.year_of(at)
    sums = year_sums(by.community_id or 0, year, [by.member_id])[by.member_id]
    tiers = tiers_for(by.community_id or 0, year)
    corrected = Appraisal.objects.filter(state=AppraisalState.DECIDED, corrects__isnull=False).values("corrects_id")
    rows = AppraisalLine.objects.filter(member_id=by.member_id, appraisal__state=AppraisalState.DECIDED)
    rows = rows.select_related("appraisal").annotate(old=Case(When(appraisal_id__in=corrected, then=True), default=False))
    lines = []
    for line in rows.order_by("-appraisal_id")[:OWN_MOST]:
        read: Any = line
        of = YearSums(line.base, line.offered, line.gain, line.held, line.deducted, tuple(line.vetoes.split()))
        found = line.appraisal
        lines.append(OwnLine(found.year, found.held_on, line.score, of, line.proposed, line.tier, line.reason, read.old))
    return OwnYears(year, sums, sums.score, rules.proposed(sums, tiers) or "", tiers, lines)


def whose(appraisal_id: int) -> tuple[Whose, ...]:
    """Whose tiers an appraisal decides. One statement."""
    return tuple(line.whose for line in AppraisalLine.objects.filter(appraisal_id=appraisal_id).select_related("member__person"))
