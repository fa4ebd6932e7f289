"""The forms at a building's door, and those of the desk for what came in by them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zengyi.core.forms import PlainForm, reason_field
from zengyi.orders.rules.signs import ABOUT_MOST, NAME_MOST, DoorMatter, Way
from zengyi.people.web.fields import PhoneField, code_field


class DoorForm(PlainForm):
    """A few words, a photo, a phone. ``codes``: whether a code can be sent; otherwise the desk rings up."""

    matter = forms.ChoiceField(
        label=_("是哪一种事？"), choices=DoorMatter.choices, widget=forms.RadioSelect, error_messages={"required": _("请选一种。")}
    )
    about = forms.CharField(
        label=_("什么事？"),
        help_text=_("几句话就行，不用写门牌和身份证号"),
        max_length=ABOUT_MOST,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("请用一句话说是什么事。"), "max_length": _("最多 300 字，请写短一点。")},
    )
    photo = forms.FileField(label=_("拍张照"), help_text=_("可以不拍"), required=False, widget=forms.FileInput(attrs={"accept": "image/*"}))
    name = forms.CharField(
        label=_("怎么称呼您？"),
        max_length=NAME_MOST,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("请写怎么称呼您。"), "max_length": _("最多 40 字。")},
    )
    phone = PhoneField(label=_("您的手机号"), help_text=_("只有社区和来帮您的人看得到"), autocomplete="tel-national")
    way = forms.ChoiceField(label=_("怎么确认是您？"), choices=Way.choices, initial=Way.CODE, widget=forms.RadioSelect)

    def __init__(self, *given: Any, codes: bool, **more: Any) -> None:
        super().__init__(*given, **more)
        if not codes:
            way: Any = self.fields["way"]
            way.choices, way.initial = [(Way.CALL.value, Way.CALL.label)], Way.CALL
            way.widget = forms.HiddenInput()


class DoorCodeForm(PlainForm):
    """The code that came by SMS."""

    code = code_field()


class CallForm(PlainForm):
    """What the desk heard on the phone."""

    name = forms.CharField(
        label=_("姓名"),
        help_text=_("电话里问清楚，名单里有的就对得上"),
        max_length=NAME_MOST,
        error_messages={"required": _("请写姓名。"), "max_length": _("最多 40 字。")},
    )


class DropForm(PlainForm):
    """Why nothing comes of it."""

    reason = reason_field(_("为什么不办？"), _("比如：三次没人接；号码不对；说没有点过"))
