"""What people type on a patrol."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zengyi.activities.rules import patrols as rules
from zengyi.activities.rules.patrols import Basis
from zengyi.core.forms import PhotosField, PlainForm

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_CHOOSE = {"required": _("请选一个。"), "invalid_choice": _("请从里面选一个。")}


def _number(label: "StrOrPromise", hint: "StrOrPromise" = "") -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        help_text=hint,
        required=False,
        min_value=1,
        max_value=rules.COUNT_MOST,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": _("请写整数。"), "min_value": _("至少 1。"), "max_value": _("太大了，请再看一眼。")},
    )


def _words(label: "StrOrPromise", most: int, hint: "StrOrPromise" = "") -> forms.CharField:
    too_long = {"max_length": _("写得太长了，最多 %(most)d 字。") % {"most": most}}
    return forms.CharField(label=label, help_text=hint, required=False, max_length=most, error_messages=too_long)


class FindingForm(PlainForm):
    """Where, what, a photo; how one knows before how much; fixed on the spot, or an order."""

    place_id = forms.TypedChoiceField(
        label=_("在哪里"),
        coerce=lambda value: int(value) if value else None,
        empty_value=None,
        required=False,
        error_messages={"invalid_choice": _("请选本社区的楼栋或地点。")},
    )
    spot = _words(_("哪一段"), rules.SPOT_MOST, _("例如：3号桥到4号桥，北岸"))
    category = forms.ChoiceField(
        label=_("看见什么"),
        choices=rules.SEEN,
        widget=forms.RadioSelect,
        error_messages=_CHOOSE,
    )
    photos = PhotosField(most=rules.PHOTOS_MOST)
    basis = forms.ChoiceField(
        label=_("怎么知道的"), choices=Basis.choices, initial=Basis.PRESENT, widget=forms.RadioSelect, error_messages=_CHOOSE
    )
    count = _number(_("有多少"), _("只见有，就空着"))
    fixed = forms.ChoiceField(
        label=_("当场能弄好吗"),
        choices=(("no", _("开一张单")), ("yes", _("当场弄好了"))),
        initial="no",
        widget=forms.RadioSelect,
        error_messages=_CHOOSE,
    )
    note = _words(_("还有什么要说"), rules.NOTE_MOST, _("可以不写"))

    def __init__(self, *args: Any, places: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place_id"].choices = [("", _("写在下面")), *places]  # type: ignore[attr-defined]


class NothingForm(PlainForm):
    """Where there was nothing; nobody need say."""

    spot = _words(_("哪一段"), rules.SPOT_MOST, _("可以不写"))


class VerifyForm(PlainForm):
    """Whether a report was true."""

    true = forms.ChoiceField(
        label=_("去看过了"), choices=(("yes", _("属实")), ("no", _("不属实"))), widget=forms.RadioSelect, error_messages=_CHOOSE
    )
    reason = _words(_("怎么看的"), 200, _("不属实的请说一句"))


class VisitForm(PlainForm):
    """Went to look: what was new, what was removed; nothing at all means that there was nothing."""

    on_day = forms.DateField(
        label=_("哪一天"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("请写哪一天。"), "invalid": _("请写成 2026-11-23 这样。")},
    )
    spot = _words(_("哪一段"), rules.SPOT_MOST)
    found = _number(_("新发现多少"), _("没有就空着"))
    basis = forms.ChoiceField(
        label=_("怎么知道的"),
        choices=[(one.value, one.label) for one in Basis if one != Basis.PRESENT],
        initial=Basis.COUNTED,
        widget=forms.RadioSelect,
        error_messages=_CHOOSE,
    )
    removed = _number(_("清除了多少"), _("点过数的；没有就空着"))
    people = _number(_("来了几个人"), _("可以不写"))
    who = _words(_("谁去的"), rules.WHO_MOST, _("例如：党员和居民"))
