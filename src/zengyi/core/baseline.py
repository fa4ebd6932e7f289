"""Where the trail of a table begins when its rows were there before: one look at all of them, written as events.

``zengyi migrate`` does it for a table that a package newly declares or declares with other columns, ``zengyi ledger accept`` for
rows that differ and are meant to. Neither hides anything: both are events in the trail, and the check shows them.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db import connection

from zengyi.core import audit, sealing
from zengyi.core.comparing import ACCEPT, BASELINE, TRAIL, Finding, Sums, located, present
from zengyi.core.models import Event, Kept
from zengyi.core.steps import action, durable
from zengyi.core.tracking import Table, tables

ROWS_AN_EVENT = 5000
#: Told of what is gone through, and how many of it are done.
Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class _Machine:
    user_id: int | None = None
    role: str = "system"
    via: str = "command"


def differing_before(at: datetime) -> dict[str, int]:
    """How many rows differ from the trail in tables whose columns are about to change: afterwards nobody could tell any more."""
    if "core_kept" not in connection.introspection.table_names():
        return {}
    declared = tables()
    old = {
        kept.table: Table.of_head(kept.head, kept.key)
        for kept in Kept.objects.all()
        if kept.table not in declared or declared[kept.table].head != kept.head
    }
    if not old:
        return {}
    sealing.seal(at)
    sums = Sums(only=old)
    for event_id, rows in Event.objects.exclude(rows="").order_by("pk").values_list("pk", "rows").iterator(chunk_size=1000):
        sums.add(event_id, rows)
    for _table in sums.take_off_present():
        pass
    found = list(located(sums))
    return {name: sum(one.table == name for one in found) for name in old}


def bring_up(at: datetime, before: dict[str, int], tell: Progress = lambda what, count: None) -> list[str]:
    """Begin the trail of every table that needs it; returns what was done. ``before`` comes from :func:`differing_before`.

    ``tell`` is told how many events are sealed and how many rows of a table are written into the trail so far.
    """
    known = dict(Kept.objects.values_list("table", "head"))
    done = []
    for name, table in tables().items():
        if known.get(name) == table.head:
            continue
        rows = present(table)
        number, first = 0, next(rows, None)
        if first is not None:
            # Seal the events so far first, so that they come before the beginning.
            sealing.seal(at, lambda sealed: tell("core_event", sealed))
            number = _begin(table, _chained(first, rows), before.get(name, 0), at, tell)
        _keep(table)
        if number:
            done.append(f"{name}: the trail begins with {number} rows")
        if before.get(name):
            done.append(f"{name}: {before[name]} rows differed from the trail before its columns changed; the check will say so")
    return done


def accept(findings: list[Finding], reason: str, *, at: datetime) -> int:
    """Take differing rows over as they are, with a reason; returns the event's id."""
    rows: dict[str, dict[str, tuple[str, ...]]] = {}
    for one in findings:
        rows.setdefault(one.table, {})[one.key] = one.mends
    said = {table: sorted(keys)[:50] for table, keys in rows.items()}
    _write(ACCEPT, {"rows": said, "count": len(findings)}, json.dumps(rows, separators=(",", ":")), reason, at=at)
    return int(Event.objects.filter(object_type=TRAIL, verb=ACCEPT).latest("pk").pk)


def _begin(table: Table, rows: Iterator[tuple[str, str]], differing: int, at: datetime, tell: Progress = lambda what, count: None) -> int:
    number, first = 0, True
    while some := {key: ["", now] for key, now in islice(rows, ROWS_AN_EVENT)}:
        number += len(some)
        after = {"table": table.name, "first": first, "rows": len(some)} | ({"differing": differing} if differing and first else {})
        _write(BASELINE, after, json.dumps({table.name: some}, separators=(",", ":")), "", at=at)
        first = False
        tell(table.name, number)
    return number


@action
def _write(verb: str, after: dict[str, object], rows: str, reason: str, *, at: datetime) -> None:
    audit.record(verb, TRAIL, 0, by=_Machine(), at=at, community_id=None, after=after, reason=reason, rows=rows)


@durable
def _keep(table: Table) -> None:
    Kept.objects.update_or_create(table=table.name, defaults={"key": table.key, "head": table.head})


def _chained(first: tuple[str, str], rows: Iterator[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    yield first
    yield from rows
