"""Forms of the desk: filters of lists, grants, units, logins and uploads."""

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zengyi.people.rules import GRANTED_ROLES, ROLE_NAMES, Duty, MemberStatus, OrganisationKind, Role

_INPUT = {"class": "input"}
Choice = tuple[str, object]


def _select(attrs: dict[str, str] | None = None) -> forms.Select:
    return forms.Select(attrs=attrs or _INPUT)


def _search() -> forms.CharField:
    return forms.CharField(label=_("找人"), required=False, max_length=40, widget=forms.TextInput(attrs={**_INPUT, "type": "search"}))


def _choices(first: object, rest: Iterable[tuple[object, object]]) -> list[Choice]:
    return [("", first), *((str(value), label) for value, label in rest)]


class MemberFilter(forms.Form):
    """Which members to show."""

    q = _search()
    branch = forms.TypedChoiceField(label=_("支部"), required=False, coerce=int, empty_value=None, widget=_select())
    status = forms.ChoiceField(
        label=pgettext_lazy("member", "身份"), required=False, choices=_choices(_("全部身份"), MemberStatus.choices), widget=_select()
    )
    duty = forms.ChoiceField(label=_("岗位"), required=False, choices=_choices(_("全部岗位"), Duty.choices), widget=_select())

    def __init__(self, data: object, *, branches: Iterable[tuple[int, str]]) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.fields["branch"].choices = _choices(_("全部支部"), branches)  # type: ignore[attr-defined]


class ResidentFilter(forms.Form):
    """Which residents to show."""

    q = _search()
    building = forms.TypedChoiceField(label=_("楼幢"), required=False, coerce=int, empty_value=None, widget=_select())

    def __init__(self, data: object, *, buildings: Iterable[tuple[int, str]]) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.fields["building"].choices = _choices(_("全部楼幢"), buildings)  # type: ignore[attr-defined]


class OrganisationFilter(forms.Form):
    """Which units to show."""

    q = forms.CharField(label=_("找单位"), required=False, max_length=40, widget=forms.TextInput(attrs={**_INPUT, "type": "search"}))
    kind = forms.ChoiceField(label=_("类别"), required=False, choices=_choices(_("全部类别"), OrganisationKind.choices), widget=_select())


class OrganisationForm(forms.Form):
    """A unit that registers with the community: one in the book by its name, or a new one with its kind."""

    name = forms.CharField(label=_("单位全称"), max_length=80, widget=forms.TextInput(attrs=_INPUT))
    short_name = forms.CharField(label=_("简称"), required=False, max_length=40, widget=forms.TextInput(attrs=_INPUT))
    kind = forms.ChoiceField(
        label=_("类别"), required=False, choices=_choices(_("已经登记过的单位不用选"), OrganisationKind.choices), widget=_select()
    )


class LoginForm(forms.Form):
    """A login for a person."""

    username = forms.CharField(
        label=_("用户名"),
        help_text=_("可以空着，空着就自动编一个。有手机号的人也可以用手机号登录。"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={**_INPUT, "autocomplete": "off", "autocapitalize": "none"}),
    )


class GrantForm(forms.Form):
    """A role for a login on a place."""

    login = forms.CharField(
        label=_("给谁"),
        help_text=_("用户名或手机号。没有账号的人，先在名单里开账号。"),
        max_length=40,
        widget=forms.TextInput(attrs={**_INPUT, "autocomplete": "off"}),
    )
    role = forms.ChoiceField(label=_("身份"), widget=_select())
    place = forms.TypedChoiceField(label=_("在哪里"), coerce=int, widget=_select())
    organisation = forms.TypedChoiceField(
        label=_("单位"), help_text=_("只有单位联系人要选。"), required=False, coerce=int, empty_value=None, widget=_select()
    )

    def __init__(
        self,
        data: object,
        *,
        roles: Iterable[Role],
        places: Iterable[tuple[int, str]],
        organisations: Iterable[tuple[int, str]],
        initial: dict[str, object] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)  # type: ignore[arg-type]
        given = frozenset(roles)
        self.fields["role"].choices = [(r.value, ROLE_NAMES[r]) for r in GRANTED_ROLES if r in given]  # type: ignore[attr-defined]
        self.fields["place"].choices = [(str(pk), name) for pk, name in places]  # type: ignore[attr-defined]
        self.fields["organisation"].choices = _choices(_("不选"), organisations)  # type: ignore[attr-defined]


class UploadForm(forms.Form):
    """A sheet to import."""

    file = forms.FileField(
        label=_("填好的表"),
        help_text=_("xlsx 或 csv，最多 8 MB、20000 行。"),
        max_length=200,
        widget=forms.FileInput(attrs={**_INPUT, "accept": ".xlsx,.csv"}),
    )
