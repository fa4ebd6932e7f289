"""Reads of messages."""

from zengyi.messages.queries.inbox import Day, Inbox, MessageCard, inbox, page, quiet_of, unread
from zengyi.messages.queries.outside import LetterCard, RobotCard, letters, robots

__all__ = ["Day", "Inbox", "LetterCard", "MessageCard", "RobotCard", "inbox", "letters", "page", "quiet_of", "robots", "unread"]
