"""Which rows the audit trail vouches for, and the digest by which it knows each of them.

A package declares its tables in ``trail.toml``: under ``kept`` its models with the columns that are left out, each with the reason,
and under ``left-out`` the models left out altogether, with the reason. A new column of a kept model is kept without being named.

A row's canonical text is the table and its columns, then each value as ``length:text`` and nothing as ``-``. PostgreSQL writes it
in SQL and SQLite's rows are written by Python, to the same text: whole numbers in decimal, moments in UTC and times of the day with
microseconds, bytes in hexadecimal, JSON as PostgreSQL writes it. Its SHA-256 under the instance's key, cut to 128 bits, stands in the
trail: without the key nobody can tell what a row held, nor make a digest for another one.
"""

import hashlib
import hmac
import json
import os
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Field, ForeignKey, Model

from zengyi.core import packages

#: How each kind of column is written; a kind that is not named here needs a rule of its own before it can be kept.
_KINDS = {
    **dict.fromkeys(("AutoField", "BigAutoField", "SmallAutoField", "BigIntegerField", "IntegerField", "SmallIntegerField"), "number"),
    **dict.fromkeys(("PositiveBigIntegerField", "PositiveIntegerField", "PositiveSmallIntegerField"), "number"),
    **dict.fromkeys(("CharField", "TextField", "EmailField", "SlugField", "URLField"), "text"),
    "BooleanField": "yes",
    "DateTimeField": "moment",
    "DateField": "day",
    "TimeField": "clock",
    "BinaryField": "bytes",
    "UUIDField": "uuid",
    "JSONField": "json",
}
#: What PostgreSQL writes for a column of that kind; SQLite's values are written by :data:`_ON_SQLITE`.
_ON_POSTGRES = {
    "number": "{}::text",
    "text": "{}",
    "yes": "{}::int::text",
    "moment": "to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')",
    "day": "to_char({}, 'YYYY-MM-DD')",
    "clock": "to_char({}::interval, 'HH24:MI:SS.US')",
    "bytes": "encode({}, 'hex')",
    "uuid": "replace({}::text, '-', '')",
    "json": "{}::text",
}
_CLOCK = "[0-9][0-9]:[0-9][0-9]:[0-9][0-9]"
_TO_SECONDS = f"[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9] {_CLOCK}"
_INTEGER = "CASE typeof({0}) WHEN 'integer' THEN length({0}) || ':' || {0} WHEN 'null' THEN '-' END"
_TEXT = "CASE typeof({0}) WHEN 'text' THEN length({0}) || ':' || {0} WHEN 'null' THEN '-' END"
#: What SQLite itself writes for a value with its length, if it is stored as it usually is. Otherwise nothing, and Python writes the row.
_IN_SQLITE = {
    **dict.fromkeys(("number", "yes"), _INTEGER),
    **dict.fromkeys(("text", "day"), _TEXT),
    "moment": "CASE WHEN {0} IS NULL THEN '-' WHEN typeof({0}) <> 'text' THEN NULL "
    f"WHEN {{0}} GLOB '{_TO_SECONDS}' THEN '26:' || {{0}} || '.000000' "
    f"WHEN {{0}} GLOB '{_TO_SECONDS}.{'[0-9]' * 6}' THEN '26:' || {{0}} END",
    "clock": "CASE WHEN {0} IS NULL THEN '-' WHEN typeof({0}) <> 'text' THEN NULL "
    f"WHEN {{0}} GLOB '{_CLOCK}' THEN '15:' || {{0}} || '.000000' "
    f"WHEN {{0}} GLOB '{_CLOCK}.{'[0-9]' * 6}' THEN '15:' || {{0}} END",
    "bytes": "CASE typeof({0}) WHEN 'blob' THEN (2 * length({0})) || ':' || lower(hex({0})) WHEN 'null' THEN '-' END",
    "uuid": "CASE WHEN {0} IS NULL THEN '-' WHEN typeof({0}) = 'text' AND instr({0}, '-') = 0 THEN length({0}) || ':' || {0} END",
    "json": "CASE {0} WHEN '[]' THEN '2:[]' WHEN '{{}}' THEN '2:{{}}' END",
}
_DIGEST_BYTES = 16
_ONCE_BYTES, _MARK_BYTES = 8, 24


