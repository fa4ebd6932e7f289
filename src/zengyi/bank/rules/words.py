"""Words of the books, and the base standard."""

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class AccountKind(TextChoices):
    """Kinds of accounts."""

    BASE = "BASE", _("基础分")
    GAIN = "GAIN", _("增值分")
    DIFFICULTY = "DIFFICULTY", _("困难")
    ISSUE = "ISSUE", _("社区发放")


class PostingKind(TextChoices):
    """What a posting records."""

    TRIAGE = "TRIAGE", _("登记困难")
    CONFIRM = "CONFIRM", _("居民确认")
    BASE = "BASE", _("基础分入账")
    DEED = "DEED", _("做事加分")
    DEDUCT = "DEDUCT", _("扣分")
    REVERSAL = "REVERSAL", _("冲销")


class ProposalState(StrEnum):
    """States of whatever one person proposes and another decides on; roll-calls and corrections have words of their own for them."""

    PROPOSED = "PROPOSED"
    POSTED = "POSTED"
    REJECTED = "REJECTED"


class RollCallState(TextChoices):
    """States of a roll-call."""

    PROPOSED = "PROPOSED", _("待审核")
    POSTED = "POSTED", _("已入账")
    REJECTED = "REJECTED", _("已退回")


class CorrectionState(TextChoices):
    """States of a correction."""

    PROPOSED = "PROPOSED", _("待审核")
    POSTED = "POSTED", _("已冲销")
    REJECTED = "REJECTED", _("已退回")


class Mark(TextChoices):
    """A member's mark on a roll-call."""

    PRESENT = "PRESENT", _("到")
    LEAVE = "LEAVE", _("请假")
    ABSENT = "ABSENT", _("缺席")


class MarkNote(TextChoices):
    """Why a mark brought other points than its rule says."""

    CAPPED = "CAPPED", _("超过上限，多出的不计")
    HELD = "HELD", _("是审核人自己、家人或同单位的人，等另一位审核")
    REVERSED = "REVERSED", _("已冲销，不计分")
    FILED = "FILED", _("本人已经申报过，不重复记")
    DENIED = "DENIED", _("本人说不是，先冻结")
    WAITING = "WAITING", _("等另一位核准")
    #: Stands there only within the step that posts the mark.
    POSTING = "POSTING", _("正在入账")


#: The share of the base points offered in a quarter that a member should reach, in per cent.
STANDARD_PERCENT = 80
REASON_MOST = 200


def standard_of(offered: int) -> int:
    """The base points a quarter asks for when ``offered`` could be had: 80 %, rounded up.

    >>> standard_of(10), standard_of(11), standard_of(0)
    (8, 9, 0)
    """
    return -(-offered * STANDARD_PERCENT // 100)
