"""What people type about money and the alliance. Sums are typed in yuan and handed on in fen."""

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zengyi.core.forms import PlainForm
from zengyi.works.forms.fields import day, line, one_of, pick, words
from zengyi.works.forms.projects import set_choices
from zengyi.works.rules.funds import FEN_MOST, GIVES_MOST, PACK_CHOICES, Emergency, Source
from zengyi.works.rules.projects import NAME_MOST
from zengyi.works.rules.shares import TEXT_MOST

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class YuanField(forms.DecimalField):
    """A sum in yuan with at most two places; cleans to fen."""

    def __init__(self, label: "StrOrPromise", hint: "StrOrPromise" = "") -> None:
        said = _("请写多少元，例如 28800.00。")
        super().__init__(
            label=label,
            help_text=hint,
            min_value=Decimal("0.01"),
            max_value=Decimal(FEN_MOST) / 100,
            decimal_places=2,
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            error_messages=dict.fromkeys(
                ("required", "invalid", "min_value", "max_value", "max_decimal_places", "max_digits", "max_whole_digits"), said
            ),
        )

    def clean(self, value: object) -> int | None:
        """The sum in fen."""
        given = super().clean(value.replace(",", "") if isinstance(value, str) else value)
        return None if given is None else int(given * 100)


class LineForm(PlainForm):
    """Money for one thing."""

    title = line(_("做什么"), hint=_("例如：12 扇单元门换玻璃"))
    source = one_of(_("从哪里出"), Source.choices)
    amount = YuanField(_("多少元"))
    payer_id = pick(_("谁的钱，或者谁管着"), hint=_("联盟里出钱的单位；维修资金写业委会，应急时它可以签字"))
    follows_id = forms.TypedChoiceField(required=False, coerce=int, empty_value=None, widget=forms.HiddenInput)
    pack = one_of(_("按哪里的办法"), PACK_CHOICES, hint=_("动公共维修资金才用得上；不清楚就从严"))

    def __init__(self, *args: Any, units: Sequence[tuple[int, str]] = (), lines: Sequence[tuple[int, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "payer_id", [("", _("不选")), *units])
        set_choices(self, "follows_id", [("", ""), *lines])
        self.fields["follows_id"].error_messages["invalid_choice"] = _("请选这个项目里批过的、同一个来源的一笔。")


class DecideForm(PlainForm):
    """Approved or not, and where it was decided."""

    approve = one_of(_("批不批"), (("1", _("批")), ("0", _("不批"))))
    basis = words(_("凭什么"), hint=_("例如：联盟会第 4 次；不批就写为什么"))
    ballot_id = pick(_("哪一次业主表决"), hint=_("动公共维修资金必须选一次通过了的"))

    def __init__(self, *args: Any, votes: Sequence[tuple[int, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "ballot_id", [("", _("不选")), *votes])


class SignForm(PlainForm):
    """Which kind of emergency."""

    kind = one_of(_("是哪一种应急"), Emergency.choices)
    reason = words(_("现在什么样"), least=0)


class PostForm(PlainForm):
    """Since when it hangs on the board."""

    posted_on = day(_("哪天贴出来的"))


class PayForm(PlainForm):
    """What was paid to whom."""

    amount = YuanField(_("付了多少元"))
    payee = line(_("付给谁"), NAME_MOST)
    paid_on = day(_("哪天付的"))


class MoreForm(PlainForm):
    """How much in all, and why more."""

    total = YuanField(_("一共批多少元"))
    reason = words(_("为什么要追加"))


class SharesForm(PlainForm):
    """The flats that bear a sum."""

    flats = words(_("哪些户，各多少平方米"), TEXT_MOST, hint=_("一行一户：房号，空一格，面积。可以从表格里两列一起复制过来"), rows=10)


class AllianceForm(PlainForm):
    """The name of the alliance."""

    name = line(_("联盟叫什么"), NAME_MOST, hint=_("例如：星湖邻里 · 党建联盟"))


class JoinForm(PlainForm):
    """An organisation and what it can give."""

    organisation_id = pick(_("哪个单位"), required=True)
    gives = words(_("能出什么"), GIVES_MOST, hint=_("例如：每季查一次电梯、出两万元、周末出两个人"))

    def __init__(self, *args: Any, units: Sequence[tuple[int, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "organisation_id", [("", _("请选")), *units])


#: The form of each verb of a fund line.
LINE_FORMS: dict[str, type[PlainForm]] = {"decide": DecideForm, "sign": SignForm, "post": PostForm, "pay": PayForm, "more": MoreForm}
