"""Reads of messages."""

from zengyi.messages.queries.calendar import Calendar, calendar, calendar_of
from zengyi.messages.queries.inbox import Day, Inbox, MessageCard, inbox, page, quiet_of, unread
from zengyi.messages.queries.outside import LetterCard, RobotCard, letters, robots
from zengyi.messages.queries.slips import House, Named, Slip, listed, slips
from zengyi.messages.queries.wordings import Length, Said, Wording, wordings

__all__ = [
    "Calendar",
    "Day",
    "House",
    "Inbox",
    "Length",
    "LetterCard",
    "MessageCard",
    "Named",
    "RobotCard",
    "Said",
    "Slip",
    "Wording",
    "calendar",
    "calendar_of",
    "inbox",
    "letters",
    "listed",
    "page",
    "quiet_of",
    "robots",
    "slips",
    "unread",
    "wordings",
]
