"""Who stands behind whose deeds: for one that is to be approved, and for the whole quarter."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from zengyi.bank.models import Filing
from zengyi.bank.queries.helping import PAIRS_MOST, Pair
from zengyi.bank.rules import SELF, STANDING, RuleKind, Stood, both_ways, times_before
from zengyi.core import clock

_COLUMNS = ("pk", "member__person_id", "filed_by__person_id", "attested_by__person_id", "decided_at")


@dataclass(frozen=True, slots=True)
class PairedDeed:
    """A deed with the others that stand between its member and whoever stood behind it, in its quarter."""

    this: Stood
    others: list[Stood]

    @property
    def before(self) -> int:
        """How often the two had stood behind each other's deeds before it."""
        return times_before(self.this, self.others)


NO_PAIR = PairedDeed(Stood(0, 0, frozenset()), [])


def behind(filing_id: int, day: date, *, also: int | None = None) -> PairedDeed:
    """The deed and those it makes a pair with. ``also``: the person who is about to attest it. Two statements.

    Only what people file themselves: what a package has recorded it has seen.
    """
    found = Filing.objects.filter(pk=filing_id, kind=RuleKind.GAIN, source=SELF).values_list(*_COLUMNS).first()
    if found is None:
        return NO_PAIR
    this = _stood(found)
    if also is not None and also != this.whose:
        this = Stood(this.filing_id, this.whose, this.behind | {also}, this.decided_at)
    if not this.behind:
        return PairedDeed(this, [])
    partners = list(this.behind)
    one = Q(member__person_id=this.whose) & (Q(filed_by__person_id__in=partners) | Q(attested_by__person_id__in=partners))
    other = Q(member__person_id__in=partners) & (Q(filed_by__person_id=this.whose) | Q(attested_by__person_id=this.whose))
    return PairedDeed(this, [_stood(row) for row in _of_quarter(day).filter(one | other).exclude(pk=filing_id).values_list(*_COLUMNS)])


def pairs_of_deeds(community_id: int, first: date, last: date) -> list[Pair]:
    """Pairs of people who stood behind each other's deeds in the quarter, the most frequent first. One statement."""
    rows = _of_quarter(first).filter(community_id=community_id, occurred_on__lte=last)
    columns = ("member__person__name", "filed_by__person__name", "attested_by__person__name", "points")
    # Whoever stands behind deeds and has none of their own makes no pair: only staff who are members are read.
    staff = Filing.objects.filter(community_id=community_id, occurred_on__range=(first, last), source=SELF).values("member__person_id")
    rows = rows.filter(Q(filed_by__person_id__in=staff) | Q(attested_by__person_id__in=staff))
    read = [(_stood(row), row) for row in rows.values_list(*_COLUMNS, *columns)]
    names: dict[int, str] = {}
    for _deed, row in read:
        names |= {row[1]: row[5], **({row[2]: row[6]} if row[2] else {}), **({row[3]: row[7]} if row[3] else {})}
    points = {deed.filing_id: row[8] for deed, row in read}
    deeds = [deed for deed, _row in read]
    found = []
    for one, other in {(min(deed.whose, partner), max(deed.whose, partner)) for deed in deeds for partner in deed.behind}:
        if pair := both_ways(one, other, deeds):
            there = Counter(deed.whose for deed in pair)
            found.append(Pair(names[other], names[one], there[one], there[other], sum(points[deed.filing_id] for deed in pair)))
    return sorted(found, key=lambda pair: (-(pair.there + pair.back), pair.one, pair.other))[:PAIRS_MOST]


def of_the_pair(deed: PairedDeed) -> list[int]:
    """The ids of the other deeds of its pairs, in the order in which they were approved."""
    known = [deed.this, *deed.others]
    pairs = [both_ways(deed.this.whose, partner, known) for partner in deed.this.behind]
    others = {one.filing_id: one for pair in pairs for one in pair if one.filing_id != deed.this.filing_id}
    return [one.filing_id for one in sorted(others.values(), key=lambda one: (one.decided_at is None, one.decided_at, one.filing_id))]


def _of_quarter(day: date) -> "QuerySet[Filing]":
    """Deeds of the quarter of ``day`` that people filed and that stand."""
    first, following = clock.quarter_bounds(clock.quarter_of(day))
    rows = Filing.objects.filter(kind=RuleKind.GAIN, source=SELF, state__in=STANDING, decided_at__isnull=False)
    return rows.filter(occurred_on__gte=first, occurred_on__lt=following)


def _stood(row: tuple[Any, ...]) -> Stood:
    pk, whose, filer, attester, decided_at = row[:5]
    return Stood(pk, whose, frozenset({filer, attester} - {None, whose}), decided_at)
