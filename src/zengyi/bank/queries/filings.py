"""Filings: lists page by page, one of them with its photos, what the caps leave, and what a member should be told."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from zengyi.bank import rules
from zengyi.bank.models import Filing, FilingPhoto
from zengyi.core import clock
from zengyi.core.errors import NotThere
from zengyi.core.keyset import Page, cut
from zengyi.core.photos import Album
from zengyi.people.rules import Actor, Role, allows, check_role, may

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class _Columns(TypedDict):
        member_name: str
        login: int | None
        filer: str | None
        attester: str | None
        decider: str | None
        photographed: bool

    _Read = WithAnnotations[Filing, _Columns]

ALBUM = Album("deeds")
SIZE, SIZE_MOST = 20, 100
#: How long somebody is told on their first page of what another entered.
TOLD = timedelta(days=30)
TOLD_MOST = 3


@dataclass(frozen=True, slots=True)
class FilingRow:
    """A filing in a list. ``moves``: those the reader may make now. ``entered``: somebody else entered it for the member.

    ``why_not``: why the reader, whose role could, is not the one to attest or to decide. ``facts``: what the guards go by.
    """

    id: int
    rule: str
    name: str
    kind: str
    quantity: int
    worth: int
    points: int
    short: str
    occurred_on: date
    text: str
    state: str
    member_id: int
    member: str
    filed_at: datetime
    filed_by: str
    attested_by: str
    decided_by: str
    reason: str
    begins: time | None
    ends: time | None
    witness: str
    asks: str
    attested_at: datetime | None
    decided_at: datetime | None
    denied_at: datetime | None
    acknowledged: bool
    entered: bool
    photographed: bool
    moves: tuple[rules.FilingMove, ...]
    asked: int
    cap_quarter: int | None
    cap_year: int | None
    facts: rules.FilingFacts
    why_not: str

    @property
    def label(self) -> str:
        """The state in words."""
        return str(rules.FilingState(self.state).label)

    @property
    def why(self) -> str:
        """Why it brings fewer points than the rule says; empty when it does not."""
        return str(rules.Short(self.short).label) if self.short else ""

    @property
    def brings(self) -> int:
        """Points with their sign: those that stand on the books, or those it would bring; none when it has ended."""
        points = brings(self.state, self.worth, self.points)
        return -points if self.kind == rules.RuleKind.DEDUCT else points

    @property
    def much(self) -> str:
        """How much was done, in words; empty where it is one, which goes without saying, or by the clock."""
        return "" if self.begins else rules.much(self.rule, self.quantity)

    @property
    def late_days(self) -> int:
        """How many days after it was done it was filed."""
        return (clock.local_date(self.filed_at) - self.occurred_on).days

    @property
    def due(self) -> datetime | None:
        """Until when somebody should attest or decide; nothing where nobody need."""
        if self.state == rules.FilingState.SUBMITTED:
            return rules.due_after(self.filed_at)
        if self.state == rules.FilingState.ATTESTED:
            return rules.due_after(self.attested_at or self.filed_at)
        if self.state == rules.FilingState.DENIED and self.denied_at:
            return rules.due_after(self.denied_at)
        return None

    @property
    def asks_in_words(self) -> str:
        """Whom whoever filed it wants asked, and who that is; empty where they said neither."""
        way = str(rules.Asks(self.asks).label) if self.asks else ""
        return _("%(witness)s（%(way)s）") % {"witness": self.witness, "way": way} if way and self.witness else way or self.witness

    @property
    def verbs(self) -> frozenset[str]:
        """The verbs of the moves."""
        return frozenset(move.verb.value for move in self.moves)


def brings(state: str, worth: int, points: int) -> int:
    """The points that stand, or that a filing still waiting would bring; none when it has ended."""
    if state in rules.STANDING:
        return points
    return 0 if state in rules.ENDED else worth


def filings(*, by: Actor, at: datetime, state: str = "", after: int | None = None, size: int = SIZE) -> Page[FilingRow]:
    """A member's own filings, or for staff those of the community, newest first. One statement."""
    check_role(by, "filing.list")
    rows = _rows(by)
    if state:
        rows = rows.filter(state=state)
    return cut(rows, after, max(1, min(size, SIZE_MOST)), newest_first=True).map(lambda row: _row(row, by, at))


def filing(filing_id: int, *, by: Actor, at: datetime) -> tuple[FilingRow, list[UUID]]:
    """One filing with its photos. Raises :class:`NotThere` for whoever may not see it. Two statements."""
    check_role(by, "filing.list")
    found = _rows(by).filter(pk=filing_id).first() if 0 < filing_id < 2**63 else None
    if found is None:
        raise NotThere(_("没有找到，或者不在您的社区。"))
    photos = FilingPhoto.objects.filter(filing_id=filing_id).order_by("added_at", "pk").values_list("pk", flat=True)
    return _row(found, by, at), list(photos)


