"""What everybody may find by words, told by the packages and read together: one statement for all of them.

A package says in its room ``findable`` what of it is public and can be looked for: ``KINDS``, a tuple of :class:`Findable`. There it says
itself which rows anybody may see; whoever searches, signed in or not, finds the same.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BigIntegerField, DateTimeField, F, QuerySet, TextField, Value
from django.db.models.functions import Cast, Coalesce

from zengyi.core import personal, search
from zengyi.core.rows import moment_of

#: So many characters of what is asked for are read.
QUERY_MOST = 40
#: So many of each kind are told where all kinds are, and on a page of one kind.
OF_EACH, OF_ONE = 3, 20
#: Characters of the text below a title.
DETAIL_MOST = 60

Column: TypeAlias = Any


def words_asked(given: str) -> str:
    """What somebody asks for, on one line and without what nobody sees.

    >>> words_asked(" 桥面\\x00 破损\\n")
    '桥面 破损'
    """
    return " ".join("".join(c if c.isprintable() else " " for c in given[:QUERY_MOST]).split())


_NO_TIME = Cast(Value(None), DateTimeField())


@dataclass(frozen=True, slots=True)
class Words:
    """What stands in a row that was found: a title, how it stands, some of its text."""

    title: str
    state: str
    detail: str


def _masked(said: Words) -> Words:
    return said


@dataclass(frozen=True, slots=True, kw_only=True)
class Findable:
    """One kind of thing that anybody may find. ``kind`` stands in the address; ``name`` says what it is.

    ``rows``: those that are public and hold the words, at a moment, as :func:`listed` gives them. ``url``: where one of them stands, by
    the id that ``leads`` there. ``tell``: its words out of the columns read; what is personal in them is masked afterwards in any case.
    """

    kind: str
    name: Any
    rows: Callable[[str, datetime], "QuerySet[Any, Any]"]
    url: Callable[[int], str]
    tell: Callable[[Words], Words] = field(default=_masked)


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that was found. ``at``: when it came to be, nothing for what has always been there."""

    id: int
    url: str
    community_id: int
    at: datetime | None
    title: str
    state: str
    detail: str


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found of one kind, the newest first. ``next_after``: the id behind which there is more."""

    of: Findable
    rows: list[Hit]
    next_after: int | None


def listed(
    rows: "QuerySet[Any, Any]",
    *,
    at: Column,
    title: Column,
    community: Column = "community_id",
    state: Column = "",
    detail: Column = "",
    leads: Column = "pk",
) -> "QuerySet[Any, Any]":
    """The rows with the columns of a :class:`Hit`: names of columns, or expressions."""
    columns: QuerySet[Any, Any] = rows.annotate(
        found_leads=Cast(_column(leads), BigIntegerField()),
        found_in=Cast(_column(community), BigIntegerField()),
        found_at=_NO_TIME if at is None else _column(at),
        found_title=Cast(_column(title), TextField()),
        found_state=_text(state),
        found_detail=_text(detail),
    )
    return columns


_COLUMNS = ("pk", "found_leads", "found_in", "found_at", "found_title", "found_state", "found_detail")


def _column(given: Column) -> Column:
    return F(given) if isinstance(given, str) else given


def _text(given: Column) -> Column:
    return Coalesce(Cast(_column(given), TextField()), Value(""), output_field=TextField()) if given else Value("", TextField())


def found(
    kinds: Iterable[Findable], q: str, *, at: datetime, community_id: int | None = None, after: int | None = None, most: int = OF_EACH
) -> list[Hits]:
    """What holds every word of ``q``, at most ``most`` of each kind behind the id ``after``; kinds of which there is nothing are left out.

    One statement; none for words of which nothing can be made.
    """
    if not search.query_tokens(q):
        return []
    asked = list(kinds)
    parts: list[str] = []
    values: list[Any] = []
    for number, one in enumerate(asked):
        rows = one.rows(q, at)
        if community_id is not None:
            rows = rows.filter(found_in=community_id)
        if after is not None:
            rows = rows.filter(pk__lt=after)
        try:
            text, given = rows.order_by("-pk").values_list(*_COLUMNS)[: most + 1].query.sql_with_params()
        except EmptyResultSet:
            continue
        # Only the ORM's own SQL and our own numbers are put together here; every value is a parameter.
        parts.append(f"SELECT {number} AS found_kind, p{number}.* FROM ({text}) AS p{number}")  # noqa: S608
        values += given
    if not parts:
        return []
    read: dict[int, list[Any]] = {}
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), values)
        for number, *row in cursor.fetchall():
            read.setdefault(number, []).append(row)
    return [_hits(asked[number], sorted(rows, key=lambda row: -row[0]), most) for number, rows in sorted(read.items())]


def _hits(of: Findable, rows: list[Any], most: int) -> Hits:
    return Hits(of, [_hit(of, *row) for row in rows[:most]], rows[most - 1][0] if len(rows) > most else None)


def _hit(of: Findable, pk: int, leads: int, community_id: int, at: datetime | str, title: str, state: str, detail: str) -> Hit:
    said = of.tell(Words(title, state, detail))
    line = " ".join(personal.masked(said.detail).split())
    short = line if len(line) <= DETAIL_MOST else f"{line[:DETAIL_MOST].rstrip()}…"
    moment = moment_of(str(at)) if at is not None else None  # SQLite knows of some columns only that they are moments
    return Hit(pk, of.url(leads), community_id, moment, personal.masked(said.title), said.state, short)
