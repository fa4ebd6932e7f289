"""What packages have to tell somebody, derived from the audit trail: who is concerned by an event, and in which words.

A package says so in its room ``inbox``: ``TOPICS``, a tuple of :class:`Topic`. Nothing of it runs in the step itself; the package
``messages`` reads events when they are sealed and writes one message for each login that is concerned.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

#: The part of a community's work groups: their robots are told, and nobody's inbox.
GROUP = "group"
#: What paper says where a page would be opened.
ASK = _("想知道详细的，打电话问社区")


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing that events are about, as messages need it.

    ``logins``: the ids of the logins concerned, by the name of the part they have in it; ``values``: what its words are filled with.
    Nothing in the values may be personal: whoever is concerned need not know the others. ``stands_at``: the id that the topic's address
    takes, where that is another thing's. ``group``: whether the community's work groups may hear of it. ``persons``: people concerned, by
    their part: those of them whom nothing else reaches are told on paper. ``paper``: what stands there instead of what a tap would open.
    """

    logins: Mapping[str, frozenset[int]]
    values: Mapping[str, str]
    stands_at: int | None = None
    group: bool = False
    persons: Mapping[str, frozenset[int]] = field(default_factory=dict)
    paper: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """Who is told of which step, and how. ``words`` and ``more`` are translatable and filled with the subject's values and the event's.

    ``to``: the part of whoever is told, or :data:`GROUP`. ``urgent``: it is told at night, too. ``fits``: whether it is told, by what the
    event says; ``case``: a word for it, where one step is told in several ways. ``paper``: said on paper instead of ``more``, where that
    speaks of what a tap opens. ``settled_by``: later steps on the same thing after which
    there is no use in telling it any more.
    """

    verb: str
    to: str
    words: Any
    more: Any = ""
    paper: Any = ""
    urgent: bool = False
    case: str = ""
    settled_by: tuple[str, ...] = ()
    fits: Callable[[Mapping[str, Any]], bool] = field(default=lambda after: True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """Events about one kind of thing. ``url``: where one of them stands. Several packages may tell of one kind, each those it knows of.

    ``subjects``: the things of these ids as they stand at a moment, in few statements for all.

    ``values``: more values for the words, out of what an event says.
    """

    object_type: str
    subjects: Callable[[Collection[int], datetime], Mapping[int, Subject]]
    url: Callable[[int], str]
    templates: tuple[Template, ...]
    values: Callable[[Mapping[str, Any]], Mapping[str, str]] = field(default=lambda after: {})

    def name(self, template: Template) -> str:
        """The name by which a message keeps its template."""
        parts = (self.object_type, template.verb, template.to, template.case)
        return ".".join(str(part) for part in parts if part)
