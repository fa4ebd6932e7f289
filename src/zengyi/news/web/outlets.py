"""What the outlets say of a piece: paper, pictures, the robot's two messages, texts to copy. In Chinese, whoever asks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.utils import translation
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from zengyi.core import clock, paper
from zengyi.news.queries import EditionCard, PieceCard
from zengyi.news.rules import MARKDOWN_MOST, ROBOT_MOST, Content, PieceKind, breakable, cut, excerpt, unmarked, unmentioned

SHEET, POSTER, LONG = "news/a4", "news/poster", "news/long"
#: Pixels for each point: 540 × 720 points are 1080 × 1440 pixels.
POSTER_SCALE = 2
#: A long picture has many lines of type: with more it would be larger than groups take.
LONG_COLOURS = 32
#: A preview on the desk is half of it, a sheet's a bit less.
TRIAL_POSTER, TRIAL_SHEET = 1.0, 0.8
EXCERPT_WITH_FIGURES, EXCERPT = 90, 190

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Printed:
    """A piece as outlets print it. ``digits`` and ``at`` are empty for one that is not published."""

    content: Content
    community: str
    phone: str
    link: str
    digits: str = ""
    at: datetime | None = None


def of_edition(card: EditionCard, link: str) -> Printed:
    """What is published."""
    return Printed(card.content, card.community, card.phone, link, card.digits, card.published_at)


def of_piece(card: PieceCard, link: str) -> Printed:
    """What would be published, with the answers so far."""
    return Printed(card.settled, card.community, card.phone, link)


def _in_chinese(make: Callable[P, R]) -> Callable[P, R]:
    def run(*args: P.args, **more: P.kwargs) -> R:
        with translation.override(settings.LANGUAGE_CODE):
            return make(*args, **more)

    return run


def day(one: date) -> str:
    """A day as people say it."""
    return _("%(month)d月%(day)d日") % {"month": one.month, "day": one.day}


def days(content: Content) -> str:
    """The days it is about."""
    if content.held_on is None:
        return ""
    if content.until is None or content.until == content.held_on:
        return day(content.held_on)
    return _("%(first)s到%(last)s") % {"first": day(content.held_on), "last": day(content.until)}


def facts(content: Content) -> list[tuple[str, str]]:
    """When, where, by whom, for whom: labels and what stands behind them, as far as there is something."""
    found = [(_("时间"), days(content)), (_("地点"), content.place), (_("组织"), content.organisers), (_("发给"), told(content))]
    return [(label, said) for label, said in found if said]


def told(content: Content) -> str:
    """The estates and buildings that a notice is for."""
    return _("、").join(name for _pk, name in content.told)


def _head(printed: Printed) -> str:
    what = _("通知") if printed.content.kind == PieceKind.NOTICE else _("社区传真")
    return _("【%(what)s】%(community)s") % {"what": what, "community": printed.community}


def _lines(printed: Printed) -> list[str]:
    content = printed.content
    told = [_("%(label)s：%(said)s") % {"label": label, "said": said} for label, said in facts(content)]
    told += [f"{label} {figure}" for label, figure in content.figures]
    return ["\n".join(told)] if told else []


@_in_chinese
def plain(printed: Printed) -> str:
    """The whole text, to be copied."""
    body = [printed.content.text.replace("\n\n", "\n"), *_lines(printed)]
    return "\n".join([_head(printed), printed.content.title, *body, _("全文：%(link)s") % {"link": printed.link}]) + "\n"


@_in_chinese
def robot(printed: Printed) -> str:
    """The text message of a WeCom group robot: whole within its bytes, the link never cut."""
    return _within(printed, ROBOT_MOST, unmentioned, "{}", _("全文：%(link)s") % {"link": printed.link})


@_in_chinese
def markdown(printed: Printed) -> str:
    """The markdown message of the robot."""
    return _within(printed, MARKDOWN_MOST, unmarked, "**{}**", _("[看全文](%(link)s)") % {"link": printed.link})


def _within(printed: Printed, most: int, safe: Callable[[str], str], title: str, last: str) -> str:
    head = f"{safe(_head(printed))}\n{title.format(safe(printed.content.title))}\n"
    tail = f"\n{last}"
    body = "\n".join([printed.content.text.replace("\n\n", "\n"), *_lines(printed)])
    return head + cut(safe(body), most - len(head.encode()) - len(tail.encode())) + tail


def _link_in_print(link: str) -> str:
    return link.partition("://")[2].rstrip("/")


@_in_chinese
def sheet(printed: Printed) -> dict[str, object]:
    """The data of the sheet for the board."""
    content = printed.content
    return {
        "title": breakable(content.title, 8),
        "notice": content.kind == PieceKind.NOTICE,
        "left": _("%(community)s　%(kind)s") % {"community": printed.community, "kind": PieceKind(content.kind).label},
        "right": _("%(day)s发布") % {"day": day(clock.local_date(printed.at))} if printed.at else _("还没发布"),
        "facts": [[label, breakable(said)] for label, said in facts(content)],
        "figures": [list(pair) for pair in content.figures],
        "paragraphs": [breakable(one) for one in content.text.split("\n") if one],
        "qr": paper.qr(printed.link),
        "scan": _("扫一扫，看全文"),
        "link": _link_in_print(printed.link),
        "phone": printed.phone,
        "call": _("不用手机，打这个电话") if printed.phone else "",
        "sign": printed.community,
        "digits": _("核对码 %(digits)s") % {"digits": printed.digits} if printed.digits else "",
        "more": _("下一页还有"),
    }


@_in_chinese
def poster(printed: Printed) -> dict[str, object]:
    """The data of the picture for groups."""
    content = printed.content
    most = EXCERPT_WITH_FIGURES if content.figures else EXCERPT
    when = days(content) or (day(clock.local_date(printed.at)) if printed.at else "")
    return {
        "top": " · ".join(
            part for part in (printed.community, _("通知") if content.kind == PieceKind.NOTICE else _("社区传真"), when) if part
        ),
        "title": breakable(content.title, 8),
        "figures": [list(pair) for pair in content.figures[:3]],
        "text": breakable(excerpt(content.text, most)),
        "where": breakable(content.place),
        "scan": _("长按识别，看全文"),
        "link": _link_in_print(printed.link),
        "qr": paper.qr(printed.link),
    }


@_in_chinese
def long(printed: Printed) -> dict[str, object]:
    """The data of the long picture: the whole text, for groups in which nobody opens a link."""
    content, shown = printed.content, poster(printed)
    return {
        "top": shown["top"],
        "title": breakable(content.title, 8),
        "figures": [list(pair) for pair in content.figures],
        "paragraphs": [breakable(one) for one in content.text.split("\n") if one],
        "facts": [[label, breakable(said)] for label, said in facts(content)],
        "scan": shown["scan"],
        "link": shown["link"],
        "qr": shown["qr"],
    }


#: What a public account's editor takes: it keeps inline styles, and drops classes, style sheets, scripts and links to elsewhere.
_RICH = {
    "body": "max-width:677px;margin:0 auto;padding:16px;font-size:17px;line-height:1.75;color:#211d18;",
    "head": "font-size:14px;line-height:1.75;color:#575048;margin:0 0 8px;",
    "title": "font-size:22px;line-height:1.4;font-weight:bold;color:#b1232a;margin:0 0 12px;padding-bottom:12px;border-bottom:2px solid;",
    "figures": "text-align:center;margin:16px 0;padding:12px 0;background-color:#f6f3ed;",
    "figure": "display:inline-block;margin:0 12px;font-size:14px;color:#575048;",
    "number": "font-size:22px;color:#0e655f;",
    "text": "font-size:17px;line-height:1.75;color:#211d18;margin:0 0 16px;text-indent:2em;",
    "picture": "display:block;width:100%;height:auto;margin:0 0 16px;",
    "fact": "font-size:15px;line-height:1.75;color:#575048;margin:0;",
}


@_in_chinese
def rich(printed: Printed, pictures: Sequence[str] = ()) -> SafeString:
    """The whole piece for the editor of a public account: HTML that carries its looks inside. ``pictures``: their whole addresses."""
    content, style = printed.content, _RICH
    figures = format_html_join(
        "",
        '<span style="{}">{}<br><strong style="{}">{}</strong></span>',
        ((style["figure"], label, style["number"], figure) for label, figure in content.figures),
    )
    parts = [
        format_html('<p style="{}">{}</p><h1 style="{}">{}</h1>', style["head"], _head(printed), style["title"], content.title),
        *(format_html('<p style="margin:0;"><img style="{}" src="{}" alt=""></p>', style["picture"], one) for one in pictures),
        *([format_html('<section style="{}">{}</section>', style["figures"], figures)] if figures else []),
        *(format_html('<p style="{}">{}</p>', style["text"], one) for one in content.text.split("\n") if one),
        *(format_html('<p style="{}">{} {}</p>', style["fact"], label, said) for label, said in facts(content)),
        format_html('<p style="{}">{}</p>', style["fact"], _("全文：%(link)s") % {"link": printed.link}),
    ]
    return format_html('<section style="{}">{}</section>', style["body"], format_html_join("", "{}", ((one,) for one in parts)))
