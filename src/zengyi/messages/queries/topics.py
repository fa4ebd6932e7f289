"""What the packages have to tell, found in their rooms ``inbox``."""

from functools import cache

from zengyi.core import packages
from zengyi.people.queries.inbox import Template, Topic


@cache
def topics() -> dict[str, Topic]:
    """The topics of all packages, by the kind of thing."""
    return {topic.object_type: topic for room in packages.rooms("inbox") for topic in room.TOPICS}


@cache
def templates() -> dict[str, tuple[Topic, Template]]:
    """Every template by its name, such as ``order.deliver.asker``."""
    return {f"{kind}.{one.verb}.{one.to}": (topic, one) for kind, topic in topics().items() for one in topic.templates}
