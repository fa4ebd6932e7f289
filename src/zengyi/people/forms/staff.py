"""Forms of the desk: filters of lists, grants, units, logins and uploads."""

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zengyi.core.forms import PlainForm
from zengyi.people.rules import GRANTED_ROLES, NO_DUTY, REPORTED, ROLE_NAMES, TO_REPORT, Duty, MemberStatus, OrganisationKind, Role

Choice = tuple[str, object]


def _search() -> forms.CharField:
    return forms.CharField(label=_("找人"), required=False, max_length=40, widget=forms.TextInput(attrs={"type": "search"}))


def _choices(first: object, rest: Iterable[tuple[object, object]]) -> list[Choice]:
    return [("", first), *((str(value), label) for value, label in rest)]


class MemberFilter(PlainForm):
    """Which members to show."""

    q = _search()
    branch = forms.TypedChoiceField(label=_("支部"), required=False, coerce=int, empty_value=None)
    status = forms.ChoiceField(label=pgettext_lazy("member", "身份"), required=False, choices=_choices(_("全部身份"), MemberStatus.choices))
    duty = forms.ChoiceField(label=_("岗位"), required=False, choices=_choices(_("全部岗位"), [*Duty.choices, (NO_DUTY, _("还没认岗的"))]))
    reported = forms.ChoiceField(
        label=_("双报到"), required=False, choices=_choices(_("全部党员"), [(TO_REPORT, _("要报到的")), (REPORTED, _("已报到的"))])
    )

    def __init__(self, data: object, *, branches: Iterable[tuple[int, str]]) -> None:
        super().__init__(data)
        self.fields["branch"].choices = _choices(_("全部支部"), branches)  # type: ignore[attr-defined]


class ResidentFilter(PlainForm):
    """Which residents to show."""

    q = _search()
    building = forms.TypedChoiceField(label=_("楼幢"), required=False, coerce=int, empty_value=None)

    def __init__(self, data: object, *, buildings: Iterable[tuple[int, str]]) -> None:
        super().__init__(data)
        self.fields["building"].choices = _choices(_("全部楼幢"), buildings)  # type: ignore[attr-defined]


class OrganisationFilter(PlainForm):
    """Which units to show."""

    q = forms.CharField(label=_("找单位"), required=False, max_length=40, widget=forms.TextInput(attrs={"type": "search"}))
    kind = forms.ChoiceField(label=_("类别"), required=False, choices=_choices(_("全部类别"), OrganisationKind.choices))


class OrganisationForm(PlainForm):
    """A unit that registers with the community: one in the book by its name, or a new one with its kind."""

    name = forms.CharField(label=_("单位全称"), max_length=80)
    short_name = forms.CharField(label=_("简称"), required=False, max_length=40)
    kind = forms.ChoiceField(label=_("类别"), required=False, choices=_choices(_("已经登记过的单位不用选"), OrganisationKind.choices))


class LoginForm(PlainForm):
    """A login for a person."""

    username = forms.CharField(
        label=_("用户名"),
        help_text=_("可以空着，空着就自动编一个。有手机号的人也可以用手机号登录。"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )


class GrantForm(PlainForm):
    """A role for a login on a place."""

    login = forms.CharField(
        label=_("给谁"),
        help_text=_("用户名或手机号。没有账号的人，先在名单里开账号。"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(label=_("身份"))
    place = forms.TypedChoiceField(label=_("在哪里"), coerce=int)
    organisation = forms.TypedChoiceField(
        label=_("单位"), help_text=_("只有单位联系人要选。"), required=False, coerce=int, empty_value=None
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
        super().__init__(data, initial=initial)
        given = frozenset(roles)
        self.fields["role"].choices = [(r.value, ROLE_NAMES[r]) for r in GRANTED_ROLES if r in given]  # type: ignore[attr-defined]
        self.fields["place"].choices = [(str(pk), name) for pk, name in places]  # type: ignore[attr-defined]
        self.fields["organisation"].choices = _choices(_("不选"), organisations)  # type: ignore[attr-defined]


class StandInForm(PlainForm):
    """Somebody who stands in for a day."""

    login = forms.CharField(
        label=_("谁来代班"),
        help_text=_("用户名或手机号。要是另一位：和这件事没有关系的。"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(label=_("代什么"))
    place = forms.TypedChoiceField(label=_("哪个社区"), coerce=int)
    reason = forms.CharField(label=_("为什么代班"), help_text=_("比如：书记提的冲销，社区里没有第二个人审。"), max_length=200)

    def __init__(
        self, data: object, *, roles: Iterable[Role], places: Iterable[tuple[int, str]], initial: dict[str, object] | None = None
    ) -> None:
        super().__init__(data, initial=initial)
        self.fields["role"].choices = [(r.value, ROLE_NAMES[r]) for r in GRANTED_ROLES if r in frozenset(roles)]  # type: ignore[attr-defined]
        self.fields["place"].choices = [(str(pk), name) for pk, name in places]  # type: ignore[attr-defined]


class UploadForm(PlainForm):
    """A sheet to import."""

    file = forms.FileField(
        label=_("填好的表"),
        help_text=_("xlsx、xls、et 或 csv，最多 8 MB、20000 行。"),
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.et,.csv"}),
    )
