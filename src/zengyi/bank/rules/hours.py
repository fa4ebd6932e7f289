"""Deeds counted by the hour: from when to when, so that nobody is paid for being in two places at once."""

from datetime import date, datetime, time
from functools import cache

from django.utils.translation import gettext as _

from zengyi.bank.rules.rulebook import Rule, Unit, shipped
from zengyi.core.errors import Invalid


@cache
def hourly_codes() -> frozenset[str]:
    """The codes of the rules that count hours. A community's own version of a rule never counts anything else."""
    return frozenset(rule.code for rule in shipped() if rule.unit == Unit.HOUR)


def hours_between(begins: time, ends: time) -> int:
    """Whole hours from ``begins`` to ``ends``, rounded, and at least one.

    >>> hours_between(time(8, 0), time(10, 10)), hours_between(time(14, 0), time(15, 30)), hours_between(time(9, 0), time(9, 20))
    (2, 2, 1)
    """
    day = date.min
    minutes = (datetime.combine(day, ends) - datetime.combine(day, begins)).total_seconds() / 60
    return max(1, int(minutes + 30) // 60)


def check_hours(rule: Rule, quantity: int, begins: time | None, ends: time | None) -> None:
    """Raise :class:`Invalid` for hours that cannot be. None at all may be given: then the deed stands for the whole day."""
    if begins is None and ends is None:
        return
    if rule.code not in hourly_codes():
        raise Invalid.on("begins", _("这条规则不按小时记，不用写几点。"))
    if begins is None or ends is None:
        raise Invalid.on("begins" if begins is None else "ends", _("请写从几点到几点，例如 08:00 到 10:00。"))
    if begins >= ends:
        raise Invalid.on("ends", _("结束要比开始晚。"))
    if quantity > (most := hours_between(begins, ends)):
        raise Invalid.on("quantity", _("从几点到几点算下来，最多记 %(most)d 小时。") % {"most": most})


def overlapping() -> str:
    """What somebody hears who did two things by the hour at the same time."""
    return _("这几个钟点已经报过另一件按小时记的事。一个人不能同时在两个地方，请改成不重叠的时间。")
