"""What waits for a second person: roll-calls and corrections."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypedDict

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from zengyi.bank.models import Correction, Filing, Posting, RollCall, RollCallEntry
from zengyi.bank.queries.entries import AccountEntry
from zengyi.bank.queries.rulebook import own_versions, rulebook_of
from zengyi.bank.rules import (
    LIST_SOURCE,
    CorrectionState,
    FilingState,
    HeldFacts,
    Mark,
    MarkNote,
    ProposalFacts,
    RollCallState,
    can_post_held,
    check_correct,
    check_decide,
    lists_deeds,
)
from zengyi.core.errors import NotThere
from zengyi.core.guards import refusal_of
from zengyi.core.keyset import Page, cut
from zengyi.people import queries as people
from zengyi.people.rules import Actor, Whose, check_role, known, may

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    from zengyi.people.queries.ties import MakerRows

    class _Holder(TypedDict):
        holder: int | None
        holder_home: bytes | memoryview | None
        holder_unit: int | None
        holding_unit: int | None
        made: MakerRows

    _WithHolder = WithAnnotations[Correction, _Holder]

    class _Held(TypedDict):
        made: MakerRows
        decider_made: MakerRows
        others: bool

    _WithHeld = WithAnnotations[RollCall, _Held]

    class _Counts(_Held):
        present: int
        leave: int
        absent: int
        own_rules: list[dict[str, Any]] | None

    _Counted = WithAnnotations[RollCall, _Counts]

SIZE = 30


@dataclass(frozen=True, slots=True)
class MarkRow:
    """One member on a roll-call."""

    member_id: int
    name: str
    number: str
    mark: str
    points: int
    note: str

    @property
    def label(self) -> str:
        """The mark in words."""
        return str(Mark(self.mark).label)

    @property
    def why(self) -> str:
        """The note in words; nothing when the points are the rule's."""
        return str(MarkNote(self.note).label) if self.note else ""


@dataclass(frozen=True, slots=True)
class RollCallRow:
    """A roll-call in a list, with how many were there, on leave, absent.

    ``makers``: who has had a hand in the login that proposed it. ``why_not``: why the reader, whose role decides,
    may not. ``facts``: what the guard looks at.
    ``may_post_held``: marks wait that were the first decider's own, and the reader may post them. ``deeds``: it is a list of deeds.
    """

    id: int
    branch_id: int
    branch: str
    rule: str
    rule_name: str
    held_on: date
    note: str
    state: str
    proposed_by: str
    proposed_at: datetime
    proposed_by_id: int
    may_decide: bool
    why_not: str
    facts: ProposalFacts
    makers: list[people.Maker]
    may_post_held: bool
    reason: str
    present: int
    leave: int
    absent: int
    deeds: bool = False
    marks: list[MarkRow] = field(default_factory=list)

    @property
    def label(self) -> str:
        """The state in words."""
        return str(RollCallState(self.state).label)

    @property
    def waits(self) -> bool:
        """Whether a second person still has to decide."""
        return self.state == RollCallState.PROPOSED


@dataclass(frozen=True, slots=True)
class CorrectionRow:
    """A posting somebody proposes to reverse; ``makers`` and ``why_not`` as of a roll-call."""

    id: int
    entry: AccountEntry
    reason: str
    state: str
    proposed_by: str
    proposed_by_id: int
    proposed_at: datetime
    may_decide: bool
    why_not: str
    facts: ProposalFacts
    makers: list[people.Maker]

    @property
    def label(self) -> str:
        """The state in words."""
        return str(CorrectionState(self.state).label)

    @property
    def waits(self) -> bool:
        """Whether a second person still has to decide."""
        return self.state == CorrectionState.PROPOSED


def with_holder(rows: "QuerySet[Correction]") -> "QuerySet[Any]":
    """Corrections with whose points they are about; :func:`holder_of` reads it."""
    credit = "posting__credit"
    return rows.annotate(
        holder=F(f"{credit}__member__person_id"),
        holder_home=F(f"{credit}__member__person__household_index"),
        holder_unit=F(f"{credit}__member__unit_id"),
        holding_unit=F(f"{credit}__organisation_id"),
    )


