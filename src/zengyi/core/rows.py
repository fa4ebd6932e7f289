"""Rows that hang on a row, read along with it: an order with its claims, photos and history is one statement."""

import json
from datetime import UTC, datetime
from typing import Any

from django.db.models import Aggregate, F, Func, JSONField, Model, QuerySet, Subquery, TextField, Value
from django.db.models.functions import JSONObject


class _List(Aggregate):
    """All values of a group as a JSON array."""

    function = "JSON_GROUP_ARRAY"
    output_field = JSONField()

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        return self.as_sql(compiler, connection, function="JSONB_AGG", **more)


class Hex(Func):
    """Bytes as text, so that they can stand in a row; read them with :func:`octets`."""

    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        return self.as_sql(compiler, connection, template="ENCODE(%(expressions)s, 'hex')")

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        return self.as_sql(compiler, connection, template="HEX(%(expressions)s)")


class Rows(Subquery):
    """A queryset's rows as a list of objects, as in ``photos=Rows(Photo.objects.filter(order=OuterRef("pk")), id="pk", stage="stage")``.

    No rows are an empty list or nothing, as the database has it. They come in no order; JSON has no moments and no bytes: see
    :func:`moment`, :func:`structure` and :class:`Hex`.
    """

    output_field = JSONField()

    def __init__(self, queryset: "QuerySet[Model]", **paths: str | Func) -> None:
        row = JSONObject(**{name: F(path) if isinstance(path, str) else path for name, path in paths.items()})
        listed = queryset.order_by().annotate(all_of_them=Value(1)).values("all_of_them").annotate(rows=_List(row))
        super().__init__(listed.values("rows"))


def moment(text: str) -> datetime:
    """A moment out of a row; SQLite keeps it in UTC without saying so."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def structure(value: Any) -> Any:
    """A JSON column out of a row; SQLite hands it on as text."""
    return json.loads(value) if isinstance(value, str) else value


def octets(text: str | None) -> bytes | None:
    """Bytes out of a row; SQLite writes none as an empty text."""
    return bytes.fromhex(text) if text else None
