"""What people type to bring something to a topic, and to bring it to its end."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from zengyi.core.forms import PhotosField, PlainForm
from zengyi.core.ids import uuid_of
from zengyi.councils.queries.photos import Shot
from zengyi.councils.rules import surveys, talking
from zengyi.councils.rules import topics as rules
from zengyi.orders.rules import Channel

_CHOOSE = {"required": _("请选一个。"), "invalid_choice": _("请从上面选一个。")}
_DAY = {"invalid": _("请写成 2026-11-23 这样。")}


def text_field(
    label: object, most: int, *, required: bool = True, hint: object = "", rows: int = 0, missing: object = ""
) -> forms.CharField:
    """A text of at most that many characters, in one line or in several."""
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput(attrs={"autocomplete": "off"})
    errors: dict[str, Any] = {"required": missing or _("请写一写。"), "max_length": _("太长了，请写短一点。")}
    return forms.CharField(label=label, required=required, max_length=most, help_text=hint, widget=widget, error_messages=errors)  # type: ignore[arg-type]


def day_field(label: object, *, hint: object = "") -> forms.DateField:
    """A day that may be left out."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, help_text=hint, widget=widget, error_messages=_DAY)  # type: ignore[arg-type]


class SayForm(PlainForm):
    """What somebody says for a party."""

    party = text_field(_("哪一方"), talking.PARTY_MOST, missing=_("请写是哪一方说的。"))
    kind = forms.ChoiceField(
        label=_("哪一种"),
        choices=talking.OpinionKind.choices,
        initial=talking.OpinionKind.PROPOSAL,
        widget=forms.RadioSelect,
        error_messages=_CHOOSE,
    )
    text = text_field(_("怎么说的"), talking.WORD_MOST, rows=3, missing=_("请写怎么说的，2 到 500 字。"))
    support = forms.ChoiceField(
        label=_("总的来说"),
        choices=[("", _("不表态")), *talking.Support.choices],
        required=False,
        widget=forms.RadioSelect,
        error_messages=_CHOOSE,
    )
    option_id = forms.TypedChoiceField(
        label=_("说的是哪个方案"), required=False, coerce=int, empty_value=None, error_messages={"invalid_choice": _("没有这个方案。")}
    )
    channel = forms.ChoiceField(
        label=_("怎么说来的？"),
        choices=[(c.value, c.label) for c in Channel if c != Channel.SELF],
        initial=Channel.PHONE,
        widget=forms.RadioSelect,
        error_messages=_CHOOSE,
    )

    def __init__(self, *args: Any, options: list[tuple[int, str]], staff: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not staff:
            del self.fields["channel"]
        field = self.fields["option_id"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("整件事")), *options]
        if not options:
            del self.fields["option_id"]


class SurveyForm(PlainForm):
    """What was found on site, figures one a line."""

    held_on = day_field(_("哪天去看的"), hint=_("不填就是今天"))
    who = text_field(_("谁去的"), surveys.WHO_MOST, required=False, hint=_("例如：居民 6 人、物业、维修公司"))
    figures = forms.CharField(
        label=_("数"),
        required=False,
        max_length=400,
        help_text=_("一行一个：东西 几个；其中坏的 几个"),
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"max_length": _("太长了，请写短一点。")},
    )
    text = text_field(_("看到了什么"), surveys.TEXT_MOST, required=False, rows=3)
    photos = PhotosField(most=surveys.PHOTOS_MOST)
    private = forms.BooleanField(label=_("照片里有人、孩子、名字或门牌"), help_text=_("勾上：只有社区和提的人看得到照片"), required=False)


