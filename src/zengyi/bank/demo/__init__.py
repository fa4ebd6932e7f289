"""The demo's year of points."""

from zengyi.bank.demo import appraisals, duties, points, quarters

CHAPTERS = (points.tell, duties.tell, appraisals.tell, quarters.tell)
