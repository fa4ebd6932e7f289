"""What people of the demo ask for, in their words, with what was done about it: one text a line in ``*.txt`` beside this file.

``KIND CATEGORY points where [months] | title | text | what was done``; where: ``b`` a building's common part, ``h`` somebody's
home, ``o`` outdoors; months: those in which people ask for such a thing, without them it may be any.
"""

from dataclasses import dataclass
from datetime import datetime
from importlib import resources


@dataclass(frozen=True, slots=True)
class Text:
    """An order in words. ``points`` is its difficulty, ``places`` how many people it takes, ``months`` its season."""

    kind: str
    category: str
    points: int
    where: str
    title: str
    text: str
    done: str
    places: int = 1
    months: tuple[int, ...] = ()

    def in_season(self, at: datetime) -> bool:
        """Whether people may ask for it then."""
        return not self.months or at.month in self.months


RETURNS = (
    "晚上又不亮了，请再来看看。",
    "还有一处漏，麻烦再补一下。",
    "好了一半，另一头还没有弄。",
    "今天早上又响了，和原来一样。",
    "东西还堆在边上，请搬走。",
)
CANCELS = ("邻居已经帮我弄好了，谢谢。", "儿子周末回来弄，不麻烦了。", "物业今天刚好来修过了。", "家里改主意了，先不用。")
RELEASES = ("临时出差三天，怕耽误，请别人接。", "要用的配件没有买到，做不了。", "家里老人住院，这几天来不了。")
RECALLS = ("他们这周在外地，先放到单子栏里，谁方便谁来。", "电话里说家里有事，不等了，请别人来。")
REFUSALS = ("这两天队伍都在外面，排不过来。", "不是我们的专业，怕修不好。", "下周三才有人，怕等不及。")
NOTES = (
    "已经和点单的人通过电话，约好明天上午。",
    "先放了警示桩，等材料到。",
    "配件在路上，明天能到。",
    "到现场看过，要两个人一起。",
)
AGAIN = "又去了一趟，这次当着面试过。"
PROVIDED = "饮水、手套、志愿服务保险"
NEEDS = {
    "LIGHT": "会换灯具，能登高",
    "WATER": "会一点水电，带管钳",
    "ROAD": "修补料，会路面修补的人",
    "CAMERA": "懂一点弱电",
    "LIFT": "请维保单位一起",
    "CLEAN": "能出力气的人",
}
#: What somebody adds who is at home.
TAILS = ("", "", "白天家里都有人。", "晚上六点以后方便。", "麻烦快一点，谢谢。", "已经好几天了。", "来之前请打个电话。")


def _lines(name: str) -> list[str]:
    lines = resources.files("zengyi.orders.demo").joinpath(name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def _text(line: str) -> Text:
    head, title, text, done = (part.strip() for part in line.split("|"))
    kind, category, points, where, *months = head.split()
    # More than four points are too much for one person.
    places = min(4, int(points) - 2) if int(points) > 4 else 1
    season = tuple(int(month) for month in ",".join(months).split(",") if month)
    return Text(kind, category, int(points), where, title, text, done, places, season)


def _by_key(lines: list[str]) -> dict[str, tuple[Text, ...]]:
    parts = [line.split(" ", 1) for line in lines]
    return {key: tuple(_text(rest) for k, rest in parts if k == key) for key, _rest in parts}


POOL = tuple(map(_text, _lines("pool.txt")))
DECLINED = tuple(map(_text, _lines("declined.txt")))
LONG = tuple(map(_text, _lines("long.txt")))
LOCAL = _by_key(_lines("local.txt"))