@dataclass(frozen=True, eq=False)
class Table:
    """A table whose rows the trail vouches for."""

    name: str
    key: str
    columns: tuple[tuple[str, str], ...]

    @classmethod
    def of_head(cls, head: str, key: str) -> "Table":
        """The table as it was when its rows' texts began with ``head``."""
        name, _bracket, columns = head.removesuffix(")").partition("(")
        return cls(name, key, tuple((column, kind) for column, _colon, kind in (each.partition(":") for each in columns.split(","))))

    @cached_property
    def head(self) -> str:
        """What each row's canonical text begins with: a digest holds for these columns only."""
        return f"{self.name}({','.join(f'{name}:{kind}' for name, kind in self.columns)})"

    @cached_property
    def _writers(self) -> tuple[Callable[[Any], str], ...]:
        return tuple(_ON_SQLITE.get(kind, str) for _name, kind in self.columns)

    def on_postgres(self, row: str) -> str:
        """The SQL for a row's SHA-256 in hexadecimal; ``row`` is the table's alias, or OLD or NEW in a trigger."""
        parts = [f"'{self.head}'"]
        for name, kind in self.columns:
            written = _ON_POSTGRES[kind].format(f'{row}."{name}"')
            parts.append(f"coalesce(length({written}) || ':' || {written}, '-')")
        return f"encode(sha256(convert_to({' || '.join(parts)}, 'UTF8')), 'hex')"

    def key_on_postgres(self, row: str) -> str:
        """The SQL for a row's key as text."""
        kind = next(kind for name, kind in self.columns if name == self.key)
        return _ON_POSTGRES[kind].format(f'{row}."{self.key}"')

    def in_sqlite(self, row: str) -> str:
        """The SQL for a row's canonical text without its head; NULL for a row that must be written by :meth:`hash_of`."""
        return " || ".join(_IN_SQLITE[kind].format(f'{row}."{name}"') for name, kind in self.columns)

    def hash_of_text(self, text: str) -> str:
        """The SHA-256 of a row whose text :meth:`in_sqlite` wrote, in hexadecimal."""
        found = self._begun.copy()
        found.update(text.encode())
        return found.hexdigest()

    @cached_property
    def _begun(self) -> "hashlib._Hash":
        return hashlib.sha256(self.head.encode())

    def hash_of(self, values: tuple[Any, ...]) -> str:
        """The SHA-256 of a row as SQLite holds it, in hexadecimal; the values in the order of the columns."""
        parts = [self.head]
        for write, value in zip(self._writers, values, strict=True):
            if value is None:
                parts.append("-")
            else:
                text = write(value)
                parts.append(f"{len(text)}:{text}")
        return hashlib.sha256("".join(parts).encode()).hexdigest()


@cache
def tables() -> dict[str, Table]:
    """Every table the trail vouches for, by its name in the database."""
    found = {}
    for package, declared in _declared():
        for label, left_out in declared.get("kept", {}).items():
            table = _table(apps.get_model(_full(package, label)), left_out)
            found[table.name] = table
    return found


def excused() -> dict[str, str]:
    """Why the trail does not vouch for a model, by the model's label."""
    return {_full(package, label): why for package, declared in _declared() for label, why in declared.get("left-out", {}).items()}


def _declared() -> list[tuple[str, dict[str, Any]]]:
    return [(package, tomllib.loads(text)) for package, text in packages.texts("trail.toml")]


def _full(package: str, label: str) -> str:
    return label if "." in label else f"{package.rpartition('.')[2]}.{label}"


