"""The demo's councils: one module a story."""

from zengyi.councils.demo import ballots, cameras

CHAPTERS = (cameras.tell, ballots.tell)
