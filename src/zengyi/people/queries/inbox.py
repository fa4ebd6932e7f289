"""What packages have to tell somebody, derived from the audit trail: who is concerned by an event, and in which words.

A package says so in its room ``inbox``: ``TOPICS``, a tuple of :class:`Topic`. Nothing of it runs in the step itself; the package
``messages`` reads events when they are sealed and writes one message for each login that is concerned.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing that events are about, as messages need it.

    ``logins``: the ids of the logins concerned, by the name of the part they have in it; ``values``: what its words are filled with.
    Nothing in the values may be personal: whoever is concerned need not know the others.
    """

    logins: Mapping[str, frozenset[int]]
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """Who is told of which step, and how. ``words`` and ``more`` are translatable and filled with the subject's values and the event's.

    ``to``: the part of whoever is told. ``urgent``: it is told at night, too. ``fits``: whether it is told, by what the event says.
    """

    verb: str
    to: str
    words: Any
    more: Any = ""
    urgent: bool = False
    fits: Callable[[Mapping[str, Any]], bool] = field(default=lambda after: True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """Events about one kind of thing. ``url``: where one of them stands.

    ``subjects``: the things of these ids as they stand at a moment, in few statements for all.

    ``values``: more values for the words, out of what an event says.
    """

    object_type: str
    subjects: Callable[[Collection[int], datetime], Mapping[int, Subject]]
    url: Callable[[int], str]
    templates: tuple[Template, ...]
    values: Callable[[Mapping[str, Any]], Mapping[str, str]] = field(default=lambda after: {})
