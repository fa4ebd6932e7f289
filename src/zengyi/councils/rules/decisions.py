"""Decisions: what was settled, how hands stood, who does what until when. One guard for each verb.

A decision that stands has at least one action, which is an order with somebody's name and a day, or says why it needs none. Dissent stays
with it, and whoever voiced it is asked first, in the end, whether what they feared came true.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zengyi.core.errors import Invalid, NotThere, WrongState
from zengyi.councils.rules.topics import TopicFacts, TopicState
from zengyi.orders.rules import Category, Urgency
from zengyi.people.rules import Actor, check, check_role

TEXT_LEAST, TEXT_MOST, ACTION_TITLE_MOST, ACTION_TEXT_MOST, REASON_MOST, DISSENT_MOST = 2, 300, 60, 500, 200, 300
ACTIONS_MOST, DECISIONS_MOST, HANDS_MOST = 20, 30, 10000
AHEAD = timedelta(days=3 * 366)
#: What an action weighs when nobody says so.
USUAL_POINTS = 2


class Outcome(TextChoices):
    """How it came out when it was decided."""

    ADOPTED = "ADOPTED", gettext_lazy("通过")
    REJECTED = "REJECTED", gettext_lazy("没通过")


class DecisionState(TextChoices):
    """What has become of it since."""

    ADOPTED = "ADOPTED", gettext_lazy("通过")
    REJECTED = "REJECTED", gettext_lazy("没通过")
    SUPERSEDED = "SUPERSEDED", gettext_lazy("另定了")
    FULFILLED = "FULFILLED", gettext_lazy("都办到了")


#: States of a topic in which it may be decided.
DECIDED_IN = (
    TopicState.SCREENED,
    TopicState.SURVEYED,
    TopicState.SCHEDULED,
    TopicState.DELIBERATED,
    TopicState.AGREED,
    TopicState.DEFERRED,
    TopicState.EXECUTING,
)


@dataclass(frozen=True, slots=True)
class Action:
    """What somebody will do until when. ``daily``: every day from then on. ``soon``: "as soon as possible"; ``due_at`` is then when it
    is looked at again."""

    title: str
    text: str
    due_at: datetime | None
    member_id: int | None = None
    organisation_id: int | None = None
    points: int | None = None
    category: str = Category.OTHER
    urgency: int = Urgency.WEEK
    daily: bool = False
    soon: bool = False


@dataclass(frozen=True, slots=True)
class Hands:
    """Hands raised: for, against, abstained."""

    for_it: int
    against: int
    abstained: int

    @property
    def total(self) -> int:
        """How many there were."""
        return self.for_it + self.against + self.abstained


@dataclass(frozen=True, slots=True)
class Dissent:
    """Who disagrees, and why. ``name``: only of those who want it told."""

    party: str
    text: str
    name: str = ""


def check_decide(
    topic: TopicFacts | None,
    *,
    text: str,
    outcome: str,
    actions: Sequence[Action],
    no_action_reason: str,
    hands: Hands | None,
    present: int,
    dissents: Sequence[Dissent],
    at: datetime,
) -> None:
    """Raise :class:`Invalid`, with the field, unless that can be put down as a decision on the topic. ``present``: who may raise a hand."""
    if topic is None:
        raise Invalid.on("topic_id", _("没有这个议题。"))
    if topic.state not in DECIDED_IN:
        raise WrongState(_("这件事现在是“%(state)s”，这一步做不了。请刷新看看。") % {"state": topic.state.label})
    wrong = _against_words(text, outcome, no_action_reason, dissents)
    if outcome == Outcome.REJECTED and actions:
        wrong["actions"] = _("没通过的事不派单。")
    if len(actions) > ACTIONS_MOST:
        wrong["actions"] = _("最多派 %(most)d 单。") % {"most": ACTIONS_MOST}
    if hands is not None and (problem := against_hands(hands, present)):
        wrong["hands"] = problem
    for action in actions:
        wrong |= against_action(action, at)
    if wrong:
        raise Invalid(next(iter(wrong.values())), wrong)


def _against_words(text: str, outcome: str, no_action_reason: str, dissents: Sequence[Dissent]) -> dict[str, object]:
    wrong: dict[str, object] = {}
    if not TEXT_LEAST <= len(text) <= TEXT_MOST:
        wrong["text"] = _("请写定了什么，2 到 300 字。")
    if outcome not in Outcome.values:
        wrong["outcome"] = _("请写通过没有。")
    if len(no_action_reason) > REASON_MOST:
        wrong["no_action_reason"] = _("最多 %(most)d 字，请写短一点。") % {"most": REASON_MOST}
    if any(not 0 < len(one.party) <= 20 or not 2 <= len(one.text) <= DISSENT_MOST or len(one.name) > 40 for one in dissents):
        wrong["dissents"] = _("请写哪一方不同意、为什么，2 到 300 字。")
    return wrong


def against_hands(hands: Hands, present: int) -> str:
    """What is wrong with a count of hands; empty when it is right. Nobody written down as present: nothing to compare with.

    >>> against_hands(Hands(11, 1, 2), 14)
    ''
    """
    if min(hands.for_it, hands.against, hands.abstained) < 0 or hands.total > HANDS_MOST:
        return _("举手的人数不对，请再数一遍。")
    if present and hands.total != present:
        return _("举手一共 %(total)d 人，在场 %(present)d 人，对不上，请再数一遍。") % {"total": hands.total, "present": present}
    return ""


def against_action(action: Action, at: datetime) -> dict[str, object]:
    """What is wrong with an action, by field: somebody's name and a day are never left out."""
    wrong: dict[str, object] = {}
    if not 2 <= len(action.title) <= ACTION_TITLE_MOST or len(action.text) > ACTION_TEXT_MOST:
        wrong["actions"] = _("请写办什么，2 到 60 字。")
    if (action.member_id is None) == (action.organisation_id is None):
        wrong["actions"] = _("请写谁办：一个单位，或者一位党员。")
    if action.due_at is None or not at - timedelta(days=1) < action.due_at <= at + AHEAD:
        wrong["actions"] = _("请写到哪天；“尽快”也要写哪天再看。")
    return wrong


