"""The demo's year of orders, and those that are open now."""

from zengyi.orders.demo import afterwards, doors, now, year

CHAPTERS = (year.tell, now.tell, afterwards.tell, doors.tell)
