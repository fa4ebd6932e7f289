"""The form of a community's time limits: four numbers for each category, and why."""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from zengyi.core.forms import PlainForm
from zengyi.orders.rules import DUE_WORKING_HOURS, Category, Urgency
from zengyi.orders.rules.limits import HOURS_MOST, Limits, field_of


class LimitsForm(PlainForm):
    """Working hours by category and urgency."""

    def __init__(self, data: object, *, limits: Limits) -> None:
        super().__init__(data)
        for category, by in DUE_WORKING_HOURS.items():
            for urgency in by:
                self.add(field_of(category, urgency), _hours(category, urgency, limits[category, urgency]))
        why = forms.CharField(
            label=_("为什么改"),
            help_text=_("一句话，记在经过里。从现在起受理的单子按新的算。"),
            max_length=200,
            error_messages={"required": _("请写一句为什么改。")},
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
        )
        self.add("reason", why)

    @property
    def groups(self) -> list[tuple[str, list[BoundField]]]:
        """The categories in words, each with its four inputs."""
        return [(str(category.label), [self[field_of(category, urgency)] for urgency in by]) for category, by in DUE_WORKING_HOURS.items()]

    def given(self) -> Limits:
        """What was typed."""
        return {
            (category, urgency): self.cleaned_data[field_of(category, urgency)]
            for category, by in DUE_WORKING_HOURS.items()
            for urgency in by
        }


def _hours(category: Category, urgency: Urgency, now: int) -> forms.IntegerField:
    said: dict[str, Any] = dict.fromkeys(("required", "invalid", "min_value", "max_value"), _("请写 1 到 450 个工作小时。"))
    widget = forms.NumberInput(attrs={"inputmode": "numeric"})
    return forms.IntegerField(label=urgency.label, min_value=1, max_value=HOURS_MOST, initial=now, error_messages=said, widget=widget)
