"""Dates of this package: until when what somebody works on is to be done."""

from datetime import datetime, timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from zengyi.core import personal
from zengyi.orders.models import Claim
from zengyi.orders.rules import OPEN_CLAIMS
from zengyi.people.queries.dates import DATES_MOST, Date
from zengyi.people.rules import Actor

#: A deadline stands in the calendar as so long before it.
SHOWN = timedelta(minutes=30)


def _due(by: Actor, since: datetime, until: datetime) -> list[Date]:
    """What the actor, or their unit, has in hand. One statement."""
    mine = Q(member_id=by.member_id) if by.member_id is not None else Q(pk=None)
    if by.organisation_id is not None:
        mine |= Q(organisation_id=by.organisation_id)
    rows = Claim.objects.filter(mine, state__in=OPEN_CLAIMS, order__due_at__gte=since, order__due_at__lt=until)
    columns = ("order_id", "order__title", "order__year", "order__sequence", "order__due_at", "claimed_at")
    return [
        Date(
            uid=f"order-{pk}",
            title=_("最晚办好：%(title)s") % {"title": personal.masked(title)},
            starts_at=due - SHOWN,
            ends_at=due,
            changed_at=claimed,
            url=reverse("order", args=[pk]),
            words=_("单号 %(number)s") % {"number": f"{year}-{sequence:04d}"},
        )
        for pk, title, year, sequence, due, claimed in rows.order_by("order__due_at", "pk").values_list(*columns)[:DATES_MOST]
    ]


DATES = (_due,)
