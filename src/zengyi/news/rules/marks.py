# Chinese in this file is data: words by which children, hardship and people are known.
"""What in a piece somebody has to look at before it is published: phones, numbers, doors, children, hardship, names of our own people.

Nothing is blocked silently and nothing is hidden silently: each mark gets an answer by somebody. What stands for whom, ``core.personal``
knows for numbers and ``core.called`` for names and children; the rest is here.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy

from zengyi.core import called, personal
from zengyi.core.called import HAN, SURNAMES
from zengyi.core.masking import mask_name
from zengyi.news.rules.content import Content


class MarkKind(TextChoices):
    """What was found; the first six are those of ``core.personal``."""

    PHONE = "PHONE", gettext_lazy("手机号")
    LANDLINE = "LANDLINE", gettext_lazy("座机号")
    ID = "ID", gettext_lazy("证件号")
    CARD = "CARD", gettext_lazy("银行卡号")
    DOOR = "DOOR", gettext_lazy("门牌号")
    PLATE = "PLATE", gettext_lazy("车牌")
    CHILD = "CHILD", gettext_lazy("孩子")
    HARDSHIP = "HARDSHIP", gettext_lazy("病情或困难")
    NAME = "NAME", gettext_lazy("姓名")
    PICTURE = "PICTURE", gettext_lazy("照片")


class Said(TextChoices):
    """The answer to a mark. For a picture, MASK leaves it out."""

    MASK = "MASK", gettext_lazy("遮住")
    CONSENTED = "CONSENTED", gettext_lazy("已同意")
    NOT_PERSON = "NOT_PERSON", gettext_lazy("不算隐私")


@dataclass(frozen=True, slots=True)
class Children:
    """What is said of children on a picture on which all have agreed: whether there are any, and at which activity it was taken. Without
    one, where their guardians' consent is kept stands beside the answer."""

    there: bool
    occasion_id: int | None = None


CONSENT_MOST = 120
#: Name of the field of a mark on a picture; ``start`` is then the number of the picture, and ``end`` the next one.
PICTURES = "pictures"


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """Something from ``start`` up to, not including, ``end`` of the piece's ``field``; both count characters."""

    field: str
    start: int
    end: int
    kind: MarkKind
    text: str

    @property
    def key(self) -> str:
        """Finds its answer: the same words of the same kind are answered once, wherever they stand."""
        return hashlib.sha256(f"{self.kind.value}\0{self.text}".encode()).hexdigest()


def find(content: Content, names: Mapping[str, bool], public_phone: str = "") -> list[Mark]:
    """Every mark of the piece, in reading order. ``names``: the names of the community's people, and whether all who are so called have
    agreed to being named in public: those who have are no mark. ``public_phone``: the community's own number, which is none either.
    """
    marks: list[Mark] = []
    for field, text in content.fields():
        marks += sorted(_in_text(field, text, names, _digits(public_phone), pictured=bool(content.pictures)))
    marks += [Mark(PICTURES, n, n + 1, MarkKind.PICTURE, picture) for n, picture in enumerate(content.pictures)]
    return marks


def _in_text(field: str, text: str, names: Mapping[str, bool], public_phone: str, *, pictured: bool) -> list[Mark]:
    named = list(called.find(text, names))
    found = [
        (m.start, m.end, MarkKind(m.kind.value))
        for m in personal.find(text)
        if not (public_phone and _digits(text[m.start : m.end]) == public_phone)
    ]
    found += [(start, end, MarkKind.NAME) for start, end, agreed in named if not agreed]
    found += [(start, end, MarkKind.CHILD) for start, end in called.children(text)]
    # A number or a door tells who somebody is, just as a name does.
    people = [(start, end) for start, end, _kind in found]
    people += [*((start, end) for start, end, _agreed in named), *(m.span() for m in _ADDRESSED.finditer(text))]
    for start, end in _sentences(text):
        told = any(start <= first < end for first, _last in people)
        if told or pictured:
            found += [(start + m.start(), start + m.end(), MarkKind.CHILD) for m in _YOUNG.finditer(_plain(text[start:end]))]
        if told:
            found += [(start + m.start(), start + m.end(), MarkKind.HARDSHIP) for m in _HARD.finditer(text[start:end])]
    return [Mark(field, start, end, kind, text[start:end]) for start, end, kind in _apart(found)]


