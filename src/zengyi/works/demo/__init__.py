"""The demo's sites: one story in an estate that is renovated, one of alliances."""

from zengyi.works.demo import alliance, site

CHAPTERS = (site.tell, alliance.tell)
