"""Fields the order forms share: photos, a phone, a moment, a choice of place, and a form whose sentences are ours."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from zengyi.core import clock, images
from zengyi.orders import rules
from zengyi.people.rules import normal_phone

#: No order is due further away than this; it also keeps dates inside what databases can hold.
DUE_MOST = timedelta(days=730)


class PlainForm(forms.Form):
    """A form that says what is wrong itself: no browser bubbles, and one look for every input."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            widget = field.widget
            if isinstance(widget, forms.CheckboxInput | forms.RadioSelect | forms.CheckboxSelectMultiple | forms.HiddenInput):
                continue
            widget.attrs.setdefault("class", "input")

    def summary(self) -> list[tuple[str, str]]:
        """Every error with the id of the input it belongs to; an empty id stands for the whole form."""
        lines: list[tuple[str, str]] = []
        for name, errors in self.errors.items():
            target = self[name].id_for_label or self[name].auto_id if name in self.fields else ""
            lines.extend((str(target), str(error)) for error in errors)
        return lines


class Photos(forms.ClearableFileInput):
    """Several files at once."""

    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Up to six photos; what is in them the action looks at. Cleans to a list of files."""

    def __init__(self, **kwargs: Any) -> None:
        widget = Photos(attrs={"accept": "image/*", "multiple": True})
        kwargs.setdefault("label", _("拍张照"))
        kwargs.setdefault("help_text", _("最多 6 张，可以不拍"))
        super().__init__(required=False, widget=widget, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[Any]]":
        """The files that were chosen; raises when there are too many or one is too large."""
        files: Sequence[Any] = data if isinstance(data, list | tuple) else [data]
        chosen = [file for file in files if file]
        if len(chosen) > rules.PHOTOS_MOST:
            raise forms.ValidationError(_("最多 %(most)d 张，请少选几张。") % {"most": rules.PHOTOS_MOST})
        if any(file.size > images.BYTES_MOST for file in chosen):
            raise forms.ValidationError(images.TOO_LARGE)
        return [super(PhotosField, self).clean(file, initial) for file in chosen]


def contents(files: "Sequence[UploadedFile[Any]]") -> list[bytes]:
    """What is in the files, read from their beginning."""
    read = []
    for file in files:
        file.seek(0)
        read.append(file.read())
    return read


class PhoneField(forms.CharField):
    """A phone number as people write it; cleans to digits."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"inputmode": "tel", "autocomplete": kwargs.pop("autocomplete", "off")}
        widget = forms.TextInput(attrs=attrs)
        widget.input_type = "tel"
        super().__init__(
            required=False, max_length=20, widget=widget, error_messages={"max_length": _("号码太长了，请再看一眼。")}, **kwargs
        )

    def clean(self, value: Any) -> str:
        """Digits only; raises when they are no phone number."""
        text = super().clean(value)
        phone = normal_phone(text)
        if text and not phone:
            raise forms.ValidationError(_("这个号码打不通，请写手机号，或带区号的座机号。"))
        return phone


class MomentField(forms.DateTimeField):
    """A day and an hour in Shanghai, not long ago and not years ahead. Cleans to an aware datetime."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"step": "300"})
        widget.input_type = "datetime-local"
        messages = {"invalid": _("请写成某天某时，例如 2026-11-25 17:30。"), "required": _("请写到什么时候。")}
        super().__init__(widget=widget, error_messages=messages, **kwargs)

    def clean(self, value: Any) -> datetime | None:
        """The moment, or nothing; raises outside the years that make sense."""
        try:
            moment: datetime | None = super().clean(value)
        except (OverflowError, ValueError) as error:
            raise forms.ValidationError(self.error_messages["invalid"]) from error
        now = clock.now()
        if moment is not None and not now.year - 1 <= moment.year <= (now + DUE_MOST).year:
            raise forms.ValidationError(_("这个时间太远了，请再看一眼。"))
        return moment


def reason_field(label: Any, hint: Any = "") -> forms.CharField:
    """Why, in a sentence or two."""
    return forms.CharField(
        label=label,
        help_text=hint,
        min_length=2,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": _("请说一句原因，对方看得到。"),
            "min_length": _("请再多说一点，对方看得到。"),
            "max_length": _("最多 200 字，请写短一点。"),
        },
    )


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
