"""A piece as its outlets would show it, with the limit of each, and its words with their marks."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from zengyi.core import paper
from zengyi.news.queries import MarkCard
from zengyi.news.rules import ACCOUNT_TITLE_MOST, MARKDOWN_MOST, PICTURES, ROBOT_MOST, TEXT_GOOD, TITLE_GOOD, Content, Mark
from zengyi.news.web import outlets


@dataclass(frozen=True, slots=True)
class Meter:
    """How much of an outlet's limit a piece takes: in words, and in per cent. ``full``: beyond it."""

    words: str
    share: int

    @property
    def bar(self) -> int:
        """The length of its bar."""
        return min(100, self.share)

    @property
    def full(self) -> bool:
        """Whether it is more than the outlet takes well."""
        return self.share > 100


@dataclass(frozen=True, slots=True)
class Previews:
    """The outlets: what they say, and how full they are."""

    robot: str
    plain: str
    page_meter: Meter
    sheet_meter: Meter | None
    robot_meter: Meter
    markdown_meter: Meter
    plain_meter: Meter
    poster_meter: Meter
    account_meter: Meter


def previews(printed: outlets.Printed) -> Previews:
    """What the outlets would say of a piece, and how full they would be."""
    title, text = len(printed.content.title), len(printed.content.text)
    robot, marked, plain = outlets.robot(printed), outlets.markdown(printed), outlets.plain(printed)
    wanted = len(plain.encode())
    drawn = outlets.EXCERPT_WITH_FIGURES if printed.content.figures else outlets.EXCERPT
    return Previews(
        robot,
        plain,
        Meter(_("标题 %(n)d / %(most)d 字") % {"n": title, "most": TITLE_GOOD}, title * 100 // TITLE_GOOD),
        None if paper.missing() else _sheet_meter(printed),
        Meter(_bytes(len(robot.encode()), ROBOT_MOST), wanted * 100 // ROBOT_MOST),
        Meter(_bytes(len(marked.encode()), MARKDOWN_MOST), wanted * 100 // MARKDOWN_MOST),
        Meter(_("正文 %(n)d 字，%(good)d 字以内好读") % {"n": text, "good": TEXT_GOOD}, text * 100 // TEXT_GOOD),
        Meter(_("正文 %(n)d 字，海报印前 %(most)d 字") % {"n": text, "most": drawn}, text * 100 // drawn),
        Meter(_("标题 %(n)d / %(most)d 字") % {"n": title, "most": ACCOUNT_TITLE_MOST}, title * 100 // ACCOUNT_TITLE_MOST),
    )


def _bytes(n: int, most: int) -> str:
    return _("%(n)d / %(most)d 字节") % {"n": n, "most": most}


def _sheet_meter(printed: outlets.Printed) -> Meter:
    told = paper.told(outlets.SHEET, outlets.sheet(printed), "fit")
    share, size = int(told["share"]), round(told["size"])
    if share > 100:
        return Meter(_("一页放不下，%(pt)d 磅，接着印第二页") % {"pt": size}, share)
    return Meter(_("1 页，%(pt)d 磅，占 %(share)d%%") % {"pt": size, "share": share}, share)


def shown(content: Content, marks: list[Mark], cards: Sequence[MarkCard] = ()) -> list[tuple[str, SafeString]]:
    """The texts with their marks, by the name of the field; what has no mark but the text itself is left out."""
    said = {one.mark.key: (one.number, one.said) for one in cards}
    names = {"title": _("标题"), "text": _("正文"), "place": _("在哪里"), "organisers": _("谁办的"), "figures": _("数字")}
    every = _every(content, {mark.key: mark for mark in marks})
    return [
        (names[field], _marked(text, [mark for mark in every if mark.field == field], said))
        for field, text in content.fields()
        if field == "text" or any(mark.field == field for mark in every)
    ]


def _every(content: Content, known: dict[str, Mark]) -> list[Mark]:
    """The same words are marked wherever they stand."""
    found: list[Mark] = []
    for field, text in content.fields():
        taken = 0
        spots = sorted((at, mark) for mark in known.values() for at in _places(text, mark.text) if mark.field != PICTURES)
        for at, mark in spots:
            if at >= taken:
                taken = at + len(mark.text)
                found.append(Mark(field, at, taken, mark.kind, mark.text))
    return found


def _places(text: str, part: str) -> list[int]:
    found, at = [], text.find(part)
    while part and at >= 0:
        found.append(at)
        at = text.find(part, at + len(part))
    return found


def _marked(text: str, marks: list[Mark], said: dict[str, tuple[int, str]]) -> SafeString:
    parts, at = [], 0
    for mark in marks:
        number, answer = said.get(mark.key, (0, ""))
        look = {"": "open", "MASK": "mask", "CONSENTED": "ok", "NOT_PERSON": "no"}[answer]
        label = format_html('<sup aria-hidden="true">{}</sup>', number) if number else ""
        parts.append(format_html('{}<mark class="pm pm-{}">{}{}</mark>', text[at : mark.start], look, mark.text, label))
        at = mark.end
    parts.append(format_html("{}", text[at:]))
    return format_html_join("", "{}", ((part,) for part in parts))
