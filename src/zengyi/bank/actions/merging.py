"""What the bank does when two entries become one person: the accounts of a membership that never had a point go with it."""

from zengyi.bank.models import Account
from zengyi.core.steps import in_action
from zengyi.people.rules.merging import Sides


@in_action
def close_empty_accounts(sides: Sides) -> None:
    """Take away the accounts of the membership that goes. Nothing was ever posted to them: see :func:`against_points`."""
    if sides.kept_member is not None and sides.gone_member is not None:
        Account.objects.filter(member_id=sides.gone_member).delete()


BEFORE_MERGING = (close_empty_accounts,)
