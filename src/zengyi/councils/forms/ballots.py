"""What people type about ballots: at the desk, and to vote."""

import re
from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from zengyi.core.clock import SHANGHAI
from zengyi.core.forms import PlainForm
from zengyi.councils.rules import ballots as rules
from zengyi.councils.rules.ballots import VoteChannel
from zengyi.councils.rules.methods import BY_NUMBERS, OPTION_MOST, POINTS_MOST, POINTS_USUAL, Method, Share
from zengyi.councils.rules.owner_sheets import KINDS, OWNERS_COLUMNS
from zengyi.councils.rules.owners import Subject
from zengyi.councils.rules.packs import shipped

#: A vote that ends on a day ends at this hour.
ENDS_AT = time(20, 0)
#: Numbers of one form, typed as 1-20, 35.
NUMBERS_MOST = 500
LINES_MOST = 20_000
#: The words of the list of owners, as its header has them.
_COLUMNS, _KINDS = " ".join(OWNERS_COLUMNS), " / ".join(KINDS)
#: What stands between numbers: spaces and commas, the wide one and that of lists, too.
_BETWEEN = re.compile("[\\s,\\uff0c\\u3001]+")
_DAY = {"required": _("请写哪一天。"), "invalid": _("请写成 2026-11-23 这样。")}
_LONG = {"max_length": _("最多 300 字，请写短一点。")}
_NUMBER = {"required": _("请写数字。"), "invalid": _("请写数字。"), "min_value": _("请写数字。"), "max_value": _("这个数太大。")}


def _lines(text: str) -> list[str]:
    """The lines of a text that hold anything."""
    return [line for one in text.splitlines() if (line := " ".join(one.split()))]


