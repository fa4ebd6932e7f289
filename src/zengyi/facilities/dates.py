"""Dates of this package: rounds that wait for somebody who walks them."""

from datetime import datetime, time

from django.urls import reverse
from django.utils.translation import gettext as _

from zengyi.core import clock
from zengyi.facilities.models import Round
from zengyi.facilities.rules import RoundState
from zengyi.people.queries.dates import DATES_MOST, Date
from zengyi.people.rules import Actor, Target, allows


def _rounds(by: Actor, since: datetime, until: datetime) -> list[Date]:
    """The days' rounds of the community, for those who walk there. One statement."""
    if by.community_id is None or not allows(by, "round.walk", Target(community_id=by.community_id)):
        return []
    first, last = clock.local_date(since), clock.local_date(until)
    rows = Round.objects.filter(community_id=by.community_id, due_date__gte=first, due_date__lt=last, state=RoundState.SCHEDULED)
    found = []
    for pk, name, day in rows.order_by("due_date", "pk").values_list("pk", "route__name", "due_date")[:DATES_MOST]:
        moment = datetime.combine(day, time(), clock.SHANGHAI)
        found.append(
            Date(
                uid=f"round-{pk}",
                title=_("巡检：%(name)s") % {"name": name},
                starts_at=moment,
                ends_at=moment,
                changed_at=moment,
                url=reverse("round", args=[pk]),
                all_day=True,
            )
        )
    return found


DATES = (_rounds,)
