"""The form of each move of an order."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zengyi.core.forms import MomentField, PhotosField, PlainForm, reason_field
from zengyi.core.ids import id_of
from zengyi.orders import rules
from zengyi.orders.forms.fields import points_field

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


class ReasonForm(PlainForm):
    """Why."""

    reason = reason_field(_("为什么？"), _("一句话就行，对方看得到"))


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


class DeliverForm(PlainForm):
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


class ConfirmForm(PlainForm):
    """That it is done. Staff say how the word reached them, and may set the shares."""

    def __init__(
        self, *args: Any, on_behalf: bool = False, claims: Sequence[tuple[int, str, int]] = (), points: int = 0, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.points = points
        self.on_behalf = on_behalf
        self.claims = {f"share_{claim_id}": claim_id for claim_id, _name, _points in claims} if on_behalf and len(claims) > 1 else {}
        if on_behalf:
            self.fields["channel"] = forms.ChoiceField(
                label=_("居民怎么说的？"),
                choices=[(c.value, c.label) for c in rules.Channel if c != rules.Channel.SELF],
                widget=forms.RadioSelect,
                error_messages={"required": _("请选居民是怎么说的。"), "invalid_choice": _("请从上面选一个。")},
            )
        for claim_id, name, share in claims:
            if f"share_{claim_id}" in self.claims:
                field = points_field(name)
                field.initial = share
                self.add(f"share_{claim_id}", field)

    @property
    def share_fields(self) -> list[forms.BoundField]:
        """The inputs for the shares."""
        return [self[name] for name in self.claims]

    @property
    def channel(self) -> str:
        """How the word reached us."""
        return str(self.cleaned_data.get("channel") or rules.Channel.SELF)

    def shares(self) -> dict[int, int] | None:
        """Points by claim, or nothing when they are the equal ones."""
        if not self.claims:
            return None
        given = {claim_id: self.cleaned_data.get(name) for name, claim_id in self.claims.items()}
        initial = {claim_id: self.fields[name].initial for name, claim_id in self.claims.items()}
        return None if given == initial or None in given.values() else {claim_id: int(points or 0) for claim_id, points in given.items()}

    def clean(self) -> dict[str, Any]:
        """All shares or none, and together the whole difficulty."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        given = [cleaned.get(name) for name in self.claims]
        if self.claims and any(points is not None for points in given) and not any(name in self.errors for name in self.claims):
            total = sum(points or 0 for points in given)
            if total != self.points:
                self.add_error(None, _("这一单是 %(points)d 分，现在一共分了 %(total)d 分。") % {"points": self.points, "total": total})
            elif None in given:
                self.add_error(None, _("每一位都要写上几分，不分的写 0。"))
        return cleaned


class ReturnForm(PlainForm):
    """What is not good yet."""

    reason = reason_field(_("哪里还不行？"), _("说一句，接单的人照着改"))
    due_at = MomentField(label=_("希望什么时候前办好？"), required=False, help_text=_("空着就按原来的时限往后顺"))


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
