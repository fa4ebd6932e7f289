"""What staff type when they plan an activity, add, move or cancel an occasion."""

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from zengyi.activities.rules import programme as rules
from zengyi.activities.rules import repeating
from zengyi.core.forms import MomentField, PlainForm, reason_field

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

#: A name, and how many: with whatever stands between, and a word for people behind.
_HELPER = re.compile(r"^(?P<name>.{1,30}?)[\s:\uff1a,\uff0c\u00d7x]*(?P<places>[0-9]{1,4})\s*[\u4eba\u4f4d\u540d]?$")


def _text(label: "StrOrPromise", most: int, hint: "StrOrPromise" = "", *, rows: int = 0, required: bool = False) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        required=required,
        max_length=most,
        widget=forms.Textarea(attrs={"rows": rows}) if rows else None,
        error_messages={"max_length": _("写得太长了，最多 %(most)d 字。") % {"most": most}, "required": _("请写一句。")},
    )


class OccasionForm(PlainForm):
    """When, where, how many, what to bring, what help is wanted."""

    starts_at = MomentField(label=_("几点开始"))
    ends_at = MomentField(label=_("几点结束"))
    place_id = forms.TypedChoiceField(
        label=_("在哪里"),
        coerce=lambda value: int(value) if value else None,
        empty_value=None,
        required=False,
        error_messages={"invalid_choice": _("请选本社区的楼栋或地点。")},
    )
    spot = _text(_("具体位置"), 60, _("例如：二楼活动室，有电梯"))
    capacity = forms.IntegerField(
        label=_("多少个名额"),
        help_text=_("不用报名的空着"),
        required=False,
        min_value=1,
        max_value=rules.CAPACITY_MOST,
        error_messages={"invalid": _("请写整数。"), "min_value": _("至少 1 个。"), "max_value": _("最多 5000 个。")},
    )
    helpers = _text(_("要哪些帮手"), 400, _("一行一种，后面写几位，例如：剪花 3"), rows=3)
    every = forms.ChoiceField(
        label=_("多久一场"),
        choices=[("", _("只这一场")), *repeating.Every.choices],
        required=False,
        help_text=_("碰上节假日，往后挪到最近的一天"),
        error_messages={"invalid_choice": _("请从里面选。")},
    )
    times = forms.IntegerField(
        label=_("一共几场"),
        required=False,
        min_value=1,
        max_value=repeating.TIMES_MOST,
        help_text=_("只这一场的空着"),
        error_messages={"invalid": _("请写整数。"), "min_value": _("至少 1 场。"), "max_value": _("一次最多 26 场。")},
    )
    bring = _text(_("带什么"), rules.WORDS_MOST, _("可以不填"))
    care = _text(_("要当心什么"), rules.WORDS_MOST, _("有危险的写明，也写上保险"))

    def __init__(self, *args: Any, places: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place_id"].choices = [("", _("写在下面")), *places]  # type: ignore[attr-defined]

    def clean_helpers(self) -> list[tuple[str, int]]:
        """The lines as name and number."""
        found = []
        for line in filter(None, (line.strip() for line in self.cleaned_data["helpers"].splitlines())):
            match = _HELPER.match(line)
            if match is None:
                raise forms.ValidationError(_now("“%(line)s”后面请写要几位，例如：剪花 3") % {"line": line[:30]})
            found.append((match["name"].strip(), int(match["places"])))
        return found

    def rule(self) -> dict[str, Any]:
        """How often, and how many times."""
        return {"every": self.cleaned_data["every"], "times": self.cleaned_data["times"] or 1}

    def occasion(self) -> dict[str, Any]:
        """What the action takes."""
        names = ("starts_at", "ends_at", "place_id", "spot", "capacity", "helpers", "bring", "care")
        return {name: self.cleaned_data[name] for name in names}


class AnnounceForm(OccasionForm):
    """A new activity with its first occasion."""

    title = _text(_("叫什么"), rules.TITLE_MOST, _("例如：干花书签，和孩子一起做"), required=True)
    kind = forms.ChoiceField(
        label=_("哪一种"),
        choices=rules.ActivityKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一种。"), "invalid_choice": _("请从里面选一种。")},
    )
    text = _text(_("说几句"), rules.TEXT_MOST, _("可以不填"), rows=3)
    minors = forms.BooleanField(label=_("孩子可以来"), help_text=_("要大人陪着，监护人一件一件答"), required=False)
    along = _text(_("还和谁一起办"), rules.WORDS_MOST, _("例如：街道妇联、消防站"))
    hosts = forms.TypedMultipleChoiceField(
        label=_("和哪些社区一起办"),
        help_text=_("他们的居民也能报，各看各的人"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("请从里面选。")},
    )

    field_order = (
        *("title", "kind", "text", "starts_at", "ends_at", "every", "times", "place_id", "spot"),
        *("capacity", "minors", "helpers", "bring", "care"),
    )

    def __init__(self, *args: Any, communities: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["hosts"].choices = communities  # type: ignore[attr-defined]

    def activity(self) -> dict[str, Any]:
        """What the action takes about the activity."""
        return {name: self.cleaned_data[name] for name in ("title", "kind", "text", "minors", "along", "hosts")}


class MoveForm(PlainForm):
    """Another time, another number of places, and why."""

    starts_at = MomentField(label=_("改到几点开始"))
    ends_at = MomentField(label=_("几点结束"))
    capacity = forms.IntegerField(
        label=_("多少个名额"),
        help_text=_("加了名额，先问候补的；不能比已定的少"),
        required=False,
        min_value=1,
        max_value=rules.CAPACITY_MOST,
        error_messages={"invalid": _("请写整数。"), "min_value": _("至少 1 个。"), "max_value": _("最多 5000 个。")},
    )
    reason = reason_field(_("为什么改"), _("报过名的都看得到"))


class CancelForm(PlainForm):
    """Why it is called off."""

    reason = reason_field(_("为什么取消"), _("报上的、候补的都看得到"))
