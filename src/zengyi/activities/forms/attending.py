"""What people type when the roll is called."""

from django import forms
from django.utils.translation import gettext_lazy as _

from zengyi.activities.rules.attending import SeatMark
from zengyi.activities.rules.programme import REASON_MOST
from zengyi.activities.rules.rolls import numbers
from zengyi.core.forms import PlainForm, reason_field

_WHICH = _("请选到了、走了，还是没来。")
_NOBODY = {"required": _("名单上没有这一位。"), "invalid": _("名单上没有这一位。")}


class MarkForm(PlainForm):
    """One tap: who, and what; ``at``: when, where the phone sends it later than that."""

    attendee = forms.IntegerField(error_messages=_NOBODY)
    mark = forms.ChoiceField(choices=SeatMark.choices, error_messages={"required": _WHICH, "invalid_choice": _WHICH})
    at = forms.DateTimeField(required=False, error_messages={"invalid": _("这个时间不在这一场的前后。")})


class PaperForm(PlainForm):
    """The numbers of whoever came, off a list on paper."""

    numbers = forms.CharField(
        label=_("到了的编号"),
        help_text=_("例如：1-6 8 10-12"),
        max_length=400,
        error_messages={"required": _("请写到了的编号。"), "max_length": _("太长了，分几次录。")},
    )

    def clean_numbers(self) -> list[int]:
        """The numbers one by one."""
        found = numbers(self.cleaned_data["numbers"])
        if found is None:
            raise forms.ValidationError(_("请写成 1-6 8 10-12 这样。"))
        return found


class CorrectForm(PlainForm):
    """How many minutes it really was."""

    minutes = forms.IntegerField(
        label=_("实际多少分钟"),
        help_text=_("没来写 0"),
        min_value=0,
        error_messages={"required": _("请写多少分钟。"), "invalid": _("请写整数。"), "min_value": _("没来写 0。")},
    )
    reason = reason_field(_("为什么改"), _("本人看得到"))


class ContestForm(PlainForm):
    """That somebody was there after all."""

    attendee = forms.IntegerField(widget=forms.HiddenInput, error_messages=_NOBODY)
    words = forms.CharField(
        label=_("怎么回事"),
        help_text=_("社区看得到，会去问"),
        min_length=2,
        max_length=REASON_MOST,
        error_messages={"required": _("请说一句。"), "min_length": _("请再多说一点。"), "max_length": _("最多 200 字。")},
    )