def deed_photo(photo_id: UUID, *, preview: bool = False, by: Actor) -> Path:
    """The file of a photo or of its preview, for whoever may see its filing."""
    check_role(by, "filing.list")
    found = FilingPhoto.objects.filter(pk=photo_id).select_related("filing").first()
    if found is None or not _rows(by).filter(pk=found.filing_id).exists():
        raise NotThere(_("没有找到，或者不在您的社区。"))
    return ALBUM.path_of(photo_id, preview=preview)


def entered_by_others(*, by: Actor, at: datetime) -> list[FilingRow]:
    """What others entered for the member lately, which they may deny. One statement."""
    if by.member_id is None or by.role != Role.MEMBER:
        return []
    rows = _rows(by).filter(filed_at__gte=at - TOLD, state__in=rules.FILING_MOVES[rules.FilingVerb.DENY].sources)
    others = rows.filter(Q(filed_by=None) | ~Q(filed_by_id=by.user_id))
    return [_row(row, by, at) for row in others.order_by("-pk")[:TOLD_MOST]]


def _rows(by: Actor) -> "QuerySet[Any]":
    """Filings the actor may see."""
    rows = Filing.objects.with_facts().filter(community_id=by.community_id)
    if by.role == Role.MEMBER:
        rows = rows.filter(member_id=by.member_id or 0)
    return rows.annotate(
        member_name=F("member__person__name"),
        login=F("member__person__user__id"),
        filer=Coalesce("filed_by__person__name", "filed_by__username"),
        attester=Coalesce("attested_by__person__name", "attested_by__username"),
        decider=Coalesce("decided_by__person__name", "decided_by__username"),
        photographed=Exists(FilingPhoto.objects.filter(filing=OuterRef("pk"))),
    )


def _row(row: "_Read", by: Actor, at: datetime) -> FilingRow:
    facts = row.facts(at)
    assert allows(by, "filing.list", facts.target)
    return FilingRow(
        id=row.pk,
        rule=row.rule,
        name=row.name,
        kind=row.kind,
        quantity=row.quantity,
        worth=row.worth,
        points=row.points,
        short=row.short,
        occurred_on=row.occurred_on,
        text=row.text,
        state=row.state,
        member_id=row.member_id,
        member=row.member_name,
        filed_at=row.filed_at,
        filed_by=row.filer or "",
        attested_by=row.attester or "",
        decided_by=row.decider or "",
        reason=row.reason,
        begins=row.begins,
        ends=row.ends,
        witness=row.witness,
        asks=row.asks,
        attested_at=row.attested_at,
        decided_at=row.decided_at,
        denied_at=row.denied_at,
        acknowledged=row.acknowledged_at is not None,
        entered=row.filed_by_id is None or row.filed_by_id != row.login,
        photographed=row.photographed,
        moves=rules.filing_moves_for(by, facts),
        asked=row.asked,
        cap_quarter=row.cap_quarter,
        cap_year=row.cap_year,
        facts=facts,
        why_not=_why_not(by, facts),
    )


def _why_not(by: Actor, facts: rules.FilingFacts) -> str:
    if facts.state == rules.FilingState.SUBMITTED and may(by, "filing.attest"):
        return rules.against_vouching(by, facts.subject, facts.filer)
    if facts.state in (rules.FilingState.ATTESTED, rules.FilingState.DENIED) and may(by, "filing.approve"):
        return rules.against_approving(by, facts)
    return ""


def overlapping(filing: Filing) -> "QuerySet[Filing]":
    """The member's other deeds by the hour that stand or wait and that cannot be true together with this one.

    Without its hours a deed stands for the whole day. One that a package has recorded without hours is trusted: it has seen it.
    """
    if filing.rule not in rules.hourly_codes() or (filing.begins is None and filing.source != rules.SELF):
        return Filing.objects.none()
    same = Filing.objects.filter(member_id=filing.member_id, occurred_on=filing.occurred_on, rule__in=rules.hourly_codes())
    same = same.exclude(state__in=rules.ENDED).exclude(pk=filing.pk)
    untimed = Q(begins=None, source=rules.SELF)
    if filing.begins is None:
        return same.filter(untimed | Q(begins__isnull=False))
    return same.filter(untimed | Q(begins__lt=filing.ends, ends__gt=filing.begins))


def had_by_rule(member_id: int, day: date) -> dict[str, rules.Had]:
    """What stands of a member under each rule, in the quarter and the year of ``day``. One statement."""
    first, following = clock.quarter_bounds(clock.quarter_of(day))
    year = Filing.objects.filter(
        member_id=member_id, points__gt=0, occurred_on__gte=date(day.year, 1, 1), occurred_on__lt=date(day.year + 1, 1, 1)
    )
    within = Q(occurred_on__gte=first, occurred_on__lt=following)
    sums = year.order_by().values("rule").annotate(quarter=Coalesce(Sum("points", filter=within), 0), year=Sum("points"))
    return {row["rule"]: rules.Had(row["quarter"], row["year"]) for row in sums}
