"""A community's quarters: as the desk closes them, as everybody may read them once they are published."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from zengyi.bank.models import Objection, Quarter
from zengyi.bank.queries.objections import ObjectionRow, objection_seen
from zengyi.bank.rules import (
    CLOSED_STATES,
    UNANSWERED,
    ObjectionState,
    QuarterFacts,
    QuarterState,
    check_object,
    check_prepare,
    check_publish,
    check_seal,
    check_tally,
    groups_of,
    seal_needs,
)
from zengyi.core import clock
from zengyi.core.errors import NotThere
from zengyi.core.guards import refusal_of
from zengyi.people import queries as people
from zengyi.people.rules import Actor, Target, allows, check, check_role, may

BACK = 5


def quarter_row(community_id: int, quarter: str) -> Quarter:
    """The quarter's row with what :func:`quarter_facts` needs; one that is not saved while nobody has begun to close it."""
    found = _rows().filter(community_id=community_id, quarter=quarter).first()
    if found is not None:
        return found
    try:
        first, following = clock.quarter_bounds(quarter)
    except ValueError as wrong:
        raise NotThere(_("没有这个季度。")) from wrong
    card = people.community(community_id)
    row = Quarter(community_id=card.id, quarter=quarter, first=first, last=date.fromordinal(following.toordinal() - 1))
    extra: Any = row
    extra.path, extra.unanswered, extra.made = card.path, 0, None
    return row


def _rows() -> "QuerySet[Quarter]":
    waiting = Count("objections", filter=Q(objections__state__in=UNANSWERED))
    return Quarter.objects.annotate(path=F("community__path"), unanswered=waiting, made=people.makers_of("prepared_by_id"))


def quarter_facts(row: Quarter, at: datetime) -> QuarterFacts:
    """What the guards look at; the row was read by :func:`quarter_row`."""
    read: Any = row
    return QuarterFacts(
        community_id=row.community_id,
        path=read.path,
        state=QuarterState(row.state),
        following=date.fromordinal(row.last.toordinal() + 1),
        today=clock.local_date(at),
        preparer=people.first_person(row.prepared_by_id, read.made, at),
        objections_until=row.objections_until,
        unanswered=read.unanswered,
    )


@dataclass(frozen=True, slots=True)
class PublicObjection:
    """An objection as the publication tells it: its number, how far it is, and a sentence without names."""

    number: int
    state: str
    public: str

    @property
    def label(self) -> str:
        """The state in words."""
        return str(ObjectionState(self.state).label)


@dataclass(frozen=True, slots=True)
class Publication:
    """A published quarter: its statement, the digits, its days, the objections so far."""

    community_id: int
    quarter: str
    state: str
    statement: dict[str, Any]
    digits: tuple[str, ...]
    published_at: datetime
    objections_until: date
    sealed_at: datetime | None
    objections: tuple[PublicObjection, ...]
    may_object: bool
    may_read_inside: bool

    @property
    def label(self) -> str:
        """The state in words."""
        return str(QuarterState(self.state).label)


def publication(community_id: int, quarter: str, *, by: Actor, at: datetime) -> Publication:
    """A published quarter, for everybody. Raises :class:`NotThere` before it is published. Two statements."""
    row = _published(community_id, quarter, by)
    facts = quarter_facts(row, at)
    told = row.objections.order_by("number").values_list("number", "state", "public")
    assert row.published_at is not None
    assert row.objections_until is not None
    return Publication(
        community_id=row.community_id,
        quarter=row.quarter,
        state=row.state,
        statement=json.loads(row.statement),
        digits=tuple(groups_of(row.digits)),
        published_at=row.published_at,
        objections_until=row.objections_until,
        sealed_at=row.sealed_at,
        objections=tuple(PublicObjection(*one) for one in told),
        may_object=refusal_of(check_object, by, facts, own_open=0) is None,
        may_read_inside=_may_read_inside(by, row),
    )


