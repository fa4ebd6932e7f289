"""What people type about projects, lots and milestones."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zengyi.core.forms import MomentField, PlainForm
from zengyi.core.ids import ID_MOST
from zengyi.councils.rules.sessions import PLACE_MOST
from zengyi.works.forms.fields import OnePhotoField, day, households, line, one_of, optional, pick, words
from zengyi.works.rules.projects import EXTENT_MOST, NAME_MOST, TEXT_MOST, VOICE_MOST, Effort, ProjectVerb, Urgency

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

WEEKDAYS = (
    (0, _("周一")),
    (1, _("周二")),
    (2, _("周三")),
    (3, _("周四")),
    (4, _("周五")),
    (5, _("周六")),
    (6, _("周日")),
)


def set_choices(form: forms.Form, name: str, choices: Sequence[tuple[Any, Any]]) -> None:
    """What may be chosen in a field of this form only."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices


def _row_field(label: "StrOrPromise") -> forms.IntegerField:
    """A project by its id, in the name of a button."""
    said = dict.fromkeys(("invalid", "min_value", "max_value"), _("请点一个按钮：往前，或者往后。"))
    return forms.IntegerField(label=label, required=False, min_value=1, max_value=ID_MOST, widget=forms.HiddenInput, error_messages=said)


class ProjectForm(PlainForm):
    """A candidate: what, where, who asked."""

    title = line(_("做什么"), hint=_("例如：3 幢电梯换补偿链"))
    text = words(_("为什么要做"), TEXT_MOST, least=0, hint=_("居民怎么说的、现在什么样，可以不填"))
    place_id = pick(_("在哪个小区或楼幢"))
    households = households()
    meets_on = one_of(_("每周哪天开三方会议"), WEEKDAYS, hint=_("社区、施工方、监理队一起过一遍诉求"), number=True)

    def __init__(self, *args: Any, places: Sequence[tuple[int, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "place_id", [("", _("不选")), *places])


class RankForm(PlainForm):
    """轻重缓急, how long it takes, and why."""

    urgency = one_of(_("多急"), Urgency.choices, number=True)
    effort = one_of(_("要多久"), Effort.choices, number=True)
    reason = words(_("为什么这样排"), hint=_("大家看得到；以前怎么排的都留着"))


class ShiftForm(PlainForm):
    """Which project changes places with the one before it, or with the one behind: the button that was pressed."""

    earlier = _row_field(_("往前挪哪一个"))
    later = _row_field(_("往后挪哪一个"))

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        given = super().clean() or self.cleaned_data
        if not self.errors and (given["earlier"] is None) is (given["later"] is None):
            raise forms.ValidationError(_("请点一个按钮：往前，或者往后。"))
        return given


class LotForm(PlainForm):
    """A lot and who builds it."""

    name = line(_("标段叫什么"), NAME_MOST, least=1, hint=_("例如：三标段；不分标段就写“整个项目”"))
    extent = optional(_("哪一片"), EXTENT_MOST, _("例如：216–226 幢"))
    contractor_id = pick(_("谁来做"), required=True, hint=_("在社区登记过的单位；没有就先去“名单”里登记"))

    def __init__(self, *args: Any, units: Sequence[tuple[int, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "contractor_id", [("", _("请选")), *units])


class MilestoneForm(PlainForm):
    """A stretch of work, or an inspection, with its planned days."""

    name = line(_("做什么"), NAME_MOST, least=1, hint=_("例如：管线、路面、车位、绿化"))
    begins = day(_("计划哪天开始"))
    ends = day(_("计划哪天做完"))
    gate = forms.BooleanField(label=_("这是验收"), help_text=_("画成一个菱形"), required=False)


class MoveForm(PlainForm):
    """New days for a milestone, and why."""

    begins = day(_("计划哪天开始"))
    ends = day(_("计划哪天做完"))
    reason = words(_("为什么改"), hint=_("旧的日子留着，大家看得到"))


class ReportForm(PlainForm):
    """When it was begun and done."""

    begun = day(_("哪天开始的"))
    done = day(_("哪天做完的"), required=False, hint=_("还没做完就空着"))


class PairForm(PlainForm):
    """Two pictures of the same place."""

    title = line(_("拍的是什么"), NAME_MOST, hint=_("例如：单元门玻璃，12 扇"))
    before = OnePhotoField(_("之前"))
    after = OnePhotoField(_("之后"))


class VoiceForm(PlainForm):
    """What a neighbour said."""

    text = words(_("邻居怎么说的"), VOICE_MOST, hint=_("好话坏话都留着，名字不写"))
    when = optional(_("什么时候说的"), NAME_MOST, _("例如：换的第二天"))


class MeetingForm(PlainForm):
    """When and where they meet."""

    starts_at = MomentField(label=_("什么时候"), help_text=_("碰上放假，改一个日子就行"))
    place = line(_("在哪里"), PLACE_MOST, least=1, hint=_("例如：工地门口、居民活动室"))


#: The form of each verb of a project; the others only ask whether one is sure.
PROJECT_FORMS: dict[str, type[PlainForm]] = {
    ProjectVerb.RANK: RankForm,
    ProjectVerb.START: PlainForm,
    ProjectVerb.INSPECT: PlainForm,
    ProjectVerb.SHOW: PlainForm,
    "meet": MeetingForm,
    "lot": LotForm,
    "pair": PairForm,
    "voice": VoiceForm,
}
