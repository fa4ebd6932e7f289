"""A topic is put off, passed on, judged by whoever raised it, and archived."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from zengyi.core import audit, clock
from zengyi.core.errors import Invalid, WrongState
from zengyi.core.steps import action, in_action
from zengyi.councils.actions.finding import moved_on, topic_of
from zengyi.councils.models import Decision, DecisionOrder, Dissent, Topic, TopicOrder
from zengyi.councils.rules import decisions
from zengyi.councils.rules import topics as rules
from zengyi.councils.rules.topics import TopicState
from zengyi.orders import queries as orders
from zengyi.orders.rules import Channel, State
from zengyi.people.rules import Actor


@in_action
def move(topic: Topic, verb: str, after: Mapping[str, Any], *, reason: str = "", by: Actor, at: datetime) -> Topic:
    """Change the topic and record the event; raises :class:`WrongState` when somebody has changed it since it was read."""
    if not Topic.objects.filter(pk=topic.pk, state=topic.state).update(**after):
        raise WrongState(moved_on())
    before = {"state": topic.state}
    topic.refresh_from_db()
    said = {"state": topic.state}
    audit.record(verb, "topic", topic.pk, by=by, at=at, community_id=topic.community_id, before=before, after=said, reason=reason)
    return topic


@action
def defer_topic(topic_id: int, reason: str, *, until: date | None = None, by: Actor, at: datetime) -> Topic:
    """Put the topic off, with a reason that whoever raised it reads; ``until``: it comes back that day."""
    topic, why = topic_of(topic_id, by=by), reason.strip()
    rules.check_defer(by, topic.facts() if topic else None, reason=why, until=until, today=clock.local_date(at))
    assert topic is not None
    return move(topic, "defer", {"state": TopicState.DEFERRED, "reason": why, "deferred_until": until}, reason=why, by=by, at=at)


@action
def escalate_topic(topic_id: int, reason: str, *, by: Actor, at: datetime) -> Topic:
    """Pass the topic on to whoever stands above, with a reason that whoever raised it reads."""
    topic, why = topic_of(topic_id, by=by), reason.strip()
    rules.check_escalate(by, topic.facts() if topic else None, reason=why)
    assert topic is not None
    return move(topic, "escalate", {"state": TopicState.ESCALATED, "reason": why}, reason=why, by=by, at=at)


@action
def follow_up(dissent_id: int, *, came_true: bool, said: str = "", by: Actor, at: datetime) -> Dissent:
    """Put down whether what somebody feared came true."""
    rows = Dissent.objects.select_related("decision__topic").filter(decision__topic__community_id=by.community_id)
    dissent = rows.filter(pk=dissent_id).first()
    rules.check_follow_up(by, dissent.decision.topic.facts() if dissent else None)
    assert dissent is not None
    if len(said.strip()) > decisions.DISSENT_MOST:
        raise Invalid.on("said", _("最多 %(most)d 字，请写短一点。") % {"most": decisions.DISSENT_MOST})
    Dissent.objects.filter(pk=dissent.pk).update(came_true=came_true, said=said.strip(), asked_at=at)
    dissent.refresh_from_db(fields=["came_true", "said", "asked_at"])
    topic = dissent.decision.topic
    after = {"came_true": came_true, "topic": topic.pk}
    audit.record("follow-up", "dissent", dissent.pk, by=by, at=at, community_id=topic.community_id, after=after)
    return dissent


@action
def evaluate_topic(topic_id: int, verdict: str, *, text: str = "", channel: str | None = None, by: Actor, at: datetime) -> Topic:
    """Put down how whoever raised the topic says it went: they themselves, or staff who asked them.

    ``channel``: how they were asked; by default themselves for whoever raised it, by phone otherwise.
    """
    topic = topic_of(topic_id, by=by)
    facts = topic.facts() if topic else None
    own = topic is not None and topic.raiser_id == by.person_id
    how = channel or (Channel.SELF if own else Channel.PHONE)
    unasked = 0 if topic is None else Dissent.objects.filter(decision__topic=topic, asked_at=None).count()
    rules.check_evaluate(by, facts, verdict=verdict or "-", text=text.strip(), channel=how, unasked=unasked)
    assert topic is not None
    given = {"state": TopicState.EVALUATED, "verdict": verdict, "verdict_text": text.strip(), "evaluated_by_id": by.login_id}
    _fulfil(topic, at=at)
    return move(topic, "evaluate", {**given, "evaluated_at": at}, by=by, at=at)


@action
def archive_topic(topic_id: int, *, by: Actor, at: datetime) -> Topic:
    """Put the topic away. Whoever raised it must have been asked, and every order have its answer."""
    topic = topic_of(topic_id, by=by)
    unanswered = 0 if topic is None else sum(order.is_open for order in orders.linked(orders_of(topic.pk)))
    rules.check_archive(by, topic.facts() if topic else None, unanswered=unanswered)
    assert topic is not None
    _fulfil(topic, at=at)
    return move(topic, "archive", {"state": TopicState.ARCHIVED, "archived_at": at}, by=by, at=at)


@in_action
def take_up_again(order_id: int) -> None:
    """An order is opened again: the topic it carries out, or came from, waits for its answer once more, and its raiser is asked anew."""
    fulfilled = Decision.objects.filter(actions__order=order_id, state=decisions.DecisionState.FULFILLED)
    fulfilled.update(state=decisions.DecisionState.ADOPTED, fulfilled_at=None)
    unasked: dict[str, Any] = {"verdict": "", "verdict_text": "", "evaluated_by": None, "evaluated_at": None, "archived_at": None}
    over = Topic.objects.filter(
        Q(orders__order=order_id) | Q(decisions__actions__order=order_id), state__in=(TopicState.EVALUATED, TopicState.ARCHIVED)
    )
    over.update(state=TopicState.EXECUTING, **unasked)


def orders_of(topic_id: int) -> list[int]:
    """The orders that the topic came from, and those that carry out what was decided on it."""
    came = TopicOrder.objects.filter(topic_id=topic_id).values_list("order_id", flat=True)
    made = DecisionOrder.objects.filter(decision__topic_id=topic_id).values_list("order_id", flat=True)
    return [*came, *made]


@in_action
def _fulfil(topic: Topic, *, at: datetime) -> None:
    """Mark decisions as fulfilled when all of their orders are confirmed."""
    standing = Decision.objects.filter(topic=topic, state=decisions.DecisionState.ADOPTED)
    made: dict[int, list[int]] = {}
    for decision_id, order_id in DecisionOrder.objects.filter(decision__in=standing).values_list("decision_id", "order_id"):
        made.setdefault(decision_id, []).append(order_id)
    done = {order.id for order in orders.linked([pk for found in made.values() for pk in found]) if order.state == State.CONFIRMED}
    fulfilled = [decision_id for decision_id, found in made.items() if done.issuperset(found)]
    if fulfilled:
        rows = Decision.objects.filter(Q(pk__in=fulfilled), state=decisions.DecisionState.ADOPTED)
        rows.update(state=decisions.DecisionState.FULFILLED, fulfilled_at=at)
