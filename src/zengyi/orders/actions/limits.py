"""A community sets how long each kind of order may take."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from zengyi.core import audit
from zengyi.core.errors import Invalid
from zengyi.core.steps import action
from zengyi.orders.actions.finding import sentence
from zengyi.orders.models import TimeLimit
from zengyi.orders.queries.limits import limits
from zengyi.orders.rules import DUE_WORKING_HOURS, Category, Urgency
from zengyi.orders.rules.limits import check_limits
from zengyi.people.rules import Actor, check_role


@action
def set_limits(wanted: Mapping[tuple[Category, Urgency], int], *, reason: str, by: Actor, at: datetime) -> int:
    """Set the working hours of every category and urgency in the actor's community; returns how many changed.

    It holds for what is taken on from now on. Raises :class:`Invalid` without a reason, for what can't be, and when nothing is different.
    """
    check_role(by, "order.limits")
    community_id, why = by.community_id or 0, sentence(reason, "reason", 200)
    check_limits(wanted)
    now = limits(community_id)
    changed = {which: hours for which, hours in wanted.items() if now[which] != hours}
    if not changed:
        raise Invalid(_("和原来一样，什么都没有改。"))
    for (category, urgency), hours in changed.items():
        mine: dict[str, Any] = {"community_id": community_id, "category": category, "urgency": urgency}
        if hours == DUE_WORKING_HOURS[category][urgency]:
            TimeLimit.objects.filter(**mine).delete()
        else:
            TimeLimit.objects.update_or_create(**mine, defaults={"hours": hours, "set_by_id": by.user_id, "set_at": at})
    audit.record(
        "change",
        "community",
        community_id,
        by=by,
        at=at,
        community_id=community_id,
        before={f"{category} {int(urgency)}": now[category, urgency] for category, urgency in changed},
        after={f"{category} {int(urgency)}": hours for (category, urgency), hours in changed.items()},
        reason=why,
    )
    return len(changed)
