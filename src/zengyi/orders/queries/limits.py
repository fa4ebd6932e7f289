"""How many working hours an order may take: what the community has set, else the usual."""

from datetime import datetime

from zengyi.core import worktime
from zengyi.orders.models import TimeLimit
from zengyi.orders.rules import DUE_WORKING_HOURS, Category, Urgency
from zengyi.orders.rules.limits import Limits


def hours_of(community_id: int, category: str, urgency: int) -> int:
    """Working hours until an order of that category and urgency is due in the community. One statement."""
    own = TimeLimit.objects.filter(community_id=community_id, category=category, urgency=urgency).values_list("hours", flat=True).first()
    return DUE_WORKING_HOURS[Category(category)][Urgency(urgency)] if own is None else own


def due_after(community_id: int, category: str, urgency: int, at: datetime) -> datetime:
    """When an order of that category and urgency is due that the community takes on at ``at``. One statement."""
    return worktime.add_working_hours(at, hours_of(community_id, category, urgency))


def limits(community_id: int) -> Limits:
    """All of a community's limits. One statement."""
    found = {(category, urgency): hours for category, by in DUE_WORKING_HOURS.items() for urgency, hours in by.items()}
    rows = TimeLimit.objects.filter(community_id=community_id).values_list("category", "urgency", "hours")
    found |= {(Category(category), Urgency(urgency)): hours for category, urgency, hours in rows}
    return found
