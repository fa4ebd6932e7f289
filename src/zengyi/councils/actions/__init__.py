"""Steps of the councils: one module a subject."""

from zengyi.councils.actions.topics import raise_topic, screen_topic

__all__ = ["raise_topic", "screen_topic"]
