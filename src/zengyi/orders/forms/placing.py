"""The form of a new order: one question per block, in people's words."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zengyi.core import personal
from zengyi.core.forms import PhotosField, PlainForm
from zengyi.orders import rules
from zengyi.people.web.fields import PhoneField

CATEGORY_ICONS = {
    rules.Category.LIGHT: "lamp",
    rules.Category.WATER: "drop",
    rules.Category.ROAD: "road",
    rules.Category.CAMERA: "cctv",
    rules.Category.LIFT: "lift",
    rules.Category.CLEAN: "bin",
    rules.Category.HELP: "heart",
    rules.Category.OTHER: "more",
}


#: What becomes of the phones and doors in the words, said by the button that sends the form.
WORDS_FIELD, MASKED, AS_WRITTEN = "words", "mask", "keep"
#: Sent along by the short form.
SHORT_FIELD = "short"
#: What it folds away and nobody has filled in yet.
_FOLDED = ("category", "text", "spot", "place", "urgency", "contact", "anonymous", "private", "public", "about_unit", "without_unit")


class OrderForm(PlainForm):
    """What somebody tells the community. ``kinds`` and ``places`` are those the person may choose from.

    ``personal``: the kinds of personal things found in the words, while nobody has said yet what becomes of them.
    """

    personal: Sequence[str] = ()
    #: Whether it was sent from the short form, where the rest may be left to a guess.
    short = False
    home: tuple[int, str] | None = None

    kind = forms.ChoiceField(
        label=_("这是什么单？"),
        choices=rules.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一种。"), "invalid_choice": _("请从上面选一种。")},
    )
    category = forms.ChoiceField(
        label=_("哪一类事？"),
        choices=rules.Category.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一类，说不清就选“说不清”。"), "invalid_choice": _("请从上面选一类。")},
    )
    title = forms.CharField(
        label=_("一句话，什么事？"),
        min_length=2,
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": _("请用一句话说是什么事。"),
            "min_length": _("请再多说几个字。"),
            "max_length": _("最多 60 字，细节写在下面。"),
        },
    )
    text = forms.CharField(
        label=_("是什么情况？"),
        help_text=_("写几句就行，不用写姓名电话。"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": _("最多 2000 字，请写短一点。")},
    )
    photos = PhotosField(most=rules.PHOTOS_MOST)
    place = forms.TypedChoiceField(
        label=_("选楼幢或地点"),
        required=False,
        coerce=int,
        empty_value=None,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("没有这个楼幢，请重新选。")},
    )
    spot = forms.CharField(
        label=_("在哪里？"),
        help_text=_("例如：桥上、2 单元门口。不用写门牌号。"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"max_length": _("最多 60 字，请写短一点。")},
    )
    urgency = forms.TypedChoiceField(
        label=_("有多急？"),
        coerce=int,
        choices=rules.Urgency.choices,
        initial=rules.Urgency.SOON,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选有多急。"), "invalid_choice": _("请从上面选一个。")},
    )
    contact = PhoneField(label=_("怎么联系您？"), help_text=_("只有社区和接单的人看得到，可以不填"), autocomplete="tel")
    anonymous = forms.BooleanField(label=_("不公开是谁点的单"), help_text=_("接单的人也不知道，有事由社区转告"), required=False)
    private = forms.BooleanField(label=_("不放上公开的单子栏"), help_text=_("社区和接单的人仍看得到"), required=False)
    public = forms.BooleanField(
        label=_("“帮一把手”的事也放上公开的单子栏"), help_text=_("不勾，就只有社区和答应来帮的人看得到"), required=False
    )
    at_home = forms.BooleanField(label=_("就在我住的这一幢"), required=False)

    about_unit = forms.TypedChoiceField(
        label=_("反映的就是哪个单位？"),
        help_text=_("选了，它就自动回避：找不到这一单，接不了，也看不到您是谁"),
        required=False,
        coerce=int,
        empty_value=None,
        error_messages={"invalid_choice": _("请从里面选一个。")},
    )
    without_unit = forms.TypedChoiceField(
        label=_("还不想请哪个单位来？"),
        help_text=_("以后在单子里还可以加，也可以收回"),
        required=False,
        coerce=int,
        empty_value=None,
        error_messages={"invalid_choice": _("请从里面选一个。")},
    )

    def __init__(
        self,
        *args: Any,
        kinds: Sequence[rules.Kind] = tuple(rules.Kind),
        places: Sequence[tuple[int, str]] = (),
        units: Sequence[tuple[int, str]] = (),
        home: tuple[int, str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.short, self.home = self.is_bound and self.data.get(SHORT_FIELD) == "1", home
        if home is None:
            del self.fields["at_home"]
        else:
            self.fields["at_home"].label = _("就在我住的这一幢：%(name)s") % {"name": home[1]}
        if self.short:
            self.fields["category"].required = self.fields["urgency"].required = False
            self.fields["urgency"].empty_value = None  # type: ignore[attr-defined]
        self._choices("kind", [(kind.value, kind.label) for kind in kinds])
        self._choices("place", [("", _("不选楼幢")), *places])
        for name in ("about_unit", "without_unit"):
            self._choices(name, [("", _("没有")), *units])
        if len(kinds) == 1:
            self.fields["kind"].widget = forms.HiddenInput()
            self.fields["kind"].initial = kinds[0].value

    def _choices(self, name: str, choices: Sequence[tuple[Any, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def _guess(self, cleaned: dict[str, Any]) -> None:
        """What the short form left open: what it is about and how urgent by the words, where by where they live."""
        said = f"{cleaned.get('title', '')} {cleaned.get('text', '')}"
        if not cleaned.get("category") and "category" not in self.errors:
            cleaned["category"] = rules.category_of(said).value
        if not cleaned.get("urgency") and "urgency" not in self.errors:
            cleaned["urgency"] = rules.urgency_of(said).value
        if self.home and cleaned.get("at_home") and not cleaned.get("place"):
            cleaned["place"] = self.home[0]

    @staticmethod
    def _shown(cleaned: dict[str, Any]) -> bool | None:
        """What was said of help that is shown to everybody."""
        return False if cleaned.get("public") else None

    @property
    def is_unfolded(self) -> bool:
        """Whether something is wrong with what the short form folds away, or was typed there."""
        typed = self.is_bound and any(self.data.get(name) for name in _FOLDED)
        return typed or bool(self.errors.keys() - {"title", "photos", "__all__"})

    def clean(self) -> dict[str, Any]:
        """Take the title as the text where none was written. A phone or a door in the words needs a word on what becomes of it."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not cleaned.get("text"):
            cleaned["text"] = cleaned.get("title", "")
        if self.short:
            self._guess(cleaned)
        cleaned["private"] = rules.kept_private(cleaned.get("category", ""), True if cleaned.get("private") else self._shown(cleaned))
        words = {name: cleaned.get(name, "") for name in rules.WORDS}
        kinds = dict.fromkeys(str(mark.kind.label) for text in words.values() for mark in personal.find(text))
        wanted = self.data.get(WORDS_FIELD)
        if wanted == MASKED:
            return cleaned | {name: personal.masked(text) for name, text in words.items()}
        if kinds and not self.errors and wanted != AS_WRITTEN:
            self.personal = list(kinds)
            found = gettext("、").join(kinds)
            raise forms.ValidationError(
                gettext("里面写了%(what)s。遮住再交，还是照原样交？照原样，社区和接单的人看得到，别人看到的是 ***。") % {"what": found}
            )
        return cleaned


class BehalfForm(OrderForm):
    """The same for a worker who writes down what a resident said."""

    channel = forms.ChoiceField(
        label=_("怎么说来的？"),
        choices=[(c.value, c.label) for c in rules.Channel if c != rules.Channel.SELF],
        initial=rules.Channel.PHONE,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选居民是怎么说来的。"), "invalid_choice": _("请从上面选一个。")},
    )
    name = forms.CharField(
        label=_("替谁点？"),
        help_text=_("写怎么称呼；自己看到来报的，这两格都不填"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"max_length": _("最多 40 字。")},
    )
    phone = PhoneField(label=_("本人电话"), help_text=_("名单里有的，写电话就够了；回访也打这个号码"))
