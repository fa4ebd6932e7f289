"""Words and arithmetic of the points bank. Points are whole numbers."""

from dataclasses import dataclass

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
    REVERSAL = "REVERSAL", _("冲销")


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


@dataclass(frozen=True, slots=True)
class Share:
    """Points that a confirmation brings to a member or to an organisation; exactly one of the two is set."""

    points: int
    member_id: int | None = None
    organisation_id: int | None = None
