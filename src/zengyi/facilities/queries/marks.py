"""What stands behind a curve of availability: the decision that asked for daily rounds, and the repairs that brought most back."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, Value, When
from django.utils.translation import gettext as _

from zengyi.core import clock, personal
from zengyi.councils import queries as councils
from zengyi.facilities.models import Defect, Route, Stop
from zengyi.facilities.queries.availability import asked, window
from zengyi.people.rules import Actor

#: So many repairs are told, those that brought most back.
REPAIRS_MOST = 5
DECIDED, REPAIRED = "decided", "repaired"


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened on a day, in words; ``topic_id``: where a decision can be read."""

    day: date
    what: str
    words: str
    topic_id: int | None = None


def marks(
    *,
    by: Actor,
    at: datetime,
    community_id: int | None = None,
    kind: str = "",
    place_id: int | None = None,
    first: date | None = None,
    last: date | None = None,
) -> list[Mark]:
    """The decisions and the greatest repairs of the window, in their order. Three statements."""
    start, end = (datetime.fromtimestamp(second, clock.SHANGHAI) for second in window(first, last, at=at))
    found = [*_decided(by, community_id, kind, start, end), *_repaired(by, community_id, kind, place_id, start, end)]
    return sorted(found, key=lambda mark: (mark.day, mark.what))


def _decided(by: Actor, community_id: int | None, kind: str, start: datetime, end: datetime) -> list[Mark]:
    routes = asked(by, community_id, among=Route.objects.exclude(decision=None))
    if kind:
        routes = routes.filter(Exists(Stop.objects.filter(route_id=OuterRef("pk"), facility__kind=kind)))
    there = {one.decision_id: one for one in councils.daily_duties_of(set(routes.values_list("decision_id", flat=True)))}
    return [
        Mark(clock.local_date(one.decided_at), DECIDED, _("商量定下：%(what)s") % {"what": one.decision}, one.topic_id)
        for one in there.values()
        if start <= one.decided_at < end
    ]


def _repaired(by: Actor, community_id: int | None, kind: str, place_id: int | None, start: datetime, end: datetime) -> list[Mark]:
    """The repairs that brought most back. A cause counts with all that lay at it, or with as much of that as is of the kind or at the place
    asked for."""
    rows = asked(by, community_id, among=Defect.objects.filter(cause=None, fixed_at__gte=start, fixed_at__lt=end))
    which = {name: value for name, value in (("kind", kind), ("place_id", place_id)) if value}
    own, its = (Q(**{f"{way}facility__{name}": value for name, value in which.items()}) for way in ("", "effects__"))
    mine = Case(When(own, then=Value(1)), default=Value(0), output_field=IntegerField()) if which else Value(1)
    rows = rows.annotate(n=mine + Count("effects", filter=its if which else None)).filter(n__gt=0)
    columns = rows.order_by("-n", "fixed_at", "pk").values_list("fixed_at", F("facility__name"), "n")[:REPAIRS_MOST]
    return [Mark(clock.local_date(when), REPAIRED, _told(personal.masked(name), n)) for when, name, n in columns if when is not None]


def _told(name: str, n: int) -> str:
    return _("%(name)s修好，回来 %(n)d 处") % {"name": name, "n": n} if n > 1 else _("%(name)s修好") % {"name": name}
