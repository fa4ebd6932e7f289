# Chinese in this file is data: words by which people say what the matter is, and how urgent.
"""What a matter is likely to be, by the words somebody says it with: only a proposal, which the community looks at first of all."""

from collections.abc import Iterable

from zengyi.orders.rules.words import Category, Urgency

#: The first category with the most of its words wins.
_WORDS: dict[Category, tuple[str, ...]] = {
    Category.LIFT: ("电梯", "梯门", "轿厢"),
    Category.CAMERA: ("监控", "摄像", "门禁", "单元门", "对讲", "门铃"),
    Category.LIGHT: ("灯", "照明", "太黑", "漆黑", "灯泡"),
    Category.WATER: ("漏水", "积水", "渗水", "下水", "水管", "马桶", "堵了", "漏", "停水", "返水"),
    Category.ROAD: ("路面", "坑", "桥", "地砖", "台阶", "井盖", "路不平", "路牙"),
    Category.CLEAN: ("垃圾", "脏", "臭", "打扫", "堆", "老鼠", "蟑螂", "蚊子", "油烟", "粪", "狗屎"),
    Category.HELP: ("陪", "买菜", "取药", "看病", "帮我", "帮忙", "教我", "搬", "理发", "轮椅", "接送", "一个人在家", "想请人"),
}
_CALM = ("不急", "不着急", "有空", "方便的时候", "慢慢")
_TODAY = ("马上", "立刻", "今天", "现在", "危险", "冒烟", "漏电", "喷水", "困在", "停水", "停电", "断电", "急")
_WEEK = ("这周", "本周", "下周", "一周", "星期", "周末")


def _has(text: str, words: Iterable[str]) -> int:
    return sum(word in text for word in words)


def category_of(text: str) -> Category:
    """The likeliest category.

    >>> category_of("三楼的灯不亮，太黑"), category_of("想请人陪我去看病"), category_of("有点事")
    (Category.LIGHT, Category.HELP, Category.OTHER)
    """
    found = {category: _has(text, words) for category, words in _WORDS.items()}
    best = max(found, key=lambda category: found[category])
    return best if found[best] else Category.OTHER


def urgency_of(text: str) -> Urgency:
    """The likeliest urgency; the next few days where nothing is said.

    >>> urgency_of("水管喷水，急"), urgency_of("灯坏了，不急"), urgency_of("灯坏了")
    (Urgency.TODAY, Urgency.CALM, Urgency.SOON)
    """
    if _has(text, _CALM):
        return Urgency.CALM
    if _has(text, _TODAY):
        return Urgency.TODAY
    return Urgency.WEEK if _has(text, _WEEK) else Urgency.SOON


def kept_private(category: str, wanted: bool | None) -> bool:
    """Whether an order stays off the public lists. Where nothing is said, requests for a helping hand do: they tell who is old or ill.

    >>> kept_private("HELP", None), kept_private("ROAD", None), kept_private("HELP", False)
    (True, False, False)
    """
    return category == Category.HELP if wanted is None else wanted
