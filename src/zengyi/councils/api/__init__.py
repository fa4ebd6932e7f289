"""The councils over HTTP: one module a subject."""

from zengyi.councils.api import ballots, decisions, sessions, talking, topics
from zengyi.councils.api.common import router

#: Operations with a limit on how often they may be called.
LIMITED = (*ballots.LIMITED, *topics.LIMITED, *talking.LIMITED)

__all__ = [
    "LIMITED",
    "ballots",
    "decisions",
    "router",
    "sessions",
    "talking",
    "topics",
]
