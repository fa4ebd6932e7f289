"""Which rounds a member may file as a deed: those that they walked themselves and handed in."""

from datetime import date

from django.utils.translation import gettext as _

from zengyi.bank.queries import Suggestion
from zengyi.facilities.models import Round
from zengyi.facilities.rules import RoundState
from zengyi.people.rules import Actor

#: What is further back somebody writes down themselves.
MOST = 5
#: The code of the catalogue's rule: a round past facilities.
WALKED = "V14"


def rounds_walked(by: Actor, first: date, last: date) -> list[Suggestion]:
    """From the first day to the last, in the actor's community, whatever role they walked them in. One statement."""
    rows = Round.objects.filter(walked_by_id=by.user_id, community_id=by.community_id, due_date__range=(first, last))
    rows = rows.filter(state__in=(RoundState.SUBMITTED, RoundState.REVIEWED)).order_by("-pk")
    return [
        Suggestion(
            key=f"round:{pk}",
            rule=WALKED,
            day=day,
            title=_("巡检：%(route)s") % {"route": route},
            detail=_("你走完交了的，还没记过分"),
            text=_("巡检一轮：%(route)s") % {"route": route},
            icon="search",
        )
        for pk, day, route in rows.values_list("pk", "due_date", "route__name")[:MOST]
    ]
