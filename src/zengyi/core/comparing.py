"""Rows against the trail: sums over groups of rows first, and the rows of a group one by one only where its sum is wrong."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from zengyi.core.models import Event, Kept
from zengyi.core.tracking import Table, digest, tables

GROUPS = 1024
#: At most so many groups are searched at once for rows that differ, and so many rows are named for each table: more would help nobody.
GROUPS_AT_ONCE = 256
NAMED_MOST = 500
_ROWS_AT_ONCE = 5000
_KEYS_AT_ONCE = 500
_DECODE = json.JSONDecoder().raw_decode
_WRAP = (1 << 128) - 1

#: The events about the trail itself: a table begins anew with all rows as they are, or rows that differ are taken over.
TRAIL, BASELINE, ACCEPT = "trail", "baseline", "accept"


def group_of(key: str) -> int:
    """The group a row belongs to."""
    return (int(key) if key.isdigit() else int(key[-8:], 16)) % GROUPS


def resets() -> dict[str, int]:
    """The event from which on the trail speaks of a table's columns as they are now; ``None`` for tables never begun anew."""
    found: dict[str, int] = {}
    for pk, after in Event.objects.filter(object_type=TRAIL, verb=BASELINE).order_by("pk").values_list("pk", "after"):
        if after.get("first"):
            found[after["table"]] = pk
    return found


def present(table: Table) -> Iterator[tuple[str, str]]:
    """The key and the digest of each row of a table as it is now."""
    hashed = f"{table.key_on_postgres('t')}, {table.on_postgres('t')}" if connection.vendor == "postgresql" else table.in_sqlite("t")
    text = f'SELECT t."{table.key}", {hashed} FROM {table.name} t {{later}} ORDER BY t."{table.key}" LIMIT {_ROWS_AT_ONCE}'  # noqa: S608
    later, values = "", list[Any]()
    while True:
        with connection.cursor() as cursor:
            cursor.execute(text.replace("{later}", later), values)
            rows = cursor.fetchall()
        if connection.vendor == "postgresql":
            yield from ((key, digest(row_hash)) for _raw, key, row_hash in rows)
        else:
            yield from _on_sqlite(table, rows)
        if len(rows) < _ROWS_AT_ONCE:
            return
        later, values = f'WHERE t."{table.key}" > %s', [rows[-1][0]]


def _on_sqlite(table: Table, rows: list[tuple[Any, str | None]]) -> Iterator[tuple[str, str]]:
    """As SQLite wrote the rows; by the slower way those that it left: with JSON, or with values that are not stored as we store them."""
    # SQLite counts a text's characters only up to a NUL.
    left = [key for key, text in rows if text is None or "\0" in text]
    # With the plus, the driver returns the stored value instead of converting it to a moment.
    names = ", ".join(f'+t."{name}"' for name, _kind in table.columns)
    hashes: dict[Any, str] = {}
    for start in range(0, len(left), _KEYS_AT_ONCE):
        some = left[start : start + _KEYS_AT_ONCE]
        marks = ", ".join(["%s"] * len(some))
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT t."{table.key}", {names} FROM {table.name} t WHERE t."{table.key}" IN ({marks})', some)  # noqa: S608
            hashes.update((key, table.hash_of(tuple(row))) for key, *row in cursor.fetchall())
    for key, text in rows:
        yield str(key), digest(hashes[key] if key in hashes else table.hash_of_text(text or ""))


@dataclass(slots=True)
class Sums:
    """Per table and group of rows: what events left, less what they found. ``only`` are the tables looked at."""

    only: dict[str, Table] = field(default_factory=tables)
    since: dict[str, int] = field(default_factory=resets)
    groups: dict[str, list[int]] = field(default_factory=dict)
    rows: int = 0
    notes: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def add(self, event_id: int, rows: str | None) -> None:
        """Add what an event says of rows."""
        for table, keys in _read(rows).items():
            if event_id < self.since.get(table, 0):
                continue
            sums = self.groups.setdefault(table, [0] * GROUPS)
            for key, said in keys.items():
                total = 0
                for place, one in enumerate(said):
                    if one:
                        total += int(one, 16) if place % 2 else -int(one, 16)
                sums[group_of(key)] += total

    def count_rows(self) -> int:
        """How many rows there are now."""
        total = 0
        with connection.cursor() as cursor:
            for name in self.only:
                cursor.execute(f"SELECT count(*) FROM {name}")  # noqa: S608
                total += cursor.fetchone()[0]
        return total

    def take_off_present(self, step: Callable[[int], None] = lambda count: None) -> Iterator[str]:
        """Subtract the rows as they are now, table by table. A sum that is not zero afterwards says that a row of its group differs."""
        heads = dict(Kept.objects.values_list("table", "head"))
        for name, table in self.only.items():
            if heads.get(name, table.head) != table.head:
                self.problems.append(f"{name}: other columns are kept now than when the trail last spoke of it: run 'zengyi migrate'")
            sums = self.groups.setdefault(name, [0] * GROUPS)
            number = 0
            for number, (key, now) in enumerate(present(table), 1):
                sums[group_of(key)] -= int(now, 16)
                if not number % _ROWS_AT_ONCE:
                    step(_ROWS_AT_ONCE)
            self.rows += number
            yield name
        self.notes += [f"{name} stands in the trail, but no package keeps it any more" for name in self.groups if name not in self.only]

    def wrong(self) -> list[tuple[str, int]]:
        """The groups with a row that differs."""
        return [(name, group) for name in self.only for group, total in enumerate(self.groups.get(name, ())) if total & _WRAP]


