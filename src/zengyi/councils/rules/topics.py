"""Topics: their states and stages, and one guard for each verb (see :mod:`zengyi.core.guards`).

A topic goes 提 议 决 办 评: raised and screened, looked at on site and talked over, decided, carried out, and in the end judged by whoever
raised it. The five names are a stage's usual label, which a community may change.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zengyi.core.errors import Invalid, NotThere, WrongState
from zengyi.orders.rules import Channel, Urgency
from zengyi.people.rules import COMMUNITY_ROLES, Actor, Target, allows, check, check_role

TITLE_LEAST, TITLE_MOST, TEXT_LEAST, TEXT_MOST, SPOT_MOST = 2, 60, 2, 2000, 60
ANSWER_MOST, REASON_MOST, LABEL_MOST = 500, 300, 6
ORDERS_MOST = 20


class TopicState(TextChoices):
    """States of a topic."""

    COLLECTED = "COLLECTED", gettext_lazy("等社区看")
    SCREENED = "SCREENED", gettext_lazy("收下了")
    SURVEYED = "SURVEYED", gettext_lazy("看过现场")
    SCHEDULED = "SCHEDULED", gettext_lazy("排上会了")
    DELIBERATED = "DELIBERATED", gettext_lazy("议过，还没定")
    AGREED = "AGREED", gettext_lazy("定了")
    DEFERRED = "DEFERRED", gettext_lazy("先放一放")
    ESCALATED = "ESCALATED", gettext_lazy("报给上级")
    EXECUTING = "EXECUTING", gettext_lazy("正在办")
    EVALUATED = "EVALUATED", gettext_lazy("提的人评过了")
    ARCHIVED = "ARCHIVED", gettext_lazy("归档")


class TopicTier(TextChoices):
    """How a topic is talked over: at once, or with a survey and a session."""

    INSTANT = "INSTANT", gettext_lazy("当场议")
    DEEP = "DEEP", gettext_lazy("坐下来议")


class Verdict(TextChoices):
    """What whoever raised a topic says in the end."""

    GOOD = "GOOD", gettext_lazy("办好了")
    HALF = "HALF", gettext_lazy("办了一半")
    BAD = "BAD", gettext_lazy("没办好")


class Stage(TextChoices):
    """The five stages, with their usual labels."""

    RAISE = "RAISE", gettext_lazy("提")
    TALK = "TALK", gettext_lazy("议")
    DECIDE = "DECIDE", gettext_lazy("决")
    CARRY_OUT = "DO", gettext_lazy("办")
    JUDGE = "JUDGE", gettext_lazy("评")


#: The stage a topic is at, by its state; an archived one has all of them behind it.
STAGES: dict[TopicState, Stage] = {
    TopicState.COLLECTED: Stage.RAISE,
    TopicState.SCREENED: Stage.TALK,
    TopicState.SURVEYED: Stage.TALK,
    TopicState.SCHEDULED: Stage.TALK,
    TopicState.DEFERRED: Stage.TALK,
    TopicState.DELIBERATED: Stage.DECIDE,
    TopicState.ESCALATED: Stage.DECIDE,
    TopicState.AGREED: Stage.CARRY_OUT,
    TopicState.EXECUTING: Stage.CARRY_OUT,
    TopicState.EVALUATED: Stage.JUDGE,
}


@dataclass(frozen=True, slots=True)
class TopicFacts:
    """A topic as its guards look at it. ``path``: its community's in the place tree."""

    community_id: int
    path: str
    state: TopicState
    raiser_id: int
    judged: bool

    @property
    def shown(self) -> bool:
        """Whether neighbours and visitors may look at it: once the community has screened it."""
        return self.state != TopicState.COLLECTED

    @property
    def target(self) -> Target:
        """What permission needs to know."""
        return Target(community_id=self.community_id, path=self.path, person_ids=frozenset({self.raiser_id}), shown=self.shown)


