"""The demo's sites: one story in an estate that is renovated, one of an alliance."""

from zengyi.works.demo import stories

CHAPTERS = (stories.tell,)
