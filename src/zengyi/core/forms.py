"""What every package's forms are made of: a form whose sentences are ours, and fields for photos, a day and an hour, a reason."""

import hashlib
import unicodedata
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zengyi.core import clock, images, staging
from zengyi.core.errors import Refused, is_full
from zengyi.core.ids import uuid_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

#: Nobody plans further ahead than this; it also keeps dates inside what databases can hold.
AHEAD_MOST = timedelta(days=730)
#: What stands behind a photo field's name in the fields that hold the ids of its photos, and of those to be left out.
KEPT, DROP = "_kept", "_drop"


class PlainForm(forms.Form):
    """A form that says what is wrong itself: no browser bubbles, and one look for every input."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            self.add(name, field)

    def add(self, name: str, field: forms.Field) -> None:
        """A field that only this form has, with the look of every input."""
        self.fields[name] = field
        if not isinstance(field.widget, forms.CheckboxInput | forms.RadioSelect | forms.CheckboxSelectMultiple | forms.HiddenInput):
            field.widget.attrs.setdefault("class", "input")

    def summary(self) -> list[tuple[str, str, str]]:
        """Every error with the id of the input it belongs to and what leads over to it: the input's label with a colon, unless it asks.

        Both are empty where the error is the whole form's.
        """
        lines: list[tuple[str, str, str]] = []
        for name, errors in self.errors.items():
            target = self[name].id_for_label or self[name].auto_id if name in self.fields else ""
            label = str(self[name].label or "") if name in self.fields else ""
            asks = unicodedata.normalize("NFKC", label[-1:]) == "?"  # the wide question mark, too
            label += gettext("：") if label and not asks else ""
            lines.extend((str(target), label, str(error)) for error in errors)
        return lines


class Photos(forms.ClearableFileInput):
    """Several files at once, and the ids of those that were received before (see ``core.staging``)."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Mapping[str, Any], files: "MultiValueDict[str, UploadedFile[Any]]", name: str) -> list[Any]:
        """The ids, without those that somebody ticked to leave out, then the files."""
        found: list[Any] = []
        if isinstance(data, MultiValueDict):
            out = data.getlist(f"{name}{DROP}")
            known = (uuid_of(text) for text in dict.fromkeys(data.getlist(f"{name}{KEPT}")) if text not in out)
            found = [photo_id for photo_id in known if photo_id is not None]
        return found + list(super().value_from_datadict(data, files, name) or [])


def _up_to(most: int) -> str:
    return gettext("最多 %(most)d 张，可以不拍") % {"most": most}


class PhotosField(forms.FileField):
    """Up to ``most`` photos; cleans to a list of files. Whether they are photos at all is for the action to find out.

    A form that is shown again keeps them: ``core.web.submit`` has them received, and ``kept`` are then their ids, for the page to
    list; ``lost`` tells that some could not be kept. ``whose`` is the login whose photos may be meant by an id.
    """

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        self.most = most
        self.whose: int | None = None
        self.kept: list[uuid.UUID] = []
        self.lost = False
        widget = Photos(attrs={"accept": "image/*", "multiple": True})
        kwargs.setdefault("label", _("拍张照"))
        kwargs.setdefault("help_text", lazy(_up_to, str)(most))
        super().__init__(required=False, widget=widget, **kwargs)

    def clean(self, data: object, initial: object = None) -> "list[UploadedFile[Any]]":
        """The photos that were chosen; raises when there are too many, one is too large, or one is no longer there."""
        files: Sequence[Any] = data if isinstance(data, list | tuple) else [data]
        chosen = [file for file in files if file]
        if len(chosen) > self.most:
            raise forms.ValidationError(_("最多 %(most)d 张，请少选几张。") % {"most": self.most})
        found = [self._received(file) if isinstance(file, uuid.UUID) else file for file in chosen]
        there = [file for file in found if file is not None]
        if len(there) < len(found):
            raise forms.ValidationError(_("有照片放得太久，已经不在了，请再选一次。"))
        if any((file.size or 0) > images.BYTES_MOST for file in there):
            raise forms.ValidationError(images.TOO_LARGE)
        return [super(PhotosField, self).clean(file, initial) for file in there]

    def _received(self, photo_id: uuid.UUID) -> "UploadedFile[Any] | None":
        content = None if self.whose is None else staging.content_of(self.whose, photo_id)
        return None if content is None else SimpleUploadedFile(f"{photo_id}.jpg", content)

    def keep(self, sent: Sequence[Any], whose: int, key: str, at: datetime) -> Refused | None:
        """Have what was sent received, so that the page can list it; returns why something could not be.

        A photo's id comes from the form's ``key`` and from what is in it: the same form sent twice leaves each photo once.
        """
        refused: Refused | None = None
        self.kept, self.lost = [], False
        for one in dict.fromkeys(sent):
            try:
                photo_id = one if isinstance(one, uuid.UUID) else _receive(one, whose, key, at)
            except Refused as refusal:
                refused, self.lost = refusal, True
            except OSError as error:
                if not is_full(error):
                    raise
                self.lost = True
            else:
                self.kept += [photo_id] if staging.is_there(whose, photo_id) else []
        return refused


def _receive(file: "UploadedFile[Any]", whose: int, key: str, at: datetime) -> uuid.UUID:
    content = contents([file])[0]
    photo_id = uuid.UUID(bytes=hashlib.sha256(key.encode() + content).digest()[:16])
    staging.receive(whose, photo_id, content, at=at)
    return photo_id


def contents(files: "Sequence[UploadedFile[Any]]") -> list[bytes]:
    """What is in the files, read from their beginning."""
    read = []
    for file in files:
        file.seek(0)
        read.append(file.read())
    return read


class MomentField(forms.DateTimeField):
    """A day and an hour in Shanghai, not long ago and not years ahead. Cleans to an aware datetime."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"step": "300"})
        widget.input_type = "datetime-local"
        messages = {"invalid": _("请写成某天某时，例如 2026-11-25 17:30。"), "required": _("请写到什么时候。")}
        super().__init__(widget=widget, error_messages=messages, **kwargs)

    def clean(self, value: object) -> datetime | None:
        """The moment, or nothing; raises outside the years that make sense."""
        try:
            given: datetime | None = super().clean(value)
        except (OverflowError, ValueError) as error:
            raise forms.ValidationError(self.error_messages["invalid"]) from error
        now = clock.now()
        if given is not None and not now.year - 1 <= given.year <= (now + AHEAD_MOST).year:
            raise forms.ValidationError(_("这个时间太远了，请再看一眼。"))
        return given


def reason_field(label: "StrOrPromise", hint: "StrOrPromise" = "") -> forms.CharField:
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
