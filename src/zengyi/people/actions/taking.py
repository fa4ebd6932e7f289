"""A list that leaves the product as a table: who took it, why, and whose phone and door went along."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zengyi.core import audit, clock
from zengyi.core.errors import Invalid
from zengyi.core.steps import action
from zengyi.people.models import Look, Person
from zengyi.people.rules import Actor, check_role
from zengyi.people.rules.persons import REASON_LEAST, REASON_MOST


@action
def take_list(name: str, rows: int, persons: Sequence[int] = (), *, reason: str, by: Actor, at: datetime) -> None:
    """Write down that a list with people in it was taken along, with the reason; whose phone and door went with it sees who took them.

    Raises :class:`Invalid` without a reason. ``persons`` who are not of the actor's community are left alone.
    """
    check_role(by, "people.take")
    why = reason.strip()
    if not REASON_LEAST <= len(why) <= REASON_MOST:
        raise Invalid.on("reason", _("请写一句拿去做什么，2 到 200 字。"))
    here = Person.objects.filter(pk__in=persons, community_id=by.community_id).exclude(pk=by.person_id or 0)
    day = clock.local_date(at)
    said = {
        "viewer_id": by.login_id,
        "day": day,
        "at": at,
        "role": by.role.value,
        "organisation_id": by.organisation_id,
        "about_type": "list",
    }
    known = set(Look.objects.filter(viewer_id=by.login_id, day=day).values_list("person_id", flat=True))
    looks = [Look(person_id=pk, **said) for pk in here.values_list("pk", flat=True) if pk not in known]
    Look.objects.bulk_create(looks, batch_size=500, ignore_conflicts=True)  # of two tables taken at once one writes the looks
    after = {"list": name, "rows": rows, "looks": len(looks)}
    audit.record("take", "community", by.community_id or 0, by=by, at=at, community_id=by.community_id, after=after, reason=why)