def check_raise(by: Actor, *, title: str, text: str, spot: str, behalf: bool) -> None:
    """Raise unless the actor may put that topic down; :class:`Invalid` names the fields. ``behalf``: for somebody whom they name."""
    target = Target(community_id=by.community_id, person_ids=frozenset({by.person_id or 0}))
    check(by, "topic.raise", target, sees=True)
    wrong: dict[str, object] = {}
    if not TITLE_LEAST <= len(title) <= TITLE_MOST:
        wrong["title"] = _("请用一句话说是什么事，2 到 60 字。")
    if not TEXT_LEAST <= len(text) <= TEXT_MOST:
        wrong["text"] = _("请写几句是什么情况，最多 2000 字。")
    if len(spot) > SPOT_MOST:
        wrong["spot"] = _("最多 60 字，请写短一点。")
    if wrong:
        raise Invalid(next(iter(wrong.values())), wrong)
    if by.community_id is None:
        raise NotThere(_("您还没有登记在哪个社区。"))
    if by.person_id is None and not behalf:
        raise Invalid(_("请写这件事是谁提的。"), {"on_behalf_of": _("请写居民怎么称呼。"), "name": _("请写居民怎么称呼。")})


def check_behalf(by: Actor, channel: Channel) -> None:
    """Raise unless the actor, as staff, may put a topic down for somebody who said it that way."""
    check(by, "topic.screen", Target(community_id=by.community_id), sees=True)
    if channel == Channel.SELF:
        raise Invalid.on("channel", _("请选居民是怎么说来的。"))


def check_read(by: Actor, topic: TopicFacts | None) -> None:
    """Raise unless the actor may look at the topic."""
    check_role(by, "topic.read")
    if topic is None or not allows(by, "topic.read", topic.target):
        raise NotThere(_("没有找到，或者不在您的社区。"))


def reads_words(by: Actor, topic: TopicFacts) -> bool:
    """Whether the actor reads people's words as they were written: whoever raised it, and the community. Others read them masked."""
    target = topic.target
    own = by.person_id is not None and by.person_id in target.person_ids
    return own or (by.community_id == topic.community_id and by.role in COMMUNITY_ROLES)


def in_states(topic: TopicFacts, states: Iterable[TopicState]) -> None:
    """Raise :class:`WrongState` unless the topic is in one of these."""
    if topic.state not in states:
        raise WrongState(_("这件事现在是“%(state)s”，这一步做不了。请刷新看看。") % {"state": topic.state.label})


def check_screen(by: Actor, topic: TopicFacts | None, *, urgency: int | None = None, tier: str = TopicTier.DEEP, answer: str = "") -> None:
    """Raise unless the actor may screen the topic: say how urgent it is, how it is talked over, and answer whoever raised it."""
    check_role(by, "topic.screen")
    if topic is None:
        raise NotThere(_("没有找到，或者不在您的社区。"))
    check(by, "topic.screen", topic.target, sees=False)
    in_states(topic, (TopicState.COLLECTED,))
    if urgency is not None and urgency not in Urgency.values:
        raise Invalid.on("urgency", _("请选有多急。"))
    if tier not in TopicTier.values:
        raise Invalid.on("tier", _("请选怎么议。"))
    if len(answer) > ANSWER_MOST:
        raise Invalid.on("answer", _("最多 %(most)d 字，请写短一点。") % {"most": ANSWER_MOST})


#: States in which a topic may be put on an agenda; what is carried out already may be talked over again.
SCHEDULED_FROM = tuple(s for s in TopicState if s not in (TopicState.COLLECTED, TopicState.EVALUATED, TopicState.ARCHIVED))
#: States in which whoever raised it may be asked how it went.
JUDGED_IN = tuple(s for s in TopicState if s not in (TopicState.COLLECTED, TopicState.SCHEDULED, TopicState.ARCHIVED))
DEFERRED_FROM = (TopicState.SCREENED, TopicState.SURVEYED, TopicState.SCHEDULED, TopicState.DELIBERATED, TopicState.DEFERRED)
PUT_OFF = timedelta(days=366)


def _may(by: Actor, action: str, topic: TopicFacts | None, states: Iterable[TopicState]) -> None:
    check_role(by, action)
    if topic is None:
        raise NotThere(_("没有找到，或者不在您的社区。"))
    check(by, action, topic.target, sees=False)
    in_states(topic, states)


def check_survey(by: Actor, topic: TopicFacts | None) -> None:
    """Raise unless the actor may put down what was found on site."""
    _may(by, "topic.prepare", topic, (*DEFERRED_FROM, TopicState.AGREED, TopicState.EXECUTING, TopicState.ESCALATED))


