"""What of this package is told to whom: to who asked, that something is done about it; to who helps, what was said of it.

Nobody is told what waits for them: that stands among what waits, on every page.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zengyi.orders import queries
from zengyi.orders.rules import NOTE, REMIND, REMIND_CLAIMANT, Verb
from zengyi.people.queries.inbox import GROUP, Subject, Template, Topic

ASKER, ASKED, HELPER = "asker", "asked", "helper"


def _subjects(order_ids: Collection[int], at: datetime) -> dict[int, Subject]:
    return {
        order_id: Subject(
            {ASKER: one.askers, ASKED: one.asked, HELPER: one.helpers},
            {"title": one.title, "number": one.number},
            group=not one.private,
            persons={ASKER: one.person},
        )
        for order_id, one in queries.concerned(order_ids, at).items()
    }


def _values(after: Mapping[str, Any]) -> dict[str, str]:
    until = after.get("due_at")
    return {
        "points": str(after.get("points") or 0),
        "until": queries.spoken(datetime.fromisoformat(until)) if isinstance(until, str) else "",
    }


_REASON = _("%(reason)s")
_ENDED = (Verb.DECLINE, Verb.MERGE, Verb.CANCEL, Verb.CLOSE, Verb.CONFIRM)
_SEEN = (Verb.CONFIRM, Verb.RETURN, Verb.CLOSE)

TOPICS = (
    Topic(
        object_type="order",
        subjects=_subjects,
        url=lambda order_id: reverse("order", args=[order_id]),
        values=_values,
        templates=(
            Template(verb=Verb.PLACE, to=GROUP, words=_("新点单：%(title)s"), more=_("单号 %(number)s"), settled_by=_ENDED),
            Template(
                verb=Verb.PUBLISH, to=GROUP, words=_("请认领：%(title)s"), more=_("单号 %(number)s"), settled_by=(Verb.CLAIM, *_ENDED)
            ),
            Template(verb=Verb.TRIAGE, to=ASKER, words=_("社区受理了：%(title)s"), more=_("单号 %(number)s，%(until)s 前办好")),
            Template(verb=Verb.DECLINE, to=ASKER, words=_("社区没有受理：%(title)s"), more=_REASON),
            Template(verb=Verb.MERGE, to=ASKER, words=_("和另一单并到一起办：%(title)s"), more=_("单号 %(number)s")),
            Template(
                verb=Verb.ASSIGN,
                to=ASKED,
                words=_("社区想请您办：%(title)s"),
                more=_("单号 %(number)s，接不接都回个话"),
                settled_by=(Verb.ACCEPT, Verb.REFUSE, Verb.RELEASE, *_ENDED),
            ),
            Template(verb=Verb.ACCEPT, to=ASKER, words=_("有人接了：%(title)s"), more=_("单号 %(number)s")),
            Template(verb=Verb.CLAIM, to=ASKER, words=_("有人接了：%(title)s"), more=_("单号 %(number)s")),
            Template(verb=Verb.RELEASE, to=ASKER, words=_("换人来办，社区再找人：%(title)s"), more=_("单号 %(number)s")),
            Template(
                verb=Verb.DELIVER,
                to=ASKER,
                words=_("办好了，请您看一眼：%(title)s"),
                more=_("单号 %(number)s，没办好就说“还不行”"),
                settled_by=_SEEN,
            ),
            Template(verb=REMIND, to=ASKER, words=_("还等您看一眼：%(title)s"), more=_("单号 %(number)s"), settled_by=_SEEN),
            Template(
                verb=REMIND_CLAIMANT,
                to=HELPER,
                words=_("快到时限了：%(title)s"),
                more=_("单号 %(number)s，办不了请早点说"),
                settled_by=(Verb.DELIVER, Verb.RELEASE),
            ),
            Template(verb=Verb.RETURN, to=HELPER, words=_("还不行：%(title)s"), more=_REASON),
            Template(verb=Verb.CONFIRM, to=HELPER, words=_("居民确认办好了：%(title)s"), more=_("记 %(points)s 分，困难减 %(points)s 分")),
            Template(verb=Verb.CLOSE, to=ASKER, words=_("没有等到您回话，关了：%(title)s"), more=_("没办好的话，再点一单就行")),
            Template(verb=Verb.CLOSE, to=HELPER, words=_("没有等到回话，关了：%(title)s"), more=_("单号 %(number)s，没有记分")),
            Template(verb=Verb.REOPEN, to=ASKER, words=_("重新打开：%(title)s"), more=_REASON),
            Template(verb=NOTE, to=ASKER, words=_("有人补了一句：%(title)s"), more=_REASON),
            Template(verb=NOTE, to=HELPER, words=_("有人补了一句：%(title)s"), more=_REASON),
        ),
    ),
)