def _published(community_id: int, quarter: str, by: Actor) -> Any:
    check_role(by, "quarter.read")
    row: Any = _rows().filter(community_id=community_id, quarter=quarter, state__in=CLOSED_STATES).first()
    target = Target(community_id=community_id, path=row.path) if row else None
    if row is None or target is None or not allows(by, "quarter.read", target):
        raise NotThere(_("这一季还没有公示。"))
    return row


def _may_read_inside(by: Actor, row: Any) -> bool:
    if not may(by, "quarter.inside") or by.community_id != row.community_id:
        return False
    return allows(by, "quarter.inside", Target(community_id=row.community_id, path=row.path, branch_id=by.branch_id))


def exported(community_id: int, quarter: str, *, by: Actor, inside: bool = False) -> bytes:
    """The statement as a file that ``zengyi quarter check`` recomputes; with ``inside`` the members' points, for staff only."""
    row = _published(community_id, quarter, by)
    listed = ""
    if inside:
        check(by, "quarter.prepare", Target(community_id=row.community_id, path=row.path), sees=True)
        listed = f',"inside":{row.inside}'
    return f'{{"digits":"{" ".join(groups_of(row.digits))}","statement":{row.statement}{listed}}}\n'.encode()


@dataclass(frozen=True, slots=True)
class QuarterCard:
    """A quarter's state, its figures where they may be seen, and its days."""

    community: int
    quarter: str
    state: str
    totals: dict[str, int] | None
    equation: dict[str, int] | None
    digits: str
    published_at: datetime | None
    objections_until: date | None
    sealed_at: datetime | None
    unanswered: int


def quarter_state(community_id: int, quarter: str, *, by: Actor) -> QuarterCard:
    """The quarter; to whoever does not close it, one that is not published is open and has no figures."""
    check_role(by, "quarter.read")
    row = quarter_row(community_id, quarter)
    read: Any = row
    target = Target(community_id=community_id, path=read.path)
    if row.state in CLOSED_STATES or allows(by, "quarter.prepare", target):
        return quarter_card(row)
    return QuarterCard(community_id, quarter, QuarterState.OPEN, None, None, "", None, None, None, 0)


def quarter_card(row: Quarter) -> QuarterCard:
    """The quarter's row as a card."""
    statement = json.loads(row.statement) if row.statement else {}
    return QuarterCard(
        community=row.community_id,
        quarter=row.quarter,
        state=row.state,
        totals=statement.get("totals"),
        equation=statement.get("equation"),
        digits=" ".join(groups_of(row.digits)),
        published_at=row.published_at,
        objections_until=row.objections_until,
        sealed_at=row.sealed_at,
        unanswered=getattr(row, "unanswered", 0),
    )


@dataclass(frozen=True, slots=True)
class MemberSums:
    """A member's quarter, as it is read inside the branch."""

    number: str
    name: str
    branch: str
    base: int
    gain: int
    held: int


def members_sums(community_id: int, quarter: str, *, by: Actor) -> list[MemberSums]:
    """Every member's points of a published quarter: of one's own branch, for staff of all. Raises as :func:`publication` does."""
    row = _published(community_id, quarter, by)
    branches = dict(people.branches_of(community_id))
    target = Target(community_id=row.community_id, path=row.path, branch_id=by.branch_id if by.branch_id in branches else None)
    check_role(by, "quarter.inside")
    check(by, "quarter.inside", target, sees=False)
    found = [MemberSums(**one) for one in json.loads(row.inside)["members"]]
    if by.branch_id is not None and not allows(by, "quarter.prepare", target):
        found = [one for one in found if one.branch == branches[by.branch_id]]
    return found


@dataclass(frozen=True, slots=True)
class Signed:
    """A step that was taken, when and by whom."""

    at: datetime | None
    who: str


