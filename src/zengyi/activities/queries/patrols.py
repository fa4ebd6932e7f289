"""Findings, and the ledgers of what is eradicated, as everybody may read them: nobody's name is in them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from zengyi.activities.models import Finding, FindingPhoto, Ledger, LedgerEntry
from zengyi.activities.queries.files import ALBUM
from zengyi.activities.rules import patrols as rules
from zengyi.activities.rules.programme import not_here
from zengyi.core import clock, personal
from zengyi.core.errors import NotThere, Refused
from zengyi.core.ids import ID_MOST
from zengyi.core.keyset import Page, cut
from zengyi.councils.queries.starts import Start
from zengyi.councils.rules.topics import SPOT_MOST, TITLE_MOST
from zengyi.orders import queries as orders
from zengyi.orders.queries import Standing
from zengyi.people.rules import COMMUNITY_ROLES, Actor, check_role

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class FindingCard:
    """A finding. ``number`` and ``order_state`` tell of the order that came of it; ``community`` is said where
    findings of several stand together."""

    id: int
    community_id: int
    what: str
    label: str
    where: str
    note: str
    basis: str
    count: int | None
    unit: str
    fixed: bool
    at: datetime
    verdict: str
    verdict_label: str
    reason: str
    ledger_id: int | None
    order_id: int | None
    number: str = ""
    order_state: str = ""
    community: str = ""
    photos: tuple[UUID, ...] = ()
    may_verify: bool = False
    why_not: str = ""

    @property
    def nothing(self) -> bool:
        """Whether there was nothing."""
        return self.what == rules.What.NOTHING


@dataclass(frozen=True, slots=True)
class LedgerCard:
    """A ledger in the list."""

    id: int
    community_id: int
    community: str
    label: str
    unit: str
    where: str
    found: int
    removed: int
    empty_visits: int
    gone: bool
    look_on: date | None

    @property
    def remaining(self) -> int:
        """What is left."""
        return self.found - self.removed


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """A line of a ledger, with what remained after it."""

    kind: str
    label: str
    count: int | None
    basis: str
    on_day: date
    spot: str
    who: str
    people: int | None
    finding_id: int | None
    remaining: int

    @property
    def empty(self) -> bool:
        """Whether somebody went and there was nothing."""
        return self.kind == rules.EntryKind.EMPTY

    @property
    def removal(self) -> bool:
        """Whether something was removed."""
        return self.kind == rules.EntryKind.REMOVED


def findings(*, by: Actor, community_id: int | None, after: int | None = None, size: int = PAGE_SIZE) -> Page[FindingCard]:
    """The findings of a community, or of all, newest first. Three statements."""
    check_role(by, "finding.read")
    where = Q() if community_id is None else Q(community_id=community_id)
    rows = Finding.objects.filter(where).select_related("place", "community")
    page = cut(rows, after, size, newest_first=True)
    standing = orders.states_of([row.order_id for row in page.rows if row.order_id])
    return page.map(lambda row: _finding(row, by, standing, community=row.community.name if community_id is None else ""))


def last_spot(*, by: Actor, at: datetime) -> dict[str, Any]:
    """Where the reader put something down last, of the same walk: what the next finding begins with. One statement."""
    rows = Finding.objects.filter(by_id=by.user_id, community_id=by.community_id, at__gt=at - rules.WALK_LASTS).order_by("-pk")
    found = rows.values_list("place_id", "spot").first()
    return dict(zip(("place_id", "spot"), found, strict=True)) if found else {}


def _words(row: Finding | Ledger, by: Actor) -> Callable[[str], str]:
    """How the reader reads what was written there: its community all of it, others without phones and doors."""
    return str if by.role in COMMUNITY_ROLES and by.community_id == row.community_id else personal.masked


def _finding(row: Finding, by: Actor, standing: Mapping[int, Standing], **more: Any) -> FindingCard:
    order = standing.get(row.order_id or 0)
    said = _words(row, by)
    return FindingCard(
        id=row.pk,
        community_id=row.community_id,
        what=row.what,
        label=row.get_what_display(),
        where=" ".join(part for part in (row.place.name if row.place else "", said(row.spot)) if part),
        note=said(row.note),
        basis=row.get_basis_display(),
        count=row.count,
        unit=rules.unit(row.what, row.basis),
        fixed=row.fixed,
        at=row.at,
        verdict=row.verdict,
        verdict_label=row.get_verdict_display(),
        reason=said(row.reason),
        ledger_id=row.ledger_id,
        order_id=row.order_id,
        number=order.number if order else "",
        order_state=str(order.state.label) if order else "",
        **more,
    )


def finding(finding_id: int, *, by: Actor, at: datetime) -> FindingCard:
    """One finding with its photos, and whether the reader can say that it is true."""
    check_role(by, "finding.read")
    rows = Finding.objects.with_facts().select_related("place")
    row = rows.filter(pk=finding_id).first() if 0 < finding_id <= ID_MOST else None
    if row is None:
        raise not_here()
    photos = tuple(FindingPhoto.objects.filter(finding=row).order_by("added_at", "pk").values_list("pk", flat=True))
    why = ""
    try:
        rules.check_verify(by, row.facts(at))
    except Refused as refusal:
        why = refusal.sentence
    standing = orders.states_of([row.order_id]) if row.order_id else {}
    return _finding(row, by, standing, photos=photos, may_verify=not why, why_not=why)


def topic_start(finding_id: int, by: Actor) -> Start:
    """What a topic begins with that comes from a finding: where, how much and when, and the order it became. Raises :class:`NotThere`."""
    found = finding(finding_id, by=by, at=clock.now())
    if found.nothing or found.community_id != by.community_id:
        raise not_here()
    where = f"{found.label} · {found.where}" if found.where else found.label
    much = f"{found.count} {found.unit} {found.basis}" if found.count else found.basis
    text = _("%(day)s巡查发现%(what)s：%(much)s。") % {
        "day": date_format(clock.local_date(found.at), "DATE_FORMAT"),
        "what": where,
        "much": much,
    }
    return Start(where[:TITLE_MOST], text, found.where[:SPOT_MOST], found.number)


def photo(photo_id: UUID, *, preview: bool, by: Actor) -> Path:
    """The file of a photo. Raises :class:`NotThere`."""
    check_role(by, "finding.read")
    path = ALBUM.path_of(photo_id, preview=preview)
    if not FindingPhoto.objects.filter(pk=photo_id).exists() or not path.exists():
        raise NotThere(not_here().sentence)
    return path


def ledgers(*, by: Actor, community_id: int | None) -> list[LedgerCard]:
    """The ledgers of a community, or of all; what is not gone first."""
    check_role(by, "finding.read")
    where = Q() if community_id is None else Q(community_id=community_id)
    rows = Ledger.objects.filter(where).select_related("place", "community").order_by("-state", "look_on", "pk")
    return [_ledger(row, _words(row, by)) for row in rows[:100]]


def _ledger(row: Ledger, said: Callable[[str], str]) -> LedgerCard:
    return LedgerCard(
        id=row.pk,
        community_id=row.community_id,
        community=row.community.name,
        label=row.get_what_display(),
        unit=rules.unit(row.what, ""),
        where=row.place.name if row.place else said(row.spot),
        found=row.found,
        removed=row.removed,
        empty_visits=row.empty_visits,
        gone=row.state == rules.LedgerState.GONE,
        look_on=row.look_on,
    )


def ledger(ledger_id: int, *, by: Actor) -> tuple[LedgerCard, list[LedgerLine]]:
    """A ledger with every line, the oldest first. Two statements."""
    check_role(by, "finding.read")
    row = Ledger.objects.select_related("place", "community").filter(pk=ledger_id).first() if 0 < ledger_id <= ID_MOST else None
    if row is None:
        raise not_here()
    lines, left, said = [], 0, _words(row, by)
    for one in LedgerEntry.objects.filter(ledger=row).order_by("on_day", "pk"):
        left += (one.count or 0) * {rules.EntryKind.FOUND: 1, rules.EntryKind.REMOVED: -1}.get(rules.EntryKind(one.kind), 0)
        label, basis = one.get_kind_display(), one.get_basis_display()
        spot, who = said(one.spot), said(one.who)
        lines.append(LedgerLine(one.kind, label, one.count, basis, one.on_day, spot, who, one.people, one.finding_id, left))
    return _ledger(row, said), lines


def uncleared(community_id: int) -> int:
    """How many ledgers of a community are not closed. One statement."""
    return Ledger.objects.filter(community_id=community_id, state=rules.LedgerState.OPEN).count()