class BackForm(PlainForm):
    """Which of the photos that were shown are not for neighbours."""

    shown = forms.TypedMultipleChoiceField(coerce=uuid_of, widget=forms.MultipleHiddenInput)
    private = forms.TypedMultipleChoiceField(
        label=_("只给社区和提的人看的"),
        required=False,
        coerce=uuid_of,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("这件事没有这张照片。")},
    )

    def __init__(self, *args: Any, shots: list[Shot], **kwargs: Any) -> None:
        ids = [str(shot.id) for shot in shots]
        kwargs.setdefault("initial", {"shown": ids, "private": [str(shot.id) for shot in shots if shot.private]})
        super().__init__(*args, **kwargs)
        self.shots = shots
        for name in ("shown", "private"):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [(pk, _("照片 %(n)d") % {"n": n}) for n, pk in enumerate(ids, 1)]

    @property
    def kept(self) -> set[UUID | None]:
        """What is ticked."""
        return {uuid_of(str(one)) for one in self["private"].value() or ()}

    def clean(self) -> dict[str, Any]:
        """Of each photo that was shown, whether it is kept back."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        return {**cleaned, "back": {pk: pk in cleaned.get("private", ()) for pk in cleaned.get("shown", ())}}


class PartyForm(PlainForm):
    """A side to be asked."""

    party = text_field(_("请哪一方"), talking.PARTY_MOST, missing=_("请写请哪一方。"))
    note = text_field(_("为什么要请，联系得怎样"), talking.NOTE_MOST, required=False)


class OptionForm(PlainForm):
    """A way of solving it."""

    title = text_field(_("方案"), talking.OPTION_MOST, missing=_("请写一个方案。"))
    text = text_field(_("怎么做"), talking.WORD_MOST, required=False, rows=3)
    cost = text_field(_("多少元"), 13, required=False, hint=_("还不知道就空着"))
    fund = text_field(_("钱从哪里来"), talking.FUND_MOST, required=False)


class SupersedeForm(PlainForm):
    """Which later decision replaced an earlier one."""

    decision = forms.TypedChoiceField(label=_("哪一条不算了"), coerce=int, error_messages=_CHOOSE)
    newer = forms.TypedChoiceField(label=_("改按哪一条"), coerce=int, error_messages=_CHOOSE)

    def __init__(self, *args: Any, decided: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The first decision can't have replaced another, and the last one can't have been replaced.
        for name, choices in (("decision", decided[:-1]), ("newer", decided[:0:-1])):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices


class ReasonForm(PlainForm):
    """Why."""

    reason = text_field(_("为什么"), rules.REASON_MOST, rows=3, hint=_("提的人看得到"), missing=_("请写原因。"))


class DeferForm(ReasonForm):
    """Why it is put off, and until when."""

    until = day_field(_("哪天再看"), hint=_("可以不填"))


class JudgeForm(PlainForm):
    """How whoever raised it says it went."""

    verdict = forms.ChoiceField(
        label=_("办得怎样？"), choices=rules.Verdict.choices, widget=forms.RadioSelect, error_messages={"required": _("请选办得怎样。")}
    )
    text = text_field(_("还有什么要说的"), rules.ANSWER_MOST, required=False, rows=3)
    channel = forms.ChoiceField(
        label=_("怎么问到的？"),
        choices=[(c.value, c.label) for c in Channel if c != Channel.SELF],
        initial=Channel.PHONE,
        widget=forms.RadioSelect,
        error_messages=_CHOOSE,
    )

    def __init__(self, *args: Any, own: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if own:
            del self.fields["channel"]


class FollowUpForm(PlainForm):
    """Whether what somebody feared came true."""

    dissent = forms.IntegerField(
        widget=forms.HiddenInput, error_messages={"required": _("没有找到，请刷新看看。"), "invalid": _("没有找到，请刷新看看。")}
    )
    came_true = forms.TypedChoiceField(
        label=_("担心的事出了没有？"),
        choices=[("yes", _("出了")), ("no", _("没有出"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages=_CHOOSE,
    )
    said = text_field(_("他怎么说"), 300, required=False)


class ScheduleForm(PlainForm):
    """On which session's agenda."""

    session_id = forms.TypedChoiceField(
        label=_("排到哪个会"), coerce=int, error_messages={"required": _("请选一个会。"), "invalid_choice": _("请从里面选一个。")}
    )

    def __init__(self, *args: Any, sessions: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["session_id"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = sessions


class NoForm(PlainForm):
    """Only a button."""
