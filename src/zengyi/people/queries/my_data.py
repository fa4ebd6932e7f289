"""Everything the system holds about one person, as each package declares it in its room ``my_data`` (PIPL, article 45).

A declaration says which rows of a table are about somebody (``by``: the ways to a person, a login or a membership), what they are for,
and which columns are told. A test goes through every table: a way to a person, a login or a membership that is neither declared nor
excused in writing in ``LEFT_OUT`` fails.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.db.models import Field, Model, Q, QuerySet

from zengyi.core import masking, packages, personal
from zengyi.people.models import Member, Person, User
from zengyi.people.rules import Actor

#: A value as it stands in the archive.
Value = str | int | bool | date | None


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom it is about: a person, their login and their membership, as far as there are any."""

    person_id: int | None
    user_id: int | None
    member_id: int | None

    def id_of(self, model: type[Model]) -> int | None:
        """The subject's id in one of the three tables."""
        return {Person: self.person_id, User: self.user_id, Member: self.member_id}.get(model)


@dataclass(frozen=True, slots=True)
class Held:
    """Rows of a table that are about somebody.

    ``title`` and ``why``: what it is, and what it is kept for. ``by``: the ways to the subject, ``pk`` for the row itself.
    ``columns``: what is told of each row, by the way to it. ``others``: columns that hold other people's names, which are masked.
    ``texts``: columns with other people's words, whose phones and doors are hidden. ``derived``: further columns, made for the subject.
    """

    model: type[Model]
    title: object
    why: object
    by: tuple[str, ...]
    columns: Mapping[str, object]
    others: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()
    derived: Callable[[Subject], Mapping[str, Any]] = field(default=lambda _subject: {})

    def whose(self, subject: Subject) -> Q | None:
        """The condition that a row is about the subject; nothing when none can be."""
        found: Q | None = None
        for way in self.by:
            if (pk := subject.id_of(aim_of(self.model, way))) is not None:
                one = Q(**{way: pk})
                found = one if found is None else found | one
        return found


@dataclass(frozen=True, slots=True)
class Part:
    """One table's rows about the subject: the columns' titles, and the values of each row."""

    name: str
    title: str
    why: str
    head: list[str]
    rows: list[list[Value]]


def aim_of(model: type[Model], way: str) -> type[Model]:
    """The table a way leads to; the model itself for ``pk``."""
    at: Any = model
    for name in way.split("__") if way != "pk" else ():
        at = at._meta.get_field(name).remote_field.model
    found: type[Model] = at
    return found


@cache
def declared() -> tuple[Held, ...]:
    """What the packages declare, the lowest package's first."""
    return tuple(held for room in packages.rooms("my_data") for held in room.TABLES)


def excused() -> dict[str, str]:
    """Why a way to somebody is not followed, by model and field: ``bank.Filing.filed_by``."""
    return {name: why for room in packages.rooms("my_data") for name, why in room.LEFT_OUT.items()}


def pictures(subject: Subject) -> Iterator[tuple[str, Path]]:
    """The subject's own pictures, of all packages."""
    for room in packages.rooms("my_data"):
        for found in getattr(room, "PICTURES", ()):
            yield from found(subject)


def own_subject(by: Actor) -> Subject:
    """The actor themselves."""
    return Subject(by.person_id, by.user_id, _member(by.person_id))


def _member(person_id: int | None) -> int | None:
    return None if person_id is None else Member.objects.filter(person_id=person_id).values_list("pk", flat=True).first()


def parts(subject: Subject) -> Iterator[Part]:
    """What is held about the subject, table by table; one statement each. Tables in which nothing can be are told, too."""
    for held in declared():
        yield Part(
            name=held.model._meta.label,
            title=str(held.title),
            why=str(held.why),
            head=[str(title) for title in held.columns.values()],
            rows=_rows(held, subject),
        )


def _rows(held: Held, subject: Subject) -> list[list[Value]]:
    whose = held.whose(subject)
    if whose is None:
        return []
    rows = QuerySet(held.model).filter(whose).annotate(**held.derived(subject)).order_by("pk")
    tellers = [_teller(held, name) for name in held.columns]
    return [[tell(value) for tell, value in zip(tellers, row, strict=True)] for row in rows.values_list(*held.columns)]


def _teller(held: Held, way: str) -> Callable[[Any], Value]:
    """How a column's values are told: choices in words, what belongs to others masked."""
    if way in held.others:
        return lambda value: masking.mask_name(str(value or ""))
    if way in held.texts:
        return lambda value: personal.masked(str(value or ""))
    found = _field(held.model, way)
    words = {key: str(label) for key, label in (found.flatchoices if found is not None else ())}
    return lambda value: words.get(value, value) if words else _plain(value)


def _field(model: type[Model], way: str) -> "Field[Any, Any] | None":
    at = model
    found = None
    for name in way.split("__"):
        if name not in {one.name for one in at._meta.get_fields()}:
            return None  # derived
        found = at._meta.get_field(name)
        at = found.remote_field.model if found.remote_field else at
    return found if isinstance(found, Field) else None


def _plain(value: object) -> Value:
    if value is None or isinstance(value, bool | int | str | date | datetime):
        return value
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else str(value)
