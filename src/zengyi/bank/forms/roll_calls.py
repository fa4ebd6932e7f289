"""What people type for a roll-call: on the phone at the meeting, or a filled sheet."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zengyi.bank import rules
from zengyi.core.forms import PlainForm
from zengyi.people.rules.sheets import Listed

#: Marked like this, somebody does not stand on the roll-call at all: a party group's meeting is not everybody's.
NOT_COUNTED = "NONE"
_MARKS = [*rules.Mark.choices, (NOT_COUNTED, _("不记"))]


class RollCallForm(PlainForm):
    """A branch's meeting: which rule, when, and everybody's mark."""

    rule = forms.ChoiceField(
        label=_("什么会、什么事"),
        error_messages={"required": _("请选一条。"), "invalid_choice": _("请从里面选一条。")},
    )
    held_on = forms.DateField(
        label=_("哪一天"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("请写哪一天。"), "invalid": _("请写成 2026-11-23 这样。")},
    )
    note = forms.CharField(
        label=_("备注"),
        help_text=_("一起做的事，写一句做了什么"),
        required=False,
        max_length=60,
        error_messages={"max_length": _("最多 60 字。")},
    )

    def __init__(self, *args: Any, members: Sequence[Listed], meetings: Sequence[rules.Rule], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members = members
        self.fields["rule"].choices = _grouped(meetings)  # type: ignore[attr-defined]
        for member in members:
            mark = forms.ChoiceField(
                label=member.name,
                choices=_MARKS,
                initial=rules.Mark.PRESENT,
                widget=forms.RadioSelect,
                error_messages={"required": _("请选一个。"), "invalid_choice": _("请选一个。")},
            )
            self.add(f"mark-{member.member_id}", mark)

    def mark_fields(self) -> list[tuple[str, forms.BoundField]]:
        """The members' numbers and fields."""
        return [(member.number, self[f"mark-{member.member_id}"]) for member in self.members]

    def marks(self) -> dict[int, str]:
        """The mark of everybody who stands on it."""
        given = {member.member_id: self.cleaned_data[f"mark-{member.member_id}"] for member in self.members}
        return {member_id: mark for member_id, mark in given.items() if mark != NOT_COUNTED}


def _grouped(meetings: Sequence[rules.Rule]) -> list[tuple[Any, list[tuple[str, Any]]]]:
    """The rules to choose from: meetings and dues first, then what members did together."""

    def told(rule: rules.Rule) -> tuple[str, Any]:
        return rule.code, _("%(name)s（%(points)d 分）") % {"name": rule.name, "points": rule.points}

    base = [told(one) for one in meetings if not rules.lists_deeds(one)]
    deeds = [told(one) for one in meetings if rules.lists_deeds(one)]
    return [(title, rows) for title, rows in ((_("开会、党费：记基础分"), base), (_("一起做的事：记增值分"), deeds)) if rows]


class RollSheetForm(PlainForm):
    """A filled sheet."""

    file = forms.FileField(
        label=_("填好的表"),
        help_text=_("xlsx 或 csv，最多 8 MB。"),
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={"required": _("请选一张表。"), "empty": _("文件是空的。"), "max_length": _("文件名太长，请改短一点。")},
    )
