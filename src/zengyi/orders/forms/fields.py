"""Fields that the order forms share."""

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from zengyi.orders import rules

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def points_field(label: "StrOrPromise", *, least: int = 0, required: bool = False, hint: "StrOrPromise" = "") -> forms.IntegerField:
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
