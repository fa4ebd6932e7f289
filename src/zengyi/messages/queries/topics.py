"""What the packages have to tell, found in their rooms ``inbox``."""

from functools import cache

from zengyi.core import packages
from zengyi.people.queries.inbox import Template, Topic


@cache
def topics() -> tuple[Topic, ...]:
    """The topics of all packages, the lowest package's first."""
    return tuple(topic for room in packages.rooms("inbox") for topic in room.TOPICS)


@cache
def templates() -> dict[str, tuple[Topic, Template]]:
    """Every template by its name, such as ``order.deliver.asker``. Raises ``ValueError`` for a name that two have."""
    found: dict[str, tuple[Topic, Template]] = {}
    for topic in topics():
        for template in topic.templates:
            name = topic.name(template)
            if name in found:
                raise ValueError(f"two templates are called {name}: give one of them a case")
            found[name] = (topic, template)
    return found
