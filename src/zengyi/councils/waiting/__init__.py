"""What of this package waits for somebody: one module a subject."""

from zengyi.councils.waiting import ballots, sessions, topics

ITEMS = (*topics.ITEMS, *sessions.ITEMS, *ballots.ITEMS)
