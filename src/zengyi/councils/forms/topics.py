"""What people type about topics."""

import re
import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from zengyi.core.errors import Invalid
from zengyi.core.forms import PhotosField, PlainForm
from zengyi.councils.rules import surveys
from zengyi.councils.rules import topics as rules
from zengyi.orders.rules import Channel, Urgency
from zengyi.people.web.fields import PhoneField

#: Numbers of twenty orders, with what stands between them.
ORDERS_TEXT_MOST = 20 * rules.ORDERS_MOST
#: What stands between numbers: commas, also those of lists.
_BETWEEN = re.compile("[,;\\u3001\\u3002]+")


class TopicForm(PlainForm):
    """What somebody wants talked over, in their own words."""

    title = forms.CharField(
        label=_("一句话，什么事想请大家商量？"),
        min_length=rules.TITLE_LEAST,
        max_length=rules.TITLE_MOST,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": _("请用一句话说是什么事。"),
            "min_length": _("请再多说几个字。"),
            "max_length": _("最多 60 字，细节写在下面。"),
        },
    )
    text = forms.CharField(
        label=_("是什么情况？"),
        help_text=_("写几句就行，不用写姓名电话。"),
        required=False,
        max_length=rules.TEXT_MOST,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"max_length": _("最多 2000 字，请写短一点。")},
    )
    spot = forms.CharField(
        label=_("在哪里？"),
        help_text=_("例如：幸福怡居南区大门。不用写门牌号。"),
        required=False,
        max_length=rules.SPOT_MOST,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"max_length": _("最多 60 字，请写短一点。")},
    )
    orders = forms.CharField(
        label=_("从哪几单来？"),
        help_text=_("写单号，几单用空格隔开，例如 2026-0148；不是从单子来的不填。"),
        required=False,
        max_length=ORDERS_TEXT_MOST,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"max_length": _("单号太多，最多 20 单。")},
    )
    photos = PhotosField(most=surveys.PHOTOS_MOST)
    private = forms.BooleanField(label=_("照片里有人、孩子、名字或门牌"), help_text=_("勾上：只有社区和提的人看得到照片"), required=False)

    def clean(self) -> dict[str, Any]:
        """Take the title as the text where none was written."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not cleaned.get("text"):
            cleaned["text"] = cleaned.get("title", "")
        return cleaned

    def clean_orders(self) -> list[str]:
        """The numbers one by one: what a page or a slip has between them is left out."""
        written: str = self.cleaned_data["orders"]
        return list(dict.fromkeys(_BETWEEN.sub(" ", unicodedata.normalize("NFKC", written)).split()))


class TopicForForm(TopicForm):
    """The same for a worker who writes down what a resident said."""

    channel = forms.ChoiceField(
        label=_("怎么说来的？"),
        choices=[(c.value, c.label) for c in Channel if c != Channel.SELF],
        initial=Channel.PHONE,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选居民是怎么说来的。"), "invalid_choice": _("请从上面选一个。")},
    )
    name = forms.CharField(
        label=_("替谁记的？"),
        help_text=_("写怎么称呼；自己提的，这两格都不填"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"max_length": _("最多 40 字。")},
    )
    phone = PhoneField(label=_("本人电话"), help_text=_("名单里有的，写电话就够了；回话也打这个号码"))


class StagesForm(PlainForm):
    """What a community calls the five stages; an empty name is the usual one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for stage in rules.Stage:
            name = forms.CharField(
                label=_now("“%(usual)s”这一步叫什么") % {"usual": stage.label},
                required=False,
                max_length=rules.LABEL_MOST,
                widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": str(stage.label)}),
                error_messages={"max_length": _("最多 6 字，请写短一点。")},
            )
            self.add(str(stage), name)

    def clean(self) -> dict[str, Any]:
        """No two stages are called the same."""
        given: dict[str, Any] = super().clean() or {}
        if not self.errors:
            try:
                rules.check_labels(self.labels(), rules.Stage.values)
            except Invalid as wrong:
                for stage in rules.Stage.values:
                    if stage in wrong.fields:
                        self.add_error(stage, wrong.fields[stage])
        return given

    def labels(self) -> dict[str, str]:
        """The names as they were written, by stage."""
        return {stage: self.cleaned_data.get(stage, "") for stage in rules.Stage.values}

    def shown(self) -> list[tuple[str, str]]:
        """What topics would show: the name of each stage, and where it stands in the sample, two behind and one now."""
        where = ("done", "done", "now", "next", "next")
        names = [self.labels()[stage] or str(rules.Stage(stage).label) for stage in rules.Stage.values]
        return list(zip(names, where, strict=True))


class ScreenForm(PlainForm):
    """How urgent a topic is, how it is talked over, and what whoever raised it is told."""

    urgency = forms.TypedChoiceField(
        label=_("有多急？"),
        coerce=int,
        choices=Urgency.choices,
        initial=Urgency.WEEK,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选有多急。"), "invalid_choice": _("请从上面选一个。")},
    )
    tier = forms.ChoiceField(
        label=_("怎么议？"),
        choices=rules.TopicTier.choices,
        initial=rules.TopicTier.DEEP,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选怎么议。"), "invalid_choice": _("请从上面选一个。")},
    )
    answer = forms.CharField(
        label=_("回提的人一句"),
        help_text=_("他在手机上看得到"),
        required=False,
        max_length=rules.ANSWER_MOST,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": _("最多 500 字，请写短一点。")},
    )
