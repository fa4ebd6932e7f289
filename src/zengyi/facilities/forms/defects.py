"""What is said of defects: at what they lie, and whether they are good again."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from zengyi.core.forms import PlainForm

_PICK = {"required": _("请从里面选一个。"), "invalid_choice": _("请从里面选一个。")}


class GatherForm(PlainForm):
    """Which others lie at it."""

    def __init__(self, *args: Any, offered: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wrong = {"required": _("请先勾上要归进来的。"), "invalid_choice": _("请从里面选。"), "invalid_list": _("请从里面选。")}
        self.add(
            "defects",
            forms.TypedMultipleChoiceField(
                label=_("这些也坏在这里"), choices=offered, coerce=int, widget=forms.CheckboxSelectMultiple, error_messages=wrong
            ),
        )


class CauseForm(PlainForm):
    """At what it lies."""

    def __init__(self, *args: Any, causes: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _now("请选一处")), *causes]
        self.add("cause", forms.TypedChoiceField(label=_("原因在"), choices=choices, coerce=int, error_messages=_PICK))


class RecheckForm(PlainForm):
    """Good, or not yet and why."""

    passed = forms.TypedChoiceField(
        label=_("看过了，怎么样？"),
        choices=[("yes", _("好了")), ("no", _("还不行"))],
        coerce=lambda word: word == "yes",
        widget=forms.RadioSelect,
        error_messages=_PICK,
    )
    reason = forms.CharField(
        label=_("还不行的话，哪里不行"), required=False, max_length=200, error_messages={"max_length": _("太长了，请写短一点。")}
    )

    def clean(self) -> dict[str, Any]:
        """What is not good needs a word."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("passed") is False and len(given.get("reason", "")) < 2:
            self.add_error("reason", _("请说一句原因，对方看得到。"))
        return given
