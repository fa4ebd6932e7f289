# Chinese in this file is data: what stands around numbers, and examples.
"""Phones, ID numbers, bank cards, doors and plates in what people write, so that nobody else reads or finds them.

:func:`find` says where they stand, :func:`masked` hides them. Whatever shows people's own words to those who need not know, or makes them
searchable, passes them through :func:`masked`; a package that publishes texts shows the marks before it does. Pure.

Digits may be full-width, Chinese, or apart (``138 0013 8000``, ``一三八…``). A number counts where it is written as a whole: digits
out of the middle of a longer number, such as a checksum printed in groups, are none. What is public stays: years, numbers of orders,
buildings (``201–240幢``), short numbers of services. Sources: GB 11643 (ID numbers), ISO/IEC 7812-1 (cards), GA 36 (plates).
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy

#: What stands in place of something hidden. No search word is made of it.
HIDDEN = "***"


class Kind(TextChoices):
    """What was found."""

    PHONE = "PHONE", gettext_lazy("手机号")
    LANDLINE = "LANDLINE", gettext_lazy("座机号")
    ID = "ID", gettext_lazy("证件号")
    CARD = "CARD", gettext_lazy("银行卡号")
    DOOR = "DOOR", gettext_lazy("门牌号")
    PLATE = "PLATE", gettext_lazy("车牌")


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """Something personal from ``start`` up to, not including, ``end``; both count characters of the text."""

    start: int
    end: int
    kind: Kind


def find(text: str) -> list[Mark]:
    """What is personal in ``text``, in the order in which it stands; no two overlap.

    >>> [(mark.kind.value, mark.start, mark.end) for mark in find("请打138 0013 8000，住226幢301室，2026-0148")]
    [('PHONE', 2, 15), ('DOOR', 21, 25)]
    """
    if not _ANY.search(text):
        return []
    plain = "".join(map(_plain, text))
    digits = "".join(map(_digit, plain))
    found: list[Mark] = []
    for mark in sorted((*_numbers(plain, digits), *_plates(plain), *_doors(plain, digits)), key=lambda m: (m.start, -m.end)):
        if not found or mark.start >= found[-1].end:
            found.append(mark)
        elif mark.end > found[-1].end:
            found[-1] = Mark(found[-1].start, mark.end, found[-1].kind)
    return found


def masked(text: str) -> str:
    """``text`` with all that is personal hidden.

    >>> masked("请打13800138000，住2单元301，身份证320602194912310012不要")
    '请打***，住2单元***，身份证***不要'
    """
    shown, at = [], 0
    for mark in find(text):
        shown += [text[at : mark.start], HIDDEN]
        at = mark.end
    return "".join((*shown, text[at:])) if shown else text


_CHINESE = dict(zip("零〇一二三四五六七八九壹贰叁肆伍陆柒捌玖幺两", "0012345678912345678912", strict=True))
_ANY = re.compile(f"[\\d{''.join(_CHINESE)}]|户")
#: What may stand between the digits of one number; the last ones are invisible.
_BETWEEN = r"[\s\-‐‑–—−.·•_()+\u200b-\u200f\u2060\ufeff\ufe0f\u20e3]"
_RUN = re.compile(rf"\d(?:{_BETWEEN}{{0,3}}\d)*", re.ASCII)
_PIECE = re.compile(r"\d+", re.ASCII)
_LONGEST = 22
_PRINTED = 24


@lru_cache(maxsize=4096)
def _plain(character: str) -> str:
    """The character in its usual width and in upper case, and any digit as 0–9: always one character."""
    value = unicodedata.digit(character, None)
    if value is not None:
        return str(value)
    usual = unicodedata.normalize("NFKC", character).upper()
    return usual if len(usual) == 1 else character


def _digit(character: str) -> str:
    return _CHINESE.get(character, character)


def _numbers(plain: str, digits: str) -> Iterator[Mark]:
    for run in _RUN.finditer(digits):
        pieces = [piece for found in _PIECE.finditer(digits, *run.span()) for piece in _by_script(plain, *found.span())]
        sizes = {end - start for start, end in pieces[:-1]}
        if len(pieces) > 1 and len(sizes) == 1 and sum(end - start for start, end in pieces) > _PRINTED:
            continue  # a code printed in groups
        first = 0
        while first < len(pieces):
            first, mark = _number_from(first, pieces, plain, digits)
            if mark is not None:
                yield mark


def _by_script(plain: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The digits from ``start`` to ``end``, apart where Chinese ones and others meet: 第一13800138000."""
    cuts = [start, *(at for at in range(start + 1, end) if (plain[at] in _CHINESE) != (plain[at - 1] in _CHINESE)), end]
    yield from pairwise(cuts)


def _number_from(first: int, pieces: list[tuple[int, int]], plain: str, digits: str) -> tuple[int, Mark | None]:
    """The longest number that begins with a piece and ends with one; and the piece after it."""
    best: tuple[int, Mark | None] = (first + 1, None)
    number = ""
    for last in range(first, len(pieces)):
        number += digits[slice(*pieces[last])]
        if len(number) > _LONGEST:
            break
        start, end = pieces[first][0], pieces[last][1]
        check = _CHECK_LETTER.match(plain, end) if len(number) == 17 else None
        kind = _kind(number + ("X" if check else ""), [digits[slice(*piece)] for piece in pieces[first : last + 1]], plain[:start])
        if kind is not None and not _in_code(plain, start, end):
            best = (last + 1, Mark(start, check.end() if check else end, kind))
    return best


