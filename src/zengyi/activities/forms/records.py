"""What staff type when they issue or revoke a record."""

from django import forms
from django.utils.translation import gettext_lazy as _

from zengyi.core.forms import PlainForm, reason_field

_DAY = {"required": _("请写哪一天。"), "invalid": _("请写成 2026-11-23 这样。")}


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class RecordForm(PlainForm):
    """From when to when."""

    first = forms.DateField(label=_("从哪天"), widget=_day(), error_messages=_DAY)
    last = forms.DateField(label=_("到哪天"), widget=_day(), error_messages=_DAY)


class RevokeForm(PlainForm):
    """Why it does not count any more."""

    reason = reason_field(_("为什么撤销"), _("核对的人看得到"))
