"""Fields that the order forms share."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zengyi.orders import rules


def points_field(label: Any, *, least: int = 0, required: bool = False, hint: Any = "") -> forms.IntegerField:
    """A whole number of points within an order's difficulty."""
    sentence = _("请写 %(least)d 到 %(most)d 的整数。") % {"least": least, "most": rules.DIFFICULTY_MOST}
    return forms.IntegerField(
        label=label,
        help_text=hint,
        required=required,
        min_value=least,
        max_value=rules.DIFFICULTY_MOST,
        error_messages={"required": sentence, "invalid": sentence, "min_value": sentence, "max_value": sentence},
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