def _apart(found: Iterable[tuple[int, int, MarkKind]]) -> list[tuple[int, int, MarkKind]]:
    """The same without overlaps: what begins in another mark belongs to it."""
    kept: list[tuple[int, int, MarkKind]] = []
    for start, end, kind in sorted(found, key=lambda one: (one[0], -one[1])):
        if kept and start < kept[-1][1]:
            kept[-1] = (kept[-1][0], max(end, kept[-1][1]), kept[-1][2])
        else:
            kept.append((start, end, kind))
    return kept


def _plain(text: str) -> str:
    return "".join(map(called.usual, text))


def _digits(text: str) -> str:
    return "".join(character for character in _plain(text) if character.isdigit())


_NUMBER = r"(?:1[0-7]|[1-9]|十[一二三四五六七]?|[一二三四五六七八九])"
#: An age below eighteen, or a grade of a school.
_YOUNG = re.compile(
    rf"(?<![\d十]){_NUMBER}\s*(?:周岁|岁)(?:半)?(?!以)(?:的?(?:小?女孩|小?男孩|孩子|小朋友|儿子|女儿|孙子|孙女))?"
    r"|(?:小学|初中|高中)?[一二三四五六]年级|(?<![一-鿿])[初高][一二三](?![一-鿿]{0,1}[月日年号楼])|幼儿园[大中小]班"
)
#: Somebody by surname: 陈阿姨, 李某某, 老王, 退休教师孙大爷.
_ADDRESSED = re.compile(
    rf"[{SURNAMES}][{HAN}]{{0,2}}?(?:阿姨|大爷|大妈|大娘|奶奶|爷爷|婆婆|老人|老伯|大姐|大哥|叔叔|先生|女士|师傅|某某?)|(?<![{HAN}])[老小][{SURNAMES}](?![{HAN}])"
)
_HARD = re.compile(
    "低保|特困|残疾|重残|失独|孤儿|癌症?|肿瘤|白血病|尿毒症|透析|精神病|精神障碍|抑郁症?|艾滋病?|肝炎|瘫痪|中风|脑梗|偏瘫|痴呆|阿尔茨海默|糖尿病|"
    "心脏病|高血压|重病|大病|患病|病重|住院|手术|化疗|吸毒|戒毒|刑满|矫正|信访|欠债|困难户|贫困|救助对象|家暴|离异|流产|怀孕|孕妇"
)
_SENTENCE = re.compile(r"[^。！？!?；;\n]+")


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    for found in _SENTENCE.finditer(text):
        yield found.span()


#: What stands in place of something that is masked.
_INSTEAD = {MarkKind.CHILD: called.A_CHILD, MarkKind.HARDSHIP: "有难处"}
_LEFT_OUT, _OPEN = "（略）", "【待定】"


def instead(mark: Mark) -> str:
    """What is printed where the mark is masked."""
    if mark.kind == MarkKind.NAME:
        return mask_name(called.closed(mark.text))
    return _INSTEAD.get(mark.kind, _LEFT_OUT)


def settled(content: Content, marks: Iterable[Mark], said: Mapping[str, Said]) -> Content:
    """The piece as it is shown: masked where that was the answer, and 【待定】 where there is none yet. ``said``: answers by key."""
    texts = dict(content.fields())
    pictures = list(content.pictures)
    for mark in sorted(marks, reverse=True):  # from the end, so that what stands before keeps its place
        answer = said.get(mark.key)
        if answer in (Said.CONSENTED, Said.NOT_PERSON):
            continue
        if mark.kind == MarkKind.PICTURE:
            pictures.remove(mark.text)
            continue
        text = texts[mark.field]
        texts[mark.field] = text[: mark.start] + (_OPEN if answer is None else instead(mark)) + text[mark.end :]
    return content.with_fields(texts, tuple(pictures))


def undecided(marks: Iterable[Mark], said: Mapping[str, Said]) -> list[Mark]:
    """The marks without an answer."""
    return [mark for mark in marks if mark.key not in said]


def faces(marks: Iterable[Mark], said: Mapping[str, Said]) -> bool:
    """Whether a picture stays in on which people can be known: all of them are said to have agreed."""
    return any(mark.kind == MarkKind.PICTURE and said.get(mark.key) == Said.CONSENTED for mark in marks)
