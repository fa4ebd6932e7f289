"""Records of service: for whoever holds the number, for whose they are, and for the community that issued them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from zengyi.activities.models import Record
from zengyi.activities.rules import records as rules
from zengyi.activities.rules.programme import not_here
from zengyi.core.ids import ID_MOST
from zengyi.core.keyset import Page, cut
from zengyi.people.rules import COMMUNITY_ROLES, Actor, check_role

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class RecordCard:
    """A record with every field of the sheet, and whether it still counts."""

    id: int
    number: str
    content: dict[str, Any]
    digest: str
    state: str
    state_name: str
    reason: str
    issued_at: datetime
    ended_at: datetime | None
    successor: str
    facts: rules.RecordFacts

    @property
    def stands(self) -> bool:
        """Whether it counts."""
        return self.state == rules.RecordState.ISSUED

    @property
    def whole(self) -> bool:
        """Whether the content still has the hash that it was issued with."""
        return rules.digest_of(self.content) == self.digest

    @property
    def grouped(self) -> str:
        """The first half of the digest in groups, to be compared by eye."""
        return " ".join(self.digest[n : n + 4].upper() for n in range(0, 32, 4))

    @property
    def hours(self) -> tuple[int, int]:
        """All the time together, in hours and minutes."""
        return divmod(int(self.content["minutes"]), 60)


def _card(row: Record) -> RecordCard:
    successor = row.superseded_by.number if row.superseded_by else ""
    return RecordCard(
        row.pk,
        row.number,
        row.content,
        row.digest,
        row.state,
        row.get_state_display(),
        row.reason,
        row.issued_at,
        row.ended_at,
        successor,
        row.facts,
    )


def by_number(number: str, *, by: Actor) -> RecordCard:
    """For whoever holds the number: every field. Raises :class:`NotThere`."""
    check_role(by, "record.check")
    row = Record.objects.select_related("superseded_by").filter(number=number[:30].upper()).first()
    if row is None:
        raise not_here()
    return _card(row)


def record(record_id: int, *, by: Actor) -> RecordCard:
    """For whose it is, and the staff. Raises :class:`NotThere`."""
    row = Record.objects.select_related("superseded_by").filter(pk=record_id).first() if 0 < record_id <= ID_MOST else None
    rules.check_read(by, row.facts if row else None)
    assert row is not None
    return _card(row)


def records(*, by: Actor, after: int | None = None, size: int = PAGE_SIZE) -> Page[RecordCard]:
    """One's own records, or for staff those of their community, newest first. One statement."""
    check_role(by, "record.read")
    rows = Record.objects.select_related("superseded_by")
    staff = by.role in COMMUNITY_ROLES
    rows = rows.filter(community_id=by.community_id) if staff else rows.filter(person_id=by.person_id or 0)
    return cut(rows, after, size, newest_first=True).map(_card)