def check_photos(by: Actor, topic: TopicFacts | None) -> None:
    """Raise unless the actor may say which of the topic's photos are not for everybody: whenever, also before it is screened."""
    _may(by, "topic.prepare", topic, TopicState)


def check_schedule(by: Actor, topic: TopicFacts | None) -> None:
    """Raise unless the topic may be put on a session's agenda."""
    _may(by, "topic.schedule", topic, SCHEDULED_FROM)


def check_defer(
    by: Actor, topic: TopicFacts | None, *, reason: str | None = None, until: date | None = None, today: date | None = None
) -> None:
    """Raise unless the topic may be put off, with a reason. Without ``reason``: whether it could, whatever is said."""
    _may(by, "topic.defer", topic, DEFERRED_FROM)
    if reason is None:
        return
    if not 2 <= len(reason) <= REASON_MOST:
        raise Invalid.on("reason", _("请写为什么先放一放，提的人看得到。"))
    if until is not None and today is not None and not today < until <= today + PUT_OFF:
        raise Invalid.on("until", _("请写今天以后、一年以内的一天。"))


def check_escalate(by: Actor, topic: TopicFacts | None, *, reason: str | None = None) -> None:
    """Raise unless the topic may be passed on to whoever stands above, with a reason."""
    _may(by, "topic.defer", topic, DEFERRED_FROM)
    if reason is not None and not 2 <= len(reason) <= REASON_MOST:
        raise Invalid.on("reason", _("请写报给谁、为什么，提的人看得到。"))


def check_evaluate(
    by: Actor, topic: TopicFacts | None, *, verdict: str = "", text: str = "", channel: str = Channel.SELF, unasked: int = 0
) -> None:
    """Raise unless it may be put down how it went: by whoever raised it, or by staff who asked them.

    ``unasked``: how many who disagreed have not been asked yet whether what they feared came true; they are asked first.
    """
    _may(by, "topic.evaluate", topic, JUDGED_IN)
    if not verdict:
        return
    assert topic is not None
    if verdict not in Verdict.values:
        raise Invalid.on("verdict", _("请选办得怎样。"))
    if len(text) > ANSWER_MOST:
        raise Invalid.on("text", _("最多 %(most)d 字，请写短一点。") % {"most": ANSWER_MOST})
    if by.person_id != topic.raiser_id and channel == Channel.SELF:
        raise Invalid.on("channel", _("不是您自己提的：请选提的人是怎么说的。"))
    if unasked:
        raise WrongState(_("还有 %(n)d 位当时不同意的没问：先问担心的事出了没有，再评。") % {"n": unasked})


def check_follow_up(by: Actor, topic: TopicFacts | None) -> None:
    """Raise unless it may be put down whether what somebody feared came true."""
    _may(by, "topic.prepare", topic, JUDGED_IN)


def check_archive(by: Actor, topic: TopicFacts | None, *, unanswered: int = 0) -> None:
    """Raise unless the topic may be archived: whoever raised it was asked, and every order has its answer."""
    _may(by, "topic.archive", topic, (TopicState.EVALUATED,))
    if unanswered:
        raise WrongState(_("还有 %(n)d 单没有办完、没有答复，不能归档。") % {"n": unanswered})


def check_labels(labels: Mapping[str, str], changed: Iterable[str]) -> None:
    """Raise :class:`Invalid` with the changed stages that can't be called so. ``labels``: what a community calls its stages, by stage;
    an empty name is the usual one."""
    names = [labels.get(stage, "") or str(Stage(stage).label) for stage in Stage.values]
    wrong: dict[str, object] = {}
    for stage in changed:
        name = labels[stage] or str(Stage(stage).label)
        if len(name) > LABEL_MOST:
            wrong[stage] = _("最多 %(most)d 字，请写短一点。") % {"most": LABEL_MOST}
        elif names.count(name) > 1:
            wrong[stage] = _("两步不能叫一样的名字。")
    if wrong:
        raise Invalid(next(iter(wrong.values())), {**wrong, "label": next(iter(wrong.values()))})


#: The guard of every move, by its verb.
MOVES = {
    "screen": check_screen,
    "survey": check_survey,
    "schedule": check_schedule,
    "defer": check_defer,
    "escalate": check_escalate,
    "evaluate": check_evaluate,
    "archive": check_archive,
}
