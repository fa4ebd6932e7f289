"""What a deed is worth: the points of its rule, and how many of them the caps leave."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zengyi.bank.rules.rulebook import Evidence, Rule, RuleKind, shipped
from zengyi.core import clock
from zengyi.core.errors import Invalid

QUANTITY_MOST = 50
DEED_TEXT_LEAST, DEED_TEXT_MOST = 4, 500
DEED_PHOTOS_MOST = 3


class Short(TextChoices):
    """Why a deed brought fewer points than its rule says."""

    ACTIVITY = "ACTIVITY", gettext_lazy("超过一次活动的上限，多出的记 0 分")
    QUARTER = "QUARTER", gettext_lazy("超过本季上限，多出的记 0 分")
    YEAR = "YEAR", gettext_lazy("超过全年上限，多出的记 0 分")
    PAIR = "PAIR", gettext_lazy("本季度你们之间次数多了，多出的记 0 分")


@dataclass(frozen=True, slots=True)
class Had:
    """The points a member has under a rule in the quarter and in the year of a deed, the deed itself left out."""

    quarter: int
    year: int


def asked(rule: Rule, quantity: int) -> int:
    """The points of so many under the rule, before any cap. With levels the quantity says which: 1 is the first.

    Raises :class:`Invalid` for a quantity that cannot be.
    """
    most = len(rule.levels) or (1 if rule.kind == RuleKind.VETO else QUANTITY_MOST)
    if not 1 <= quantity <= most:
        raise Invalid.on("quantity", _("数量要在 1 到 %(most)d 之间。") % {"most": most})
    return rule.levels[quantity - 1] if rule.levels else rule.points * quantity


def much(code: str, quantity: int) -> str:
    """So much under the rule, in words; empty for one, which goes without saying. What a rule counts is never changed by its versions.

    >>> str(much("V02", 2)), much("V02", 1)
    ('2 班', '')
    """
    rule = next((rule for rule in shipped() if rule.code == code), None)
    if rule is None or (quantity == 1 and not rule.levels):
        return ""
    if rule.levels:
        return _("第 %(number)d 档") % {"number": quantity}
    return _("%(number)d %(unit)s") % {"number": quantity, "unit": rule.unit.label}


def worth(rule: Rule, quantity: int) -> int:
    """The points of one deed: :func:`asked`, but no more than one activity may bring."""
    points = asked(rule, quantity)
    return points if rule.cap_activity is None else min(points, rule.cap_activity)


def granted(points: int, *, cap_quarter: int | None, cap_year: int | None, had: Had) -> tuple[int, str]:
    """How many of the points the caps leave, and which cap took the others: the one that leaves fewest.

    >>> granted(3, cap_quarter=12, cap_year=None, had=Had(10, 40))
    (2, 'QUARTER')
    >>> granted(3, cap_quarter=12, cap_year=40, had=Had(2, 40))
    (0, 'YEAR')
    >>> granted(3, cap_quarter=None, cap_year=None, had=Had(99, 99))
    (3, '')
    """
    found, short = points, ""
    for cap, used, name in ((cap_quarter, had.quarter, Short.QUARTER), (cap_year, had.year, Short.YEAR)):
        if cap is not None and cap - used < found:
            found, short = max(0, cap - used), name.value
    return found, short


def earliest(today: date) -> date:
    """The first day of which a deed may still be filed: the first one of the quarter before."""
    first, _following = clock.quarter_bounds(clock.quarter_of(today))
    return clock.quarter_bounds(clock.quarter_of(first - timedelta(days=1)))[0]


def check_day(day: date, today: date) -> None:
    """Raise :class:`Invalid` for a deed of a day to come, or of one so long ago that nobody remembers it."""
    if day > today:
        raise Invalid.on("occurred_on", _("这一天还没到。做了再来申报。"))
    if day < earliest(today):
        sentence = _("只能申报本季和上一季的事，最早 %(day)s。更早的，请支部开会定了再补。")
        raise Invalid.on("occurred_on", sentence % {"day": earliest(today).isoformat()})


def check_evidence(rule: Rule, text: str, photos: int) -> None:
    """Raise :class:`Invalid` unless the filing brings what the rule asks for."""
    if len(text) > DEED_TEXT_MOST:
        raise Invalid.on("text", _("最多 %(most)d 字，请写短一点。") % {"most": DEED_TEXT_MOST})
    if rule.evidence != Evidence.NONE and len(text) < DEED_TEXT_LEAST:
        raise Invalid.on("text", _("请写一句做了什么：时间、地点、帮了谁。"))
    if photos > DEED_PHOTOS_MOST:
        raise Invalid.on("photos", _("照片最多 %(most)d 张。") % {"most": DEED_PHOTOS_MOST})
    if rule.evidence == Evidence.PHOTO and not photos:
        raise Invalid.on("photos", _("这条规则要一张照片，请在申报页上交。"))
