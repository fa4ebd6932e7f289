"""Fields about people, for the forms of every package."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zengyi.people.rules import normal_phone


def code_field() -> forms.CharField:
    """A code that came by SMS; the phone's browser may fill it in."""
    attrs = {"autocomplete": "one-time-code", "inputmode": "numeric"}
    return forms.CharField(label=_("短信里的六位数"), max_length=20, widget=forms.TextInput(attrs=attrs))


class PhoneField(forms.CharField):
    """A phone number as people write it; cleans to digits."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"inputmode": "tel", "autocomplete": kwargs.pop("autocomplete", "off")}
        widget = forms.TextInput(attrs=attrs)
        widget.input_type = "tel"
        super().__init__(
            required=False, max_length=20, widget=widget, error_messages={"max_length": _("号码太长了，请再看一眼。")}, **kwargs
        )

    def clean(self, value: object) -> str:
        """Digits only; raises when they are no phone number."""
        text = super().clean(value)
        phone = normal_phone(text)
        if text and not phone:
            raise forms.ValidationError(_("这个号码打不通，请写手机号，或带区号的座机号。"))
        return phone
