"""What somebody in front of a facility says with one tap, without a login; and that somebody went there and looked."""

from datetime import datetime

from django.utils.translation import gettext as _

from zengyi.core import audit, throttle
from zengyi.core.errors import Invalid, NotThere, WrongState
from zengyi.core.steps import action
from zengyi.facilities import rules
from zengyi.facilities.actions.register import held
from zengyi.facilities.models import Label, Report
from zengyi.facilities.rules import guards
from zengyi.people.rules import NOBODY, Actor, check

#: Reports from one address within an hour, and of one facility within a day: more tells nobody more.
FROM_ONE_ADDRESS, OF_ONE_FACILITY = 12, 40
HOUR, DAY = 3600, 24 * 3600
#: What may be said of any facility beside its kind's own faults: its label hangs in the wrong place; it works.
MOVED, FINE = "MOVED", "FINE"


def report(token: str, *, fault: str, address: str, by: Actor = NOBODY, at: datetime) -> int:
    """Report a fault by the label's token; returns the report's id. It leads somebody there; it is no check and opens no order.

    Raises :class:`NotThere` for a token that is not in force, :class:`TooMany` beyond what one address or one facility may bring.
    """
    found = Label.objects.filter(token=token, revoked_at=None).select_related("facility").first()
    if found is None:
        raise NotThere(_("这张标签不再用了。请看看旁边有没有新的，或者打社区电话。"))
    facility = found.facility
    check(by, "facility.scan", guards.Where(facility.community_id).target, sees=True)
    if rules.kinds()[facility.kind].fault(fault) is None and fault not in (MOVED, FINE):
        raise Invalid.on("fault", _("请从里面选一个。"))
    throttle.hit(f"report:{address}", FROM_ONE_ADDRESS, HOUR, at=at)
    throttle.hit(f"report-of:{facility.pk}", OF_ONE_FACILITY, DAY, at=at)
    return _report(facility.pk, facility.community_id, fault, by=by, at=at)


@action
def _report(facility_id: int, community_id: int, fault: str, *, by: Actor, at: datetime) -> int:
    made = Report.objects.create(facility_id=facility_id, community_id=community_id, fault=fault, reported_at=at)
    audit.record("report", "facility", facility_id, by=by, at=at, community_id=community_id, after={"fault": fault, "report": made.pk})
    return made.pk


@action
def settle_reports(facility_id: int, *, by: Actor, at: datetime) -> int:
    """Somebody went there and looked: what passers-by reported is settled, whatever it was. Returns the facility's id."""
    found = held(facility_id)
    guards.check_register(by, guards.Where(found.community_id))
    done = Report.objects.filter(facility_id=found.pk, settled_at=None).update(settled_at=at, settled_by=by.user_id)
    if not done:
        raise WrongState(_("已经有人看过了。"))
    audit.record("settle_reports", "facility", found.pk, by=by, at=at, community_id=found.community_id, after={"settled": done})
    return found.pk
