"""The proof that the trail is whole and that every row it vouches for is as its last event left it; ``zengyi ledger check`` runs it.

One pass, in constant memory: the events are read in the order of their seals, and each row's digests are added up by table and
group of keys, what an event left as plus and what it found as minus. What is there now is taken off. Nothing remains, or the group
holds a row that somebody changed by another way; only then are the events of those few groups read again, to name the rows.
"""

from array import array
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models import Min

from zengyi.core import audit, capture, sealing, sql, tracking
from zengyi.core.comparing import ACCEPT, BASELINE, TRAIL, Finding, Sums, located
from zengyi.core.models import Event, Seal, SealedEvent
from zengyi.core.steps import one_moment

GUARDED = ("core_event", "core_seal", "core_sealedevent")
#: At least so many digits are needed of a seal that was noted on paper.
NOTED_LEAST = 16
#: An event is sealed seconds after its step began; one dated further back than this before the seal before it came later than it says.
LATE = timedelta(minutes=10)
LATE_MOST = 1000
_SEALS_AT_ONCE = 500
_RECENT = 20_000
_NONE_BEFORE = "0000-01-01"

Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Report:
    """What :func:`verify` looked through and found. ``newest`` is the digest to note elsewhere, in minutes or on paper."""

    seals: int = 0
    events: int = 0
    unsealed: int = 0
    rows: int = 0
    tables: int = 0
    newest: str = ""
    noted: str = ""
    notes: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether everything is as it was written."""
        return not self.problems


def verify(noted: str = "", tell: Progress = lambda done, total: None) -> Report:
    """Recompute every leaf, mark, root and digest, and compare every row with what its events left.

    ``noted`` is a seal noted earlier, or the first sixteen digits of it or more: it must be in the chain, or events were changed or
    cut off with all that hangs on them. ``tell`` is told how far it is. Raises ``ValueError`` for what is no seal.
    """
    noted = "".join(noted.split()).lower()
    if noted and (len(noted) < NOTED_LEAST or noted.strip("0123456789abcdef")):
        raise ValueError(f"a seal is {NOTED_LEAST} to 64 digits, 0 to 9 and a to f")
    report = Report()
    report.problems += [f"{table}: the triggers that refuse changes are missing" for table in sql.unguarded(*GUARDED)]
    report.problems += [f"{table}: the triggers that tell the trail of changes are missing" for table in capture.deaf()]
    with one_moment():
        _Pass(report, noted, tell).run()
    return report


def differing() -> list[Finding]:
    """The rows that are not as their events left them, as many as are named."""
    with one_moment():
        look = _Pass(Report(), "", lambda done, total: None)
        look.run()
    return [finding for finding in look.findings if finding.mends]


class _Pass:
    """One look through everything."""

    def __init__(self, report: Report, noted: str, tell: Progress) -> None:
        self.report, self.noted, self.tell = report, noted, tell
        self.sums = Sums()
        self.done, self.total = 0, Event.objects.count() + self.sums.count_rows()
        self.first_marked: int | None = Event.objects.filter(mark__isnull=False).aggregate(first=Min("pk"))["first"]
        marked = SealedEvent.objects.filter(event_id=self.first_marked).values_list("seal_id", flat=True)
        self.first_seal = marked.first()
        self.recent: deque[bytes] = deque(maxlen=_RECENT)
        self.among: set[bytes] = set()
        self.findings: list[Finding] = []
        self.late = array("q")
        self.marked = False

    def run(self) -> None:
        """Events first, then rows."""
        self._chain()
        self._unsealed()
        for _table in self.sums.take_off_present(self._step):
            self.report.tables += 1
        self.report.rows = self.sums.rows
        self._told_late()
        self._taken_over()
        self.report.notes += self.sums.notes
        self.report.problems += self.sums.problems
        self.findings = list(located(self.sums))
        self.report.problems += [finding.sentence for finding in self.findings]
        self.tell(self.total, self.total)
        if self.noted and not self.report.noted:
            self.report.problems.append(f"the noted seal {self.noted} is not in the chain: events were changed or cut off since")

    def _taken_over(self) -> None:
        """The notes about rows that were taken over as they were, by a person or because columns changed."""
        taken = Event.objects.filter(object_type=TRAIL, mark__isnull=False).order_by("pk")
        for pk, at, reason, after in taken.filter(verb=ACCEPT).values_list("pk", "at", "reason", "after"):
            self.report.notes.append(f"event {pk} of {at:%Y-%m-%d} took over {after['count']} rows that differed: {reason}")
        for pk, at, after in taken.filter(verb=BASELINE).values_list("pk", "at", "after"):
            if after.get("differing"):
                self.report.problems.append(
                    f"{after['table']}: {after['differing']} rows differed when its columns changed at event {pk} of {at:%Y-%m-%d}"
                )

    def _step(self, count: int) -> None:
        self.done += count
        self.tell(min(self.done, self.total), self.total)

    def _chain(self) -> None:
        """Every seal with its events, in order."""
        previous, run, not_before = sealing.ORIGIN, None, _NONE_BEFORE
        for one, leaves in _seals():
            if run is not None and one.at != run:  # seals of one moment are one run through what waited
                not_before = audit.stamp(run - LATE)
            run = one.at
            for stored, row in leaves:
                if row[0] is not None:
                    self._event(row, one.pk, stored, not_before)
            self._seal(one, leaves, previous)
            previous = bytes(one.digest)
        self.report.newest = previous.hex() if self.report.seals else ""

    def _seal(self, one: Seal, leaves: list[tuple[bytes, sealing.Raw]], previous: bytes) -> None:
        report, problems, digest = self.report, self.report.problems, bytes(one.digest)
        report.seals += 1
        report.events += len(leaves)
        if removed := sum(row[0] is None for _stored, row in leaves):
            problems.append(f"seal {one.pk}: {removed} of its events were removed")
        if bytes(one.previous) != previous:
            problems.append(f"seal {one.pk} does not follow the seal before it")
        if len(leaves) != one.count or sealing.merkle_root([stored for stored, _row in leaves]) != bytes(one.root):
            problems.append(f"seal {one.pk}: its events do not give its root")
        if sealing.seal_digest(bytes(one.previous), bytes(one.root), one.count, one.at) != digest:
            problems.append(f"seal {one.pk}: its digest is wrong")
        if one.mark is None and self.marked or one.mark is not None and not tracking.is_marked(digest, bytes(one.mark)):
            problems.append(f"seal {one.pk} was not made by this instance")
        self.marked = self.marked or one.mark is not None
        if self.noted and digest.hex().startswith(self.noted):
            report.noted = f"seal {one.pk} of {one.at:%Y-%m-%d %H:%M} UTC"

    def _unsealed(self) -> None:
        rows = sealing.unsealed()
        while rows:
            self.report.unsealed += len(rows)
            for row in rows:
                self._event(row, None, None, _NONE_BEFORE)
            rows = sealing.unsealed(rows[-1][0])

    def _event(self, row: sealing.Raw, seal: int | None, stored: bytes | None, not_before: str) -> None:
        content, mark = sealing.said(row)
        if stored is not None and sealing.leaf_hash(content if mark is None else b"%d\n%b" % (row[0], content)) != stored:
            self.report.problems.append(f"event {row[0]} is not as it was sealed")
            self.sums.add(row[0], row[12])
        elif mark is None:
            if self._forged(row[0], seal):
                self.report.problems.append(f"event {row[0]} was not written by this instance: forged, or put in by hand")
        elif not tracking.is_marked(content, mark):
            self.report.problems.append(f"event {row[0]} was not written by this instance: forged, or put in by hand")
        else:
            self._once(row[0], mark)
            self.sums.add(row[0], row[12])
            if content[2 : 2 + len(not_before)].decode() < not_before:
                self._late(row[0], mark)
        if not self.done % 1000:
            self._step(0)
        self.done += 1

    def _forged(self, event_id: int, seal: int | None) -> bool:
        """Whether an event without a mark is none of those from before there were marks: they lie before the first, and were sealed."""
        if self.first_marked is None:
            return False
        return event_id > self.first_marked or seal is None or self.first_seal is not None and seal > self.first_seal

    def _once(self, event_id: int, mark: bytes) -> None:
        if mark in self.among:
            self.report.problems.append(f"event {event_id} is the copy of another event")
        if len(self.recent) == _RECENT:
            self.among.discard(self.recent[0])
        self.recent.append(mark)
        self.among.add(mark)

    def _late(self, event_id: int, mark: bytes) -> None:
        """Sealed long after the moment it names: the copy of an old event, or the clock was set back. So many are looked up one by one."""
        if len(self.late) < LATE_MOST:
            here = Event.objects.filter(pk=event_id).values("object_type", "object_id", "verb", "at").get()
            others = Event.objects.filter(**here).exclude(pk=event_id).values_list("mark", flat=True)
            if any(bytes(other) == mark for other in others if other):
                self.report.problems.append(f"event {event_id} is the copy of another event")
                return
        self.late.append(event_id)

    def _told_late(self) -> None:
        if self.late:
            events = f"event {self.late[0]}" if len(self.late) == 1 else f"{len(self.late)} events from {self.late[0]} to {self.late[-1]}"
            self.report.notes.append(f"{events} dated before an earlier seal: the clock was set back, or a step took long")


def _seals() -> Iterator[tuple[Seal, list[tuple[bytes, sealing.Raw]]]]:
    """Each seal with its leaves, as they were stored and with the event as it is now; of an event that is gone, nothing."""
    text = f"""
        SELECT s.seal_id, s.leaf, {sealing.columns()} FROM core_sealedevent s LEFT JOIN core_event e ON e.id = s.event_id
        WHERE s.seal_id BETWEEN %s AND %s ORDER BY s.seal_id, s.position
    """  # noqa: S608  nothing in it was typed by anybody
    last = 0
    while seals := list(Seal.objects.filter(pk__gt=last).order_by("pk")[:_SEALS_AT_ONCE]):
        start = 0
        while start < len(seals):
            end, size = start, 0
            while end < len(seals) and (end == start or size + seals[end].count <= sealing.BATCH * 5):
                size += seals[end].count
                end += 1
            leaves: dict[int, list[tuple[bytes, Any]]] = {}
            with connection.cursor() as cursor:
                cursor.execute(text, [seals[start].pk, seals[end - 1].pk])
                for seal_id, leaf, *row in cursor.fetchall():
                    leaves.setdefault(seal_id, []).append((bytes(leaf), tuple(row)))
            for one in seals[start:end]:
                yield one, leaves.pop(one.pk, [])
            start = end
        last = seals[-1].pk
