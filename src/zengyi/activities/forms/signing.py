"""What people type when they sign up."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from zengyi.activities.rules import minors
from zengyi.activities.rules.minors import AgeBand, Child, Purpose
from zengyi.activities.rules.programme import REASON_MOST
from zengyi.activities.rules.signing import SEATS_MOST, SignUpChannel, Who
from zengyi.core.forms import PlainForm
from zengyi.people.web.fields import PhoneField

#: A form has room for so many children; a larger family signs up twice, or at the desk.
CHILDREN_MOST = 3
_YES_NO = (("y", _("同意")), ("n", _("不同意")))
#: What each purpose means, in the words of version 1.
WORDS: dict[str, Any] = {
    Purpose.TAKE_PART: _("知道要做什么、要当心什么，孩子由我陪着。"),
    Purpose.RECORD: _("名单上只写编号，不写名字。活动后 30 天删掉。"),
    Purpose.PHOTOGRAPH: _("只拍手和作品，也可以不拍。"),
    Purpose.PUBLISH: _("简讯、公示栏、微信群。没拍就不用答。"),
}
_CHANNELS = [(one.value, one.label) for one in SignUpChannel if one != SignUpChannel.SELF]


def channel_field() -> forms.ChoiceField:
    """How somebody told the staff."""
    return forms.ChoiceField(
        label=_("怎么报的"),
        choices=_CHANNELS,
        initial=SignUpChannel.PHONE,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选是怎么报的名。"), "invalid_choice": _("请从里面选。")},
    )


class SignUpForm(PlainForm):
    """How many come; each child with its age band and what its guardian agrees to. Staff name who it is."""

    slot_id = forms.IntegerField(required=False, widget=forms.HiddenInput, error_messages={"invalid": _("没有这个名额。")})
    adults = forms.IntegerField(
        label=_("大人几位"),
        help_text=_("连您自己"),
        initial=1,
        min_value=1,
        max_value=SEATS_MOST,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": _("请写几位。"),
            "invalid": _("请写整数。"),
            "min_value": _("至少一位大人。"),
            "max_value": _("一家最多 8 位。"),
        },
    )

    def __init__(self, *args: Any, with_children: bool, staff: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.staff = staff
        self.room = CHILDREN_MOST if with_children else 0
        if staff:
            self.add(
                "name", forms.CharField(label=_("谁报名"), max_length=40, required=False, error_messages={"max_length": _("最多 40 字。")})
            )
            self.add("phone", PhoneField(label=_("电话")))
            self.add("channel", channel_field())
        for n in range(self.room):
            self._add_child(n)

    def _add_child(self, n: int) -> None:
        bands = forms.ChoiceField(
            label=_("几岁"),
            choices=AgeBand.choices,
            required=False,
            widget=forms.RadioSelect,
            error_messages={"invalid_choice": _("请选年龄段。")},
        )
        called = forms.CharField(
            label=_("您怎么叫他"),
            help_text=_("只有您自己看得到，可以不填"),
            max_length=minors.CALLED_MOST,
            required=False,
            error_messages={"max_length": _("最多 20 字。")},
        )
        self.add(f"band{n}", bands)
        self.add(f"called{n}", called)
        for purpose in Purpose:
            answer = forms.ChoiceField(
                label=purpose.label,
                help_text=WORDS[purpose],
                choices=_YES_NO,
                required=False,
                widget=forms.RadioSelect,
                error_messages={"invalid_choice": _("请选同意或不同意。")},
            )
            self.add(f"{purpose.lower()}{n}", answer)

    @property
    def children(self) -> list[dict[str, Any]]:
        """The fields of each child, for the page."""
        return [
            {
                "n": n + 1,
                "band": self[f"band{n}"],
                "called": self[f"called{n}"],
                "answers": [(self[f"{purpose.lower()}{n}"], purpose in minors.REQUIRED) for purpose in Purpose],
                "open": bool(self.is_bound and self[f"band{n}"].data),
            }
            for n in range(self.room)
        ]

    def clean(self) -> dict[str, Any]:
        """Whoever answers about a child says how old it is, and agrees to what cannot be done without."""
        data = super().clean() or {}
        for n in range(self.room):
            said = {purpose: data.get(f"{purpose.lower()}{n}") for purpose in Purpose}
            if not data.get(f"band{n}"):
                if (any(said.values()) or data.get(f"called{n}")) and f"band{n}" not in self.errors:
                    self.add_error(f"band{n}", _now("请选这个孩子的年龄段。"))
                continue
            for purpose in minors.REQUIRED:
                if said[purpose] != "y" and f"{purpose.lower()}{n}" not in self.errors:
                    sentence = _now("这一件要监护人同意，孩子才能来。") if said[purpose] else _now("这一件请您答一下。")
                    self.add_error(f"{purpose.lower()}{n}", sentence)
        if self.staff and not data.get("name") and not data.get("phone") and "phone" not in self.errors:
            self.add_error("name", _now("请写姓名，或者电话。"))
        return data

    def given(self) -> dict[str, Any]:
        """What the action takes."""
        data = self.cleaned_data
        found = []
        for n in range(self.room):
            if data.get(f"band{n}"):
                said = {p: data[f"{p.lower()}{n}"] == "y" for p in Purpose if data.get(f"{p.lower()}{n}")}
                found.append(Child(data[f"band{n}"], said, data.get(f"called{n}", "")))
        who = Who(data["channel"], name=data["name"], phone=data["phone"]) if self.staff else None
        return {"seats": data["adults"] + len(found), "slot_id": data.get("slot_id"), "children": found, "who": who}


class ConsentForm(PlainForm):
    """Another answer about a child."""

    attendee = forms.IntegerField(error_messages={"required": _("没有这个孩子。"), "invalid": _("没有这个孩子。")})
    purpose = forms.ChoiceField(choices=Purpose.choices, error_messages={"required": _("请选一件。"), "invalid_choice": _("请选一件。")})
    given = forms.ChoiceField(choices=_YES_NO, error_messages={"required": _("请答一下。"), "invalid_choice": _("请选同意或不同意。")})
    channel = forms.ChoiceField(choices=_CHANNELS, required=False, error_messages={"invalid_choice": _("请从里面选。")})


class LeaveForm(PlainForm):
    """Why one does not come; nobody need say."""

    words = forms.CharField(
        label=_("怎么了"),
        help_text=_("可以不写"),
        required=False,
        max_length=REASON_MOST,
        error_messages={"max_length": _("最多 200 字。")},
    )
