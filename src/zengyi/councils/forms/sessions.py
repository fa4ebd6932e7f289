"""What people type about sessions."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from zengyi.core import clock
from zengyi.core.forms import MomentField, PlainForm
from zengyi.councils.forms.talking import day_field, text_field
from zengyi.councils.rules import decisions, lines, talking
from zengyi.councils.rules import sessions as rules

_CHOOSE = {"required": _("请选一个。"), "invalid_choice": _("请从里面选一个。")}
_GONE = {"required": _("没有找到，请刷新看看。"), "invalid": _("没有找到，请刷新看看。")}
ACTIONS = (1, 2, 3)
DUE = time(17, 30)


class SessionForm(PlainForm):
    """A session to call."""

    kind = forms.ChoiceField(
        label=_("什么会"), choices=rules.SessionKind.choices, initial="DELIBERATION", widget=forms.RadioSelect, error_messages=_CHOOSE
    )
    title = text_field(_("会的名字"), rules.TITLE_MOST, hint=_("同一个名字的会，下一次先看上一次说好的"), missing=_("请写会的名字。"))
    starts_at = MomentField(label=_("什么时候"))
    place = text_field(_("在哪里"), rules.PLACE_MOST, missing=_("请写在哪里开。"))
    topics = forms.TypedMultipleChoiceField(
        label=_("议哪几件"),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("没有这个议题。")},
    )
    weekly = forms.BooleanField(label=_("每周这个时候都开"), help_text=_("碰上放假，顺到下一个工作日"), required=False)

    def __init__(self, *args: Any, topics: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["topics"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = topics
        if not topics:
            del self.fields["topics"]


class AttendForm(PlainForm):
    """Somebody at the session."""

    party = text_field(_("哪一方"), 20, missing=_("请写是哪一方的。"))
    name = text_field(_("怎么称呼"), rules.NAME_MOST, required=False)
    known = text_field(
        _("名单里的人"), 40, required=False, hint=_("党员编号、姓名或手机号；党员记一次议事，本人能签纪要"), missing=_("请写怎么称呼。")
    )
    role = forms.ChoiceField(label=_("什么身份"), choices=rules.Part.choices, initial=rules.Part.DELIBERATOR, error_messages=_CHOOSE)

    def clean(self) -> dict[str, Any]:
        """Whoever is not known is called somehow."""
        given: dict[str, Any] = super().clean() or {}
        if not given.get("name") and not given.get("known") and "name" not in self.errors:
            self.add_error("name", _now("请写怎么称呼。"))
        return given


class LeaveForm(PlainForm):
    """Who goes."""

    participant = forms.IntegerField(widget=forms.HiddenInput, error_messages=_GONE)


class BeginForm(PlainForm):
    """Which item the session turns to."""

    item = forms.IntegerField(widget=forms.HiddenInput, error_messages=_GONE)


class SpokenForm(PlainForm):
    """What somebody says in the session."""

    topic = forms.IntegerField(widget=forms.HiddenInput, error_messages=_GONE)
    speaker = forms.IntegerField(label=_("谁说的"), required=False, error_messages=_GONE)
    party = text_field(_("哪一方"), talking.PARTY_MOST, required=False)
    kind = forms.ChoiceField(label=_("哪一种"), choices=talking.OpinionKind.choices, initial="FACT", error_messages=_CHOOSE)
    text = text_field(_("他说"), talking.WORD_MOST, missing=_("请写怎么说的，2 到 500 字。"))

    def clean(self) -> dict[str, Any]:
        """A word is somebody's at the table, or a party's."""
        given: dict[str, Any] = super().clean() or {}
        if not given.get("party") and not given.get("speaker") and "party" not in self.errors:
            self.add_error("party", _now("请写是哪一方说的。"))
        return given


class CorrectForm(PlainForm):
    """What somebody said in the session, put right."""

    opinion = forms.IntegerField(widget=forms.HiddenInput, error_messages=_GONE)
    party = text_field(_("哪一方"), talking.PARTY_MOST, missing=_("请写是哪一方说的。"))
    kind = forms.ChoiceField(label=_("哪一种"), choices=talking.OpinionKind.choices, error_messages=_CHOOSE)
    text = text_field(_("他说"), talking.WORD_MOST, rows=3, missing=_("请写怎么说的，2 到 500 字。"))


class RewordForm(PlainForm):
    """The words of a decision, put right."""

    decision = forms.IntegerField(widget=forms.HiddenInput, error_messages=_GONE)
    text = text_field(_("定了什么"), decisions.TEXT_MOST, rows=3, hint=_("派出去的单子不跟着变"), missing=_("请写定了什么，2 到 300 字。"))


class LineForm(PlainForm):
    """Whatever happens in a session, in one line. ``shown``: the parties by number, as whoever types saw them."""

    line = text_field(
        _("记一句"),
        lines.LINE_MOST,
        hint=_("物业：…… · 决：先修主干道 11/1/2 · 办：查清原因 @维修公司 12-20"),
        missing=_("请写一句，例如“物业：没有布线图”。"),
    )
    shown = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)

    def parties(self) -> list[str]:
        """The parties by number, from the first on."""
        return [party for party in self.cleaned_data["shown"].split("|") if party]


class PointForm(PlainForm):
    """A point of the agenda in words."""

    point = text_field(_("加一项"), rules.POINT_MOST, missing=_("请写议什么。"))


class AnswerForm(PlainForm):
    """What becomes of an item."""

    item = forms.IntegerField(widget=forms.HiddenInput, error_messages=_GONE)
    answer = forms.ChoiceField(label=_("怎么办"), choices=rules.ItemAnswer.choices, error_messages=_CHOOSE)
    text = text_field(_("说一句"), rules.REASON_MOST, required=False)


class NoteForm(PlainForm):
    """What the minutes say besides."""

    note = text_field(_("纪要里还要写什么"), rules.NOTE_MOST, rows=5, hint=_("签字以前都可以改"))


class SignForm(PlainForm):
    """Who signed, or why they did not."""

    party = text_field(_("哪一方"), 20, missing=_("请写是哪一方的。"))
    name = text_field(_("谁"), rules.NAME_MOST, missing=_("请写怎么称呼。"))
    refusal = text_field(_("没签的，写为什么"), 200, required=False, hint=_("签了就空着"))


class RefusalForm(PlainForm):
    """Whoever sat there signs, or says why not. ``refuses``: it was sent as a refusal, which says why."""

    refuses = forms.BooleanField(required=False, widget=forms.HiddenInput)
    refusal = text_field(_("为什么不签？"), 200, required=False, rows=2, hint=_("和纪要放在一起，各方看得到"))

    def clean_refusal(self) -> str:
        """A refusal is never sent without words, which would be a signature; and no words are lost in signing."""
        said: str = self.cleaned_data["refusal"]
        if self.cleaned_data.get("refuses") and not said:
            raise forms.ValidationError(_("请写为什么不签。"))
        return said


class CancelForm(PlainForm):
    """Why it is called off."""

    reason = text_field(_("为什么不开了"), rules.REASON_MOST, missing=_("请写为什么不开了。"))


class ExplainForm(PlainForm):
    """Why nobody need do anything."""

    decision = forms.IntegerField(widget=forms.HiddenInput, error_messages=_GONE)
    reason = text_field(_("为什么不用派人办"), decisions.REASON_MOST, missing=_("请写为什么不用派人办，2 到 200 字。"))


class DecideForm(PlainForm):
    """What is settled, how hands stood, who disagrees, and up to three orders."""

    topic = forms.IntegerField(widget=forms.HiddenInput, error_messages=_GONE)
    text = text_field(_("定了什么"), decisions.TEXT_MOST, rows=2, missing=_("请写定了什么。"))
    outcome = forms.ChoiceField(
        label=_("通过没有"), choices=decisions.Outcome.choices, initial="ADOPTED", widget=forms.RadioSelect, error_messages=_CHOOSE
    )
    in_favour = forms.IntegerField(label=_("举手赞成"), required=False, min_value=0, max_value=decisions.HANDS_MOST)
    against = forms.IntegerField(label=_("反对"), required=False, min_value=0, max_value=decisions.HANDS_MOST)
    abstained = forms.IntegerField(label=_("弃权"), required=False, min_value=0, max_value=decisions.HANDS_MOST)
    dissent_party = text_field(_("哪一方不同意"), 20, required=False)
    dissent_text = text_field(_("为什么不同意"), decisions.DISSENT_MOST, required=False, hint=_("留着，评的时候先问他"))
    no_action_reason = text_field(_("不用派人办的，写为什么"), decisions.REASON_MOST, required=False)
    adopts = forms.TypedMultipleChoiceField(
        label=_("采纳了哪些主张"),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("只能采纳这个议题里还没有采纳过的主张。")},
    )

    def __init__(self, *args: Any, units: list[tuple[int, str]], proposals: Sequence[tuple[int, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        taken = self.fields["adopts"]
        assert isinstance(taken, forms.MultipleChoiceField)
        taken.choices = list(proposals)
        if not proposals:
            del self.fields["adopts"]
        for name in ("in_favour", "against", "abstained"):
            self.fields[name].error_messages |= dict.fromkeys(("invalid", "min_value", "max_value"), _("请写几个人。"))
        for number in ACTIONS:
            self.add(f"title_{number}", text_field(_("派一单：办什么"), decisions.ACTION_TITLE_MOST, required=False))
            unit = forms.TypedChoiceField(label=_("哪个单位办"), required=False, coerce=int, empty_value=None, error_messages=_CHOOSE)
            unit.choices = [("", _("不是单位")), *units]
            self.add(f"unit_{number}", unit)
            self.add(f"member_{number}", text_field(_("或者哪位党员"), 40, required=False, hint=_("写姓名或编号")))
            self.add(f"due_{number}", day_field(_("到哪天")))
            self.add(f"soon_{number}", forms.BooleanField(label=_("尽快，到那天再看"), required=False))
            self.add(f"daily_{number}", forms.BooleanField(label=_("以后每天都做"), required=False))

    @property
    def main(self) -> list[Any]:
        """The fields of the decision itself."""
        of_orders = {field.name for fields in self.actions for field in fields}
        return [field for field in self if field.name not in of_orders]

    @property
    def actions(self) -> list[list[Any]]:
        """The fields of each order."""
        return [[self[f"{name}_{number}"] for name in ("title", "unit", "member", "due", "soon", "daily")] for number in ACTIONS]

    def given(self) -> list[dict[str, Any]]:
        """The orders that were filled in, with the member as they were written."""
        found = self.cleaned_data
        made = []
        for n in ACTIONS:
            if not (found[f"title_{n}"] or found[f"unit_{n}"] or found[f"member_{n}"] or found[f"due_{n}"]):
                continue
            due = found[f"due_{n}"]
            made.append(
                {
                    "title": found[f"title_{n}"],
                    "text": "",
                    "organisation_id": found[f"unit_{n}"],
                    "member": found[f"member_{n}"],
                    "due_at": datetime.combine(due, DUE, clock.SHANGHAI) if due else None,
                    "soon": found[f"soon_{n}"],
                    "daily": found[f"daily_{n}"],
                }
            )
        return made

    def hands(self) -> decisions.Hands | None:
        """Hands, where any were counted."""
        counted = [self.cleaned_data[name] for name in ("in_favour", "against", "abstained")]
        return None if counted == [None, None, None] else decisions.Hands(*(n or 0 for n in counted))
