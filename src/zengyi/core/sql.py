"""Hand-written SQL for migrations: a package keeps ``sql/NAME.sqlite.sql`` and ``sql/NAME.pg.sql`` and applies them by name."""

import sqlite3
import zlib
from collections.abc import Callable, Iterator
from importlib import resources
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython
from django.db.migrations.operations.base import Operation
from django.db.models import F, Func, TextField, Value
from django.db.models.sql.compiler import SQLCompiler

_DIALECT = {"sqlite": "sqlite", "postgresql": "pg"}
_Run = Callable[[BaseDatabaseSchemaEditor], None]
GUARD = "refuse_{verb}_on_{table}"


class Turn(Func):
    """A lock on ``number`` for one ``purpose``, to be selected in a query: whoever else selects it waits until this transaction ends.

    An advisory lock on PostgreSQL. SQLite needs none: it has only one writer at a time.
    """

    function = "pg_advisory_xact_lock"
    output_field = TextField()

    def __init__(self, number: F | Value | int, *, purpose: str) -> None:
        super().__init__(number)
        self.seed = zlib.crc32(purpose.encode())

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **more: Any) -> tuple[str, list[Any] | tuple[Any, ...]]:
        """Take the advisory lock."""
        return super().as_sql(compiler, connection, template=f"%(function)s(hashint8extended(%(expressions)s, {self.seed}))")

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **more: Any) -> tuple[str, tuple[str | int, ...]]:
        """Select ``NULL``, which locks nothing."""
        return "NULL", ()


class _Script(Operation):
    """SQL, which asks for no models: ``RunPython`` has all there are made anew before it runs, and that takes longer than all the SQL."""

    def __init__(self, run: _Run, undo: _Run) -> None:
        self.run, self.undo = run, undo

    def state_forwards(self, *_state: object) -> None:
        """Leave the models as they are."""

    def database_forwards(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, *_states: object) -> None:
        """Run it."""
        self.run(schema_editor)

    def database_backwards(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, *_states: object) -> None:
        """Run what undoes it."""
        self.undo(schema_editor)


class Fill(RunPython):
    """The migration operation that fills a column or a table from the rows there are. A new database has none, and no models are made.

    ``tables`` are those from whose rows it fills: where all are empty, nothing is to be done. Undone, it leaves everything as it is.
    """

    def __init__(self, code: Callable[[Any, Any], None], *tables: str) -> None:
        super().__init__(code, RunPython.noop, elidable=False)
        self.tables = tables

    def database_forwards(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, *states: Any) -> None:
        """Fill, if there is anything to fill from."""
        if any(_has_rows(schema_editor, table) for table in self.tables):
            super().database_forwards(app_label, schema_editor, *states)


def _has_rows(editor: BaseDatabaseSchemaEditor, table: str) -> bool:
    with editor.connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {editor.quote_name(table)} LIMIT 1")  # noqa: S608  a migration names it
        return cursor.fetchone() is not None


def apply(package: str, name: str, **names: str) -> Operation:
    """The migration operation that runs ``sql/name.{sqlite,pg}.sql`` of ``package``, undone by ``sql/name.undo.…`` if there.

    ``names`` are table and column names put in for ``{table}`` and the like.
    """
    return _Script(_runner(package, name, names), _runner(package, f"{name}.undo", names))


def append_only(*tables: str) -> list[Operation]:
    """Migration operations after which rows of ``tables`` can be added and read, and nothing else.

    On SQLite they rely on ``PRAGMA recursive_triggers=ON`` (in the settings): without it ``REPLACE`` deletes rows without firing them.
    Django rebuilds a table on SQLite when it is altered and triggers get lost: repeat this operation after such a migration.
    """
    return [apply("zengyi.core", "append_only", table=table) for table in tables]


def unguard(table: str) -> Operation:
    """The migration operation that takes the guards of :func:`append_only` away, for a migration that changes or rebuilds the table.

    It must end with :func:`append_only`.
    """
    return _Script(_runner("zengyi.core", "append_only.undo", {"table": table}), _runner("zengyi.core", "append_only", {"table": table}))


def unguarded(*tables: str) -> list[str]:
    """Those of ``tables`` that lack the triggers of :func:`append_only`, or have them switched off."""
    verbs = ["update", "delete", "truncate"] if connection.vendor == "postgresql" else ["update", "delete"]
    present = triggers()
    return [t for t in tables if any(GUARD.format(verb=v, table=t) not in present for v in verbs)]


def triggers() -> set[str]:
    """The names of the triggers that are there and not switched off."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        return {row[0] for row in cursor.fetchall()}


def statements(script: str) -> Iterator[str]:
    """The statements of an SQLite script, triggers with their inner semicolons in one piece."""
    statement = ""
    for line in script.splitlines(keepends=True):
        if not statement and not line.strip():
            continue
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement.strip()
            statement = ""
    if statement.strip() and not statement.lstrip().startswith("--"):
        raise ValueError(f"unfinished statement: {statement.strip()[:60]}")


def _runner(package: str, name: str, names: dict[str, str]) -> _Run:
    def run(editor: BaseDatabaseSchemaEditor) -> None:
        vendor = editor.connection.vendor
        file = resources.files(package).joinpath("sql", f"{name}.{_DIALECT[vendor]}.sql")
        script = file.read_text(encoding="utf-8")
        for placeholder, value in names.items():
            script = script.replace(f"{{{placeholder}}}", value)
        for statement in [script] if vendor == "postgresql" else statements(script):
            editor.execute(statement, params=None)

    return run
