"""The demo's year of points."""

from zengyi.bank.demo import duties, points, quarters

CHAPTERS = (points.tell, duties.tell, quarters.tell)
