"""Reads of the councils: one module a subject."""

from zengyi.councils.queries.ballot_rows import flats_of_ballot
from zengyi.councils.queries.ballots import adopted_ballot, adopted_ballots, ballot, ballots, check_desk, desk, electors_at, lists_of
from zengyi.councils.queries.decided import Decided, decided
from zengyi.councils.queries.duties import DailyDuty, daily_duties, daily_duties_of
from zengyi.councils.queries.photos import photo
from zengyi.councils.queries.sessions import lately, next_of_series, points_on, session, sessions
from zengyi.councils.queries.topic_parts import Parts, opinions, parts_of
from zengyi.councils.queries.topics import topic, topics, under_way

__all__ = [
    "DailyDuty",
    "Decided",
    "Parts",
    "adopted_ballot",
    "adopted_ballots",
    "ballot",
    "ballots",
    "check_desk",
    "daily_duties",
    "daily_duties_of",
    "decided",
    "desk",
    "electors_at",
    "flats_of_ballot",
    "lately",
    "lists_of",
    "next_of_series",
    "opinions",
    "parts_of",
    "photo",
    "points_on",
    "session",
    "sessions",
    "topic",
    "topics",
    "under_way",
]
