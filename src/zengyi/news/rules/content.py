# Chinese in this file is data: what stands between figures.
"""The words of a piece: what may stand in them, their digest, and how they are kept."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from zengyi.core.errors import Invalid

TITLE_LEAST, TITLE_MOST = 2, 60
TEXT_LEAST, TEXT_MOST = 2, 4000
PLACE_MOST, ORGANISERS_MOST = 60, 120
LABEL_MOST, FIGURE_MOST, FIGURES_MOST = 12, 12, 4
#: Days outside these years are slips.
FIRST_YEAR, LAST_YEAR = 1948, 2100
PICTURES_MOST = 3
#: The kind that is told to people; the others wait to be read.
NOTICE = "NOTICE"
#: So many estates and buildings can be named; who wants more tells the whole community.
TOLD_MOST = 40
#: What stands between the figures when they are one text, and between a label and its figure. Neither may stand in them.
_BETWEEN, _COLON = "；", "："
#: A title of two lines on a phone, and a text that is read to its end: advice, no limits.
TITLE_GOOD, TEXT_GOOD = 28, 300

Figure = tuple[str, str]
#: An estate or a building that a notice is for: its id, and its name as it was then.
ToldAt = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Content:
    """All that is printed of a piece, and all that its digest covers. ``figures``: labels and figures, such as 清除 and 950 株.

    ``told``: the estates and buildings that a notice is for; none: the whole community. Since the digest covers them, too, nobody else
    is ever told without a new approval.
    """

    kind: str
    title: str
    text: str
    place: str = ""
    held_on: date | None = None
    until: date | None = None
    organisers: str = ""
    figures: tuple[Figure, ...] = ()
    pictures: tuple[str, ...] = ()
    told: tuple[ToldAt, ...] = ()

    def fields(self) -> Iterator[tuple[str, str]]:
        """The texts that people wrote, by the name of the field; the figures as one."""
        yield "title", self.title
        yield "text", self.text
        yield "place", self.place
        yield "organisers", self.organisers
        yield "figures", _BETWEEN.join(f"{label}{_COLON}{figure}" for label, figure in self.figures)

    def with_fields(self, texts: Mapping[str, str], pictures: tuple[str, ...]) -> "Content":
        """The same with other texts, as :meth:`fields` gave them, and other pictures."""
        pairs = (one.partition(_COLON) for one in texts["figures"].split(_BETWEEN)) if texts["figures"] else ()
        figures = tuple((label, figure) for label, _colon, figure in pairs)
        words: dict[str, Any] = {name: texts[name] for name in ("title", "text", "place", "organisers")}
        return replace(self, **words, figures=figures, pictures=pictures)

    def canonical(self) -> str:
        """All of it as JSON, always the same text for the same words."""
        days = {name: day.isoformat() if day else None for name, day in (("held_on", self.held_on), ("until", self.until))}
        words = {name: getattr(self, name) for name in ("kind", "title", "text", "place", "organisers", "figures", "pictures")}
        told = {"told": self.told} if self.told else {}  # what is for everybody has the digest that it always had
        return json.dumps({**words, **days, **told}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @property
    def digest(self) -> str:
        """SHA-256 of the words, as 64 hexadecimal digits."""
        return hashlib.sha256(self.canonical().encode()).hexdigest()


def content_of(text: str) -> Content:
    """The words out of what :meth:`Content.canonical` made."""
    told: dict[str, Any] = json.loads(text)
    for name in ("held_on", "until"):
        told[name] = date.fromisoformat(told[name]) if told[name] else None
    figures = tuple((label, figure) for label, figure in told.pop("figures"))
    places = tuple((pk, name) for pk, name in told.pop("told", ()))
    return Content(**{**told, "figures": figures, "pictures": tuple(told["pictures"]), "told": places})


_LINES = re.compile(r"\n{3,}")
_ZWJ, _VARIATION = "\u200d", "\ufe0f"


def plain(text: str, *, lines: bool = False) -> str:
    """What somebody typed, without what nobody sees: control characters, directions, widths of nothing. Emoji stay whole.

    Invisible characters turn texts around on a board, hide a name from a search, and cost a paper engine its time.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    kept = []
    for n, character in enumerate(text):
        category = unicodedata.category(character)
        if character == "\n" and lines:
            kept.append(character)
        elif character.isspace():
            kept.append(" ")
        elif character == _ZWJ:
            between = unicodedata.category(text[n - 1 : n] or " ") if n else ""
            kept += [_ZWJ] if between in ("So", "Sk") or text[n - 1 : n] == _VARIATION else []
        elif category not in ("Cc", "Cf", "Cs", "Co", "Cn"):
            kept.append(character)
    said = "".join(kept)
    return _LINES.sub("\n\n", "\n".join(re.sub(r" {2,}", " ", line).strip() for line in said.split("\n"))).strip()


