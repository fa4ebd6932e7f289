"""Reads of the councils: one module a subject."""

from zengyi.councils.queries.ballots import adopted_ballot, adopted_ballots, ballot, ballots, check_desk, desk, electors_at, lists_of
from zengyi.councils.queries.sessions import session, sessions
from zengyi.councils.queries.topic_parts import Parts, opinions, parts_of
from zengyi.councils.queries.topics import topic, topics, under_way

__all__ = [
    "Parts",
    "adopted_ballot",
    "adopted_ballots",
    "ballot",
    "ballots",
    "check_desk",
    "desk",
    "electors_at",
    "lists_of",
    "opinions",
    "parts_of",
    "session",
    "sessions",
    "topic",
    "topics",
    "under_way",
]
