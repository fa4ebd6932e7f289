"""The form of one person: who they are, where they live, and their membership."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zengyi.core.forms import PlainForm
from zengyi.people.rules import Duty, MemberStatus
from zengyi.people.rules.persons import DOOR_MOST, NAME_MOST, NUMBER_MOST, REASON_MOST, Given, Membership

Places = Iterable[tuple[int, str]]


class PersonForm(PlainForm):
    """One person. ``changes``: somebody who is in the list already, so that it asks why."""

    name = forms.CharField(label=_("姓名"), max_length=NAME_MOST, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    phone = forms.CharField(
        label=_("手机"),
        help_text=_("一家人可以用同一个号码。"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )
    home = forms.TypedChoiceField(label=_("楼幢"), required=False, coerce=int, empty_value=None)
    door = forms.CharField(label=_("门牌"), max_length=DOOR_MOST, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    email = forms.EmailField(label=_("电子邮箱"), max_length=100, required=False, widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    branch = forms.TypedChoiceField(label=_("支部"), help_text=_("是党员才选。"), required=False, coerce=int, empty_value=None)
    number = forms.CharField(
        label=_("党员编号"), max_length=NUMBER_MOST, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    status = forms.ChoiceField(label=pgettext_lazy("member", "身份"), required=False, choices=MemberStatus.choices)
    duty = forms.ChoiceField(label=_("岗位"), required=False, choices=[("", _("没有")), *Duty.choices])
    unit = forms.TypedChoiceField(label=_("工作单位"), required=False, coerce=int, empty_value=None)

    def __init__(
        self,
        data: object,
        *,
        buildings: Places,
        branches: Places,
        units: Places,
        changes: bool = False,
        is_member: bool = False,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        for name, choices in (("home", buildings), ("branch", branches), ("unit", units)):
            self.fields[name].choices = [("", _("没有")), *((str(pk), label) for pk, label in choices)]  # type: ignore[attr-defined]
        if is_member:
            # A membership ends by other steps, never by an empty field.
            self.fields["branch"].required = self.fields["number"].required = True
            self.fields["branch"].help_text = ""
        if changes:
            why = forms.CharField(
                label=_("为什么改"),
                help_text=_("会记下来，例如：本人来电，换了号码。"),
                max_length=REASON_MOST,
                error_messages={"required": _("请写一句为什么改。")},
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )
            self.add("reason", why)

    def given(self) -> Given:
        """What was typed, as the action takes it."""
        asked = self.cleaned_data
        member = None
        if asked["branch"] is not None or asked["number"]:
            status = asked["status"] or MemberStatus.ENROLLED
            member = Membership(asked["branch"] or 0, asked["number"], status, asked["duty"], asked["unit"])
        return Given(asked["name"], asked["phone"], asked["email"], asked["home"], asked["door"], member)
