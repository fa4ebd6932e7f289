"""Tables of the councils: one module a subject."""

from zengyi.councils.models.numbers import RunningNumber
from zengyi.councils.models.topics import Topic

__all__ = ["RunningNumber", "Topic"]