@dataclass(slots=True)
class _Row:
    """What events said of one row, and what is there now."""

    balance: Counter[str] = field(default_factory=Counter)
    left: set[str] = field(default_factory=set)
    last_event: int = 0
    last_left: str = ""
    built_on: int = 0
    now: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A row that is not as its events say. ``mends`` are the digests before and after that would account for it."""

    table: str
    key: str
    sentence: str
    mends: tuple[str, ...] = ()


def located(sums: Sums) -> Iterator[Finding]:
    """Name the rows that differ, by reading the events of their groups again."""
    wrong, named = sums.wrong(), Counter[str]()
    for start in range(0, len(wrong), GROUPS_AT_ONCE):
        some = {(table, group) for table, group in wrong[start : start + GROUPS_AT_ONCE] if named[table] < NAMED_MOST}
        for finding in _located(sums, some):
            named[finding.table] += 1
            if named[finding.table] <= NAMED_MOST:
                yield finding
    for table, count in named.items():
        if count > NAMED_MOST:
            yield Finding(table, "", f"{table}: more than {NAMED_MOST} rows differ; the first of them are named")


def _located(sums: Sums, groups: set[tuple[str, int]]) -> Iterator[Finding]:
    rows: dict[tuple[str, str], _Row] = {}
    for event_id, table, key, said in _said_of(sums, groups):
        _follow(rows.setdefault((table, key), _Row()), event_id, said)
    for name in {table for table, _group in groups}:
        for key, now in present(sums.only[name]):
            if (name, group_of(key)) in groups:
                row = rows.setdefault((name, key), _Row())
                row.now = now
                row.balance[now] -= 1
    verbs = dict(Event.objects.filter(pk__in=_events_of(rows)).values_list("pk", "verb"))
    for (table, key), row in sorted(rows.items()):
        mends = _mends(row.balance)
        if mends:
            yield Finding(table, key, f"{table} {key}: {_sentence(row, verbs)}", mends)


def _said_of(sums: Sums, groups: set[tuple[str, int]]) -> Iterator[tuple[int, str, str, list[str]]]:
    """What events say of the rows of these groups: event, table, key and digests."""
    names = {table for table, _group in groups}
    for event_id, text in _events_with_rows():
        for table, keys in _read(text).items():
            if table in names and event_id >= sums.since.get(table, 0):
                yield from ((event_id, table, key, said) for key, said in keys.items() if (table, group_of(key)) in groups)


def _follow(row: _Row, event_id: int, said: list[str]) -> None:
    for was, now in zip(said[::2], said[1::2], strict=False):
        if was:
            row.balance[was] -= 1
            if was not in row.left and not row.built_on:
                row.built_on = event_id
        if now:
            row.balance[now] += 1
            row.left.add(now)
        row.last_event, row.last_left = event_id, now


def _events_of(rows: dict[tuple[str, str], _Row]) -> set[int]:
    return {event for row in rows.values() if any(row.balance.values()) for event in (row.last_event, row.built_on) if event}


def _mends(balance: "Counter[str]") -> tuple[str, ...]:
    left = [one for one, count in sorted(balance.items()) for _n in range(count)]
    found = [one for one, count in sorted(balance.items()) for _n in range(-count)]
    longer = max(len(left), len(found))
    left += [""] * (longer - len(left))
    found += [""] * (longer - len(found))
    return tuple(one for pair in zip(left, found, strict=True) for one in pair)


def _sentence(row: _Row, verbs: dict[int, str]) -> str:
    last = f"event {row.last_event} ({verbs.get(row.last_event, 'gone')})"
    if not row.last_event:
        return "stands there, but no event made it"
    if row.last_left and not row.now:
        return f"is gone, but no event after {last} removed it"
    if not row.last_left and row.now:
        return f"stands there, although {last} removed it"
    if row.last_left != row.now:
        return f"is not as {last} left it"
    if row.built_on:
        return f"was changed by another way before event {row.built_on} ({verbs.get(row.built_on, 'gone')})"
    return f"an event of its history is missing; the last is {last}"


def _read(rows: str | None) -> dict[str, dict[str, list[str]]]:
    """What an event says of rows; nothing if somebody made it unreadable; then its seal does not fit."""
    try:
        found, end = _DECODE(rows) if rows else ({}, 0)
    except ValueError:
        return {}
    return found if isinstance(found, dict) and end == len(rows or "") else {}


def _events_with_rows() -> Iterator[tuple[int, Any]]:
    last = -(2**63)
    while True:
        events = Event.objects.filter(pk__gt=last).order_by("pk").values_list("pk", "rows")[:_ROWS_AT_ONCE]
        found = list(events)
        yield from ((pk, rows) for pk, rows in found if rows)
        if len(found) < _ROWS_AT_ONCE:
            return
        last = found[-1][0]