class BallotForm(PlainForm):
    """What is put to the vote, and how."""

    title = forms.CharField(
        label=_("表决什么？"),
        min_length=rules.TITLE_LEAST,
        max_length=rules.TITLE_MOST,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("请用一句话说表决什么。"), "min_length": _("请再多说几个字。"), "max_length": _("最多 60 字。")},
    )
    text = forms.CharField(
        label=_("为什么，钱怎么用"),
        help_text=_("投票的人在这一页看到"),
        required=False,
        max_length=rules.TEXT_MOST,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"max_length": _("最多 2000 字，请写短一点。")},
    )
    method = forms.ChoiceField(
        label=_("怎么表决？"),
        choices=[(m.value, m.label) for m in (Method.OWNER_DUAL, *(m for m in Method if m != Method.OWNER_DUAL))],
        initial=Method.OWNER_DUAL,
        error_messages={"required": _("请选怎么表决。"), "invalid_choice": _("请从里面选一个。")},
    )
    subject = forms.ChoiceField(
        label=_("业主表决：哪一类事？"),
        help_text=_("它定要多少人同意"),
        required=False,
        choices=[("", _("不是业主表决")), *Subject.choices],
        initial=Subject.USE_FUND,
        error_messages={"invalid_choice": _("请从里面选一个。")},
    )
    pack = forms.ChoiceField(
        label=_("业主表决：按哪里的规则？"),
        required=False,
        choices=[(pack.code, pack.name) for pack in shipped().values()],
        error_messages={"invalid_choice": _("请从里面选一个。")},
    )
    yuan = forms.DecimalField(
        label=_("要用多少钱（元）"),
        help_text=_("没有就不填"),
        required=False,
        min_value=0,
        max_digits=11,
        decimal_places=2,
        error_messages={
            "invalid": _("请写金额，例如 46920.00。"),
            "min_value": _("金额要大于 0。"),
            "max_digits": _("这个数太大。"),
            "max_whole_digits": _("这个数太大。"),
            "max_decimal_places": _("最多两位小数。"),
        },
    )
    place = forms.TypedChoiceField(
        label=_("哪一栋、哪一处的事？"),
        help_text=_("业主表决只请有关的业主，例如一栋楼、一部电梯"),
        required=False,
        coerce=int,
        empty_value=None,
        error_messages={"invalid_choice": _("请选本社区的楼栋或地点。")},
    )
    topic = forms.TypedChoiceField(
        label=_("从哪个议题来？"),
        required=False,
        coerce=int,
        empty_value=None,
        error_messages={"invalid_choice": _("没有找到这个议题，或者不在您的社区。")},
    )
    options = forms.CharField(
        label=_("几项里选：每行一项"),
        help_text=_("打分、贴点、排先后才填"),
        required=False,
        max_length=12 * OPTION_MOST,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": _("请写 2 到 10 项，每项不同。")},
    )
    points = forms.IntegerField(
        label=_("每项最多几分，或每人几个点"),
        required=False,
        min_value=0,
        max_value=POINTS_MOST,
        initial=POINTS_USUAL,
        error_messages=_NUMBER,
    )
    passes = forms.ChoiceField(
        label=_("举手：多少人同意才算通过？"),
        required=False,
        choices=Share.choices,
        initial=Share.HALF,
        error_messages={"invalid_choice": _("请从里面选一个。")},
    )
    quorum = forms.ChoiceField(
        label=_("来多少人才算数？"),
        help_text=_("业主表决按法律，都是三分之二"),
        required=False,
        choices=Share.choices,
        initial=Share.NONE,
        error_messages={"invalid_choice": _("请从里面选一个。")},
    )
    voters = forms.CharField(
        label=_("谁能投：每行一位"),
        help_text=_(
            "写党员编号、手机号或名单里的姓名，本人就能在手机上投；名单里没有的写怎么称呼，由工作人员记。业主表决不填，下一步导入清册"
        ),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"max_length": _("名单太长，业主请导入清册。")},
    )

    def __init__(self, *args: Any, places: Sequence[tuple[int, str]] = (), topics: Sequence[tuple[int, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices, none in (("place", places, _("整个社区")), ("topic", topics, _("不是从议题来的"))):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", none), *choices]
            if not choices:
                del self.fields[name]

    def proposal(self) -> rules.Proposal:
        """As the action takes it; what belongs to another way of voting is left out."""
        given = self.cleaned_data
        method = given["method"]
        owners, numbers = method == Method.OWNER_DUAL, method in BY_NUMBERS
        return rules.Proposal(
            title=given["title"],
            text=given["text"],
            method=method,
            subject=given["subject"] if owners else "",
            pack=(given["pack"] or next(iter(shipped()))) if owners else "",
            options=tuple(_lines(given["options"])) if numbers else (),
            points=(given["points"] or 0) if numbers else 0,
            amount=int(given["yuan"] * 100) if given["yuan"] else None,
        )

    def names(self) -> list[str]:
        """Who may vote, where they are typed."""
        return [] if self.cleaned_data["method"] == Method.OWNER_DUAL else _lines(self.cleaned_data["voters"])


class OwnersForm(PlainForm):
    """The list of owners."""

    file = forms.FileField(
        label=_("业主清册"),
        help_text=format_lazy("{told} {columns} ({kinds})", told=_("xlsx 或 csv，最多 8 MB；表头："), columns=_COLUMNS, kinds=_KINDS),
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={"required": _("请选一张表。"), "empty": _("文件是空的。"), "max_length": _("文件名太长，请改短一点。")},
    )


class OpenForm(PlainForm):
    """Since when the notice has hung, and the last day."""

    noticed_on = forms.DateField(
        label=_("公告哪一天贴出来的？"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages=_DAY,
    )
    closes_at = forms.DateField(
        label=_("哪一天截止？"),
        help_text=_("当天晚上 8 点"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages=_DAY,
    )

    def given(self) -> dict[str, Any]:
        """As the action takes it."""
        day = self.cleaned_data["closes_at"]
        closes_at = datetime.combine(day, ENDS_AT, SHANGHAI) if day else None
        return {"noticed_on": self.cleaned_data["noticed_on"], "closes_at": closes_at}


class CloseForm(PlainForm):
    """Why it ends early, where it does."""

    reason = forms.CharField(
        label=_("提前截止，为什么？"),
        help_text=_("到了时候或都投完了，不用填；填了会一起公布"),
        required=False,
        max_length=rules.REASON_MOST,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages=_LONG,
    )


class VoteForm(PlainForm):
    """What somebody says: one choice, or a number for each option."""

    code = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("想说一句"),
        help_text=_("可以不填；有重大异议要写为什么"),
        required=False,
        max_length=rules.REASON_MOST,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages=_LONG,
    )

    def __init__(self, *args: Any, method: Method, choices: list[tuple[str, str]], options: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.method, self.options = method, options
        if method in BY_NUMBERS:
            for at, name in enumerate(options, start=1):
                label = _now("%(name)s：第几位（不要的空着）") if method == Method.RANKED else _now("%(name)s：几分")
                number = forms.IntegerField(
                    label=label % {"name": name}, required=False, min_value=0, max_value=100, error_messages=_NUMBER
                )
                self.add(f"option-{at}", number)
        else:
            choice = forms.ChoiceField(
                label=_("您的意见"),
                choices=choices,
                widget=forms.RadioSelect,
                error_messages={"required": _("请选一个。"), "invalid_choice": _("请从上面选一个。")},
            )
            self.add("choice", choice)

    def numbers_fields(self) -> list[forms.BoundField]:
        """A field for each option; none where one opinion is asked for."""
        return [self[f"option-{at}"] for at in range(1, len(self.options) + 1)] if self.method in BY_NUMBERS else []

    def numbers(self) -> list[int]:
        """What was given to each option; in a ranking the options from the first place on."""
        if self.method not in BY_NUMBERS:
            return []
        given = [self.cleaned_data[f"option-{at}"] or 0 for at in range(1, len(self.options) + 1)]
        if self.method != Method.RANKED:
            return given
        return [at for _place, at in sorted((place, at) for at, place in enumerate(given, start=1) if place)]


class EntryForm(VoteForm):
    """What an elector said, entered at the desk."""

    position = forms.IntegerField(
        label=_("几号票？"), help_text=_("纸票右上角的号，或名单上的号"), min_value=1, max_value=LINES_MOST, error_messages=_NUMBER
    )
    channel = forms.ChoiceField(
        label=_("怎么来的？"),
        choices=[(c.value, c.label) for c in VoteChannel if c != VoteChannel.ONLINE],
        initial=VoteChannel.PAPER,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选怎么来的。"), "invalid_choice": _("请从上面选一个。")},
    )
    read_back = forms.BooleanField(label=_("当面、电话：念给本人听过了"), required=False)
    by_mandate = forms.BooleanField(label=_("受托人代投"), required=False)
    holder_present = forms.BooleanField(label=_("受托人本人在"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        said = [name for name in self.fields if name == "choice" or name.startswith("option-")]
        self.order_fields(["position", *said, "channel", "read_back", "by_mandate", "holder_present", "reason"])


class DeliveredForm(PlainForm):
    """Which papers were handed over."""

    positions = forms.CharField(
        label=_("送到了几号？"),
        help_text=_("例如 1-20, 35"),
        max_length=400,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("请写几号。"), "max_length": _("太长，请分几次记。")},
    )

    def clean_positions(self) -> list[int]:
        """The numbers, one by one."""
        found: list[int] = []
        for part in _BETWEEN.split(self.cleaned_data["positions"]):
            first, dash, last = part.partition("-")
            if not part:
                continue
            if not all(n.isascii() and n.isdigit() and len(n) < 6 for n in (first, *((last,) if dash else ()))):
                raise forms.ValidationError(_("请写成 1-20, 35 这样。"))
            found += range(int(first), int(last or first) + 1)
            if len(found) > NUMBERS_MOST:
                raise forms.ValidationError(_("一次最多 500 个号。"))
        return found


class MandateForm(PlainForm):
    """A written mandate."""

    position = forms.IntegerField(label=_("几号业主委托？"), min_value=1, max_value=LINES_MOST, error_messages=_NUMBER)
    holder = forms.CharField(
        label=_("委托给谁？"),
        max_length=rules.NAME_MOST,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("请写受托人的名字，最多 60 字。"), "max_length": _("最多 60 字。")},
    )
    paper = forms.CharField(
        label=_("委托书放在哪里？"),
        help_text=_("例如：卷宗 3 号袋。没有书面委托不能代投"),
        max_length=rules.PAPER_MOST,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("请写委托书放在哪里。"), "max_length": _("最多 80 字。")},
    )


class SaleForm(PlainForm):
    """A flat that was sold during the vote."""

    position = forms.IntegerField(label=_("几号业主卖了房？"), min_value=1, max_value=LINES_MOST, error_messages=_NUMBER)
    buyer = forms.CharField(
        label=_("新业主叫什么？"),
        max_length=rules.NAME_MOST,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("请写新业主的名字，最多 60 字。"), "max_length": _("最多 60 字。")},
    )
    paper = forms.CharField(
        label=_("看的是什么？"),
        help_text=_("例如：不动产权证，11 月 20 日过户"),
        max_length=rules.PAPER_MOST,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("请写看的是什么，例如“不动产权证，11 月 20 日过户”。"), "max_length": _("最多 80 字。")},
    )


class PostedForm(PlainForm):
    """Since when the result has hung."""

    posted_on = forms.DateField(
        label=_("结果哪一天贴出来的？"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), error_messages=_DAY
    )
