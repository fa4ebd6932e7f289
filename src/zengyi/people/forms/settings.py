"""Forms of the first day and of a community's settings."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zengyi.core.forms import PlainForm
from zengyi.people.rules.founding import NAME_MOST, PER_ROW_MOST


def _text(label: object, most: int = NAME_MOST, *, hint: object = "", required: bool = True, **attrs: str) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "off", **attrs})
    return forms.CharField(label=label, help_text=hint, max_length=most, required=required, widget=widget)  # type: ignore[arg-type]


def _phone(label: object, *, hint: object = "", required: bool = True) -> forms.CharField:
    return _text(label, 20, hint=hint, required=required, inputmode="tel")


class FirstCodeForm(PlainForm):
    """The code that the command has printed."""

    code = _text(
        _("一次性代码"),
        40,
        hint=_("运行 zengyi serve 的窗口里有，十二个字母和数字，横线和大小写不用管。"),
        autocapitalize="none",
        spellcheck="false",
    )


class FoundingForm(PlainForm):
    """The first community and its first secretaries."""

    code = forms.CharField(widget=forms.HiddenInput)
    district = _text(_("区（县）"), hint=_("例如：崇川区"))
    subdistrict = _text(_("街道（镇）"), hint=_("例如：虹桥街道"))
    name = _text(_("社区"), hint=_("例如：虹西社区"))
    phone = _phone(_("社区电话"), hint=_("居民看得到，有事打这个号码。"), required=False)
    chief = _text(_("第一位书记姓名"), 40)
    chief_phone = _phone(_("第一位书记手机"))
    chief2 = _text(_("第二位书记姓名"), 40, hint=_("审核要两个人：一位提、另一位批。现在没有，以后在这里再添。"), required=False)
    chief2_phone = _phone(_("第二位书记手机"), required=False)
    officer = _text(
        _("区（街道）里管事的人"),
        40,
        hint=_("以后还要建别的社区，就给区里一位开账号，由这一位来建。没有就空着。"),
        required=False,
    )
    officer_phone = _phone(_("这一位的手机"), required=False)


class ChiefForm(PlainForm):
    """The second secretary of a community, a day or a week after the first."""

    chief2 = _text(_("第二位书记姓名"), 40)
    chief2_phone = _phone(_("第二位书记手机"))


class SecretaryForm(ChiefForm):
    """The second secretary of the first community, with the code."""

    code = forms.CharField(widget=forms.HiddenInput)


class AnotherForm(PlainForm):
    """One more community of a district with its first secretaries."""

    subdistrict = forms.TypedChoiceField(label=_("街道（镇）"), coerce=int, empty_value="", required=False)
    new_subdistrict = _text(_("名单里没有的街道"), hint=_("上面没有，才在这里写名字。"), required=False)
    name = _text(_("社区"), hint=_("例如：虹西社区"))
    phone = _phone(_("社区电话"), hint=_("居民看得到，有事打这个号码。"), required=False)
    chief = _text(_("第一位书记姓名"), 40)
    chief_phone = _phone(_("第一位书记手机"))
    chief2 = _text(_("第二位书记姓名"), 40, hint=_("审核要两个人：一位提、另一位批。现在没有，以后在这里再添。"), required=False)
    chief2_phone = _phone(_("第二位书记手机"), required=False)

    def __init__(self, data: object = None, *, subdistricts: list[tuple[int, str]]) -> None:
        super().__init__(data)
        self.fields["subdistrict"].choices = [("", _("选一个")), *subdistricts]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """One subdistrict, not two and not none."""
        given = super().clean() or {}
        if bool(given.get("subdistrict")) == bool(given.get("new_subdistrict")) and "subdistrict" not in self.errors:
            self.add_error("subdistrict", _("请选一个街道，或者写一个新的。"))
        return given


class CommunityForm(PlainForm):
    """What the community is called and how it is rung up."""

    name = _text(_("社区名称"))
    phone = _phone(_("社区电话"), hint=_("居民看得到，有事打这个号码。"), required=False)


def _buildings(*, required: bool = True) -> forms.CharField:
    hint = _("写法随意：201–240、甲乙丙、1-10号楼、3栋。几段之间用逗号或空格隔开。")
    return forms.CharField(
        label=_("楼幢"), help_text=hint, max_length=2000, required=required, widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"})
    )


def _per_row() -> forms.IntegerField:
    return forms.IntegerField(
        label=_("示意图上一排几幢"),
        help_text=_("画出来以后还能一幢一幢挪。空着就先不画。"),
        required=False,
        min_value=1,
        max_value=PER_ROW_MOST,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )


class EstateForm(PlainForm):
    """A new estate with its buildings."""

    name = _text(_("小区名称"), hint=_("例如：虹桥新村"))
    buildings = _buildings(required=False)
    per_row = _per_row()


class BuildingsForm(PlainForm):
    """More buildings for an estate."""

    buildings = _buildings()


class DrawForm(PlainForm):
    """How an estate is drawn anew."""

    per_row = forms.IntegerField(
        label=_("一排几幢"), min_value=1, max_value=PER_ROW_MOST, widget=forms.NumberInput(attrs={"inputmode": "numeric"})
    )


class CellsForm(PlainForm):
    """In which row and column each building of an estate is drawn, counted from 1; both empty: not drawn."""

    def __init__(self, data: object, *, buildings: Iterable[tuple[int, str, tuple[int, int] | None]]) -> None:
        super().__init__(data)
        self.of = list(buildings)
        for pk, name, cell in self.of:
            for at, (mark, label) in enumerate((("r", _("%(name)s在第几排")), ("c", _("%(name)s是第几个")))):
                initial = cell[at] + 1 if cell else None
                widget = forms.NumberInput(attrs={"inputmode": "numeric", "class": "input input-n", "aria-label": label % {"name": name}})
                field = forms.IntegerField(
                    label=label % {"name": name}, initial=initial, required=False, min_value=1, max_value=PER_ROW_MOST, widget=widget
                )
                self.add(f"{mark}{pk}", field)

    def cells(self) -> dict[int, tuple[int, int]]:
        """Row and column of each building that has both, counted from 0."""
        given = ((pk, self.cleaned_data.get(f"r{pk}"), self.cleaned_data.get(f"c{pk}")) for pk, _name, _cell in self.of)
        return {pk: (row - 1, column - 1) for pk, row, column in given if row and column}

    def rows(self) -> list[tuple[str, forms.BoundField, forms.BoundField]]:
        """Each building with its two fields."""
        return [(name, self[f"r{pk}"], self[f"c{pk}"]) for pk, name, _cell in self.of]


class NameForm(PlainForm):
    """Another name."""

    name = _text(_("改成"))


class BranchesForm(PlainForm):
    """New branches, one a line."""

    names = forms.CharField(
        label=_("新支部"),
        help_text=_("一行一个，例如：第一支部。"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )
