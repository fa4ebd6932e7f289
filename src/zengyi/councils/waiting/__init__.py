"""What of this package waits for somebody: one module a subject."""

from zengyi.councils.waiting import topics

ITEMS = topics.ITEMS
