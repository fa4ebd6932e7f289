"""Whom facilities, rounds and defects concern, by their logins: for messages."""

from collections.abc import Collection

from zengyi.core import personal
from zengyi.facilities.models import Check, Defect, Facility, Round
from zengyi.people.queries.concerned import neighbours_of, unreached_at
from zengyi.people.rules import known

_NOBODY: frozenset[int] = frozenset()


def facilities(facility_ids: Collection[int]) -> dict[int, tuple[str, frozenset[int], frozenset[int]]]:
    """The name of each facility, who lives in the building it belongs to, and one person of each household there that only paper
    reaches. Six statements."""
    rows = list(Facility.objects.filter(pk__in=facility_ids).values_list("pk", "name", "place_id"))
    places = {place for _pk, _name, place in rows if place is not None}
    there, paper = neighbours_of(places), unreached_at(places)
    return {pk: (personal.masked(name), there.get(place or 0, _NOBODY), paper.get(place or 0, _NOBODY)) for pk, name, place in rows}


def rounds(round_ids: Collection[int]) -> dict[int, tuple[str, frozenset[int]]]:
    """The route and day of each round, and who walked it. One statement."""
    rows = Round.objects.filter(pk__in=round_ids).values_list("pk", "route__name", "due_date", "walked_by_id")
    return {pk: (f"{personal.masked(name)} {day:%Y-%m-%d}", known(walker)) for pk, name, day, walker in rows}


def mended(order_ids: Collection[int]) -> dict[int, tuple[str, int, frozenset[int]]]:
    """By order: the name and the id of the facility that it mends, and who found the fault on a round. Two statements."""
    rows = list(Defect.objects.filter(order_id__in=order_ids).values_list("order_id", "facility_id", "facility__name", "item", "opened_at"))
    found: dict[tuple[int, str], set[int]] = {}
    fails = Check.objects.filter(facility_id__in={facility for _order, facility, *_more in rows}, result="FAIL")
    since = {(facility, item): opened for _order, facility, _name, item, opened in rows}
    for facility, item, at, walker in fails.values_list("facility_id", "item", "at", "by_id"):
        if (facility, item) in since and at >= since[facility, item]:
            found.setdefault((facility, item), set()).add(walker)
    return {
        order: (personal.masked(name), facility, frozenset(found.get((facility, item), ())))
        for order, facility, name, item, _opened in rows
    }
