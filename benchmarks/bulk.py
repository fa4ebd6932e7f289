"""Rows by the million from one statement each, the same SQL for both databases: values are expressions over numbered rows."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection

NUMBERS = "bench_number"
#: Constants of the pseudo-random sequence: every run makes the same rows, on both databases.
_FACTOR, _STEP, _PRIME = 2_654_435_761, 97_561_031, 4_294_967_291


def chance(row: str, salt: int, choices: int | str) -> str:
    """A whole number from 0 to ``choices`` - 1 that depends on the number ``row`` and on ``salt``, and looks like chance."""
    return f"((({row} + {salt}) * {_FACTOR} + {salt * _STEP}) % {_PRIME} / 64 % ({choices}))"


def pick(number: str, values: Sequence[str]) -> str:
    """The text that stands at ``number`` among ``values``, going round."""
    whens = " ".join(f"WHEN {place} THEN '{value}'" for place, value in enumerate(values))
    return f"CASE ({number}) % {len(values)} {whens} END"


def minutes_after(start: datetime, minutes: str) -> str:
    """The moment so many minutes after ``start``, which is in UTC."""
    text = start.strftime("%Y-%m-%d %H:%M:%S")
    if connection.vendor == "sqlite":
        return f"strftime('%Y-%m-%d %H:%M:%S', '{text}', ({minutes}) || ' minutes')"
    return f"timestamptz '{text}+00' + ({minutes}) * interval '1 minute'"


def day_after(start: datetime, minutes: str) -> str:
    """The local date so many minutes after ``start``."""
    local = f"({minutes}) + 480"
    moment = minutes_after(start, local)
    return f"date({moment})" if connection.vendor == "sqlite" else f"(({moment}) AT TIME ZONE 'UTC')::date"


def random_id() -> str:
    """A random UUID."""
    return "lower(hex(randomblob(16)))" if connection.vendor == "sqlite" else "gen_random_uuid()"


def execute(statement: str, values: Sequence[Any] | None = None) -> None:
    """Run a statement."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def table(name: str, columns: str, rows: Sequence[Sequence[Any]]) -> None:
    """A table of the generator's own with these rows; :func:`drop` throws it away."""
    execute(f"CREATE TABLE {name} ({columns})")
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {name} VALUES ({', '.join(['%s'] * len(rows[0]))})", rows)


def numbers(most: int) -> None:
    """The table of numbers from 0 to ``most`` - 1."""
    execute(f"CREATE TABLE {NUMBERS} (i bigint PRIMARY KEY)")
    execute(f"INSERT INTO {NUMBERS} WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {most}) SELECT i FROM n")


def drop(*names: str) -> None:
    """Drop tables of the generator."""
    for name in names:
        execute(f"DROP TABLE {name}")


def insert(name: str, source: str, /, **columns: str) -> None:
    """Fill the table ``name`` from ``source``, what stands behind FROM. A column that the schema does not have is left out.

    So an older or a newer version of the product can be filled as well, as long as it needs no column that is not given.
    """
    types = _types(name)
    given = {column: value for column, value in columns.items() if column in types}
    values = [f"CAST(({value}) AS {types[column]})" if connection.vendor == "postgresql" else value for column, value in given.items()]
    execute(f"INSERT INTO {name} ({', '.join(given)}) SELECT {', '.join(values)} FROM {source}")


def _types(name: str) -> dict[str, str]:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"PRAGMA table_info({name})")
            return {row[1]: row[2] for row in cursor.fetchall()}
        cursor.execute(
            "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute "
            f"WHERE attrelid = '{name}'::regclass AND attnum > 0 AND NOT attisdropped"
        )
        return dict(cursor.fetchall())


@contextmanager
def unhindered() -> Iterator[None]:
    """Without looking at foreign keys row by row, and with indexes built once at the end; statistics are fresh afterwards."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA foreign_keys = OFF")
            cursor.execute("PRAGMA synchronous = OFF")
            find = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql LIKE 'CREATE INDEX%'"
        else:
            # Like a restored dump: no trigger of a foreign key runs, commits need not reach the disk one by one.
            cursor.execute("SET session_replication_role = replica")
            cursor.execute("SET synchronous_commit = off")
            cursor.execute("SET maintenance_work_mem = '512MB'")
            find = (
                "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index "
                "JOIN pg_class ON pg_class.oid = indrelid WHERE relnamespace = 'public'::regnamespace AND NOT indisunique"
            )
        cursor.execute(find)
        indexes = cursor.fetchall()
        targets = _targets(cursor)
        for index, _statement in indexes:
            cursor.execute(f"DROP INDEX {_quoted(index)}")
    yield
    with connection.cursor() as cursor:
        for statement in [*(statement for _index, statement in indexes), *targets]:
            cursor.execute(statement)


def _targets(cursor: Any) -> list[str]:
    """The statements that give indexes their statistics targets again, which are lost with the index."""
    if connection.vendor == "sqlite":
        return []
    cursor.execute(
        "SELECT format('ALTER INDEX %s ALTER COLUMN %s SET STATISTICS %s', attrelid::regclass, attnum, attstattarget) "
        "FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid WHERE relkind = 'i' AND attstattarget > 0"
    )
    return [row[0] for row in cursor.fetchall()]


def _quoted(index: str) -> str:
    return index if index.startswith('"') else f'"{index}"'


def again(package: str, script: str, into: str) -> None:
    """Run a package's own script again that fills the table ``into``, where the version has it: bulk rows fire no trigger."""
    from importlib import resources

    from zengyi.core import sql

    if into in connection.introspection.table_names():
        vendor = "sqlite" if connection.vendor == "sqlite" else "pg"
        for statement in sql.statements(resources.files(package).joinpath("sql", f"{script}.{vendor}.sql").read_text(encoding="utf-8")):
            execute(statement)


def finish() -> None:
    """Fresh statistics, and numbers for new rows that go on behind the given ones."""
    from django.apps import apps
    from django.core.management.color import no_style

    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), apps.get_models()):
            cursor.execute(statement)
        cursor.execute("VACUUM" if connection.vendor == "postgresql" else "SELECT 1")
        cursor.execute("ANALYZE")
