"""What the API's document calls by one name is one thing: of two schemas of the same name it would keep the last alone."""

import enum
import typing
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from ninja import Schema

import zengyi.project.urls  # noqa: F401  brings in every package's operations


def _below(kind: type[Any]) -> Iterator[type[Any]]:
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)


def _words(hint: Any) -> Iterator[type[enum.Enum]]:
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        yield hint
    for part in typing.get_args(hint):
        yield from _words(part)


def test_every_schema_has_a_name_of_its_own() -> None:
    ours = [one for one in _below(Schema) if one.__module__.startswith("zengyi.") and not one.__subclasses__()]
    named = defaultdict(set)
    for one in ours:
        named[one.__name__].add(one.__module__)
        for field in one.model_fields.values():
            for word in _words(field.annotation):
                named[word.__name__].add(word.__module__)
    assert len(named) > 100
    assert {name: places for name, places in named.items() if len(places) > 1} == {}
