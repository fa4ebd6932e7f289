"""What of this package is told to whom: to whoever raised a topic how it goes on, to those at the table when they meet and what came of
it, to electors that they may vote and how it ended.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zengyi.councils.queries import concerned
from zengyi.people.queries.inbox import ASK, GROUP, Subject, Template, Topic

RAISER, TABLE, ELECTOR = "raiser", "table", "elector"


def _subjects(
    read: Callable[[Collection[int]], Mapping[int, concerned.Concerned]], table: str = TABLE, whose: str = TABLE
) -> Callable[[Collection[int], datetime], dict[int, Subject]]:
    def subjects(ids: Collection[int], at: datetime) -> dict[int, Subject]:
        return {
            pk: Subject(
                {RAISER: one.raisers, table: one.table},
                {"title": one.title, "when": one.when, "place": one.place},
                stands_at=one.stands_at,
                group=True,
                persons={whose: one.person},
            )
            for pk, one in read(ids).items()
        }

    return subjects


def _ended(after: Mapping[str, Any]) -> bool:
    return bool(after.get("closes_at"))


def _open_end(after: Mapping[str, Any]) -> bool:
    return not _ended(after)


def _noticed_before(after: Mapping[str, Any]) -> bool:
    return bool(after.get("noticed"))


def _topic(topic_id: int) -> str:
    return reverse("topic", args=[topic_id])


_REASON = _("%(reason)s")

TOPICS = (
    Topic(
        object_type="topic",
        subjects=_subjects(concerned.topics, whose=RAISER),
        url=_topic,
        templates=(
            Template(verb="raise", to=RAISER, words=_("社区替您提了一个议题：%(title)s")),
            Template(verb="screen", to=RAISER, words=_("您提的事要商量了：%(title)s"), more=_("社区给您回了话，点开看看"), paper=ASK),
            Template(verb="survey", to=RAISER, words=_("去现场看过了：%(title)s"), more=_("看到的数字写在里面"), paper=ASK),
            Template(verb="schedule", to=RAISER, words=_("您提的事要上会了：%(title)s"), settled_by=("defer", "escalate")),
            Template(verb="defer", to=RAISER, words=_("您提的事先放一放：%(title)s"), more=_REASON),
            Template(verb="escalate", to=RAISER, words=_("您提的事转到上面去了：%(title)s"), more=_REASON),
            Template(verb="archive", to=RAISER, words=_("您提的事办结归档了：%(title)s")),
        ),
    ),
    Topic(
        object_type="session",
        subjects=_subjects(concerned.sessions),
        url=lambda session_id: reverse("session", args=[session_id]),
        templates=(
            Template(
                verb="notice",
                to=TABLE,
                words=_("请您来开会：%(title)s"),
                more=_("%(when)s，%(place)s"),
                settled_by=("cancel", "open"),
            ),
            Template(
                verb="notice",
                to=RAISER,
                words=_("您提的事在这个会上商量：%(title)s"),
                more=_("%(when)s，%(place)s，您也可以来"),
                settled_by=("cancel", "open"),
            ),
            Template(verb="notice", to=GROUP, words=_("要开会了：%(title)s"), more=_("%(when)s，%(place)s"), settled_by=("cancel", "open")),
            Template(verb="cancel", to=TABLE, words=_("会不开了：%(title)s"), more=_REASON, urgent=True),
            Template(verb="cancel", to=RAISER, words=_("会不开了：%(title)s"), more=_REASON, urgent=True),
            Template(verb="publish", to=TABLE, words=_("会议记录公开了：%(title)s"), more=_("看看写得对不对")),
            Template(verb="publish", to=RAISER, words=_("会议记录公开了：%(title)s"), more=_("您提的事怎么定的，写在里面")),
        ),
    ),
    Topic(
        object_type="participant",
        subjects=_subjects(concerned.asked_later),
        url=lambda session_id: reverse("session", args=[session_id]),
        templates=(
            Template(verb="attend", to=TABLE, words=_("请您来开会：%(title)s"), more=_("%(when)s，%(place)s"), fits=_noticed_before),
        ),
    ),
    Topic(
        object_type="decision",
        subjects=_subjects(concerned.decisions),
        url=_topic,
        templates=(
            Template(verb="decide", to=RAISER, words=_("您提的事有决定了：%(title)s"), more=_("谁去办、哪天办好，写在里面")),
            Template(verb="supersede", to=RAISER, words=_("原来的决定换了新的：%(title)s")),
        ),
    ),
    Topic(
        object_type="order",
        subjects=_subjects(concerned.decided_orders),
        url=_topic,
        templates=(
            Template(verb="confirm", to=RAISER, words=_("会上定的事办好了：%(title)s"), more=_("有人看过，确认办好")),
            Template(verb="confirm", to=TABLE, words=_("会上定的事办好了：%(title)s"), more=_("有人看过，确认办好")),
        ),
    ),
    Topic(
        object_type="ballot",
        subjects=_subjects(concerned.ballots, ELECTOR),
        url=lambda ballot_id: reverse("ballot", args=[ballot_id]),
        templates=(
            Template(
                verb="open",
                to=ELECTOR,
                words=_("开始表决了，您有一票：%(title)s"),
                more=_("%(when)s 前投，手机上就能投"),
                case="dated",
                fits=_ended,
                settled_by=("close",),
            ),
            Template(
                verb="open",
                to=ELECTOR,
                words=_("开始表决了，您有一票：%(title)s"),
                more=_("手机上就能投"),
                fits=_open_end,
                settled_by=("close",),
            ),
            Template(verb="close", to=ELECTOR, words=_("表决结果出来了：%(title)s"), more=_("几票同意、几票不同意，都写在里面")),
        ),
    ),
)
