"""The demo's year of points."""

from zengyi.bank.demo import points

CHAPTERS = (points.tell,)