def digest(row_hash: str) -> str:
    """What stands in the trail for a row of that SHA-256; nothing for no row."""
    return _hmac(row_hash.encode())[:_DIGEST_BYTES].hex() if row_hash else ""


def mark(content: bytes) -> bytes:
    """The instance's own mark on what it wrote, another one each time: nobody makes one without the key."""
    once = os.urandom(_ONCE_BYTES)
    return once + _marked(once, content)


def is_marked(content: bytes, mark: bytes) -> bool:
    """Whether that mark was made for this content, with this instance's key."""
    return hmac.compare_digest(mark[_ONCE_BYTES:], _marked(mark[:_ONCE_BYTES], content))


def _marked(once: bytes, content: bytes) -> bytes:
    return _hmac(once + content)[:_MARK_BYTES]


def _hmac(content: bytes) -> bytes:
    """HMAC-SHA-256 under the trail's key. Both hashes begin where the key has been read: ``hmac.digest`` takes three times as long."""
    inner, outer = _begun(settings.INDEX_KEY)
    begun, ended = inner.copy(), outer.copy()
    begun.update(content)
    ended.update(begun.digest())
    return ended.digest()


@cache
def _begun(index_key: bytes) -> "tuple[hashlib._Hash, hashlib._Hash]":
    """HMAC's inner and outer hash (RFC 2104) after the key, which is for the trail alone: its digests say nothing about the indexes."""
    key = hmac.digest(index_key, b"zengyi trail v1", hashlib.sha256).ljust(hashlib.sha256().block_size, b"\0")
    return hashlib.sha256(bytes(byte ^ 0x36 for byte in key)), hashlib.sha256(bytes(byte ^ 0x5C for byte in key))


def _table(model: type[Model], left_out: dict[str, str]) -> Table:
    fields = {field.name: field for field in model._meta.concrete_fields}
    if unknown := set(left_out) - set(fields):
        raise ImproperlyConfigured(f"{model._meta.label}: the trail leaves out {', '.join(sorted(unknown))}, which it does not have")
    kept = [field for name, field in fields.items() if name not in left_out]
    columns = tuple(sorted((str(field.column), _kind(field)) for field in kept))
    key = model._meta.pk
    assert key is not None
    return Table(model._meta.db_table, str(key.column), columns)


def _kind(field: "Field[Any, Any]") -> str:
    target = field
    while isinstance(target, ForeignKey):
        target = target.target_field
    name = target.get_internal_type()
    name = "BigAutoField" if name == "OneToOneField" else name
    if name not in _KINDS:
        raise ImproperlyConfigured(f"{field}: say in core.tracking how a {name} is written, or leave the column out with a reason")
    return _KINDS[name]


def _moment(value: object) -> str:
    text = str(value).removesuffix("+00:00").replace("T", " ")
    return text if "." in text else f"{text}.000000"


def _clock(value: object) -> str:
    text = str(value)
    return text if "." in text else f"{text}.000000"


def _json(value: object) -> str:
    """JSON as PostgreSQL writes a jsonb: keys by length and then by bytes, one space after comma and colon, plain numbers."""
    match value:
        case dict():
            keys = sorted(value, key=lambda key: (len(key.encode()), key.encode()))
            return "{" + ", ".join(f"{json.dumps(key, ensure_ascii=False)}: {_json(value[key])}" for key in keys) + "}"
        case list():
            return "[" + ", ".join(map(_json, value)) + "]"
        case float():
            return format(Decimal(repr(value)), "f")
    return json.dumps(value, ensure_ascii=False)


#: How Python writes a value as SQLite holds it, as PostgreSQL would; what is not named is a text or a whole number.
_ON_SQLITE: dict[str, Callable[[Any], str]] = {
    "moment": _moment,
    "clock": _clock,
    "bytes": lambda value: bytes(value).hex(),
    "uuid": lambda value: str(value).replace("-", ""),
    "json": lambda value: _json(json.loads(value)),
}
