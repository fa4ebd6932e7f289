"""Words and arithmetic of the points bank. Points are whole numbers."""

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

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


class MarkNote(TextChoices):
    """Why a mark brought other points than its rule says."""

    CAPPED = "CAPPED", _("超过全年上限，多出的不计")


@dataclass(frozen=True, slots=True)
class Share:
    """Points that a confirmation brings to a member or to an organisation; exactly one of the two is set."""

    points: int
    member_id: int | None = None
    organisation_id: int | None = None


#: The share of the base points offered in a quarter that a member should reach, in per cent.
STANDARD_PERCENT = 80
REASON_MOST = 200


@dataclass(frozen=True, slots=True)
class BaseRule:
    """One version of a rule for base points: ``points`` each time, at most ``cap_year`` points a calendar year."""

    code: str
    name: str
    points: int
    cap_year: int
    valid_from: date
    valid_to: date | None


@cache
def base_rules() -> tuple[BaseRule, ...]:
    """All versions of the rules for base points, from ``rules.csv``, which the community's party committee sets."""
    text = resources.files("zengyi.bank").joinpath("rules.csv").read_text(encoding="utf-8")
    return tuple(
        BaseRule(
            row["code"],
            row["name"],
            int(row["points"]),
            int(row["cap_year"]),
            date.fromisoformat(row["valid_from"]),
            date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        )
        for row in csv.DictReader(text.splitlines())
    )


def rule_in_force(code: str, day: date) -> BaseRule | None:
    """The version of a rule that was in force on ``day``, the day of the deed; nothing for an unknown code."""
    for rule in base_rules():
        if rule.code == code and rule.valid_from <= day and (rule.valid_to is None or day <= rule.valid_to):
            return rule
    return None


def standard_of(offered: int) -> int:
    """The base points a quarter asks for when ``offered`` could be had: 80 %, rounded up.

    >>> standard_of(10), standard_of(11), standard_of(0)
    (8, 9, 0)
    """
    return -(-offered * STANDARD_PERCENT // 100)
