"""What people type about deeds: one to file, a move of one, who is to vouch, and the answer of whoever does."""

from collections.abc import Sequence
from datetime import date, time
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zengyi.bank import rules
from zengyi.bank.rules import Attester, Evidence, Rule, RuleKind, Unit
from zengyi.core.forms import PhotosField, PlainForm, reason_field

#: Who was there besides the member: only they can be asked.
WITNESSED = (Attester.BENEFICIARY, Attester.ORGANISER)
_NO_DAY = {"required": gettext_lazy("请写哪一天。"), "invalid": gettext_lazy("请写成 2026-11-23 这样。")}
_NO_TIME = {"required": gettext_lazy("请写几点，例如 08:00。"), "invalid": gettext_lazy("请写成 08:00 这样。")}


class DeedForm(PlainForm):
    """A deed under one rule: only what that rule needs to know is asked."""

    occurred_on = forms.DateField(
        label=gettext_lazy("哪天？"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages=_NO_DAY,
    )

    def __init__(self, *args: Any, rule: Rule, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rule = rule
        self._how_much()
        asked = rule.evidence != Evidence.NONE
        text = forms.CharField(
            label=_("做了什么？"),
            help_text=_("一句话：时间、地点、帮了谁。不写门牌和电话。") if asked else _("可以不填"),
            required=asked,
            max_length=rules.DEED_TEXT_MOST,
            widget=forms.Textarea(attrs={"rows": 3}),
            error_messages={
                "required": _("请写一句做了什么：时间、地点、帮了谁。"),
                "max_length": _("最多 %(most)d 字，请写短一点。") % {"most": rules.DEED_TEXT_MOST},
            },
        )
        self.add("text", text)
        if rule.evidence == Evidence.PHOTO:
            self.add("photos", PhotosField(most=rules.DEED_PHOTOS_MOST, label=_("照片"), help_text=_("这条规则要一张，最多 3 张")))
        if rule.kind == RuleKind.GAIN and rule.attester in WITNESSED:
            helped = rule.attester == Attester.BENEFICIARY
            way = forms.ChoiceField(
                label=_("怎么证明？"),
                choices=rules.Asks.choices,
                initial=rules.Asks.HELPED if helped else rules.Asks.LEADER,
                required=False,
                widget=forms.RadioSelect,
                error_messages={"invalid_choice": _("请从里面选一个。")},
            )
            self.add("asks", way)
            self.add("witness", witness_field(_("谁能证明？"), _("比如“3 幢陈阿姨”“带队的小李”；社区自己看到的可以不填")))

    def _how_much(self) -> None:
        """How much was done: by the clock, by a choice of levels, by a number; nothing where it is always one."""
        rule = self.rule
        if rule.code in rules.hourly_codes():
            for name, label in (("begins", _("从几点？")), ("ends", _("到几点？"))):
                widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
                self.add(name, forms.TimeField(label=label, widget=widget, error_messages=_NO_TIME))
        elif rule.levels:
            choices = [
                (number, _("第 %(number)d 档，%(points)d 分") % {"number": number, "points": points})
                for number, points in enumerate(rule.levels, 1)
            ]
            messages = {"required": _("请选一档。"), "invalid_choice": _("请从上面选一档。")}
            field = forms.TypedChoiceField(
                label=_("哪一档？"), choices=choices, coerce=int, widget=forms.RadioSelect, error_messages=messages
            )
            self.add("quantity", field)
        elif rule.unit != Unit.YEAR and rule.kind != RuleKind.VETO:
            sentence = _("请写 1 到 %(most)d 的整数。") % {"most": rules.QUANTITY_MOST}
            messages = dict.fromkeys(("required", "invalid", "min_value", "max_value"), sentence)
            number = forms.IntegerField(
                label=_("几%(unit)s？") % {"unit": rule.unit.label},
                min_value=1,
                max_value=rules.QUANTITY_MOST,
                error_messages=messages,
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )
            self.add("quantity", number)

    @property
    def measure(self) -> str:
        """How much is asked: ``hours``, ``levels``, ``number``, or nothing."""
        if "begins" in self.fields:
            return "hours"
        return "" if "quantity" not in self.fields else "levels" if self.rule.levels else "number"

    def quantity_of(self, given: dict[str, Any]) -> int:
        """How much was done, of what the fields gave; one where they gave nothing."""
        begins, ends = given.get("begins"), given.get("ends")
        if isinstance(begins, time) and isinstance(ends, time) and begins < ends:
            return rules.hours_between(begins, ends)
        return given.get("quantity") or 1

    def clean(self) -> dict[str, Any]:
        """Refuse hours that end before they begin."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        begins, ends = cleaned.get("begins"), cleaned.get("ends")
        if begins is not None and ends is not None and begins >= ends:
            self.add_error("ends", _("结束要比开始晚。"))
        return cleaned

    def so_far(self) -> tuple[date | None, int]:
        """The day and how much, as far as they have been typed well; of a form not sent yet what it begins with."""
        if not self.is_bound:
            return self.initial.get("occurred_on"), self.quantity_of(dict(self.initial))
        self.is_valid()
        given = self.cleaned_data
        return given.get("occurred_on"), self.quantity_of(given)


class DeedForForm(DeedForm):
    """The same for staff, who write down what a member handed in on paper or told; ``members`` are those whose name was looked for."""

    def __init__(self, *args: Any, members: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = forms.TypedChoiceField(
            label=_("记给谁？"),
            choices=members,
            coerce=int,
            widget=forms.RadioSelect,
            error_messages={"required": _("请先按名字找到这位党员，选一下。"), "invalid_choice": _("请从找到的党员里选一位。")},
        )
        self.add("member_id", field)


def witness_field(label: str, hint: str) -> forms.CharField:
    """Who was helped or led it, in words."""
    return forms.CharField(
        label=label,
        help_text=hint,
        required=False,
        max_length=rules.WITNESS_MOST,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"max_length": _("最多 %(most)d 字，请写短一点。") % {"most": rules.WITNESS_MOST}},
    )


class SureForm(PlainForm):
    """A move that asks nothing."""


class AttestForm(PlainForm):
    """Who says so, where the one at the desk has not seen it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add("witness", witness_field(_("您是怎么知道的？"), _("问过谁就写谁，比如“电话问了 3 幢陈阿姨”；自己看到的可以不填")))


class ReasonForm(PlainForm):
    """Why it is sent back."""

    reason = reason_field(gettext_lazy("为什么退回？"), gettext_lazy("申报的人看得到"))


class NoteForm(PlainForm):
    """Why, if somebody likes to say so."""

    def __init__(self, *args: Any, label: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = forms.CharField(
            label=label,
            help_text=_("可以不填"),
            required=False,
            max_length=rules.REASON_MOST,
            widget=forms.Textarea(attrs={"rows": 2}),
            error_messages={"max_length": _("最多 200 字，请写短一点。")},
        )
        self.add("reason", field)


class LinkForm(PlainForm):
    """To whom a link goes."""

    name = forms.CharField(
        label=gettext_lazy("发给谁？"),
        help_text=gettext_lazy("得到帮助的人，或组织的人；比如“3 幢陈阿姨”"),
        max_length=rules.WITNESS_MOST,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": gettext_lazy("请写发给谁，例如“3 幢陈阿姨”。"), "max_length": gettext_lazy("最多 40 字，请写短一点。")},
    )


class VouchForm(PlainForm):
    """The answer of whoever was asked by a link."""

    happened = forms.TypedChoiceField(
        label=gettext_lazy("是这样吗？"),
        choices=[("1", gettext_lazy("是这样")), ("0", gettext_lazy("不是这样"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选一个。"), "invalid_choice": gettext_lazy("请选一个。")},
    )
    said = forms.CharField(
        label=gettext_lazy("还想说的话"),
        help_text=gettext_lazy("可以不填"),
        required=False,
        max_length=rules.REASON_MOST,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"max_length": gettext_lazy("最多 200 字，请写短一点。")},
    )
