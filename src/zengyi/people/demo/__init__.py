"""The demo district's places, organisations and people, and the order of time that every package's chapters are played in."""

from zengyi.people.demo import joining

CHAPTERS = (joining.tell,)
