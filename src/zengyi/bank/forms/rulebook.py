"""What people type about the rules of points."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zengyi.bank import rules
from zengyi.bank.forms.books import DecideForm
from zengyi.bank.rules.appraisals import Tier
from zengyi.bank.rules.tiers import POINTED
from zengyi.core.forms import PlainForm

_WHOLE = {"required": _("请写几分。"), "invalid": _("请写整数。")}
_WHY = {"required": _("请写清楚为什么。"), "max_length": _("最多 200 字。")}


class AdoptForm(DecideForm):
    """A second person's look at changed rules."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["approve"].choices = [("1", _("同意，到时候起算")), ("0", _("退回"))]  # type: ignore[attr-defined]


class RuleForm(PlainForm):
    """Other points or caps for a rule, from a day on."""

    points = forms.IntegerField(label=_("每次几分"), error_messages=_WHOLE)
    cap_activity = forms.IntegerField(label=_("一次活动最多几分"), required=False)
    cap_quarter = forms.IntegerField(label=_("一季最多几分"), required=False)
    cap_year = forms.IntegerField(label=_("一年最多几分"), required=False)
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
        error_messages=_WHY,
    )


class TiersForm(PlainForm):
    """The points each tier asks for, from a year on."""

    excellent = forms.IntegerField(label=_("优秀，几分起"), error_messages=_WHOLE)
    qualified = forms.IntegerField(label=_("合格，几分起"), error_messages=_WHOLE)
    basic = forms.IntegerField(label=_("基本合格，几分起"), error_messages=_WHOLE)
    from_year = forms.IntegerField(
        label=_("从哪一年起"),
        error_messages={"required": _("请写哪一年。"), "invalid": _("请写成 2027 这样。")},
    )
    why = forms.CharField(
        label=_("为什么改"),
        help_text=_("这一句会公开"),
        max_length=rules.REASON_MOST,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages=_WHY,
    )

    def least(self) -> dict[Tier, int]:
        """The points by tier."""
        return {tier: self.cleaned_data[tier.lower()] for tier in POINTED}
