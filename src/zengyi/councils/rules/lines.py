# Chinese in this file is data: what is typed in a session, as people write it.
"""One line typed in a session becomes a word, a decision or an order. Pure; what is not recognised is asked, never guessed.

``物业：没有布线图`` or ``2 没有布线图`` (the second party on the screen) is a word; a kind may stand before it (``物业 担心：…``).
``决：先修主干道 11/1/2`` is a decision with its hands, ``否：…`` one that did not pass. ``办：查清原因 @维修公司 12-20`` is an order of
the last decision: who after ``@``, until when as a day, with ``每天`` or ``尽快`` besides.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from zengyi.core.errors import Invalid
from zengyi.councils.rules.decisions import Hands
from zengyi.councils.rules.talking import PARTY_MOST, OpinionKind

LINE_MOST = 400
_MARK = r"\s*[：:]\s*|\s+"
_SETTLED = re.compile(rf"(决定|决|定|否决|否|decide|reject)(?:{_MARK})(.+)", re.DOTALL | re.IGNORECASE)
_ORDERED = re.compile(rf"(?:办|派单|派|do)(?:{_MARK})(.+)", re.DOTALL | re.IGNORECASE)
_AGAINST = ("否", "否决", "reject")
_HANDS = re.compile(r"(?:^|\s)(\d{1,5})\s*[/／]\s*(\d{1,5})\s*[/／]\s*(\d{1,5})\s*$", re.ASCII)
_NUMBERED = re.compile(r"(\d{1,2})(?:[：:.、]\s*|\s+)(.+)", re.ASCII | re.DOTALL)
_PARTY = re.compile(r"([^：:]{1,40}?)\s*[：:]\s*(.+)", re.DOTALL)
_WHO = re.compile(r"[@＠]\s*(\S+)")
_DAY = re.compile(r"(?<![\d/])(?:(\d{4})[-年./])?(\d{1,2})(?:[-./]|月)(\d{1,2})日?(?![\d/])", re.ASCII)
_NEAR = {"今天": 0, "明天": 1, "后天": 2}
_WEEKDAY = re.compile(r"(下?)(?:周|星期)([一二三四五六日天])")
_KINDS = {"事实": OpinionKind.FACT, "担心": OpinionKind.CONCERN, "主张": OpinionKind.PROPOSAL, "答复": OpinionKind.REPLY}


@dataclass(frozen=True, slots=True)
class Spoken:
    """A word for a party."""

    party: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Settled:
    """A decision, with hands where they were counted."""

    text: str
    adopted: bool
    hands: Hands | None


@dataclass(frozen=True, slots=True)
class Ordered:
    """An order of the last decision. ``who``: as it was written behind ``@``."""

    title: str
    who: str
    due: date
    daily: bool
    soon: bool


def read_line(line: str, *, parties: Sequence[str], today: date) -> Spoken | Settled | Ordered:
    """What a line says; raises :class:`Invalid` on ``line`` with what is missing.

    >>> read_line("物业：没有布线图", parties=["居民", "物业"], today=date(2026, 11, 26))
    Spoken(party='物业', kind='FACT', text='没有布线图')
    >>> read_line("2 担心 修一半又坏", parties=["居民", "物业"], today=date(2026, 11, 26))
    Spoken(party='物业', kind='CONCERN', text='修一半又坏')
    >>> read_line("决：先修主干道 11/1/2", parties=[], today=date(2026, 11, 26))
    Settled(text='先修主干道', adopted=True, hands=Hands(for_it=11, against=1, abstained=2))
    >>> read_line("办：查清原因 @维修公司 12-20", parties=[], today=date(2026, 11, 26)).due
    datetime.date(2026, 12, 20)
    """
    text = line.strip()
    if not text or len(text) > LINE_MOST:
        raise Invalid.on("line", _("请写一句，最多 %(most)d 字。") % {"most": LINE_MOST})
    if found := _SETTLED.fullmatch(text):
        return _settled(found[2], adopted=found[1].lower() not in _AGAINST)
    if found := _ORDERED.fullmatch(text):
        return _ordered(found[1], today)
    return _spoken(text, parties)


def _settled(text: str, *, adopted: bool) -> Settled:
    hands = _HANDS.search(text)
    counted = Hands(*(int(n) for n in hands.groups())) if hands else None
    return Settled((text[: hands.start()] if hands else text).strip(), adopted, counted)


def _spoken(text: str, parties: Sequence[str]) -> Spoken:
    numbered = _NUMBERED.fullmatch(text)
    if numbered and 0 < int(numbered[1]) <= len(parties):
        party, said = parties[int(numbered[1]) - 1], numbered[2].strip()
        kind, said = _kind(said)
        return Spoken(party, kind, said)
    named = _PARTY.fullmatch(text)
    if named is None:
        raise Invalid.on("line", _("没有认出是哪一方说的：写成“物业：……”，或者先按屏上的数字。"))
    party, kind = named[1].strip(), str(OpinionKind.FACT)
    for word, meant in _KINDS.items():
        if party.endswith(word) and party != word:
            party, kind = party.removesuffix(word).strip(" ，,·"), str(meant)
    if not 0 < len(party) <= PARTY_MOST:
        raise Invalid.on("line", _("哪一方最多 %(most)d 字：写成“物业：……”。") % {"most": PARTY_MOST})
    return Spoken(party, kind, named[2].strip())


def _kind(said: str) -> tuple[str, str]:
    """The kind a word begins with, and the word without it."""
    for word, meant in _KINDS.items():
        rest = said.removeprefix(word)
        if rest != said and rest[:1] in ("：", ":", " "):
            return str(meant), rest[1:].strip()
    return str(OpinionKind.FACT), said


def _ordered(text: str, today: date) -> Ordered:
    who = _WHO.search(text)
    if who is None:
        raise Invalid.on("line", _("没有认出谁办：在名字前面写 @，例如 @维修公司。"))
    rest = text[: who.start()] + " " + text[who.end() :]
    due, rest = _due(rest, today)
    if due is None:
        raise Invalid.on("line", _("没有认出到哪天：写成 12-20，或者 下周三；“尽快”也要写哪天再看。"))
    words = rest.split()
    daily, soon = "每天" in words, "尽快" in words
    title = " ".join(word for word in words if word not in ("每天", "尽快", "前", "以前", "到"))
    return Ordered(title, who[1], due, daily, soon)


def _due(text: str, today: date) -> tuple[date | None, str]:
    """The day a text names, and the text without it. A day without a year that is over means the next year's."""
    for word, days in _NEAR.items():
        if word in text.split():
            return today + timedelta(days=days), text.replace(word, " ", 1)
    if found := _WEEKDAY.search(text):
        weekday = "一二三四五六日".index(found[2].replace("天", "日"))
        monday = today - timedelta(days=today.weekday())
        day = monday + timedelta(days=weekday, weeks=1 if found[1] else 0)
        day += timedelta(weeks=1) if day < today else timedelta()
        return day, text[: found.start()] + " " + text[found.end() :]
    found = _DAY.search(text)
    if found is None:
        return None, text
    try:
        day = date(int(found[1] or today.year), int(found[2]), int(found[3]))
        if not found[1] and day < today:
            day = day.replace(year=today.year + 1)
    except ValueError:
        return None, text
    return day, text[: found.start()] + " " + text[found.end() :]