def checked(content: Content, *, kinds: Sequence[str]) -> Content:
    """The words cleaned; raises :class:`Invalid` with the fields that can't be taken."""
    words: dict[str, Any] = {
        "title": plain(content.title),
        "text": plain(content.text, lines=True),
        "place": plain(content.place),
        "organisers": plain(content.organisers),
    }
    pairs = ((_of_a_figure(label), _of_a_figure(figure)) for label, figure in content.figures)
    figures = tuple(pair for pair in pairs if any(pair))
    wrong = {} if content.kind in kinds else {"kind": _("请从里面选一个。")}
    if content.told and content.kind != NOTICE:
        wrong["told"] = _("只有通知可以只告诉几个小区、几幢楼。")
    elif len(content.told) > TOLD_MOST:
        wrong["told"] = _("最多选 %(most)d 处；再多就告诉整个社区吧。") % {"most": TOLD_MOST}
    wrong |= _wrong_words(words) | _wrong_days(content.held_on, content.until) | _wrong_figures(figures)
    if wrong:
        raise Invalid(_("有几处还不行，请看一眼。") if len(wrong) > 1 else next(iter(wrong.values())), wrong)
    return replace(content, **words, figures=figures)


def _wrong_words(words: Mapping[str, str]) -> dict[str, str]:
    wrong = {}
    for name, least, most in (
        ("title", TITLE_LEAST, TITLE_MOST),
        ("text", TEXT_LEAST, TEXT_MOST),
        ("place", 0, PLACE_MOST),
        ("organisers", 0, ORGANISERS_MOST),
    ):
        if len(words[name]) < least:
            wrong[name] = _("请写 %(least)d 到 %(most)d 个字。") % {"least": least, "most": most}
        elif len(words[name]) > most:
            wrong[name] = _("最多 %(most)d 字，请写短一点。") % {"most": most}
    return wrong


def _wrong_days(held_on: date | None, until: date | None) -> dict[str, str]:
    wrong = {}
    for name, day in (("held_on", held_on), ("until", until)):
        if day is not None and not FIRST_YEAR < day.year < LAST_YEAR:
            wrong[name] = _("这个日子太远了，请再看一眼。")
    if until is not None and (held_on is None or until < held_on):
        wrong["until"] = _("先写哪一天开始，结束不能在它前面。")
    return wrong


def _wrong_figures(figures: Sequence[Figure]) -> dict[str, str]:
    if any(not (0 < len(label) <= LABEL_MOST and 0 < len(figure) <= FIGURE_MOST) for label, figure in figures):
        return {"figures": _("数字写成“什么 多少”，例如“清除 950株”，各最多 %(most)d 字。") % {"most": FIGURE_MOST}}
    if len(figures) > FIGURES_MOST:
        return {"figures": _("最多 %(most)d 个数字。") % {"most": FIGURES_MOST}}
    return {}


def _of_a_figure(text: str) -> str:
    return plain(text).replace(_BETWEEN, "，").replace(_COLON, "").strip()
