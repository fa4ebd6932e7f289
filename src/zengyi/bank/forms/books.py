"""What people type about points: a roll-call, a decision, a correction."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zengyi.bank import rules
from zengyi.core.forms import PlainForm


class RollCallForm(PlainForm):
    """A branch's meeting: which rule, when, and everybody's mark."""

    rule = forms.ChoiceField(label=_("什么会"), error_messages={"required": _("请选一条。"), "invalid_choice": _("请从里面选一条。")})
    held_on = forms.DateField(
        label=_("哪一天"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("请写哪一天。"), "invalid": _("请写成 2026-11-23 这样。")},
    )
    note = forms.CharField(
        label=_("备注"), help_text=_("可以不填"), required=False, max_length=60, error_messages={"max_length": _("最多 60 字。")}
    )

    def __init__(self, *args: Any, members: list[tuple[int, str]], meetings: Sequence[rules.Rule], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members = members
        choices = [(r.code, _("%(name)s（%(points)d 分）") % {"name": r.name, "points": r.points}) for r in meetings]
        self.fields["rule"].choices = choices  # type: ignore[attr-defined]
        for member_id, name in members:
            mark = forms.ChoiceField(
                label=name, choices=rules.Mark.choices, initial=rules.Mark.PRESENT, error_messages={"required": _("请选一个。")}
            )
            self.add(f"mark-{member_id}", mark)

    def mark_fields(self) -> list[forms.BoundField]:
        """The members' fields."""
        return [self[f"mark-{member_id}"] for member_id, _name in self.members]

    def marks(self) -> dict[int, str]:
        """Everybody's mark."""
        return {member_id: self.cleaned_data[f"mark-{member_id}"] for member_id, _name in self.members}


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