def holder_of(row: "_WithHolder") -> Whose:
    """Whose points a correction that was read :func:`with_holder` is about."""
    home = None if row.holder_home is None else bytes(row.holder_home)
    return Whose(row.holder, home, known(row.holder_unit, row.holding_unit))


def roll_calls(
    *, branch_id: int | None = None, rule: str = "", by: Actor, at: datetime, after: int | None = None, size: int = SIZE
) -> Page[RollCallRow]:
    """The community's roll-calls by the day of the meeting, the last one first; all, or those of a branch or a rule. One statement.

    ``after`` is the last id of the page before.
    """
    check_role(by, "points.propose")
    rows = _roll_calls(by).order_by("-held_on", "-pk")
    if branch_id is not None:
        rows = rows.filter(branch_id=branch_id)
    if rule:
        rows = rows.filter(rule=rule)
    if after is not None:
        day = RollCall.objects.filter(pk=after, community_id=by.community_id).values("held_on")
        rows = rows.filter(Q(held_on__lt=Subquery(day)) | Q(held_on=Subquery(day), pk__lt=after))
    found = list(rows[: size + 1])
    page = Page(found[:size], found[size - 1].pk if len(found) > size else None)
    return page.map(lambda row: _roll_call_row(row, by, at))


def roll_call(roll_call_id: int, *, by: Actor, at: datetime) -> RollCallRow:
    """A roll-call with every mark. Raises :class:`NotThere` outside the actor's community."""
    check_role(by, "points.propose")
    found = _roll_calls(by).filter(pk=roll_call_id).first() if 0 < roll_call_id < 2**63 else None
    if found is None:
        raise NotThere(_("没有找到，或者不在您的社区。"))
    columns = ("member_id", "member__person__name", "member__number", "mark", "points", "note")
    marks = RollCallEntry.objects.filter(roll_call_id=found.pk).order_by("member__number").values_list(*columns)
    row = _roll_call_row(found, by, at, [MarkRow(*mark) for mark in marks])
    return replace(row, marks=_with_deeds(row)) if row.deeds else row


def _with_deeds(row: RollCallRow) -> list[MarkRow]:
    """The marks of a list of deeds, with what became of each deed. One statement."""
    deeds = Filing.objects.filter(source=LIST_SOURCE, source_ref=str(row.id)).values_list("member_id", "state", "points", "short")
    known = {member_id: (state, points, short) for member_id, state, points, short in deeds}
    return [replace(mark, **_became(known.get(mark.member_id))) if mark.mark == Mark.PRESENT else mark for mark in row.marks]


def _became(deed: tuple[str, int, str] | None) -> dict[str, Any]:
    """The points and the note of a mark whose deed is in that state; nobody's where the member had filed it already."""
    state, points, short = deed or ("", 0, "")
    if state == FilingState.POSTED:
        return {"points": points, "note": MarkNote.CAPPED if short else ""}
    notes = {"": MarkNote.FILED, FilingState.DENIED: MarkNote.DENIED}
    waiting = dict.fromkeys((FilingState.SUBMITTED, FilingState.ATTESTED), MarkNote.WAITING)
    return {"points": 0, "note": (notes | waiting).get(state, MarkNote.REVERSED)}


def taken_back(community_id: int) -> "QuerySet[Correction, int]":
    """The accounts of difficulties from which points came that were taken back, as ids."""
    return Correction.objects.filter(community_id=community_id, state=CorrectionState.POSTED).values_list("posting__debit_id", flat=True)


def taken_back_at(account: str) -> Subquery:
    """When points were last taken back from those that came from the difficulty's account; ``account``: the column that names it."""
    rows = Correction.objects.filter(posting__debit_id=OuterRef(account), state=CorrectionState.POSTED).order_by("-decided_at")
    return Subquery(rows.values("decided_at")[:1])


def _roll_calls(by: Actor) -> "QuerySet[_Counted]":
    # Counted for the rows of the page: grouped by a join, every roll-call that ever was would be counted first.
    marks = RollCallEntry.objects.filter(roll_call_id=OuterRef("pk")).order_by().values("roll_call_id")
    counted = {name.lower(): Coalesce(Subquery(marks.annotate(n=Count("pk", filter=Q(mark=name))).values("n")), 0) for name in Mark.values}
    rows = RollCall.objects.filter(community_id=by.community_id).select_related("branch", "proposed_by__person")
    told: QuerySet[_Counted] = with_held(rows, by, names=True).annotate(**counted, own_rules=own_versions())
    return told


