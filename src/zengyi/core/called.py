# Chinese in this file is data: surnames, and words by which children are known.
"""Names in what people write: of people who are known to us, and of children who are told apart by name.

Known people are the best list of names there is: every part of a text that is one of their names is found, one look into a set for each
place and each length of a name (docs/decisions/0034). A package that lets somebody answer each name takes :func:`find`; what goes onto a
board without such an answer passes through :func:`for_a_board`. Pure.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping

from zengyi.core import personal
from zengyi.core.masking import mask_name

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦傅"
    "白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔汤荀季施缪瞿"
)
HAN = "\u4e00-\u9fff"
#: A child by name: 小明小朋友, 张小明同学, 女儿小芳.
_CHILD = re.compile(
    rf"(?:(?:小[{HAN}]|[{SURNAMES}][{HAN}]{{1,2}})(?:小朋友|同学|宝宝))"
    rf"|(?:女儿|儿子|孙子|孙女|外孙女?|女孩|男孩|小朋友|小学生|中学生)(?:小[{HAN}]|[{SURNAMES}][{HAN}]{{1,2}}(?=[，。、；！？\s的和与同给说]|$))"
)
#: What stands in place of a child's name.
A_CHILD = "孩子"


def children(text: str) -> Iterator[tuple[int, int]]:
    """Where a child is told of by name, from the first character up to, not including, the last."""
    for found in _CHILD.finditer(text):
        yield found.span()


def find(text: str, names: Mapping[str, bool]) -> Iterator[tuple[int, int, bool]]:
    """Where ``names`` stand in ``text``, and what is said of each: whether whoever is so called has agreed to being named.

    The longest at each place; spaces and invisible characters between a name's own do not hide it.

    >>> list(find("请张 三来，再请张三丰", {"张三": False, "张三丰": True}))
    [(1, 4, False), (8, 11, True)]
    """
    known = {plain: agreed for name, agreed in names.items() if len(plain := closed(name)) > 1}
    lengths = sorted(set(map(len, known)), reverse=True)
    places = [n for n, character in enumerate(text) if _seen(character)]
    plain = "".join(usual(text[n]) for n in places)
    at = 0
    while at < len(plain):
        for length in lengths:
            name = plain[at : at + length]
            if len(name) < length or name not in known:
                continue
            start, end = places[at], places[at + length - 1] + 1
            if _whole(text, start, end):
                yield start, end, known[name]
                at += length - 1
                break
        at += 1


def for_a_board(text: str, names: Mapping[str, bool]) -> str:
    """``text`` without phones, doors and the like, without names of those who have not agreed, and without children's.

    >>> for_a_board("帮张三和女儿小芳换灯，打13800138000", {"张三": False})
    '帮张*和孩子换灯，打***'
    """
    for start, end in reversed(list(children(text))):
        text = text[:start] + A_CHILD + text[end:]
    for start, end, agreed in reversed(list(find(text, names))):
        if not agreed:
            text = text[:start] + mask_name(closed(text[start:end])) + text[end:]
    return personal.masked(text)


def closed(name: str) -> str:
    """A name without spaces and invisible characters, in the usual width."""
    return "".join(usual(character) for character in name if _seen(character))


def usual(character: str) -> str:
    """The character in its usual width: always one character."""
    told = unicodedata.normalize("NFKC", character)
    return told if len(told) == 1 else character


def _seen(character: str) -> bool:
    return not character.isspace() and unicodedata.category(character) != "Cf"


def _whole(text: str, start: int, end: int) -> bool:
    """Whether no letter of the Latin alphabet goes on before or behind a name that begins or ends with one."""
    before, after = text[start - 1 : start] if start else "", text[end : end + 1]
    return not (_latin(text[start]) and _latin(before)) and not (_latin(text[end - 1]) and _latin(after))


def _latin(character: str) -> bool:
    return character.isascii() and character.isalnum()
