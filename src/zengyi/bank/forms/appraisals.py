"""What people type about a year's appraisal: the meeting, its minutes, and everybody's tier."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from zengyi.bank.forms.books import DecideForm
from zengyi.bank.rules import appraisals as rules
from zengyi.bank.rules.appraisals import Tier, Verdict
from zengyi.core.forms import PlainForm


class ConfirmForm(DecideForm):
    """The second person's look at what the meeting decided."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["approve"].choices = [("1", _("和会上定的一样，就这样定")), ("0", _("退回"))]  # type: ignore[attr-defined]


class AppraisalForm(PlainForm):
    """What a branch meeting decided about a year. ``members``: id, name, what the points propose."""

    held_on = forms.DateField(
        label=_("支部大会哪一天开的"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("请写哪一天。"), "invalid": _("请写成 2026-11-23 这样。")},
    )
    minutes = forms.CharField(
        label=_("会议记录"),
        help_text=_("谁主持、怎么议的、怎么定的；定了就不能改"),
        min_length=rules.MINUTES_LEAST,
        max_length=rules.MINUTES_MOST,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("请写会议记录。"), "min_length": _("请再多写一点。"), "max_length": _("最多 4000 字。")},
    )
    others = forms.CharField(
        label=_("还有谁在场"),
        help_text=_("支部以外的人，可以不填"),
        required=False,
        max_length=rules.OTHERS_MOST,
        error_messages={"max_length": _("最多 200 字。")},
    )
    why = forms.CharField(
        label=_("为什么更正"),
        required=False,
        max_length=rules.REASON_MOST,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"max_length": _("最多 200 字。")},
    )

    def __init__(self, *args: Any, members: Sequence[tuple[int, str, str]], corrects: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ids = [pk for pk, _name, _proposed in members]
        if not corrects:
            del self.fields["why"]
        choices = [("", _("请选一档")), *Tier.choices]
        for pk, name, proposed in members:
            self.add(f"present-{pk}", forms.BooleanField(label=_now("%(name)s到会") % {"name": name}, required=False))
            tier = forms.ChoiceField(
                label=_now("%(name)s评为") % {"name": name},
                choices=choices,
                initial=proposed,
                error_messages={"required": _("请选一档。"), "invalid_choice": _("请从里面选一个。")},
            )
            self.add(f"tier-{pk}", tier)
            reason = forms.CharField(
                label=_now("%(name)s：为什么") % {"name": name},
                required=False,
                max_length=rules.REASON_MOST,
                error_messages={"max_length": _("最多 200 字。")},
            )
            self.add(f"reason-{pk}", reason)

    def lines(self) -> list[tuple[forms.BoundField, forms.BoundField, forms.BoundField]]:
        """Each member's fields: there, tier, reason."""
        return [(self[f"present-{pk}"], self[f"tier-{pk}"], self[f"reason-{pk}"]) for pk in self.ids]

    def verdicts(self) -> dict[int, Verdict]:
        """What was found of everybody."""
        given = self.cleaned_data
        return {pk: Verdict(given[f"tier-{pk}"], given[f"reason-{pk}"].strip(), given[f"present-{pk}"]) for pk in self.ids}
