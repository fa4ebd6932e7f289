"""What people type when a quarter is closed: how many savers are named, an objection, its answer and its review."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zengyi.bank import rules
from zengyi.core.forms import PlainForm

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class PrepareForm(PlainForm):
    """How many savers a publication names."""

    savers = forms.TypedChoiceField(
        label=_("储值大户列几名"),
        help_text=_("本人同意才写全名，其余只写姓；不排后进"),
        choices=[(n, _("不列")) if n == 0 else (n, _("列 %(n)d 名") % {"n": n}) for n in rules.SAVERS_CHOICES],
        coerce=int,
        initial=rules.SAVERS_USUAL,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一个。"), "invalid_choice": _("请选一个。")},
    )


def _told(label: "StrOrPromise", hint: "StrOrPromise", most: int, rows: int = 4, *, required: bool = True) -> forms.CharField:
    messages = {"required": _("请写一句。"), "min_length": _("请再多写一点。"), "max_length": _("最多 %(limit_value)d 字。")}
    return forms.CharField(
        label=label,
        help_text=hint,
        min_length=2,
        max_length=most,
        required=required,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages=messages,
    )


class ObjectionForm(PlainForm):
    """What somebody says is wrong with a publication; staff write down who it was and how they heard of it."""

    channel = forms.ChoiceField(
        label=_("怎么知道的？"),
        choices=[choice for choice in rules.ObjectionChannel.choices if choice[0] != rules.ObjectionChannel.SELF],
        widget=forms.RadioSelect,
        error_messages={"required": _("请选是怎么知道的。"), "invalid_choice": _("请选是怎么知道的。")},
    )
    who = forms.CharField(
        label=_("谁提的？"),
        help_text=_("怎么称呼、怎么联系；只有社区看得到"),
        max_length=rules.WHO_MOST,
        error_messages={"required": _("请写是谁提的。"), "max_length": _("最多 40 字。")},
    )
    text = _told(_("哪里不对？"), _("哪一天、哪件事、该是多少；只有您和社区看得到"), rules.OBJECTION_MOST)

    def __init__(self, *args: Any, staff: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not staff:
            del self.fields["channel"], self.fields["who"]


class AnswerForm(PlainForm):
    """The answer to an objection, and the sentence that everybody may read."""

    text = _told(_("答复"), _("写给提的人：查了什么，怎么办"), rules.OBJECTION_MOST)
    public = _told(_("公示上的一句话"), _("大家都看得到：不写姓名、电话、门牌"), rules.REASON_MOST, 2)


class ReviewForm(PlainForm):
    """What a second person found; the published sentence may be replaced."""

    text = _told(_("复核意见"), _("写给提的人；复核就是最后的答复"), rules.OBJECTION_MOST)
    public = _told(_("公示上的一句话"), _("不改就空着；不写姓名、电话、门牌"), rules.REASON_MOST, 2, required=False)
