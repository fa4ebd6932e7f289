"""What is personal is found however it is written; what is public is not."""

import random
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zengyi.core import search
from zengyi.core.personal import HIDDEN, Kind, find, masked

#: Made-up numbers: nobody's.
PERSONAL = [
    ("电话13800138000请", "电话***请", Kind.PHONE),
    ("138 0013 8000", "***", Kind.PHONE),
    ("138-0013-8000", "***", Kind.PHONE),
    ("１３８００１３８０００", "***", Kind.PHONE),
    ("一三八零零一三八零零零", "***", Kind.PHONE),
    ("幺三八〇〇幺三八〇〇〇找我", "***找我", Kind.PHONE),
    ("1 3 8 0 0 1 3 8 0 0 0", "***", Kind.PHONE),
    ("138\u200b0013\u200b8000", "***", Kind.PHONE),
    ("1️⃣3️⃣8️⃣0️⃣0️⃣1️⃣3️⃣8️⃣0️⃣0️⃣0️⃣", "***️⃣", Kind.PHONE),
    ("+86 13800138000", "+***", Kind.PHONE),
    ("第一13800138000", "第一***", Kind.PHONE),
    ("138零零一三8000", "***", Kind.PHONE),
    ("0513-85001234", "***", Kind.LANDLINE),
    ("（0513）8500 1234", "（***", Kind.LANDLINE),
    ("家里电话85001234", "家里电话***", Kind.LANDLINE),
    ("11010519491231002X", "***", Kind.ID),
    ("11010519491231002x呢", "***呢", Kind.ID),
    ("110105 19491231 002X", "***", Kind.ID),
    ("身份证号：110105194912310021", "身份证号：***", Kind.ID),
    ("身份证110105491231002", "身份证***", Kind.ID),
    ("卡号6222 0212 3456 7890 128", "卡号***", Kind.CARD),
    ("226幢2单元301室", "226幢2单元***", Kind.DOOR),
    ("226幢2单元301", "226幢2单元***", Kind.DOOR),
    ("226幢1206漏水", "226幢***漏水", Kind.DOOR),
    ("226-2-301", "***", Kind.DOOR),
    ("26-1206", "***", Kind.DOOR),
    ("三单元五〇二", "三单元***", Kind.DOOR),
    ("三百零一室", "***", Kind.DOOR),
    ("2单元3楼东户", "2单元***", Kind.DOOR),
    ("门牌号：12", "门牌号：***", Kind.DOOR),
    ("苏F12345挡路", "***挡路", Kind.PLATE),
    ("苏f·d12345", "***", Kind.PLATE),
]
PUBLIC = [
    *("2026-0148", "打2026-0148", "单号2026-0148和2026-0149", "20261125", "2026年11月25日13:00-15:30", "2026-11-25", "25-11-2026"),
    *("201–240幢", "201-240幢", "226幢到230幢1000米", "226幢200户居民没电", "226幢", "二十六幢", "2单元门口", "10-15号", "3号楼前"),
    *("100-1000元", "会议室", "二室一厅", "共修好1206盏灯", "12345热线 110 120 119", "客户很多", "这户人家", "用户户口", "7月户外"),
    *("13800 13800 12345 67890 13800 13800 12345 67890 13800 13800 12345 67890", "约1380013米", "困难 8 分", "拨12345", "400-820-8820"),
]


@pytest.mark.parametrize(("text", "shown", "kind"), PERSONAL)
def test_it_is_hidden(text: str, shown: str, kind: Kind) -> None:
    assert masked(text) == shown
    assert [mark.kind for mark in find(text)] == [kind]


@pytest.mark.parametrize("text", PUBLIC)
def test_what_is_public_stays(text: str) -> None:
    assert find(text) == []


NUMBERS = st.builds(lambda first, rest: f"1{first}{rest:09d}", st.integers(3, 9), st.integers(0, 10**9 - 1))
WORDS = st.text(alphabet="请打电话找我谢谢，。门口灯坏了 \n", max_size=12)


@given(WORDS, NUMBERS, WORDS, st.sampled_from(["", " ", "-", "　", "\u200b", "."]))
def test_no_phone_is_left_whatever_stands_around_it(before: str, phone: str, after: str, apart: str) -> None:
    written = apart.join((phone[:3], phone[3:7], phone[7:]))
    shown = masked(f"{before}{written}{after}")
    assert shown == f"{before}{HIDDEN}{after}"


@given(st.integers(2000, 2099), st.integers(1, 9999), st.integers(201, 240), WORDS)
def test_numbers_of_orders_and_buildings_stay(year: int, number: int, building: int, words: str) -> None:
    text = f"{words}{year}-{number:04d}，{building}幢，{year}年{words}"
    assert masked(text) == text


@given(st.text(alphabet="0123456789 -一三室幢号Xx苏FA电话,。\n", max_size=60))
def test_marks_lie_in_the_text_one_after_the_other_and_nothing_is_found_twice(text: str) -> None:
    marks = find(text)
    assert all(0 <= mark.start < mark.end <= len(text) for mark in marks)
    assert all(one.end <= other.start for one, other in pairwise(marks))
    words = search.tokens(masked(text)).split()
    assert not any(find(word) for word in words)


def test_a_checksum_printed_on_the_board_holds_no_phone() -> None:
    chance = random.Random(9)
    for size in (4, 5, 6, 60):
        for _time in range(300):
            digits = "".join(chance.choice("0123456789") for _place in range(60))
            printed = " ".join(digits[at : at + size] for at in range(0, 60, size))
            assert find(printed) == [], printed


@pytest.mark.parametrize("piece", ["1 ", "138", "一", "1-", "幢1", "东户", "电话2", "A1", "301、", "1组"])
def test_long_texts_take_no_time_that_grows_faster_than_they_do(piece: str) -> None:
    began = time.process_time()
    find(piece * 5000)
    assert time.process_time() - began < 2
