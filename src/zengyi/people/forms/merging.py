"""The form by which two entries become one."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from zengyi.core.forms import PlainForm
from zengyi.people.rules.persons import REASON_MOST


class MergeForm(PlainForm):
    """Which of the two entries stays, and why they are the same person's."""

    keep = forms.TypedChoiceField(
        label=_("留下哪一份？"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选留下哪一份。"), "invalid_choice": _("请从里面选一个。")},
    )
    reason = forms.CharField(
        label=_("怎么知道是同一个人？"),
        help_text=_("会记下来，例如：本人来电，说换过号码。"),
        max_length=REASON_MOST,
        error_messages={"required": _("请写一句怎么知道是同一个人。")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, data: object, *, entries: Sequence[tuple[int, str]]) -> None:
        super().__init__(data)
        self.fields["keep"].choices = entries  # type: ignore[attr-defined]
        if len(entries) == 1:
            self.fields["keep"].initial = entries[0][0]
