# Chinese in this file is data: how people write that one figure is a part of the one before it.
"""What was found on site, as figures: 摄像头 390 个, 其中坏的 312 个."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from zengyi.core.errors import Invalid

PHOTOS_MOST = 5
LABEL_MOST, UNIT_MOST, NUMBER_MOST, FIGURES_MOST, WHO_MOST, TEXT_MOST = 20, 6, 10**9, 12, 120, 1000
BEFORE = timedelta(days=366)
#: As many things are drawn one by one.
DRAWN_MOST = 600


@dataclass(frozen=True, slots=True)
class Figure:
    """A count. ``part``: it is a part of the last one before it that is none."""

    label: str
    number: int
    unit: str = ""
    part: bool = False


_LINE = re.compile(r"(?P<part>其中)?[\s:：,，]*(?P<label>[^\d]*?)[\s:：]*(?P<number>[\d,，]+)\s*(?P<unit>[^\d\s]*)\s*")


def figures_of(text: str) -> list[Figure]:
    """The figures written one a line. Raises :class:`Invalid` on ``figures`` for a line that is none.

    >>> figures_of("摄像头 390 个\\n其中坏的 312 个")
    [Figure(label='摄像头', number=390, unit='个', part=False), Figure(label='坏的', number=312, unit='个', part=True)]
    """
    found = []
    for line in filter(None, map(str.strip, text.splitlines())):
        read = _LINE.fullmatch(line)
        if read is None or not read["label"].strip():
            raise Invalid.on("figures", _("这一行没看懂：%(line)s。请写成“一样东西 390 个”。") % {"line": line[:40]})
        number = read["number"].replace(",", "").replace("，", "")
        found.append(Figure(read["label"].strip(), int(number[:12] or "0"), read["unit"], bool(read["part"])))
    return found


def check_survey(figures: list[Figure], *, held_on: date, who: str, text: str, today: date, photos: int = 0) -> None:
    """Raise :class:`Invalid`, with the field, for a survey that can't be put down."""
    if not today - BEFORE <= held_on <= today:
        raise Invalid.on("held_on", _("请写哪天去看的，一年以内。"))
    if len(who) > WHO_MOST:
        raise Invalid.on("who", _("最多 %(most)d 字，请写短一点。") % {"most": WHO_MOST})
    if len(text) > TEXT_MOST:
        raise Invalid.on("text", _("最多 %(most)d 字，请写短一点。") % {"most": TEXT_MOST})
    if not figures and not text and not photos:
        raise Invalid.on("text", _("请写看到了什么：几个、坏几个，几句话，或者拍张照。"))
    if len(figures) > FIGURES_MOST:
        raise Invalid.on("figures", _("最多 %(most)d 个数。") % {"most": FIGURES_MOST})
    whole: Figure | None = None
    for figure in figures:
        if not 0 < len(figure.label) <= LABEL_MOST or len(figure.unit) > UNIT_MOST or not 0 <= figure.number <= NUMBER_MOST:
            raise Invalid.on("figures", _("数的名字最多 20 字，单位最多 6 字，数不能是负的。"))
        if figure.part and (whole is None or figure.number > whole.number):
            raise Invalid.on("figures", _("“其中”的数要跟在总数后面，也不能比总数大。"))
        whole = whole if figure.part else figure
