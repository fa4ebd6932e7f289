# Chinese in this file is data: what the variables of a preview are filled with, shortest as they usually are and longest as they can be.
"""What stands between ``%(`` and ``)s`` in the texts of messages: what each means, a sample, and how long it can be."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

#: How long a title, a name or a reason can be at most; numbers and days are never longer than their samples.
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Variable:
    """``means``: for whoever writes a text. ``sample``: as in a preview. ``most``: so many characters at most."""

    means: Any
    sample: str
    most: int


VARIABLES: dict[str, Variable] = {
    "title": Variable(_("事情叫什么，里面的电话、门牌已经盖住"), "楼道灯不亮", LONGEST),
    "number": Variable(_("单号、编号"), "2026-0112", 20),
    "points": Variable(_("几分"), "8", 6),
    "until": Variable(_("到什么时候为止"), "11月28日 17:00", 20),
    "name": Variable(_("东西或群的名字"), "1 号电梯", 60),
    "quarter": Variable(_("哪一季"), "2026 年第四季度", 20),
    "community": Variable(_("哪个社区"), "虹西社区", 60),
    "place": Variable(_("在哪里开会"), "居民活动室", 60),
    "when": Variable(_("什么时候开会、投到什么时候"), "11月28日 10:00", 20),
    "where": Variable(_("在哪里看到的"), "虹西路 西段", 120),
    "reason": Variable(_("为什么，写的人自己的话，电话、门牌已经盖住"), "零件没有到", LONGEST),
    "days": Variable(_("晚了几天"), "8", 4),
    "begins": Variable(_("什么时候开始"), "11月28日 9:00", 20),
    "minutes": Variable(_("多少分钟"), "90", 5),
}

#: What messages are about, in the words of whoever looks after the texts; in the order in which they are offered.
KINDS: dict[str, "StrOrPromise"] = {
    "order": _("单子"),
    "piece": _("通知和传真"),
    "sign-up": _("报名"),
    "occasion": _("活动的日子"),
    "record": _("服务记录单"),
    "topic": _("议题"),
    "session": _("开会"),
    "participant": _("请谁来开会"),
    "decision": _("会上的决定"),
    "ballot": _("表决"),
    "project": _("改造工程"),
    "milestone": _("工程到哪一步"),
    "demand": _("对工程提的事"),
    "fund-line": _("工程的钱"),
    "finding": _("巡河查到的"),
    "facility": _("楼里的设施"),
    "round": _("巡检"),
    "filing": _("记的分"),
    "objection": _("对公示的异议"),
    "registration": _("双报到"),
    "grant": _("身份"),
    "login": _("账号"),
    "robot": _("企业微信群"),
}

_USED = re.compile(r"%\((\w+)\)s")


def used_in(*words: object) -> list[str]:
    """The names of the variables in these texts, each once, in the order in which they come.

    >>> used_in("%(until)s 前办好：%(title)s", "单号 %(number)s，%(until)s")
    ['until', 'title', 'number']
    """
    return list(dict.fromkeys(name for text in words for name in _USED.findall(str(text))))


def samples(*, longest: bool = False) -> dict[str, str]:
    """A value for each variable: as it usually is, or as long as it can be."""
    return {name: (one.sample * one.most)[: one.most] if longest else one.sample for name, one in VARIABLES.items()}
