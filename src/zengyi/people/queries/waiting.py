"""What waits for somebody, told by the packages and read together: one statement for all of them, on whatever page.

A package says in its room ``waiting`` what can wait for a person: ``ITEMS``, a tuple of :class:`Source`. A source's rows are bounded
before they are counted, so that a page costs the same however much lies about: from :data:`COUNTED_MOST` on, nobody counts exactly.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, TypeAlias

from django.core.exceptions import EmptyResultSet
from django.db.models import DateTimeField, F, QuerySet, TextField, Value
from django.db.models.functions import Cast, Coalesce

from zengyi.core import clock
from zengyi.core.prepared import Learned, Writing
from zengyi.core.rows import moment_of
from zengyi.people.queries.samples import sample_of
from zengyi.people.rules import Actor

#: As many of a kind are counted; a badge then says "99+".
COUNTED_MOST = 100
#: What has no deadline is taken to have one so long after it began to wait.
PATIENCE = timedelta(days=2)
#: So many statements are known to a process, one for each kind of actor and day.
LEARNED_MOST = 256
#: Two samples of the moment, as unlike as can be, and two of how much is told.
_MOMENTS = (time(9, 13, 27, 131415), time(17, 46, 5, 926535))
_MOST = (2**60, 2**60 + 1)

Column: TypeAlias = Any
_NO_TIME = Cast(Value(None), DateTimeField())
_NAMES = ("waits_id", "waits_since", "waits_due", "waits_title", "waits_detail")


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that waits, as it was read: since when, until when if there is a deadline, and two texts."""

    id: int
    since: datetime
    due: datetime | None
    title: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What waits for somebody: what it is about, what is wanted, the word on its button, and where the button leads.

    ``due``: until when, or nothing; ``since``: from when on. ``back``: it has come back with something to mend, told in ``detail``.
    """

    title: str
    detail: str
    verb: str
    url: str
    since: datetime
    due: datetime | None = None
    back: bool = False
    kind: str = ""

    @property
    def urgent(self) -> datetime:
        """When it should be done, for the order in which things are told."""
        return self.due or self.since + PATIENCE


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of thing that can wait. ``rows``: those that wait for the actor, the first to be done first, nothing for whom none can;
    ``tell``: a row in words; nothing for what is counted, but is no work to do, such as new messages.

    ``rows`` is asked once a day for all actors who are alike (:func:`~zengyi.people.queries.samples.sample_of`), not on every page. It
    may ask for the role, for what the actor has and has not, and for the day; ids and moments (``at``, ``at`` less a span) go into the
    query as they are; it reads nothing and says no words.
    """

    kind: str
    rows: Callable[[Actor, datetime], "QuerySet[Any, Any] | None"]
    tell: Callable[[Row], Waiting] | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What waits for somebody: how much of each kind, and the first of them by deadline. ``apart``: what is no work to do."""

    counts: dict[str, int]
    items: list[Waiting]
    apart: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """How much waits in all."""
        return sum(self.counts.values())

    def of(self, kinds: Iterable[str]) -> int:
        """How much of these kinds waits."""
        return sum(self.counts.get(kind, self.apart.get(kind, 0)) for kind in kinds)


def told(
    rows: "QuerySet[Any, Any]", *, since: Column, title: Column, detail: Column = "", due: Column = None, pk: str = "pk"
) -> "QuerySet[Any, Any]":
    """The rows with the columns of a :class:`Row`: names of columns, or expressions. ``rows`` say the order themselves."""
    given = {
        "waits_id": F(pk),
        "waits_since": _column(since),
        "waits_due": _NO_TIME if due is None else _column(due),
        "waits_title": _column(title),
        "waits_detail": Coalesce(_column(detail), Value(""), output_field=TextField()) if detail else Value("", TextField()),
    }
    columns: QuerySet[Any, Any] = rows.annotate(**given).values_list(*_NAMES)
    return columns


def _column(given: Column) -> Column:
    return F(given) if isinstance(given, str) else given


def waiting(sources: Iterable[Source], *, by: Actor, at: datetime, most: int) -> Found:
    """What waits for the actor, at most ``most`` of each kind in words. One statement."""
    sample, values = sample_of(by)
    asked, statement = learned(tuple(sources), sample, clock.local_date(at))
    if statement is None:
        return Found({}, [])
    counts: dict[str, int] = {}
    apart: dict[str, int] = {}
    items = []
    with statement.run(at, {**values, "most": most}) as cursor:
        for number, pk, since, due, title, detail, n in cursor.fetchall():
            source = asked[number]
            if source.tell is None:
                apart[source.kind] = n
                continue
            counts[source.kind] = n
            row = Row(pk, _moment(since), None if due is None else _moment(due), title, detail)
            items.append(replace(source.tell(row), kind=source.kind))
    return Found(counts, sorted(items, key=lambda item: item.urgent), apart)


@lru_cache(maxsize=LEARNED_MOST)
def learned(sources: tuple[Source, ...], by: Actor, day: date) -> tuple[list[Source], Learned | None]:
    """The sources that are asked for whoever is like the sample ``by``, and the statement that asks them on that day.

    The ORM takes longer to write it than the database to answer it, so it is written twice, for two samples and two moments of the
    day, and from then on known.
    """
    writings = []
    for other, moment in enumerate(_MOMENTS):
        sample = sample_of(by, other)[0]
        at = datetime.combine(day, moment, clock.SHANGHAI)
        asked, text, given = union(sources, by=sample, at=at, most=_MOST[other])
        samples = {plain: name for name, plain in sample_of(sample, other)[1].items()}
        writings.append(Writing(text, given, {**samples, _MOST[other]: "most"}, at))
    return asked, Learned("people_waiting", *writings) if any(writing.text for writing in writings) else None


def union(sources: Iterable[Source], *, by: Actor, at: datetime, most: int) -> tuple[list[Source], str, list[Any]]:
    """The sources that are asked for the actor, the SQL of all of them together as the ORM writes it, and its values."""
    asked: list[Source] = []
    parts: list[str] = []
    values: list[Any] = []
    for source in sources:
        rows = source.rows(by, at)
        if rows is None:
            continue
        try:
            text, more = rows[:COUNTED_MOST].query.sql_with_params()
        except EmptyResultSet:
            continue
        # Only the ORM's own SQL and our own numbers are put together here; every value is a parameter.
        counted = f"SELECT {len(asked)} AS waits_kind, w.*, COUNT(*) OVER () AS waits_n FROM ({text}) AS w"  # noqa: S608
        # SQLite plans for the value of a bare LIMIT, and so again for every run: that cost six times as much as what follows.
        first = f"{counted} ORDER BY COALESCE(w.waits_due, w.waits_since), w.waits_id LIMIT CAST(%s AS bigint)"
        parts.append(f"SELECT * FROM ({first}) AS p{len(asked)}")  # noqa: S608
        values += [*more, most]
        asked.append(source)
    return asked, " UNION ALL ".join(parts), values


def _moment(value: datetime | str) -> datetime:
    """A moment as the driver gave it: SQLite's is in UTC without a time zone, and a text where the column was calculated."""
    if isinstance(value, str):
        return moment_of(value)
    return value if value.tzinfo else value.replace(tzinfo=UTC)
