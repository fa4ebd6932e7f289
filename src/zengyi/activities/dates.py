"""Dates of this package: occasions on which somebody has a place, or which their unit holds."""

from datetime import datetime

from django.db.models import Exists, OuterRef
from django.urls import reverse

from zengyi.activities.models import Occasion, SignUp
from zengyi.activities.rules.programme import OccasionState
from zengyi.activities.rules.signing import HOLDING, SignUpState
from zengyi.core import personal
from zengyi.people.queries.dates import DATES_MOST, Date
from zengyi.people.rules import Actor


def _occasions(by: Actor, since: datetime, until: datetime) -> list[Date]:
    """Occasions on which the actor has a seat, or had one when it was called off. One statement."""
    if by.person_id is None:
        return []
    seats = SignUp.objects.filter(occasion_id=OuterRef("pk"), person_id=by.person_id)
    with_it = seats.filter(state=SignUpState.CANCELLED, ended_at=OuterRef("changed_at"))
    rows = Occasion.objects.filter(Exists(seats.filter(state__in=HOLDING)) | Exists(with_it), starts_at__gte=since, starts_at__lt=until)
    return [
        Date(
            uid=f"occasion-{one.pk}",
            title=personal.masked(one.activity.title),
            starts_at=one.starts_at,
            ends_at=one.ends_at,
            changed_at=one.changed_at,
            url=reverse("occasion", args=[one.pk]),
            where=" ".join(part for part in (one.place.name if one.place else "", personal.masked(one.spot)) if part),
            words="\n".join(personal.masked(part) for part in (one.bring, one.care, one.reason) if part),
            sequence=one.sequence,
            cancelled=one.state == OccasionState.CANCELLED,
        )
        for one in rows.select_related("activity", "place").order_by("starts_at", "pk")[:DATES_MOST]
    ]


DATES = (_occasions,)
