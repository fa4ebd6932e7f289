"""The form of each move of an order."""

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zengyi.core.forms import MomentField, PhotosField, PlainForm, reason_field
from zengyi.core.ids import id_of
from zengyi.orders import rules
from zengyi.orders.forms.fields import points_field

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_PARTY = re.compile(r"(member|organisation):([1-9][0-9]{0,17})")


class SureForm(PlainForm):
    """The form of a move that needs only its button."""


class TriageForm(PlainForm):
    """What the community sets when it takes an order on."""

    difficulty = points_field(_("困难几分？"), least=1, required=True, hint=_("换灯管 2 分，修桥面 8 分，最多 20 分"))
    due_at = MomentField(label=_("什么时候前办好？"), required=False, help_text=_("空着就按这类事的时限，从受理起算工作时间"))
    places = forms.IntegerField(
        label=_("要几人？"),
        initial=1,
        min_value=1,
        max_value=rules.PLACES_MOST,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": _("请写要几个人。"),
            "invalid": _("请写人数，整数。"),
            "min_value": _("至少 1 人。"),
            "max_value": _("最多 200 人。"),
        },
    )
    category = forms.ChoiceField(
        label=_("哪一类事"), choices=rules.Category.choices, error_messages={"invalid_choice": _("请从里面选一类。")}
    )
    urgency = forms.TypedChoiceField(
        label=_("有多急"), coerce=int, choices=rules.Urgency.choices, error_messages={"invalid_choice": _("请从里面选一个。")}
    )
    needs = forms.CharField(
        label=_("要什么"),
        help_text=_("材料、工具、会什么的人，可以不填"),
        required=False,
        max_length=200,
        error_messages={"max_length": _("最多 200 字。")},
    )
    provides = forms.CharField(
        label=_("社区出什么"), help_text=_("可以不填"), required=False, max_length=200, error_messages={"max_length": _("最多 200 字。")}
    )

    def __init__(self, *args: Any, required: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].required = self.fields["urgency"].required = required


class AssignForm(PlainForm):
    """Whom the dispatcher proposes the order to. ``parties`` are offered, ``more`` can be found; another one may be named by a link."""

    party = forms.CharField(
        label=_("派给谁？"),
        max_length=40,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选派给谁。"), "max_length": _("请重新选。")},
    )
    points = points_field(_("定几分？"), hint=_("空着就平分"))
    #: The proposal that this one takes the place of, as the page showed it.
    instead = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, parties: Sequence[tuple[str, str]] = (), more: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.more = more
        widget = self.fields["party"].widget
        assert isinstance(widget, forms.RadioSelect)
        widget.choices = list(parties)

    def clean_party(self) -> dict[str, int]:
        """``{"member_id": 7}`` or ``{"organisation_id": 7}``."""
        match = _PARTY.fullmatch(self.cleaned_data["party"])
        if match is None:
            raise forms.ValidationError(_("请重新选派给谁。"))
        return {f"{match[1]}_id": int(match[2])}