def with_held(rows: "QuerySet[RollCall]", by: Actor, *, names: bool = False) -> "QuerySet[Any]":
    """Roll-calls with the makers of who proposed and who decided, and whether marks wait for somebody like the actor."""
    held = RollCallEntry.objects.filter(roll_call_id=OuterRef("pk"), note=MarkNote.HELD).exclude(people.concerning(by, "member"))
    made = people.makers_told("proposed_by_id") if names else people.makers_of("proposed_by_id")
    return rows.annotate(made=made, decider_made=people.makers_of("decided_by_id"), others=Exists(held))


def held_facts(row: "_WithHeld", at: datetime) -> HeldFacts:
    """What :func:`with_held` read, as its guard looks at it."""
    first = people.first_person(row.proposed_by_id, row.made, at)
    return HeldFacts(first, people.first_person(row.decided_by_id, row.decider_made, at), bool(row.others))


def _roll_call_row(row: "_Counted", by: Actor, at: datetime, marks: list[MarkRow] | None = None) -> RollCallRow:
    rule = rulebook_of(row.own_rules).in_force(row.rule, row.held_on)
    facts = ProposalFacts(people.first_person(row.proposed_by_id, row.made, at), row.state)
    refusal = refusal_of(check_decide, by, facts)
    return RollCallRow(
        id=row.pk,
        branch_id=row.branch_id,
        branch=row.branch.name,
        rule=row.rule,
        rule_name=rule.name if rule else row.rule,
        held_on=row.held_on,
        note=row.note,
        state=row.state,
        proposed_by=_name(row),
        proposed_at=row.proposed_at,
        proposed_by_id=row.proposed_by_id,
        may_decide=refusal is None,
        why_not=refusal.sentence if refusal and may(by, "points.decide") else "",
        facts=facts,
        may_post_held=can_post_held(by, held_facts(row, at)),
        reason=row.reason,
        makers=people.told(row.made),
        present=row.present,
        leave=row.leave,
        absent=row.absent,
        deeds=rule is not None and lists_deeds(rule),
        marks=marks or [],
    )


def corrections(*, by: Actor, at: datetime, after: int | None = None, size: int = SIZE) -> Page[CorrectionRow]:
    """The community's corrections, newest first. One statement."""
    check_role(by, "points.propose")
    rows = Correction.objects.filter(community_id=by.community_id).select_related("posting", "proposed_by__person")
    rows = with_holder(rows).annotate(made=people.makers_told("proposed_by_id"))
    return cut(rows, after, size, newest_first=True).map(lambda row: _correction_row(row, by, at))


def _correction_row(row: "_WithHolder", by: Actor, at: datetime) -> CorrectionRow:
    facts = ProposalFacts(people.first_person(row.proposed_by_id, row.made, at), row.state, holder_of(row))
    refusal = refusal_of(check_decide, by, facts)
    return CorrectionRow(
        id=row.pk,
        entry=_entry(row.posting, reversed_=row.state == CorrectionState.POSTED),
        reason=row.reason,
        state=row.state,
        proposed_by=_name(row),
        proposed_by_id=row.proposed_by_id,
        proposed_at=row.proposed_at,
        may_decide=refusal is None,
        why_not=refusal.sentence if refusal and may(by, "points.decide") else "",
        facts=facts,
        makers=people.told(row.made),
    )


def correctable(posting_id: int, *, by: Actor) -> AccountEntry:
    """The posting, if the actor may propose to reverse it. Raises as :func:`check_correct`."""
    found = Posting.objects.with_facts().filter(pk=posting_id).first() if 0 < posting_id < 2**63 else None
    check_correct(by, found.facts if found else None)
    assert found is not None
    return _entry(found, reversed_=False)


def _entry(posting: Posting, *, reversed_: bool) -> AccountEntry:
    return AccountEntry(
        posting.pk, posting.points, posting.kind, posting.rule, posting.memo, posting.occurred_on, posting.posted_at, reversed_
    )


def _name(row: RollCall | Correction) -> str:
    login = row.proposed_by
    return login.person.name if login.person else login.username
