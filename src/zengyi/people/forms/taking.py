"""How a list is taken along."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zengyi.core.forms import PlainForm, reason_field

XLSX, CSV = "xlsx", "csv"


class TakeForm(PlainForm):
    """As which file; with people in it also why, and whether phones and doors go along."""

    format = forms.ChoiceField(
        label=_("要哪一种？"),
        choices=[(XLSX, _("Excel / WPS 表格")), (CSV, _("csv 文本"))],
        initial=XLSX,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一种。"), "invalid_choice": _("请从里面选一个。")},
    )
    contact = forms.BooleanField(label=_("连电话和门牌一起"), help_text=_("名单上每个人都看得到，是您今天拿的"), required=False)
    reason = reason_field(_("拿去做什么？"), _("一句话，记在经过里"))

    def __init__(self, *args: Any, contact: bool, personal: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not contact:
            del self.fields["contact"]
        if not personal:
            del self.fields["reason"]