@dataclass(frozen=True, slots=True)
class QuarterDesk:
    """A quarter as the desk closes it. ``refusals``: why a step cannot be taken, by verb; empty where it can."""

    community_id: int
    quarter: str
    first: date
    last: date
    state: str
    savers: int
    statement: dict[str, Any]
    digits: tuple[str, ...]
    tallied: Signed
    prepared: Signed
    published: Signed
    sealed: Signed
    objections_until: date | None
    needs: tuple[str, ...]
    objections: tuple[ObjectionRow, ...]
    refusals: dict[str, str]

    @property
    def label(self) -> str:
        """The state in words."""
        return str(QuarterState(self.state).label)

    @property
    def waiting(self) -> int:
        """Objections that wait."""
        return sum(1 for one in self.objections if one.state in UNANSWERED)


def quarter_desk(quarter: str, *, by: Actor, at: datetime) -> QuarterDesk:
    """The quarter of the actor's community with its steps. The same statements however many postings there are."""
    check_role(by, "quarter.prepare")
    row = quarter_row(by.community_id or 0, quarter)
    facts = quarter_facts(row, at)
    check(by, "quarter.prepare", facts.target, sees=False)
    checks = {"tally": check_tally, "prepare": check_prepare, "publish": check_publish, "seal": check_seal}
    refusals = {verb: refusal_of(guard, by, facts) for verb, guard in checks.items()}
    rows: list[Objection] = []
    names: dict[str, Signed] = {step: Signed(None, "") for step in ("tallied", "prepared", "published", "sealed")}
    if row.pk is not None:
        rows = list(row.objections.select_related("quarter__community", "person").order_by("-number"))
        names = _signed(row)
    return QuarterDesk(
        community_id=row.community_id,
        quarter=row.quarter,
        first=row.first,
        last=row.last,
        state=row.state,
        savers=row.savers,
        statement=json.loads(row.statement) if row.statement else {},
        digits=tuple(groups_of(row.digits)),
        objections_until=row.objections_until,
        needs=tuple(seal_needs(facts)),
        objections=tuple(objection_seen(one, by) for one in rows),
        refusals={verb: refusal.sentence if refusal else "" for verb, refusal in refusals.items()},
        **names,
    )


def _signed(row: Quarter) -> dict[str, Signed]:
    steps = ("tallied", "prepared", "published", "sealed")
    columns = [column for step in steps for column in (f"{step}_at", f"{step}_by__person__name", f"{step}_by__username")]
    read = Quarter.objects.filter(pk=row.pk).values(*columns).get()
    return {step: Signed(read[f"{step}_at"], read[f"{step}_by__person__name"] or read[f"{step}_by__username"] or "") for step in steps}


@dataclass(frozen=True, slots=True)
class QuarterLine:
    """A quarter in the list."""

    quarter: str
    first: date
    state: str
    published_at: datetime | None

    @property
    def label(self) -> str:
        """The state in words."""
        return str(QuarterState(self.state).label)


def quarter_lines(*, by: Actor, at: datetime) -> list[QuarterLine]:
    """The last quarters of the actor's community that are over, newest first, closed or not."""
    check_role(by, "quarter.prepare")
    rows = {row.quarter: row for row in Quarter.objects.filter(community_id=by.community_id).defer("statement", "inside")}
    first = clock.quarter_bounds(clock.quarter_of(clock.local_date(at)))[0]
    lines = []
    for _number in range(BACK):
        first = clock.quarter_bounds(clock.quarter_of(date.fromordinal(first.toordinal() - 1)))[0]
        quarter = clock.quarter_of(first)
        row = rows.get(quarter)
        lines.append(QuarterLine(quarter, first, row.state if row else QuarterState.OPEN, row.published_at if row else None))
    return lines


def quarters_published(community_id: int) -> list[str]:
    """The quarters of a community that are published, newest first."""
    rows = Quarter.objects.filter(community_id=community_id, state__in=CLOSED_STATES).order_by("-quarter")
    return list(rows.values_list("quarter", flat=True)[:BACK])


def in_closed_quarter(day: str) -> Exists:
    """Whether a row's ``day`` falls into a published or sealed quarter of its community, read along with the row."""
    rows = Quarter.objects.filter(community=OuterRef("community"), first__lte=OuterRef(day), last__gte=OuterRef(day))
    return Exists(rows.filter(state__in=CLOSED_STATES))
