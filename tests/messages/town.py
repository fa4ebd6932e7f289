"""What of messages can stand on a page: slips to hand over, in a building and nobody knows where."""

from datetime import datetime

from tests.cast import Cast
from zengyi.core import sealing
from zengyi.messages import actions, queries
from zengyi.messages.models import Delivery
from zengyi.orders import actions as orders
from zengyi.orders.rules import OnBehalf
from zengyi.people.models import Person


def lay_slips(cast: Cast, now: datetime) -> str:
    """Two people without a phone ask through the desk, and their slips wait; returns what stands on the list of the first's building."""
    for name, home in (("独居老人甲" * 6, cast.buildings[0]), ("独居老人乙", None)):
        person = cast.person(name, cast.community, "", home, "")
        Person.objects.filter(pk=person.pk).update(phone_index=None)
        order = cast.published("worker2", at=now, title="楼道灯不亮" + "不亮" * 20, on_behalf=OnBehalf(person_id=person.pk))
        orders.claim(order.pk, by=cast.actor("unit"), at=now)
    sealing.seal(now)
    actions.tell_due(now)
    Delivery.objects.filter(channel="SLIP").update(due_at=now)
    actions.gather_due(now)
    return queries.slips(by=cast.actor("worker"))[0].token