_CHECK_LETTER = re.compile(r"\s{0,2}[X×](?![0-9A-Z])")
_MOBILE = re.compile(r"(?:0086|86|0)?1[3-9]\d{9}")
_AREA = re.compile(r"0(?:10|2\d|[3-9]\d{2})[2-8]\d{6,7}")
_LOCAL = re.compile(r"[2-8]\d{6,7}")
_YEAR = re.compile(r"(?:19|20)\d\d")
_CALLED = re.compile(r"(?:电话|座机|固话|号码|联系|致电|拨打?|打|TEL|PHONE)[^\d，。；\n]{0,6}$")
_IDENTITY = re.compile(r"(?:身份证|证件|证号|ID)[^\d，。；\n]{0,8}$")


def _kind(number: str, pieces: list[str], before: str) -> Kind | None:
    if _is_identity(number, named=bool(_IDENTITY.search(before))):
        return Kind.ID
    if _MOBILE.fullmatch(number):
        # 13-11-2026 123 is a day and something else
        dated = len(pieces) > 1 and len(pieces[0]) < 3 and any(_YEAR.fullmatch(piece) for piece in pieces[1:])
        return None if dated else Kind.PHONE
    if _AREA.fullmatch(number):
        return Kind.LANDLINE
    if 16 <= len(number) <= 19 and number[0] in "34569" and number.isdigit() and _luhn(number):
        return Kind.CARD
    numbered = len(pieces) > 1 and _YEAR.fullmatch(pieces[0])  # 2026-0148
    if _LOCAL.fullmatch(number) and _CALLED.search(before[-12:]) and not numbered and not _is_day(number):
        return Kind.LANDLINE
    return None


def _is_day(number: str) -> bool:
    """Whether eight digits are a day of this or the last century."""
    try:
        return len(number) == 8 and _YEAR.match(number) is not None and bool(date.fromisoformat(number))
    except ValueError:
        return False


_WEIGHTS = tuple(pow(2, 17 - place, 11) for place in range(17))


def _is_identity(number: str, *, named: bool) -> bool:
    """A resident's ID number. Where it is called one, a slip in the check digit does not make it less."""
    if len(number) == 15 and named:
        return _is_day(f"19{number[6:12]}")
    if len(number) != 18 or number[0] == "0" or not number[:17].isdigit() or not _is_day(number[6:14]):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    return named or number[17] == "10X98765432"[total % 11]


def _luhn(number: str) -> bool:
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _in_code(plain: str, start: int, end: int) -> bool:
    """Whether the digits stand in the middle of a code of letters and digits."""
    return bool(re.match(r"[A-Z]", plain[end : end + 1])) and bool(re.match(r"[A-Z]", plain[start - 1 : start] if start else ""))


_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使][A-HJ-NP-Z][\s·•.\-]?(?=[A-Z]*\d)[A-HJ-NP-Z0-9]{4,5}[A-HJ-NP-Z0-9挂学警港澳领](?![A-Z0-9])"
)


def _plates(plain: str) -> Iterator[Mark]:
    for found in _PLATE.finditer(plain):
        yield Mark(*found.span(), Kind.PLATE)


#: A flat's number: its floor and its place there.
_FLAT = r"(?<!\d)(?:[1-9]|[1-3]\d)(?:0[1-9]|1\d|2[0-4])(?!\d)"
#: What makes a number a count, a date or a building's.
_COUNTED = (
    r"(?!\s*[年月日号天个人户盏只辆台次元块万千百多余米度平名条件单位层楼幢栋座分点时小公家棵株张%℃KM]"
    r"|\s*[-‐‑–—−~至到]\s*\d+\s*[号幢栋座])"
)
_DASH = r"\s?[-‐‑–—−#/]\s?"
_DOORS = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        rf"(?<![\d.])(?P<door>(?:\d{{1,3}}{_DASH}){{0,2}}\d{{3,4}}\s*[A-Z]?\s*(?:室|号?房(?![间屋子价产款租东型])))",
        r"(?:门牌|房号|门号)号?码?\s*[是为:]?\s*(?P<door>\d{1,4}(?:-\d{1,4}){0,2}号?)",
        rf"单元[\s,，、\-]*(?P<door>\d{{1,4}}\s*(?:室|房|户|号(?!楼))|{_FLAT}{_COUNTED})",
        rf"(?:幢|栋|号楼|座|楼)[\s,，\-]*(?P<door>{_FLAT}{_COUNTED}(?:\s*[、,，和及与]\s*{_FLAT}{_COUNTED})*)",
        r"(?<![\d\-])(?P<door>\d{1,3}[-‐‑–—−#]\d{1,2}[-‐‑–—−#](?:[1-9]|[1-3]\d)(?:0[1-9]|1\d|2[0-4]))(?![\d\-])" + _COUNTED,
        r"(?<![\d\-])(?P<door>\d{1,3}[-‐‑–—−#](?:[1-9]|[1-3]\d)(?:0[1-9]|1\d|2[0-4]))(?<=\d{4})(?![\d\-])" + _COUNTED,
        r"(?<!\d)\d{1,3}组\s*(?P<door>\d{1,3}号(?![楼线门]))",
        r"(?P<door>(?:\d{1,2}\s*[楼层]\s*)?[东西南北中左右]边?户)(?!籍|口|外|型)",
    )
)
_SPELLED = re.compile(r"[一二三四五六七八九十百千零〇]{3,}\s*室")
_A_DAY = re.compile(r"(?:[12]?\d|3[01]|0\d)[-‐‑–—−](?:0?\d|1[0-2])[-‐‑–—−](?:19|20)\d\d")


def _doors(plain: str, digits: str) -> Iterator[Mark]:
    for pattern in _DOORS:
        for found in pattern.finditer(digits):
            if not _A_DAY.fullmatch(found["door"]):
                yield Mark(*found.span("door"), Kind.DOOR)
    for found in _SPELLED.finditer(plain):
        yield Mark(*found.span(), Kind.DOOR)
