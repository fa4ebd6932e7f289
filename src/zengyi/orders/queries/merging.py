"""Whether orders stand in the way of making two entries one person."""

from django.db.models import Q
from django.utils.translation import gettext as _

from zengyi.orders.models import Claim
from zengyi.orders.rules import ClaimState
from zengyi.people.rules.merging import Sides


def against_orders(sides: Sides) -> list[str]:
    """Nobody does what they themselves asked for, so nothing of the one may be in the other's hands. One statement."""
    crossed = Q(pk=None)
    for member_id, requester_id in ((sides.kept_member, sides.gone), (sides.gone_member, sides.kept)):
        if member_id is not None:
            crossed |= Q(member_id=member_id, order__requester_id=requester_id)
    rows = Claim.objects.filter(crossed, state__in=(ClaimState.PROPOSED, ClaimState.ACTIVE)).order_by("order_id")
    numbers = [claim.order.number for claim in rows.select_related("order")[:3]]
    if not numbers:
        return []
    return [_("%(numbers)s 是这一份点的、那一份正在做的。先请别人来做，再来并。") % {"numbers": _("、").join(numbers)}]


AGAINST_MERGING = (against_orders,)
