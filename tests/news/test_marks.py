"""What in a piece has to be looked at."""

import pytest

from zengyi.news.rules import Content, MarkKind, Said, find, settled
from zengyi.news.rules.content import plain

NAMES = {"张小河": False, "荀甲乙": False, "欧阳锋": True, "Anna Li": False, "王": False, "高明": False}


_BODY = "32060219491231001"
_SUM = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(_BODY))
ID = f"{_BODY}{'10X98765432'[_SUM % 11]}"


def marks(text: str, **more: object) -> list[tuple[str, str]]:
    content = Content("BRIEF", "标题", text, **more)  # type: ignore[arg-type]
    found = find(content, NAMES, "0513-85000000")
    for mark in found:
        if mark.field == "text":
            assert text[mark.start : mark.end] == mark.text
    return [(mark.kind.value, mark.text) for mark in found]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("电话13800138000请打", [("PHONE", "13800138000")]),
        ("请打138 0013 8000", [("PHONE", "138 0013 8000")]),
        ("公用号0513-85000000，急事打0513-85001234", [("LANDLINE", "0513-85001234")]),
        (f"经办人{ID}", [("ID", ID)]),
        (f"编号{ID[:-1]}{(int(ID[-1]) + 1) % 10}，不是证件", []),
        ("住2单元301的居民", [("DOOR", "301")]),
        ("车牌苏F12345停在桥上", [("PLATE", "苏F12345")]),
        ("荀甲乙借出工具", [("NAME", "荀甲乙")]),
        ("荀 甲\u200b乙借出工具", [("NAME", "荀 甲\u200b乙")]),
        ("欧阳锋同意写名字", []),
        ("姓王的人很多", []),
        ("Anna Li 来了，Anna Lich 没来", [("NAME", "Anna Li")]),
        ("一名8岁的孩子送来热水", []),
        ("荀甲乙带着8岁的孩子", [("NAME", "荀甲乙"), ("CHILD", "8岁的孩子")]),
        ("三年级的小明同学画了一幅画", [("CHILD", "三年级"), ("CHILD", "小明同学")]),
        ("住12幢2单元502室，一名8岁的孩子", [("DOOR", "502室"), ("CHILD", "8岁的孩子")]),
        ("孙女小芳，帮忙递水", [("CHILD", "孙女小芳")]),
        ("各位小朋友都来", []),
        ("关心残疾人，慰问低保户", []),
        ("患癌的李大爷收到菜", [("HARDSHIP", "癌")]),
        ("荀甲乙是低保户。社区关心残疾人。", [("NAME", "荀甲乙"), ("HARDSHIP", "低保")]),
        ("2026年第三季度，共950株，单号2026-0148", []),
    ],
)  # fmt: skip
def test_what_is_marked_and_what_is_not(text: str, wanted: list[tuple[str, str]]) -> None:
    assert marks(text) == wanted


def test_a_card_is_known_by_its_check_digit() -> None:
    body = "622202123456789012"
    kinds = [bool(marks(f"卡号{body}{last}")) for last in range(10)]
    assert kinds.count(True) == 1


def test_with_a_picture_an_age_is_somebody() -> None:
    assert marks("一名8岁的孩子送来热水", pictures=("x",)) == [("CHILD", "8岁的孩子"), ("PICTURE", "x")]


def test_every_field_is_looked_at() -> None:
    content = Content("BRIEF", "荀甲乙的事", "正文", "3幢2单元301", None, None, "荀甲乙", (("电话", "13800138000"),))
    assert [(mark.field, mark.kind.value) for mark in find(content, NAMES)] == [
        ("title", "NAME"), ("place", "DOOR"), ("organisers", "NAME"), ("figures", "PHONE"),
    ]  # fmt: skip


def test_masked_consented_and_open() -> None:
    text = "荀甲乙住12幢2单元502室，张小河帮忙，请打13800138000。"
    content = Content("BRIEF", "标题", text, figures=(("电话", "13800138000"), ("清除", "950 株")))
    found = find(content, NAMES)
    said = {mark.key: Said.MASK for mark in found if mark.kind in (MarkKind.DOOR, MarkKind.PHONE)}
    said |= {mark.key: Said.CONSENTED for mark in found if mark.text == "荀甲乙"}
    shown = settled(content, found, said)
    assert shown.text == "荀甲乙住12幢2单元（略），【待定】帮忙，请打（略）。"
    assert shown.figures == (("电话", "（略）"), ("清除", "950 株"))
    said |= {mark.key: Said.MASK for mark in found if mark.kind == MarkKind.NAME}
    assert settled(content, found, said).text == "荀*住12幢2单元（略），张*帮忙，请打（略）。"


def test_many_names_cost_no_more_than_the_text_is_long() -> None:
    """One look into a set for each place and each length: ten thousand people change nothing."""
    first, second = (list(map(chr, range(start, start + 32))) for start in (0x4E00, 0x5000))
    many = dict.fromkeys((f"{a}{b}{c}" for a in "赵钱孙李周吴郑王冯陈" for b in first for c in second), False)
    name = f"赵{first[5]}{second[7]}"
    content = Content("BRIEF", "标题", "社区组织居民清除一枝黄花。" * 300 + f"{name}到场。")
    assert len(many) == 10_240
    assert [mark.text for mark in find(content, many)] == [name]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("一\u202e二\u2066三\u200b四\ufeff", "一二三四"),
        ("一\x00二\x1b[31m", "一二[31m"),
        ("一\r\n\r\n\r\n\r\n二\u2028三", "一\n\n二\n三"),
        ("👨‍👩‍👧 全家来👍🏽", "👨‍👩‍👧 全家来👍🏽"),
        ("张\u200d三", "张三"),
        ("\ud800\ue000", ""),
    ],
)
def test_what_nobody_sees_is_taken_out(typed: str, kept: str) -> None:
    assert plain(typed, lines=True) == kept
