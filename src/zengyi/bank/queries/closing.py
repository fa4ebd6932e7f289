"""A community's quarters as the desk closes them: the steps, who may take them and until when, and what to look at before."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from zengyi.bank.models import Account, Quarter
from zengyi.bank.queries.objections import ObjectionRow, objections_to
from zengyi.bank.queries.quarters import BACK, SIGNED, quarter_facts, quarter_row
from zengyi.bank.queries.told import Finding, findings_of
from zengyi.bank.rules import (
    CLOSED_STATES,
    QUARTER_CHECKS,
    UNANSWERED,
    Day,
    QuarterFacts,
    QuarterState,
    QuarterVerb,
    calendar,
    due_of,
    groups_of,
    seal_needs,
)
from zengyi.core import clock
from zengyi.core.guards import refusal_of
from zengyi.people import queries as people
from zengyi.people.rules import Actor, check, check_role

_NEXT = {
    QuarterState.OPEN: QuarterVerb.TALLY,
    QuarterState.TALLIED: QuarterVerb.PREPARE,
    QuarterState.PREPARED: QuarterVerb.PUBLISH,
    QuarterState.PUBLISHED: QuarterVerb.SEAL,
}


@dataclass(frozen=True, slots=True)
class Signed:
    """A step that was taken, when and by whom."""

    at: datetime | None
    who: str


@dataclass(frozen=True, slots=True)
class QuarterDesk:
    """A quarter as the desk closes it. ``refusals``: why a step cannot be taken, by verb; empty where it can.

    ``able``: the names of the staff who may take the next step, where the reader may not though it is time for it. ``due``: the day by
    which it should be taken. ``findings``: what to look at, as long as it is not published.
    """

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
    facts: QuarterFacts
    due: date | None
    days: tuple[Day, ...]
    findings: tuple[Finding, ...]
    able: tuple[str, ...] | None

    @property
    def label(self) -> str:
        """The state in words."""
        return str(QuarterState(self.state).label)

    @property
    def over(self) -> bool:
        """Whether the quarter has passed, so that it can be added up."""
        return self.facts.today >= self.facts.following

    @property
    def late(self) -> bool:
        """Whether the next step should have been taken."""
        return self.due is not None and self.facts.today > self.due

    @property
    def waiting(self) -> int:
        """Objections that wait."""
        return sum(1 for one in self.objections if one.state in UNANSWERED)


def quarter_desk(quarter: str, *, by: Actor, at: datetime) -> QuarterDesk:
    """The quarter of the actor's community with its steps. The same statements however many postings there are."""
    check_role(by, "quarter.prepare")
    row = quarter_row(by.community_id or 0, quarter, signed=True)
    facts = quarter_facts(row, at)
    check(by, "quarter.prepare", facts.target, sees=False)
    refusals = {verb: refusal_of(guard, by, facts) for verb, guard in QUARTER_CHECKS.items()}
    objections = objections_to(row, by, at) if row.published_at else []
    closed = row.state in CLOSED_STATES
    over = facts.today >= facts.following
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
        objections=tuple(objections),
        refusals={verb: refusal.sentence if refusal else "" for verb, refusal in refusals.items()},
        facts=facts,
        due=due_of(row.state, row.last, row.objections_until),
        days=tuple(calendar(facts, clock.local_date(row.published_at) if row.published_at else None)),
        findings=tuple(findings_of(row.community_id, row.first, row.last)) if over and not closed else (),
        able=_able(facts, by, at) if over else None,
        **{step: Signed(getattr(row, f"{step}_at"), getattr(row, f"{step}_who", None) or "") for step in SIGNED},
    )


def _able(facts: QuarterFacts, by: Actor, at: datetime) -> tuple[str, ...] | None:
    """Who may take the next step, when it is not the reader and not the time that is missing. One statement, or none."""
    verb = _NEXT.get(facts.state)
    if verb is None or refusal_of(QUARTER_CHECKS[verb], by, facts) is None or (verb == QuarterVerb.SEAL and seal_needs(facts)):
        return None
    staff = people.staff_of(facts.community_id, at=at)
    return tuple(one.name for one in staff if refusal_of(QUARTER_CHECKS[verb], one, facts) is None)


@dataclass(frozen=True, slots=True)
class QuarterLine:
    """A quarter in the list. ``waits``: it is over and not sealed."""

    quarter: str
    first: date
    state: str
    published_at: datetime | None
    waits: bool

    @property
    def label(self) -> str:
        """The state in words."""
        return str(QuarterState(self.state).label)


def quarter_lines(*, by: Actor, at: datetime) -> list[QuarterLine]:
    """The last quarters of the actor's community that are over, newest first, closed or not. Two statements.

    Those before anybody had an account are left out; the newest is always there.
    """
    check_role(by, "quarter.prepare")
    rows = {row.quarter: row for row in _listed(by)}
    opened = Account.objects.filter(community_id=by.community_id).order_by("pk").values_list("opened_at", flat=True).first()
    lines: list[QuarterLine] = []
    for first in past_quarters(clock.local_date(at)):
        quarter = clock.quarter_of(first)
        if lines and quarter not in rows and (opened is None or clock.quarter_of(clock.local_date(opened)) > quarter):
            break
        row = rows.get(quarter)
        state = row.state if row else QuarterState.OPEN
        lines.append(QuarterLine(quarter, first, state, row.published_at if row else None, state != QuarterState.SEALED))
    return lines


def _listed(by: Actor) -> "QuerySet[Quarter]":
    return Quarter.objects.filter(community_id=by.community_id).only("quarter", "state", "published_at").order_by("-quarter")[: BACK + 1]


def quarter_to_close(lines: list[QuarterLine]) -> str:
    """The quarter to show first: the one that somebody has begun with, the oldest of them; else the newest."""
    begun = [line for line in lines if line.waits and line.state != QuarterState.OPEN]
    return (begun[-1] if begun else lines[0]).quarter


def past_quarters(today: date) -> list[date]:
    """The first days of the last quarters that are over, newest first."""
    found, first = [], clock.quarter_bounds(clock.quarter_of(today))[0]
    for _number in range(BACK):
        first = clock.quarter_bounds(clock.quarter_of(date.fromordinal(first.toordinal() - 1)))[0]
        found.append(first)
    return found
