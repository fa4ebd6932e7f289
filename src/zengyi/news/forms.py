"""What people type about pieces: the words, the answers to marks, why something goes back, where paper hangs."""

import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from zengyi.core.forms import PhotosField, PlainForm, reason_field
from zengyi.core.ids import id_of
from zengyi.news import rules
from zengyi.news.rules import Content, Figure, PieceKind, Said

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from zengyi.news.queries import MarkCard

QUERY_MOST = 40
_DAY = {"invalid": _("请写成 2026-11-23 这样。")}


def _day_field(label: "StrOrPromise", hint: "StrOrPromise" = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, help_text=hint, required=False, widget=widget, error_messages=_DAY)


class PieceForm(PlainForm):
    """The words of a piece. The rules say how long each may be; the form tells so while somebody types."""

    kind = forms.ChoiceField(
        label=_("哪一种"),
        choices=PieceKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("请从里面选一个。"), "invalid_choice": _("请从里面选一个。")},
    )
    title = forms.CharField(
        label=_("标题"),
        help_text=_("28 字以内，手机上两行"),
        min_length=rules.TITLE_LEAST,
        max_length=rules.TITLE_MOST,
        error_messages={"required": _("请写标题。"), "min_length": _("请再多写一点。"), "max_length": _("最多 60 字。")},
    )
    text = forms.CharField(
        label=_("正文"),
        help_text=_("什么事、谁办的、办成怎样；空一行另起一段"),
        min_length=rules.TEXT_LEAST,
        max_length=rules.TEXT_MOST,
        widget=forms.Textarea(attrs={"rows": 9}),
        error_messages={"required": _("请写正文。"), "min_length": _("请再多写一点。"), "max_length": _("最多 4000 字。")},
    )
    held_on = _day_field(_("哪一天"), _("可以不填"))
    until = _day_field(_("到哪一天"), _("不止一天才填"))
    place = forms.CharField(
        label=_("在哪里"),
        help_text=_("可以不填"),
        required=False,
        max_length=rules.PLACE_MOST,
        error_messages={"max_length": _("最多 60 字。")},
    )
    organisers = forms.CharField(
        label=_("谁办的"),
        help_text=_("单位，不写个人"),
        required=False,
        max_length=rules.ORGANISERS_MOST,
        error_messages={"max_length": _("最多 120 字。")},
    )
    told = forms.MultipleChoiceField(
        label=_("发给谁"),
        help_text=_("一个都不勾，就是发给整个社区"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("请从里面选，都要是本社区的小区或楼幢。")},
    )
    figures = forms.CharField(
        label=_("几个数字"),
        help_text=_("一行一个，先写什么，空一格写多少，例如：清除 950株"),
        required=False,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": _("最多 4 个数字。")},
    )
    pictures = PhotosField(most=rules.PICTURES_MOST, label=_("照片"))
    without = forms.MultipleChoiceField(label=_("去掉哪几张"), required=False, widget=forms.CheckboxSelectMultiple)
    digest = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, standing: Sequence[str] = (), places: Sequence[tuple[int, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told = self.fields["told"]
        assert isinstance(told, forms.MultipleChoiceField)
        told.choices = [(str(pk), name) for pk, name in places]
        if not places:
            del self.fields["told"]
        without = self.fields["without"]
        assert isinstance(without, forms.MultipleChoiceField)
        without.choices = [(pk, _("第 %(n)d 张") % {"n": n}) for n, pk in enumerate(standing, 1)]
        if not standing:
            del self.fields["without"]

    def clean_figures(self) -> list[Figure]:
        """Pairs of a label and a figure."""
        return figures_of(self.cleaned_data["figures"])

    def words(self, pictures: tuple[str, ...] = ()) -> Content:
        """The words as far as they are typed, right or wrong, cleaned for looking at."""
        given = self.cleaned_data if hasattr(self, "cleaned_data") else {}

        def said(name: str, *, lines: bool = False) -> str:
            return rules.plain(str(given.get(name) or self.data.get(name, "")), lines=lines)

        figures = tuple(given.get("figures") or ())
        kind = given.get("kind") or PieceKind.BRIEF
        text = said("text", lines=True)[: rules.TEXT_MOST]
        return Content(
            kind, said("title"), text, said("place"), given.get("held_on"), given.get("until"), said("organisers"), figures, pictures
        )


def figures_of(text: str) -> list[Figure]:
    """Lines such as ``清除 950 株`` as pairs: what stands before the first space or colon, and the rest."""
    pairs = []
    for line in text.splitlines():
        label, _between, figure = unicodedata.normalize("NFKC", line).strip().replace(":", " ").partition(" ")
        if label:
            pairs.append((label.strip(), figure.strip()))
    return pairs


def written(figures: Sequence[Figure]) -> str:
    """Pairs as the lines that :func:`figures_of` reads."""
    return "\n".join(f"{label} {figure}" for label, figure in figures)


class AnswersForm(PlainForm):
    """An answer for each mark, and where a consent is kept. What is left open stays open."""

    digest = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, cards: "Sequence[MarkCard]", taken: "Sequence[tuple[int, str]] | None" = None, **kwargs: Any) -> None:
        """``taken``: the activities at which pictures may have been taken; without them nobody is asked about children."""
        super().__init__(*args, **kwargs)
        self.cards = cards
        for card in cards:
            name = f"m{card.mark.key[:16]}"
            choices = [(said.value, answer_label(said, card)) for said in Said]
            said = forms.ChoiceField(label="", choices=choices, required=False, widget=forms.RadioSelect, initial=card.said)
            said.error_messages["invalid_choice"] = _("请从里面选一个。")
            self.add(name, said)
            consent = forms.CharField(label=_("谁、哪天、怎么同意的"), required=False, max_length=rules.CONSENT_MOST, initial=card.consent)
            consent.error_messages["max_length"] = _("最多 120 字。")
            self.add(f"c{card.mark.key[:16]}", consent)
            if taken is not None and card.mark.kind == rules.MarkKind.PICTURE:
                self.add(f"o{card.mark.key[:16]}", _children_field(card, taken))

    def rows(self) -> list[tuple["MarkCard", forms.BoundField | None, forms.BoundField | None, forms.BoundField | None]]:
        """Each mark with its fields; of a picture the last one asks about children."""
        return [(card, self._field("m", card), self._field("c", card), self._field("o", card)) for card in self.cards]

    def _field(self, letter: str, card: "MarkCard") -> forms.BoundField | None:
        name = f"{letter}{card.mark.key[:16]}"
        return self[name] if name in self.fields else None

    def clean(self) -> dict[str, Any]:
        """Ask where a consent is kept."""
        given = super().clean() or self.cleaned_data
        for card in self.cards:
            said, where = given.get(f"m{card.mark.key[:16]}"), f"c{card.mark.key[:16]}"
            if said == Said.CONSENTED and len(given.get(where) or "") < 2 and where not in self.errors:
                self.add_error(where, _("请写清楚谁、哪天、怎么同意的。"))
            about = f"o{card.mark.key[:16]}"
            if said == Said.CONSENTED and about in self.fields and about not in self.errors and not given.get(about):
                self.add_error(about, _("请说一下照片上有没有孩子。"))
        return given

    def children(self) -> dict[str, rules.Children]:
        """What was said of children on pictures, by the mark's key."""
        given = self.cleaned_data
        said = ((card.mark.key, given.get(f"o{card.mark.key[:16]}") or "") for card in self.cards)
        return {key: rules.Children(one != NO_CHILDREN, int(one) if one.isdecimal() else None) for key, one in said if one}

    def answers(self) -> dict[str, tuple[str, str]]:
        """What was answered, by the mark's key."""
        given = self.cleaned_data
        pairs = ((card.mark.key, given[f"m{card.mark.key[:16]}"], given[f"c{card.mark.key[:16]}"]) for card in self.cards)
        return {key: (said, consent) for key, said, consent in pairs if said}


NO_CHILDREN, AGREED = "none", "agreed"


def _children_field(card: "MarkCard", taken: "Sequence[tuple[int, str]]") -> forms.ChoiceField:
    """Whether children are on a picture, and where it was taken: then their guardians' answers count."""
    choices: list[tuple[str, StrOrPromise]] = [
        ("", _("请选一个")),
        (NO_CHILDREN, _("没有孩子")),
        (AGREED, _("有孩子，家长同意的写在上面了")),
    ]
    choices += [(str(pk), _("有孩子，是这场活动拍的：%(title)s") % {"title": title}) for pk, title in taken]
    told = card.children
    initial = "" if told is None else NO_CHILDREN if not told.there else str(told.occasion_id or AGREED)
    field = forms.ChoiceField(label=_("照片上有没有孩子"), choices=choices, required=False, initial=initial)
    field.error_messages["invalid_choice"] = _("请从里面选一个。")
    return field


def answer_label(said: Said, card: "MarkCard") -> "StrOrPromise":
    """The answer in words, as it is said of that kind."""
    if card.mark.kind == rules.MarkKind.PICTURE:
        return {Said.MASK: _("不用这张"), Said.CONSENTED: _("都同意"), Said.NOT_PERSON: _("没有人脸车牌")}[said]
    if card.mark.kind == rules.MarkKind.NAME and said == Said.NOT_PERSON:
        return _("不是人")
    return said.label


class SureForm(PlainForm):
    """Asks only whether somebody is sure. ``digest`` tells which words they have read."""

    digest = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)


