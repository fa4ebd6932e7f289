"""The demo's year of points."""

from zengyi.bank.demo import appraisals, deeds, duties, points, quarters

CHAPTERS = (points.tell, duties.tell, deeds.tell, appraisals.tell, quarters.tell)
