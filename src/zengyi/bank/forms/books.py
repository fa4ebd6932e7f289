"""What people type about points: a decision, a correction."""

from django import forms
from django.utils.translation import gettext_lazy as _

from zengyi.bank import rules
from zengyi.core.forms import PlainForm


class DecideForm(PlainForm):
    """A second person's decision; a reason when it is sent back."""

    approve = forms.TypedChoiceField(
        label=_("您的意见"),
        choices=[("1", _("同意，入账")), ("0", _("退回"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一个。"), "invalid_choice": _("请选一个。")},
    )
    reason = forms.CharField(
        label=_("为什么"),
        help_text=_("退回时要写"),
        required=False,
        max_length=rules.REASON_MOST,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"max_length": _("最多 200 字。")},
    )


class CorrectionForm(PlainForm):
    """Why a posting should be reversed."""

    reason = forms.CharField(
        label=_("为什么冲销"),
        min_length=2,
        max_length=rules.REASON_MOST,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("请写清楚为什么。"), "min_length": _("请再多写一点。"), "max_length": _("最多 200 字。")},
    )
