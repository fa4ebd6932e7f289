"""Reads of the councils: one module a subject."""

from zengyi.councils.queries.topics import topic, topics

__all__ = ["topic", "topics"]
