"""Statements that run often: their SQL is written once per process and planned once per connection.

Otherwise Django builds the SQL of every query again and PostgreSQL plans it again, which took most of a claim's time. We send
PREPARE ourselves: the driver forgets with each rollback what it has prepared, and when many want one order nearly all of their
claims are rolled back.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from weakref import WeakKeyDictionary

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.utils import CursorWrapper
from django.db.models import QuerySet

Value = int | bytes | str | date
_PLACE = re.compile(r"%\((\w+)\)s|%%")
_NUMBER = re.compile(r"%s|%%")

#: The names of the statements prepared on each open connection to PostgreSQL.
_known: "WeakKeyDictionary[Any, set[str]]" = WeakKeyDictionary()


class Statement:
    """SQL with ``%(value)s`` where its values go. ``name`` belongs to no other statement."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        self._values = list(dict.fromkeys(filter(None, _PLACE.findall(text))))
        numbers = {value: f"${number}" for number, value in enumerate(self._values, 1)}
        self._numbered = _PLACE.sub(lambda found: numbers.get(found[1], "%"), text)
        self._execute = f"EXECUTE {name}({', '.join(f'%({value})s' for value in self._values)})"

    def run(self, **values: Value | None) -> CursorWrapper:
        """Run it with these values; returns the cursor."""
        return self._run(values, "")

    def run_last(self, **values: Value | None) -> None:
        """Run it as the last statement of a transaction. PostgreSQL gets COMMIT with it and answers once; Django then finds it done."""
        database: Any = connections[DEFAULT_DB_ALIAS]
        outermost = not database.savepoint_ids  # a test's transaction may be around ours, and stays open
        self._run(values, "; COMMIT" if outermost else "").close()

    def _run(self, values: Mapping[str, Value | None], after: str) -> CursorWrapper:
        database: Any = connections[DEFAULT_DB_ALIAS]
        cursor: CursorWrapper = database.cursor()
        if database.vendor == "postgresql":
            self._prepare(database)
            cursor.execute(self._execute + after, values)
        else:
            cursor.execute(self.text, {name: _adapted(values[name]) for name in self._values})
        return cursor

    def _prepare(self, database: Any) -> None:
        known = _known.setdefault(database.connection, set())
        if self.name not in known:
            with database.wrap_database_errors:
                database.connection.execute(f"PREPARE {self.name} AS {self._numbered}")
            known.add(self.name)


class Query:
    """A query of ``values()`` whose SQL is built once.

    It is built with ``samples`` in place of the values, and the samples are then replaced by parameters: choose samples that occur
    nowhere else in the SQL. Rows of the table ``hold``, or of several with commas between, are locked against changes until the
    transaction ends; Django's own ``select_for_update(of=…)`` works only where whole objects are read. SQLite lets only one transaction
    write anyway.
    """

    def __init__(self, name: str, build: Callable[..., "QuerySet[Any, Any]"], *, hold: str = "", **samples: Value) -> None:
        self.name = name
        self._build = build
        self._hold = hold
        self._samples = samples
        self._written: tuple[Statement, list[str], list[tuple[str, Any, Any]]] | None = None

    def rows(self, **values: Value) -> list[dict[str, Any]]:
        """The rows for these values."""
        if self._written is None:
            self._written = self._write()
        statement, names, conversions = self._written
        with statement.run(**values) as cursor:
            rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        for name, convert, expression in conversions:
            for row in rows:
                row[name] = convert(row[name], expression, connection)
        return rows

    def _write(self) -> tuple[Statement, list[str], list[tuple[str, Any, Any]]]:
        query = self._build(**self._samples).query
        compiler = query.get_compiler(connection=connection)
        text, values = compiler.as_sql()
        places = {_plain(_adapted(sample)): f"%({name})s" for name, sample in self._samples.items()}
        rest = iter(values)

        def put(found: re.Match[str]) -> str:
            return "%%" if found[0] == "%%" else _literal(next(rest), places)

        if self._hold and connection.vendor == "postgresql":
            text += f" FOR NO KEY UPDATE OF {self._hold}"
        names = list(query.selected or ())
        found = compiler.get_converters([column for column, _sql, _alias in compiler.select])
        conversions = [(names[place], convert, expression) for place, (converts, expression) in found.items() for convert in converts]
        return Statement(self.name, _NUMBER.sub(put, text)), names, conversions


def _adapted(value: Value | None) -> Value | None:
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value


def _plain(value: object) -> object:
    value = getattr(value, "obj", value)
    return bytes(value) if isinstance(value, memoryview) else value


def _literal(value: object, places: dict[object, str]) -> str:
    """The SQL for one value: its parameter if it is a sample, else the constant written out."""
    plain = _plain(value)
    if plain in places:
        return places[plain]
    if isinstance(plain, int):
        return str(plain)
    if isinstance(plain, str):
        return "'" + plain.replace("'", "''").replace("%", "%%") + "'"
    raise TypeError(f"not a constant of a prepared query: {value!r}")
