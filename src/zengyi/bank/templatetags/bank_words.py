"""Rules of points in words."""

from datetime import date, datetime

from django import template
from django.utils.translation import gettext as _

from zengyi.bank.rules import Rule, RuleKind
from zengyi.bank.rules import spoken_day as _spoken_day
from zengyi.core.clock import local_date

register = template.Library()


@register.filter
def worth(rule: Rule) -> str:
    """What the rule does each time: ``+2``, ``+2/4/6``, ``−3``; a veto moves no points."""
    if rule.kind == RuleKind.VETO:
        return _("否决")
    sign = "−" if rule.kind == RuleKind.DEDUCT else "+"
    return sign + "/".join(str(points) for points in rule.levels or (rule.points,))


@register.filter
def counted(rule: Rule) -> str:
    """How often it counts: ``每小时；一次活动最多 2 分，一季最多 12 分``."""
    caps = [
        (_("一次活动最多 %(points)d 分"), rule.cap_activity),
        (_("一季最多 %(points)d 分"), rule.cap_quarter),
        (_("一年最多 %(points)d 分"), rule.cap_year),
    ]
    said = [text % {"points": cap} for text, cap in caps if cap is not None]
    each = _("每%(unit)s") % {"unit": rule.unit.label}
    return _("；").join([each, _("，").join(said)]) if said else each


@register.filter
def spoken_day(day: date) -> str:
    """A day, or a moment's day in Shanghai, as people say it: 10月13日."""
    return _spoken_day(local_date(day) if isinstance(day, datetime) else day)