def check_order(action: Action, *, state: DecisionState, there: int, at: datetime) -> None:
    """Raise unless a decision may get one more order. ``there``: how many it has."""
    if state != DecisionState.ADOPTED:
        raise WrongState(_("这条决定现在是“%(state)s”，派不了单。") % {"state": state.label})
    wrong = against_action(action, at)
    if there >= ACTIONS_MOST:
        wrong["actions"] = _("最多派 %(most)d 单。") % {"most": ACTIONS_MOST}
    if wrong:
        raise Invalid(next(iter(wrong.values())), wrong)


def state_after(topic: TopicState, outcome: str, actions: int) -> TopicState:
    """Where a topic stands after a decision on it.

    >>> str(state_after(TopicState.SCHEDULED, "ADOPTED", 2)), str(state_after(TopicState.EXECUTING, "REJECTED", 0))
    ('EXECUTING', 'EXECUTING')
    """
    if topic == TopicState.EXECUTING:
        return topic
    if outcome == Outcome.REJECTED:
        return TopicState.AGREED if topic == TopicState.AGREED else TopicState.DELIBERATED
    return TopicState.EXECUTING if actions else TopicState.AGREED


def check_replace(by: Actor, topic: TopicFacts | None) -> None:
    """Raise unless the actor may say of the topic's decisions which one replaced which."""
    check_role(by, "session.run")
    if topic is None:
        raise NotThere(_("没有找到，或者不在您的社区。"))
    check(by, "session.run", topic.target, sees=False)


def check_supersede(by: Actor, topic: TopicFacts | None, *, state: DecisionState, newer: bool) -> None:
    """Raise unless a standing decision may be marked as replaced by a newer one on the same topic."""
    check_replace(by, topic)
    if state not in (DecisionState.ADOPTED, DecisionState.FULFILLED):
        raise WrongState(_("这条决定现在是“%(state)s”，替换不了。") % {"state": state.label})
    if not newer:
        raise Invalid.on("by_id", _("请选同一件事后来通过的决定。"))
