"""What of this package is told to whom: to neighbours that something is there or gone, to whoever walked that it was looked through and
that what they found was mended.
"""

from collections.abc import Collection
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zengyi.facilities.queries import concerned
from zengyi.people.queries.inbox import Subject, Template, Topic

NEIGHBOUR, WALKER, FINDER = "neighbour", "walker", "finder"


def _facilities(facility_ids: Collection[int], at: datetime) -> dict[int, Subject]:
    return {
        pk: Subject({NEIGHBOUR: there}, {"name": name}, persons={NEIGHBOUR: alone})
        for pk, (name, there, alone) in concerned.facilities(facility_ids).items()
    }


def _rounds(round_ids: Collection[int], at: datetime) -> dict[int, Subject]:
    return {pk: Subject({WALKER: walker}, {"name": name}) for pk, (name, walker) in concerned.rounds(round_ids).items()}


def _mended(order_ids: Collection[int], at: datetime) -> dict[int, Subject]:
    found = concerned.mended(order_ids)
    return {pk: Subject({FINDER: finders}, {"name": name}, stands_at=facility) for pk, (name, facility, finders) in found.items()}


TOPICS = (
    Topic(
        object_type="facility",
        subjects=_facilities,
        url=lambda _facility: reverse("facility-share"),
        templates=(
            Template(verb="take_up", to=NEIGHBOUR, words=_("您那幢楼的新设施能用了：%(name)s")),
            Template(verb="retire", to=NEIGHBOUR, words=_("您那幢楼的设施不再用了：%(name)s")),
        ),
    ),
    Topic(
        object_type="round",
        subjects=_rounds,
        url=lambda round_id: reverse("round", args=[round_id]),
        templates=(Template(verb="review", to=WALKER, words=_("您走的一趟有人看过了：%(name)s")),),
    ),
    Topic(
        object_type="order",
        subjects=_mended,
        url=lambda facility_id: reverse("facility", args=[facility_id]),
        templates=(Template(verb="confirm", to=FINDER, words=_("您查到的毛病修好了：%(name)s"), more=_("点单的人看过，确认办好")),),
    ),
)
