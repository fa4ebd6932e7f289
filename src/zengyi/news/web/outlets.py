"""What the outlets say of a piece: paper, poster, the robot's two messages, the text to copy. In Chinese, whoever asks."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from zengyi.core import clock, paper
from zengyi.news.queries import EditionCard, PieceCard
from zengyi.news.rules import MARKDOWN_MOST, ROBOT_MOST, Content, PieceKind, breakable, cut, excerpt, unmarked, unmentioned

SHEET, POSTER = "news/a4", "news/poster"
#: Pixels for each point: 540 × 720 points are 1080 × 1440 pixels.
POSTER_SCALE = 2
#: A preview on the desk is half of it, a sheet's a bit less.
TRIAL_POSTER, TRIAL_SHEET = 1.0, 0.8
EXCERPT_WITH_FIGURES, EXCERPT = 90, 190


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


def _in_chinese(make: Callable[..., Any]) -> Callable[..., Any]:
    def run(*args: Any, **more: Any) -> Any:
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
    """When, where, by whom: labels and what stands behind them, as far as there is something."""
    found = [(_("时间"), days(content)), (_("地点"), content.place), (_("组织"), content.organisers)]
    return [(label, said) for label, said in found if said]


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
