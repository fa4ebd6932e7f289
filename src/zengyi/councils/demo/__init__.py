"""The demo's councils: one module a story."""

from zengyi.councils.demo import ballots, cameras, stages

CHAPTERS = (cameras.tell, ballots.tell, stages.tell)
