"""Statements that run often: their SQL is written once per process and planned once per connection.

Otherwise Django builds the SQL of every query again and PostgreSQL plans it again, which took most of a claim's time. We send
PREPARE ourselves: the driver forgets with each rollback what it has prepared, and when many want one order nearly all of their
claims are rolled back.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.utils import CursorWrapper
from django.db.models import QuerySet

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

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
        database = connections[DEFAULT_DB_ALIAS]
        outermost = not database.savepoint_ids  # a test's transaction may be around ours, and stays open
        self._run(values, "; COMMIT" if outermost else "").close()

    def _run(self, values: Mapping[str, Value | None], after: str) -> CursorWrapper:
        database = connections[DEFAULT_DB_ALIAS]
        cursor: CursorWrapper = database.cursor()
        if database.vendor == "postgresql":
            self._prepare(database)
            cursor.execute(self._execute + after, values)
        else:
            cursor.execute(self.text, {name: _adapted(values[name]) for name in self._values})
        return cursor

    def _prepare(self, database: "BaseDatabaseWrapper") -> None:
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


@dataclass(frozen=True, slots=True)
class Writing:
    """SQL as Django wrote it for samples: its text and its values, the names of the samples among these, and the sample of the moment."""

    text: str
    values: Sequence[Any]
    samples: Mapping[object, str]
    at: datetime


class Learned:
    """A statement whose values are known by comparing two writings of it, for different samples.

    A value that is a sample both times is the parameter of that name. One that moved along with the moment is the moment and a span. One
    that stayed is a constant. Raises :class:`TypeError` for any other: it was calculated from a sample, and nobody knows how.
    """

    def __init__(self, name: str, first: Writing, second: Writing) -> None:
        if first.text != second.text or len(first.values) != len(second.values):
            raise TypeError(f"{name}: another sample leads to another statement")
        self._name = name
        self._spans: dict[str, timedelta] = {}
        self._constants: dict[str, Value] = {}
        pairs = iter(zip(first.values, second.values, strict=True))

        def put(found: re.Match[str]) -> str:
            return "%%" if found[0] == "%%" else self._place(first, second, *map(_plain, next(pairs)))

        text = _NUMBER.sub(put, first.text)
        self._statement = Statement(f"{name}_{blake2b(text.encode(), digest_size=12).hexdigest()}", text)

    def _place(self, first: Writing, second: Writing, one: object, other: object) -> str:
        name = first.samples.get(one)
        if name is not None and name == second.samples.get(other):
            return f"%({name})s"
        if one == other:
            if isinstance(one, date):  # no part of the text: the same statement serves on the next day
                return _parameter(self._constants, "constant", one)
            return _literal(one, {})
        moved, wanted = _moment(one), _moment(other)
        if moved is None or wanted is None or moved - first.at != wanted - second.at:
            raise TypeError(f"{self._name}: calculated from a sample: {one!r}")
        return _parameter(self._spans, "moment", moved - first.at)

    def run(self, at: datetime, values: Mapping[str, Value]) -> CursorWrapper:
        """Run it at that moment with these values; returns the cursor."""
        return self._statement.run(**values, **self._constants, **{name: at + span for name, span in self._spans.items()})


def _parameter(known: dict[str, Any], kind: str, value: object) -> str:
    """The place of a parameter with that value, the same for the same value."""
    name = next((name for name, one in known.items() if one == value), f"{kind}{len(known)}")
    known[name] = value
    return f"%({name})s"


def _moment(value: object) -> datetime | None:
    """The moment that the database is given as ``value``: SQLite as a text in UTC."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return None
    if not isinstance(found, datetime):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


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
