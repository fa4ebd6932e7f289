"""Services that come round: what is due next in a community, whatever kind it is."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from zengyi.core import clock
from zengyi.facilities.models import Clock
from zengyi.facilities.queries.listing import reach
from zengyi.facilities.rules import LIVE, clocks
from zengyi.people.rules import Actor

#: So many days ahead are looked at, and so many services told, the first ones first.
AHEAD, SHOWN = timedelta(days=35), 12


@dataclass(frozen=True, slots=True)
class Service:
    """A service of one facility: by when, and how it stands, as :meth:`zengyi.facilities.rules.Clock.light` has it."""

    facility_id: int
    facility: str
    name: str
    due_on: date
    light: str
    left: int


def services(community_id: int, *, by: Actor, at: datetime, kind: str = "") -> list[Service]:
    """What is due within the next weeks or is late already. One statement."""
    today = clock.local_date(at)
    rows = reach(by, "facility.read", community_id, among=Clock.objects.filter(facility__state__in=LIVE, due_on__lte=today + AHEAD))
    rows = rows.filter(facility__kind=kind) if kind else rows
    found = rows.order_by("due_on", "pk").values_list("facility_id", "facility__name", "code", "due_on")[:SHOWN]
    return [
        Service(pk, name, clocks()[code].name, due, clocks()[code].light(due, today), (due - today).days)
        for pk, name, code, due in found
        if code in clocks()
    ]
