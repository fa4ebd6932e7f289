"""What staff type when they put a drill down."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zengyi.activities.rules import drills as rules
from zengyi.core.forms import PlainForm

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_NUMBER = {"required": _("请写来了多少人。"), "invalid": _("请写整数。"), "min_value": _("至少 1 人。"), "max_value": _("数字太大了。")}


def _text(label: "StrOrPromise", hint: "StrOrPromise", most: int, *, rows: int = 0, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        required=required,
        max_length=most,
        widget=forms.Textarea(attrs={"rows": rows}) if rows else None,
        error_messages={"max_length": _("写得太长了，最多 %(most)d 字。") % {"most": most}, "required": _("请写一句。")},
    )


class DrillForm(PlainForm):
    """Where, what was practised, who took part, how long it took, what went wrong, and how often it is due."""

    place_id = forms.TypedChoiceField(
        label=_("哪幢楼演的"),
        coerce=int,
        error_messages={"required": _("请选演练的楼栋或地点。"), "invalid_choice": _("请选本社区的楼栋或地点。")},
    )
    content = _text(_("演了什么"), _("例如：报警、疏散、灭火器实操"), rules.CONTENT_MOST, rows=3)
    departments = _text(_("哪些部门来了"), _("例如：消防站、派出所、物业"), rules.DEPARTMENTS_MOST)
    people_count = forms.IntegerField(label=_("来了多少人"), min_value=1, max_value=rules.PEOPLE_MOST, error_messages=_NUMBER)
    minutes = forms.IntegerField(
        label=_("疏散用了几分"),
        help_text=_("没掐表就空着"),
        required=False,
        min_value=0,
        max_value=rules.SECONDS_MOST // 60 - 1,
        error_messages={"invalid": _("请写整数。"), "min_value": _("请写 0 或更多。"), "max_value": _("最多四小时。")},
    )
    seconds = forms.IntegerField(
        label=_("又几秒"),
        required=False,
        min_value=0,
        max_value=59,
        error_messages={"invalid": _("请写整数。"), "min_value": _("请写 0 到 59。"), "max_value": _("请写 0 到 59。")},
    )
    problems = _text(
        _("发现什么毛病"),
        _("一行一件，每件开一单去办；没有就空着"),
        rules.PROBLEMS_MOST * (rules.PROBLEM_MOST + 2),
        rows=3,
        required=False,
    )
    every_months = forms.TypedChoiceField(
        label=_("多久演一次"),
        coerce=int,
        choices=rules.DrillInterval.choices,
        initial=rules.DrillInterval.YEAR.value,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选多久演一次。"), "invalid_choice": _("请从里面选。")},
    )

    def __init__(self, *args: Any, places: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place_id"].choices = [("", _("请选")), *places]  # type: ignore[attr-defined]

    def given(self) -> dict[str, Any]:
        """What the action takes."""
        data = self.cleaned_data
        names = ("place_id", "content", "departments", "people_count", "problems", "every_months")
        seconds = (data["minutes"] or 0) * 60 + (data["seconds"] or 0)
        return {name: data[name] for name in names} | {"seconds": seconds or None}
