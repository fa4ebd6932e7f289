"""What people type about the rules of points."""

from django import forms
from django.utils.translation import gettext_lazy as _

from zengyi.bank import rules
from zengyi.core.forms import PlainForm


class RuleForm(PlainForm):
    """Other points or caps for a rule, from a day on."""

    points = forms.IntegerField(label=_("每次几分"), error_messages={"required": _("请写几分。"), "invalid": _("请写整数。")})
    cap_activity = forms.IntegerField(label=_("一次活动最多几分"), help_text=_("不填就不封顶"), required=False)
    cap_quarter = forms.IntegerField(label=_("一季最多几分"), help_text=_("不填就不封顶"), required=False)
    cap_year = forms.IntegerField(label=_("一年最多几分"), help_text=_("不填就不封顶"), required=False)
    valid_from = forms.DateField(
        label=_("从哪天起"),
        help_text=_("今天以后的日子；做过的事按当天的规则算"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("请写哪一天。"), "invalid": _("请写成 2026-11-23 这样。")},
    )
    why = forms.CharField(
        label=_("为什么改"),
        help_text=_("这一句会公开"),
        max_length=rules.REASON_MOST,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("请写清楚为什么。"), "max_length": _("最多 200 字。")},
    )
