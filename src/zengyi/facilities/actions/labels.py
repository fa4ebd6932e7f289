"""Labels: the code that hangs on a facility. There is one in force; a new one revokes it."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from zengyi.core import audit
from zengyi.core.errors import Invalid
from zengyi.core.steps import action
from zengyi.facilities import rules
from zengyi.facilities.actions.register import held
from zengyi.facilities.models import Facility, Label
from zengyi.facilities.rules import FacilityState, guards
from zengyi.people.rules import Actor

#: Letters and digits that nobody mistakes for each other, for whoever types a token from a label.
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
LENGTH = 12


def new_token() -> str:
    """A random token: 59 bits, so that nobody comes upon one by trying."""
    return "".join(secrets.choice(ALPHABET) for _letter in range(LENGTH))


@action
def issue(facility_ids: Sequence[int], *, by: Actor, at: datetime) -> int:
    """Give a label to those of the facilities that have none in force; returns to how many."""
    where = guards.of(by)
    guards.check_register(by, where)
    if not 0 < len(facility_ids) <= rules.FACILITIES_MOST:
        raise Invalid(_("请选要打标签的设施。"))
    rows = Facility.objects.filter(community_id=where.community_id, pk__in=facility_ids).exclude(state=FacilityState.RETIRED)
    bare = list(rows.exclude(labels__in=Label.objects.filter(revoked_at=None)).order_by("pk").values_list("pk", flat=True))
    made = [Label(facility_id=pk, token=new_token(), issued_at=at, issued_by_id=by.user_id) for pk in bare]
    Label.objects.bulk_create(made, batch_size=500)
    audit.record("label", "facilities", where.community_id, by=by, at=at, community_id=where.community_id, after={"issued": len(made)})
    return len(made)


@action
def replace(facility_id: int, *, by: Actor, at: datetime) -> int:
    """A new label instead of the one in force, which leads nowhere from now on: it was lost, torn off, or hangs somewhere else."""
    found = held(facility_id)
    guards.check_change(by, guards.Where(found.community_id), found.state)
    revoked = Label.objects.filter(facility_id=found.pk, revoked_at=None).update(revoked_at=at)
    Label.objects.create(facility_id=found.pk, token=new_token(), issued_at=at, issued_by_id=by.user_id)
    audit.record("label", "facility", found.pk, by=by, at=at, community_id=found.community_id, after={"issued": 1, "revoked": revoked})
    return found.pk
