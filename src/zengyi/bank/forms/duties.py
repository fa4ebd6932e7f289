"""What people type about posts and turns of duty."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zengyi.bank.rules import REASON_MOST, duties
from zengyi.core.forms import PlainForm
from zengyi.people.rules import Duty

_DAY = {"required": _("请写哪一天。"), "invalid": _("请写成 2026-11-23 这样。")}


def _day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _no_branch(value: str) -> int | None:
    return int(value) if value else None


class VacancyForm(PlainForm):
    """A post or a need: which duty, what, when, how many."""

    duty = forms.ChoiceField(
        label=_("哪个岗"),
        choices=Duty.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一个岗。"), "invalid_choice": _("请从四大岗里选一个。")},
    )
    title = forms.CharField(
        label=_("做什么"),
        help_text=_("例如：周三晚上听居民说事"),
        min_length=duties.TITLE_LEAST,
        max_length=duties.TITLE_MOST,
        error_messages={"required": _("请写做什么。"), "min_length": _("请再多写一点。"), "max_length": _("最多 40 字。")},
    )
    text = forms.CharField(
        label=_("要注意什么"),
        help_text=_("可以不填"),
        required=False,
        max_length=duties.TEXT_MOST,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": _("最多 300 字。")},
    )
    timing = forms.CharField(
        label=_("什么时候"),
        help_text=_("例如：每周三 19:00，一次一小时"),
        required=False,
        max_length=duties.TIMING_MOST,
        error_messages={"max_length": _("最多 60 字。")},
    )
    on_day = forms.DateField(
        label=_("只是一天的事？写哪一天"),
        help_text=_("长期的岗位空着"),
        required=False,
        widget=_day_input(),
        error_messages=_DAY,
    )
    places = forms.IntegerField(
        label=_("要几个人"),
        initial=1,
        min_value=1,
        max_value=duties.PLACES_MOST,
        error_messages={
            "required": _("请写几个人。"),
            "invalid": _("请写整数。"),
            "min_value": _("至少 1 个人。"),
            "max_value": _("最多 50 个人。"),
        },
    )
    branch_id = forms.TypedChoiceField(
        label=_("请哪个支部"),
        coerce=_no_branch,
        empty_value=None,
        required=False,
        error_messages={"invalid_choice": _("请从里面选一个。")},
    )

    def __init__(self, *args: Any, branches: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["branch_id"].choices = [("", _("哪个支部都行")), *branches]  # type: ignore[attr-defined]


class TurnForm(PlainForm):
    """A turn: on which day, and what was done."""

    on_day = forms.DateField(label=_("哪一天"), help_text=_("以后的日子是排班，做过的是记一班"), widget=_day_input(), error_messages=_DAY)
    text = forms.CharField(
        label=_("做了什么"),
        help_text=_("排班可以不写；做过的写一句：在哪里、帮了谁"),
        required=False,
        max_length=duties.TEXT_MOST,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": _("最多 300 字。")},
    )


class TurnDoneForm(PlainForm):
    """What was done on a planned turn, or how it was really."""

    text = forms.CharField(
        label=_("做了什么"),
        help_text=_("写一句：在哪里、帮了谁"),
        max_length=duties.TEXT_MOST,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("请写一句做了什么。"), "max_length": _("最多 300 字。")},
    )


class ReturnForm(PlainForm):
    """Why a turn comes back."""

    reason = forms.CharField(
        label=_("哪里要改"),
        help_text=_("对方看得到"),
        min_length=2,
        max_length=REASON_MOST,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("请写清楚哪里要改。"), "min_length": _("请再多写一点。"), "max_length": _("最多 200 字。")},
    )


class ClaimForForm(PlainForm):
    """At the desk: for which member a place is written down."""

    who = forms.CharField(
        label=_("替哪位党员登记"),
        help_text=_("写姓名或编号"),
        max_length=40,
        error_messages={"required": _("请写姓名或编号。"), "max_length": _("最多 40 字。")},
    )
