# Chinese in this file is data: words of the sheet.
"""A new facility, a sheet of them, and the empty sheet."""

import io
from typing import Any

import xlsxwriter
from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from zengyi.core.forms import PhotosField, PlainForm
from zengyi.facilities import rules
from zengyi.facilities.actions.correcting import CORRECTED
from zengyi.facilities.rules import kinds
from zengyi.facilities.rules.sheets import COLUMNS, LASTS

_WIDTH = 16
_CHOICES = {"state": ("能用", "还没装")}


class NumberText(forms.IntegerField):
    """A whole number as the text that a sheet has for it; empty where nothing was filled in."""

    def clean(self, value: object) -> str:
        """As text."""
        number = super().clean(value)
        return "" if number is None else str(number)


class FacilityForm(PlainForm):
    """One facility, in the words of a sheet; what may stand in them the action knows."""

    #: The columns that are asked for: all but those of services that come round, which its own page asks for.
    keys: tuple[str, ...] = tuple(column.key for column in COLUMNS if column.key not in LASTS)

    def __init__(self, *args: Any, places: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for column in (column for column in COLUMNS if column.key in self.keys):
            self.add(
                column.key, self._field(column.key, column.title, column.hint, required=column.required, most=column.most, places=places)
            )

    def _field(self, key: str, label: str, hint: object, *, required: bool, most: int, places: list[str]) -> forms.Field:
        if key == "kind":
            names = [(kind.name, kind.name) for kind in kinds().values()]
            return forms.ChoiceField(label=label, choices=names, error_messages={"required": _("请从里面选一个。")})
        if key == "place":
            named = [("", _now("不写")), *((name, name) for name in places)]
            return forms.ChoiceField(label=label, choices=named, required=False)
        if key == "state":
            return forms.ChoiceField(label=label, choices=[(word, word) for word in _CHOICES["state"]], required=False)
        if key in ("x", "y"):
            wrong = {"invalid": _("请写整数。"), "min_value": _("请写整数。"), "max_value": _("太大了，图上没有这么远。")}
            return NumberText(
                label=label, help_text=str(hint), required=False, min_value=0, max_value=rules.DRAWN_MOST, error_messages=wrong
            )
        wide = {"required": _("这一格要填。"), "max_length": _("太长了，请写短一点。")}
        return forms.CharField(label=label, help_text=str(hint), required=required, max_length=most, error_messages=wide)


class CorrectForm(FacilityForm):
    """What the register says of one, to be said anew."""

    keys = CORRECTED


class SheetForm(PlainForm):
    """A sheet of facilities."""

    file = forms.FileField(
        label=_("选一张表"),
        help_text=_("xlsx 或 csv，最多 8 MB"),
        error_messages={"required": _("请选一个文件。"), "empty": _("文件是空的。")},
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
    )


def template() -> bytes:
    """An xlsx file with the header, and a second page that says what to fill in."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False}) as book:
        bold = book.add_format({"bold": True, "bg_color": "#f0ece3"})
        text = book.add_format({"num_format": "@"})
        page, help_page = book.add_worksheet(_now("设施")), book.add_worksheet(_now("怎么填"))
        for at, column in enumerate(COLUMNS):
            page.write_string(0, at, column.title, bold)
            help_page.write_string(at, 0, column.title, bold)
            help_page.write_string(at, 1, str(column.hint))
        page.set_column(0, len(COLUMNS) - 1, _WIDTH, text)
        page.freeze_panes(1, 0)
        help_page.set_column(0, 0, _WIDTH)
        help_page.set_column(1, 1, 4 * _WIDTH)
    return file.getvalue()


class PicturesForm(PlainForm):
    """Photos that show which one it is."""

    photos = PhotosField(most=rules.PICTURES_MOST, label=_("照片，看得出是哪一处"), help_text=_("最多 4 张，别拍到人和门牌"))


class ClockForm(PlainForm):
    """A service that comes round was done."""

    code = forms.CharField(max_length=12, widget=forms.HiddenInput)
    done_on = forms.DateField(
        label=_("哪天做的"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"required": _("请写哪一天。"), "invalid": _("请写成 2026-11-25 这样的日期。")},
    )