class ReasonForm(PlainForm):
    """Why it goes back, or is taken down."""

    digest = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    reason = reason_field(_("为什么？"))


class SpotForm(PlainForm):
    """Where a sheet hangs."""

    spot = forms.CharField(
        label=_("贴在哪"),
        help_text=_("例如：南门公示栏"),
        min_length=2,
        max_length=rules.SPOT_MOST,
        error_messages={"required": _("请写贴在哪。"), "min_length": _("请再多写一点。"), "max_length": _("最多 40 字。")},
    )

    until = _day_field(_("要贴到哪天"), _("有规定要贴几天的才填；季度公示不用填，自动算"))


class SeenForm(PlainForm):
    """A photo of a sheet on its board."""

    photo = PhotosField(most=1, label=_("拍一张贴着的样子"), help_text=_("看得出贴在哪"))

    def clean(self) -> dict[str, Any]:
        """Ask for the photo."""
        given = super().clean() or self.cleaned_data
        if not given.get("photo") and "photo" not in self.errors:
            self.add_error("photo", _("请拍一张，看得出贴在哪。"))
        return given


class Asked:
    """The filters of the public list; a wrong value in the address counts as none."""

    def __init__(self, given: QueryDict) -> None:
        self.community = id_of(given.get("community"))
        self.kind = given.get("kind", "") if given.get("kind", "") in PieceKind.values else ""
        self.q = rules.plain(given.get("q", "")[:QUERY_MOST])
        self.after = id_of(given.get("after"))

    @property
    def filtered(self) -> bool:
        """Whether anything narrows the list beyond a community."""
        return bool(self.kind or self.q)
