"""A community's rules: those in force, those to come, and those that wait for a second person."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypedDict

from django.db.models import OuterRef, QuerySet
from django.utils.translation import gettext as _

from zengyi.bank.models import RuleVersion
from zengyi.bank.rules import Attester, Entry, Evidence, Rule, Rulebook, RuleKind, RuleState, Step, Unit
from zengyi.core.errors import NotThere
from zengyi.core.keyset import Page, cut
from zengyi.core.rows import Rows, structure
from zengyi.people import queries as people
from zengyi.people.rules import Actor, Duty, FirstPerson, Target, against_second, check, check_role, may

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    from zengyi.people.queries.ties import MakerRows

    class _Columns(TypedDict):
        made: MakerRows

    _Read = WithAnnotations[RuleVersion, _Columns]

SIZE = 30


@dataclass(frozen=True, slots=True)
class ProposedRule:
    """A version somebody proposes, beside the one in force on the day before it would begin.

    ``makers``: who has had a hand in the login that proposed it. ``why_not``: why the reader is no second person to it.
    """

    id: int
    rule: Rule
    before: Rule | None
    why: str
    state: str
    proposed_by: str
    proposed_by_id: int
    proposed_at: datetime
    reason: str
    first: FirstPerson
    makers: list[people.Maker]
    why_not: str

    @property
    def label(self) -> str:
        """The state in words."""
        return str(RuleState(self.state).label)

    @property
    def waits(self) -> bool:
        """Whether a second person still has to decide."""
        return self.state == RuleState.PROPOSED


_COLUMNS = (
    *("id", "code", "kind", "name", "step", "duty", "points", "levels", "unit", "cap_activity", "cap_quarter", "cap_year"),
    *("entry", "evidence", "attester", "valid_from", "valid_to"),
)


def rulebook(community_id: int) -> Rulebook:
    """All versions that speak for a community. One statement."""
    return Rulebook(rule_of(row) for row in RuleVersion.objects.filter(community_id=community_id, state=RuleState.ADOPTED))


def own_versions() -> Rows:
    """The versions of a row's community, read along with the row; make a book of them with :func:`rulebook_of`."""
    mine = RuleVersion.objects.filter(community=OuterRef("community"), state=RuleState.ADOPTED)
    return Rows(mine, **{name: name for name in _COLUMNS})


def rulebook_of(rows: list[dict[str, Any]] | None) -> Rulebook:
    """The book of what :func:`own_versions` read."""
    return Rulebook(rule_of(RuleVersion(**_read(row))) for row in rows or ())


def _read(row: dict[str, Any]) -> dict[str, Any]:
    days = {name: row[name] and date.fromisoformat(row[name]) for name in ("valid_from", "valid_to")}
    return row | days | {"levels": structure(row["levels"])}


def rules_on(community_id: int, day: date, *, by: Actor) -> list[Rule]:
    """The rules in force in a community on ``day``. Raises :class:`NotThere` for an unknown community."""
    card = people.community(community_id)
    check(by, "rules.read", Target(community_id=card.id, path=card.path), sees=False)
    return rulebook(card.id).on(day)


def proposed_rules(*, by: Actor, at: datetime, after: int | None = None) -> Page[ProposedRule]:
    """The community's own versions, newest first: what waits, what was adopted, what was sent back. Two statements."""
    check_role(by, "rules.propose")
    book = rulebook(by.community_id or 0)
    return cut(_versions(by), after, SIZE, newest_first=True).map(lambda row: _proposed(row, book, by, at))


def proposed_rule(version_id: int, *, by: Actor, at: datetime) -> ProposedRule:
    """One of them. Raises :class:`NotThere` outside the actor's community."""
    check_role(by, "rules.propose")
    found = _versions(by).filter(pk=version_id).first() if 0 < version_id < 2**63 else None
    if found is None:
        raise NotThere(_("没有找到，或者不在您的社区。"))
    return _proposed(found, rulebook(found.community_id), by, at)


def _versions(by: Actor) -> "QuerySet[_Read]":
    rows = RuleVersion.objects.filter(community_id=by.community_id).select_related("proposed_by__person")
    return rows.annotate(made=people.makers_told("proposed_by_id"))


def rule_of(row: RuleVersion) -> Rule:
    """A row as the rules know it."""
    return Rule(
        code=row.code,
        kind=RuleKind(row.kind),
        name=row.name,
        step=Step(row.step) if row.step else None,
        duty=Duty(row.duty) if row.duty else None,
        points=row.points,
        levels=tuple(row.levels),
        unit=Unit(row.unit),
        cap_activity=row.cap_activity,
        cap_quarter=row.cap_quarter,
        cap_year=row.cap_year,
        entry=Entry(row.entry),
        evidence=Evidence(row.evidence),
        attester=Attester(row.attester),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        id=row.pk,
    )


def _proposed(row: "_Read", book: Rulebook, by: Actor, at: datetime) -> ProposedRule:
    before = book.in_force(row.code, date.fromordinal(row.valid_from.toordinal() - 1))
    person = row.proposed_by.person
    name = person.name if person else row.proposed_by.username
    first = people.first_person(row.proposed_by_id, row.made, at)
    return ProposedRule(
        id=row.pk,
        rule=rule_of(row),
        before=before,
        why=row.why,
        state=row.state,
        proposed_by=name,
        proposed_by_id=row.proposed_by_id,
        proposed_at=row.proposed_at,
        reason=row.reason,
        first=first,
        makers=people.told(row.made),
        why_not=against_second(by, first) if may(by, "rules.decide") else "",
    )
