"""Fields that the forms of this package share."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zengyi.core.forms import PhotosField
from zengyi.core.ids import ID_MOST
from zengyi.works.rules.projects import HOUSEHOLDS_MOST, REASON_LEAST, REASON_MOST, TITLE_LEAST, TITLE_MOST

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile
    from django_stubs_ext import StrOrPromise


def line(label: "StrOrPromise", most: int = TITLE_MOST, *, least: int = TITLE_LEAST, hint: "StrOrPromise" = "") -> forms.CharField:
    """A line that must hold something."""
    return forms.CharField(
        label=label,
        help_text=hint,
        min_length=least,
        max_length=most,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": _("这一格请写上。"),
            "min_length": _("请再多写一点。"),
            "max_length": _("最多 %(most)d 字，请写短一点。") % {"most": most},
        },
    )


def words(
    label: "StrOrPromise", most: int = REASON_MOST, *, least: int = REASON_LEAST, hint: "StrOrPromise" = "", rows: int = 3
) -> forms.CharField:
    """A few sentences; ``least`` 0: they may be left out."""
    return forms.CharField(
        label=label,
        help_text=hint,
        required=least > 0,
        min_length=least or None,
        max_length=most,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={
            "required": _("请写一句，对方看得到。"),
            "min_length": _("请再多说一点，对方看得到。"),
            "max_length": _("最多 %(most)d 字，请写短一点。") % {"most": most},
        },
    )


def optional(label: "StrOrPromise", most: int, hint: "StrOrPromise" = "") -> forms.CharField:
    """A line that may be left empty."""
    said = {"max_length": _("最多 %(most)d 字，请写短一点。") % {"most": most}}
    return forms.CharField(label=label, help_text=hint, required=False, max_length=most, error_messages=said)


def day(label: "StrOrPromise", *, required: bool = True, hint: "StrOrPromise" = "") -> forms.DateField:
    """A day."""
    return forms.DateField(
        label=label,
        help_text=hint,
        required=required,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("请写哪一天。"), "invalid": _("请写成 2026-11-23 这样。")},
    )


def one_of(
    label: "StrOrPromise", choices: Sequence[tuple[Any, Any]], *, hint: "StrOrPromise" = "", number: bool = False
) -> forms.ChoiceField:
    """One of a few, each to be touched."""
    given: dict[str, Any] = {
        "label": label,
        "help_text": hint,
        "choices": choices,
        "widget": forms.RadioSelect,
        "error_messages": {"required": _("请选一个。"), "invalid_choice": _("请从里面选一个。")},
    }
    return forms.TypedChoiceField(coerce=int, **given) if number else forms.ChoiceField(**given)


def pick(label: "StrOrPromise", *, required: bool = False, hint: "StrOrPromise" = "") -> forms.TypedChoiceField:
    """One of many, by id; its choices come with the form."""
    return forms.TypedChoiceField(
        label=label,
        help_text=hint,
        required=required,
        coerce=int,
        empty_value=None,
        error_messages={"required": _("请选一个。"), "invalid_choice": _("请从里面选一个。")},
    )


def households() -> forms.IntegerField:
    """How many households asked for it."""
    sentence = _("请写多少户，用整数。")
    return forms.IntegerField(
        label=_("多少户提的"),
        help_text=_("走访和点单合起来，一户算一次；不知道就空着"),
        required=False,
        min_value=0,
        max_value=HOUSEHOLDS_MOST,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": sentence, "min_value": sentence, "max_value": sentence},
    )


def pin_field(most: int = ID_MOST) -> forms.IntegerField:
    """A part of a pin on a plan, put there by a tap."""
    said = dict.fromkeys(("invalid", "min_value", "max_value"), _("请在图上点一下。"))
    return forms.IntegerField(
        label=_("图上的点"), required=False, min_value=0, max_value=most, widget=forms.HiddenInput, error_messages=said
    )


class OnePhotoField(PhotosField):
    """One photo that must be there."""

    def __init__(self, label: "StrOrPromise") -> None:
        super().__init__(most=1, label=label, help_text=_("一张"))

    def clean(self, data: object, initial: object = None) -> "list[UploadedFile[Any]]":
        """The one photo; raises when there is none."""
        found = super().clean(data, initial)
        if not found:
            raise forms.ValidationError(_("请选一张照片。"))
        return found
