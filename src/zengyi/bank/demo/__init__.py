"""The demo's year of points."""

from zengyi.bank.demo import duties, points

CHAPTERS = (points.tell, duties.tell)
