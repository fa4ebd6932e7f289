"""What a step changes in the rows the trail vouches for. Triggers note it, so that no step has to, and none can forget it.

After each change of a row a trigger tells this process the row's key and its SHA-256 before and after. On SQLite a trigger of the
connection calls a function of ours; on PostgreSQL it sends a message that comes with the answer to the statement (INFO is always
sent and, unless the server is told otherwise, never logged; it holds a hash and no person's data). Neither costs a statement. A
change made by another program is not noted: the row then no longer fits the trail, and :mod:`zengyi.core.verifying` finds it.
"""

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from django.db import connection

from zengyi.core.tracking import Table, digest, tables

if TYPE_CHECKING:
    from psycopg.errors import Diagnostic

Changes = dict[tuple[str, str], list[str]]

#: The rows that the running step has changed, each with its hash before the first change and after the last.
_changes: ContextVar[Changes | None] = ContextVar("zengyi_changes", default=None)
_PREFIX = "zengyi-row "


@contextmanager
def capturing() -> Iterator[Changes]:
    """Collect what is changed inside."""
    changes: Changes = {}
    token = _changes.set(changes)
    try:
        yield changes
    finally:
        _changes.reset(token)


def left(changes: Changes) -> list[str]:
    """The tables with changes that have not been taken yet."""
    return sorted({table for (table, _key), (was, now) in changes.items() if was != now})


def take() -> str:
    """The changes so far as JSON, ``{table: {key: [digest before, digest after]}}``; an empty text for none. They are then taken."""
    changes = _changes.get() or {}
    rows: dict[str, dict[str, list[str]]] = {}
    for (table, key), (was, now) in changes.items():
        if was != now:
            rows.setdefault(table, {})[key] = [digest(was), digest(now)]
    changes.clear()
    return json.dumps(rows, separators=(",", ":")) if rows else ""


def _touched(table: str, key: object, was: str | None, now: str | None) -> None:
    changes = _changes.get()
    if changes is not None:
        known = changes.setdefault((table, str(key)), [was or "", ""])
        known[1] = now or ""


def heard(message: "Diagnostic") -> None:
    """Take note of a message of PostgreSQL's, if it is about a row."""
    text = message.message_primary or ""
    if text.startswith(_PREFIX):
        table, key, was, now = text.removeprefix(_PREFIX).split(" ")
        _touched(table, key, was, now)


def listen() -> None:
    """Make SQLite's connection tell what is changed through it. PostgreSQL's tables do it by themselves: see :func:`install`.

    Costs some milliseconds once per connection. The triggers are the connection's own: they are never out of step with the code,
    and another program that opens the file does not have them.
    """
    if connection.vendor != "sqlite":
        return
    connection.ensure_connection()
    database: Any = connection
    opened = database.connection
    if getattr(database, "zengyi_listens", None) is opened:
        return
    opened.create_function("zengyi_touched", 4, _touched)
    opened.create_function("zengyi_row", -1, _hash)
    passing = opened.in_transaction  # triggers created inside a transaction disappear if it is rolled back
    there = {name for (name,) in opened.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'")}
    missing = tables().keys() - there  # what an older database has not got yet: it is listened to once it is migrated
    for statement in _on_sqlite(there):
        opened.execute(statement)
    if not passing and not missing:
        database.zengyi_listens = opened


def install() -> None:
    """Bring the triggers in line with what the packages declare, where a table has all it declares; the last part of a migration."""
    database: Any = connection
    if connection.vendor != "postgresql":
        database.zengyi_listens = None
        listen()
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()")
        there = set(cursor.fetchall())
        for table in tables().values():
            if {(table.name, column) for column, _kind in table.columns} <= there:
                cursor.execute(_on_postgres(table))


def remove() -> None:
    """Take the triggers away while tables are rebuilt: they name columns that may go. They come back with :func:`install`."""
    database: Any = connection
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE 'trail\\_of\\_%'")
            for name, table in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name} ON {table}")
        else:
            cursor.execute("SELECT name FROM sqlite_temp_master WHERE type = 'trigger' AND name LIKE 'trail\\_of\\_%' ESCAPE '\\'")
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER temp.{name}")
            database.zengyi_listens = database.connection  # so that nothing installs them again in the meantime


def deaf() -> list[str]:
    """The tables whose changes would not be noticed, because their triggers are missing."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')")
        present = {name for (name,) in cursor.fetchall()}
    return [name for name in tables() if f"trail_of_{name}" not in present]


def _hash(table: str, *values: object) -> str:
    return tables()[table].hash_of(values)


def _on_sqlite(there: Collection[str]) -> Iterator[str]:
    for table in (one for one in tables().values() if one.name in there):
        columns = ", ".join(f'"{name}"' for name, _kind in table.columns)
        rows = {side: _row_on_sqlite(table, side) for side in ("OLD", "NEW")}
        for verb, side, was, now in (
            ("INSERT", "NEW", "NULL", rows["NEW"]),
            (f"UPDATE OF {columns}", "NEW", rows["OLD"], rows["NEW"]),
            ("DELETE", "OLD", rows["OLD"], "NULL"),
        ):
            yield (
                f"CREATE TEMP TRIGGER IF NOT EXISTS trail_of_{table.name}_{verb.split()[0].lower()} AFTER {verb} ON main.{table.name} "
                f"BEGIN SELECT zengyi_touched('{table.name}', {side}.\"{table.key}\", {was}, {now}); END"
            )


def _row_on_sqlite(table: Table, side: str) -> str:
    values = ", ".join(f'{side}."{name}"' for name, _kind in table.columns)
    return f"zengyi_row('{table.name}', {values})"


def _on_postgres(table: Table) -> str:
    return f"""
    CREATE OR REPLACE FUNCTION trail_of_{table.name}() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE row_key text; was text := ''; became text := '';
    BEGIN
      IF TG_OP <> 'INSERT' THEN row_key := {table.key_on_postgres("OLD")}; was := {table.on_postgres("OLD")}; END IF;
      IF TG_OP <> 'DELETE' THEN row_key := {table.key_on_postgres("NEW")}; became := {table.on_postgres("NEW")}; END IF;
      IF was <> became THEN
        RAISE INFO USING MESSAGE = '{_PREFIX}{table.name} ' || row_key || ' ' || was || ' ' || became;
      END IF;
      RETURN NULL;
    END;
    $$;
    DROP TRIGGER IF EXISTS trail_of_{table.name} ON {table.name};
    CREATE TRIGGER trail_of_{table.name} AFTER INSERT OR UPDATE OR DELETE ON {table.name}
      FOR EACH ROW EXECUTE FUNCTION trail_of_{table.name}();
    """
