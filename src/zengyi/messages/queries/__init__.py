"""Reads of messages."""

from zengyi.messages.queries.inbox import Day, Inbox, MessageCard, inbox, page, quiet_of, unread

__all__ = ["Day", "Inbox", "MessageCard", "inbox", "page", "quiet_of", "unread"]