class ExcludeForm(PlainForm):
    """Which organisation is kept away, or let in again."""

    unit = forms.ChoiceField(
        label=_("哪个单位？"),
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一个单位。"), "invalid_choice": _("请从里面选一个。")},
    )

    def __init__(self, *args: Any, units: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["unit"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(units)

    def clean_unit(self) -> tuple[bool, int]:
        """Whether it is kept away, and its id."""
        way, _colon, number = self.cleaned_data["unit"].partition(":")
        return way == "out", int(number)


def channel_field(label: "StrOrPromise") -> forms.ChoiceField:
    """How somebody who is not at the keyboard told us."""
    return forms.ChoiceField(
        label=label,
        choices=[(c.value, c.label) for c in rules.Channel if c != rules.Channel.SELF],
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一种：电话、纸条，还是上门。"), "invalid_choice": _("请从上面选一个。")},
    )


class HeardForm(PlainForm):
    """A step that staff may write down for somebody without a login: then they say how they heard of it."""

    def __init__(self, *args: Any, on_behalf: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on_behalf = on_behalf
        if on_behalf:
            self.fields["channel"] = channel_field(self.asks())

    def asks(self) -> "StrOrPromise":
        """What the question is."""
        return _("接单的人怎么说的？")

    @property
    def channel(self) -> str:
        """How the word reached us."""
        return str(self.cleaned_data.get("channel") or rules.Channel.SELF)


class AcceptForm(HeardForm):
    """That the order is taken."""


class ReasonForm(PlainForm):
    """Why."""

    reason = reason_field(_("为什么？"), _("一句话就行，对方看得到"))


class RefuseForm(HeardForm, ReasonForm):
    """Why the order is not taken."""


class ReleaseForm(ReasonForm):
    """Why a claim is given back; a dispatcher says whose."""

    claim_id = forms.TypedChoiceField(
        label=_("退谁的单？"),
        coerce=int,
        empty_value=None,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选退谁的单。"), "invalid_choice": _("这一位已经不在办了，请重新选。")},
    )

    def __init__(self, *args: Any, claims: Sequence[tuple[int, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["claim_id"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(claims)
        if len(claims) == 1:
            field.initial = claims[0][0]
        if not claims:
            del self.fields["claim_id"]


class DeliverForm(HeardForm):
    """What was done, with photos; a unit may name whom it sent."""

    text = forms.CharField(
        label=_("办了什么？"),
        help_text=_("一两句话，点单的人看得到"),
        min_length=2,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": _("请说一句办了什么。"),
            "min_length": _("请再多说一点。"),
            "max_length": _("最多 1000 字，请写短一点。"),
        },
    )
    photos = PhotosField(most=rules.PHOTOS_MOST, label=_("拍张办好的样子"))

    def __init__(self, *args: Any, members: Sequence[tuple[int, str]] = (), points: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.share = points
        self.member_names = {f"sent_{member_id}": name for member_id, name in members}
        for member_id, name in members:
            self.add(f"sent_{member_id}", points_field(name))

    @property
    def sent_fields(self) -> list[forms.BoundField]:
        """The inputs for the members whom the unit may have sent."""
        return [self[name] for name in self.member_names]

    def sent(self) -> list[rules.SentMember]:
        """The members sent, with their points."""
        given = ((name, self.cleaned_data.get(name)) for name in self.member_names)
        return [rules.SentMember(int(name.removeprefix("sent_")), points) for name, points in given if points is not None]

    def clean(self) -> dict[str, Any]:
        """What the members get together must not be more than the unit's share."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        total = sum(cleaned.get(name) or 0 for name in self.member_names)
        if total > self.share:
            self.add_error(None, _("派出的人一共分了 %(total)d 分，单位这份只有 %(share)d 分。") % {"total": total, "share": self.share})
        return cleaned


class LeftOutField(forms.Field):
    """Who did not come, by their claims. What may be ticked is offered once the order is read; the action knows who is at it."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value: "Iterable[object] | None") -> list[int]:
        """The ids of the claims; raises when one is none."""
        ids = [id_of(str(text)) for text in dict.fromkeys(value or ())]
        if None in ids:
            raise forms.ValidationError(_("请重新选。"))
        return [claim_id for claim_id in ids if claim_id is not None]


class ConfirmForm(HeardForm):
    """That it is done, and who did not come. Staff say how the word reached them, and may set the shares."""

    left_out = LeftOutField(label=_("有人没来吗？"), required=False, help_text=_("没来的勾上，分给来了的人；都来了就不用管"))
    reason = forms.CharField(
        label=_("没来的，说一句为什么"),
        help_text=_("没来的人看得到"),
        required=False,
        max_length=200,
        error_messages={"max_length": _("最多 200 字，请写短一点。")},
    )

    def __init__(
        self, *args: Any, on_behalf: bool = False, claims: Sequence[tuple[int, str, int]] = (), points: int = 0, **kwargs: Any
    ) -> None:
        super().__init__(*args, on_behalf=on_behalf, **kwargs)
        self.points = points
        self.claims = {f"share_{claim_id}": claim_id for claim_id, _name, _points in claims} if on_behalf and len(claims) > 1 else {}
        for claim_id, name, share in claims:
            if f"share_{claim_id}" in self.claims:
                field = points_field(name)
                field.initial = share
                self.add(f"share_{claim_id}", field)

    def offer(self, claims: Sequence[tuple[int, str]]) -> None:
        """Have these claims ticked or not; one alone cannot be left out."""
        widget = self.fields["left_out"].widget
        assert isinstance(widget, forms.CheckboxSelectMultiple)
        widget.choices = [(str(claim_id), name) for claim_id, name in claims] if len(claims) > 1 else []

    @property
    def asks_who(self) -> bool:
        """Whether there is somebody to leave out."""
        return bool(self.fields["left_out"].widget.choices)

    @property
    def share_fields(self) -> list[forms.BoundField]:
        """The inputs for the shares."""
        return [self[name] for name in self.claims]

    def asks(self) -> "StrOrPromise":
        """What the question is."""
        return _("居民怎么说的？")

    def shares(self) -> dict[int, int] | None:
        """Points by claim of those who came, or nothing when they are the usual ones."""
        given, usual = self._given(), {claim_id: self.fields[name].initial for name, claim_id in self.claims.items()}
        if all(points == usual[claim_id] for claim_id, points in given.items()) or None in given.values():
            return None
        return {claim_id: int(points or 0) for claim_id, points in given.items()}

    def _given(self) -> dict[int, int | None]:
        """What was typed for those who came."""
        left_out = self.cleaned_data.get("left_out") or ()
        return {claim_id: self.cleaned_data.get(name) for name, claim_id in self.claims.items() if claim_id not in left_out}

    def clean(self) -> dict[str, Any]:
        """All shares or none, something for everybody who came, and together the whole difficulty."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if any(name in self.errors for name in self.claims) or self.shares() is None and None not in self._given().values():
            return cleaned
        given = list(self._given().values())
        total = sum(points or 0 for points in given)
        if given and total and total != self.points:
            self.add_error(None, _("这一单是 %(points)d 分，现在一共分了 %(total)d 分。") % {"points": self.points, "total": total})
        elif total and not all(given):
            self.add_error(None, _("来了的每一位都要有分，至少 1 分；没来的，勾上“没来”，写一句为什么。"))
        return cleaned


class CallBackForm(PlainForm):
    """What whoever asked said when they were rung up."""

    outcome = forms.ChoiceField(
        label=_("对方怎么说？"),
        choices=rules.CallOutcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一个。"), "invalid_choice": _("请从里面选一个。")},
    )
    text = forms.CharField(
        label=_("说了什么"),
        help_text=_("不属实的要写一句；冲销要另一位同事审核"),
        required=False,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": _("最多 200 字，请写短一点。")},
    )


class ReturnForm(HeardForm):
    """What is not good yet."""

    reason = reason_field(_("哪里还不行？"), _("说一句，接单的人照着改"))
    due_at = MomentField(label=_("希望什么时候前办好？"), required=False, help_text=_("空着就按原来的时限往后顺"))

    def asks(self) -> "StrOrPromise":
        """What the question is."""
        return _("居民怎么说的？")


class MergeForm(PlainForm):
    """The order this one is the same as: one of those found, or by its number."""

    into_id = forms.CharField(
        label=_("并到哪一单？"),
        max_length=20,
        required=False,
        widget=forms.RadioSelect,
        error_messages={"max_length": _("请重新选。")},
    )
    number = forms.CharField(
        label=_("或者写单号"),
        help_text=_("例如 2026-0173"),
        required=False,
        max_length=20,
        error_messages={"max_length": _("单号没有这么长。")},
    )

    def __init__(self, *args: Any, found: Sequence[tuple[int, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        widget = self.fields["into_id"].widget
        assert isinstance(widget, forms.RadioSelect)
        widget.choices = [(str(order_id), name) for order_id, name in found]

    def clean_into_id(self) -> int | None:
        """The id of the order picked."""
        text = self.cleaned_data["into_id"]
        if not text:
            return None
        order_id = id_of(text)
        if order_id is None:
            raise forms.ValidationError(_("请重新选。"))
        return order_id

    def clean(self) -> dict[str, Any]:
        """Raises unless an order was picked or a number given."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not cleaned.get("into_id") and not cleaned.get("number"):
            self.add_error("number", _("请选一单，或者写单号。"))
        return cleaned


class NoteForm(PlainForm):
    """A few words for the history."""

    text = forms.CharField(
        label=_("补充几句"),
        help_text=_("写进这一单的经过；不要写姓名电话"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("请写一句。"), "max_length": _("最多 500 字，请写短一点。")},
    )
