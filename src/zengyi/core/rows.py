"""Rows read together with the row they belong to: an order with its claims, photos and history is one statement."""

import json
from datetime import UTC, datetime
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Aggregate, F, Func, JSONField, Model, QuerySet, Subquery, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import JSONObject
from django.db.models.sql.compiler import SQLCompiler


class _List(Aggregate):
    """All values of a group as a JSON array."""

    function = "JSON_GROUP_ARRAY"
    output_field = JSONField()

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **more: Any) -> tuple[str, list[Any] | tuple[Any, ...]]:
        return self.as_sql(compiler, connection, function="JSONB_AGG", **more)


class Hex(Func):
    """Bytes as hexadecimal text, because JSON has no bytes; read them with :func:`octets`."""

    output_field = TextField()

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **more: Any) -> tuple[str, list[Any] | tuple[Any, ...]]:
        return self.as_sql(compiler, connection, template="ENCODE(%(expressions)s, 'hex')")

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **more: Any) -> tuple[str, tuple[str | int, ...]]:
        return self.as_sql(compiler, connection, template="HEX(%(expressions)s)")


class Rows(Subquery):
    """A queryset's rows as a list of objects, as in ``photos=Rows(Photo.objects.filter(order=OuterRef("pk")), id="pk", stage="stage")``.

    Where there are no rows the value is ``[]`` on one database and ``None`` on the other: write ``or []``. The rows come in no
    particular order. JSON has neither moments nor bytes: read them with :func:`moment_of`, :func:`structure` and :func:`octets`.
    """

    output_field = JSONField()

    def __init__(self, queryset: "QuerySet[Model]", **paths: str | Combinable) -> None:
        row = JSONObject(**{name: F(path) if isinstance(path, str) else path for name, path in paths.items()})
        listed = queryset.order_by().annotate(all_of_them=Value(1)).values("all_of_them").annotate(rows=_List(row))
        super().__init__(listed.values("rows"))


def moment_of(text: str) -> datetime:
    """A moment out of a row. SQLite stores it in UTC without a time zone."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def structure(value: object) -> Any:  # noqa: ANN401 - JSON, as from json.loads
    """A JSON column out of a row. SQLite returns it as text."""
    return json.loads(value) if isinstance(value, str) else value


def octets(text: str | None) -> bytes | None:
    """Bytes out of a row. Where there are none SQLite returns an empty text."""
    return bytes.fromhex(text) if text else None
