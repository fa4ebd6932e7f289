"""A session decides: the decision, its dissent, and the orders that carry it out, in one step."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError
from django.db.models import Count, F, Max
from django.utils.translation import gettext as _

from zengyi.core import audit, search
from zengyi.core.errors import Invalid, WrongState
from zengyi.core.ids import ID_MOST
from zengyi.core.steps import action, in_action
from zengyi.councils.actions import agenda
from zengyi.councils.actions.finding import keep_open, moved_on, session_of, topic_of
from zengyi.councils.actions.minutes import freeze_addendum
from zengyi.councils.actions.sessions import present
from zengyi.councils.models import Decision, DecisionOrder, Dissent, Minutes, Opinion, Session, Topic
from zengyi.councils.rules import decisions as rules
from zengyi.councils.rules import sessions as session_rules
from zengyi.councils.rules.decisions import DecisionState
from zengyi.councils.rules.talking import OpinionKind
from zengyi.councils.rules.topics import TopicState
from zengyi.orders import actions as orders
from zengyi.orders.rules import Matter, Source
from zengyi.people.rules import Actor

#: What orders say they came from.
ORIGIN = "topic"


@action
def decide(
    session_id: int,
    topic_id: int,
    text: str,
    outcome: str = rules.Outcome.ADOPTED,
    *,
    actions: Sequence[rules.Action] = (),
    no_action_reason: str = "",
    hands: rules.Hands | None = None,
    dissents: Sequence[rules.Dissent] = (),
    adopts: Sequence[int] = (),
    by: Actor,
    at: datetime,
) -> Decision:
    """Put down what the session settles about a topic. Each action is an order with a party and a day, proposed to it at once.

    ``adopts``: opinions on the topic that it takes up; members who proposed them are told so by the bank.

    ``hands`` must add up to those who are present. Raises :class:`Invalid` with the fields.
    """
    session, topic = session_of(session_id, by=by), topic_of(topic_id, by=by)
    session_rules.check_minute(by, session.facts() if session else None)
    assert session is not None
    here = present(session)
    words = {"text": text.strip(), "outcome": outcome, "no_action_reason": no_action_reason.strip()}
    facts = topic.facts() if topic else None
    rules.check_decide(facts, **words, actions=actions, hands=hands, present=here, dissents=dissents, at=at)
    assert topic is not None
    keep_open(session)
    agenda.put_topic(session, topic.pk)
    agenda.turn_to(session.pk, topic.pk, at=at)
    made = _decision(session, topic, words, hands, here, by=by, at=at)
    for dissent in dissents:
        Dissent.objects.create(decision=made, party=dissent.party, text=dissent.text, name=dissent.name)
    _adopt(made, adopts)
    given = [_order(made, topic, number, one, by=by, at=at) for number, one in enumerate(actions, 1)]
    after_it = rules.state_after(TopicState(topic.state), outcome, len(actions))
    if not Topic.objects.filter(pk=topic.pk, state=topic.state).update(state=after_it, decided_at=at, talked_at=at):
        raise WrongState(moved_on())
    after = {"session": session.pk, "topic": topic.pk, "outcome": outcome, "orders": given, "state": str(after_it)}
    audit.record("decide", "decision", made.pk, by=by, at=at, community_id=session.community_id, after=after)
    return made


@in_action
def _decision(
    session: Session, topic: Topic, words: dict[str, str], hands: rules.Hands | None, here: int, *, by: Actor, at: datetime
) -> Decision:
    last = Decision.objects.filter(session=session).aggregate(n=Max("position"))["n"] or 0
    if last >= rules.DECISIONS_MOST:
        raise Invalid.on("text", _("一个会最多记 %(most)d 条决定。") % {"most": rules.DECISIONS_MOST})
    state = DecisionState.ADOPTED if words["outcome"] == rules.Outcome.ADOPTED else DecisionState.REJECTED
    counted: dict[str, Any] = {}
    if hands is not None:
        counted = {"for_it": hands.for_it, "against": hands.against, "abstained": hands.abstained, "present": here or hands.total}
    made = Decision(session=session, topic=topic, position=last + 1, state=state, **words, **counted)
    made.decided_by_id, made.decided_at = by.login_id, at
    made.search = search.public_words(made.text)
    try:
        made.save(force_insert=True)
    except IntegrityError as beside:
        raise WrongState(_("刚刚有人也记了一条，请刷新看看。")) from beside
    return made


@in_action
def _adopt(decision: Decision, opinion_ids: Sequence[int]) -> None:
    rows = Opinion.objects.filter(pk__in=set(opinion_ids), topic=decision.topic, kind=OpinionKind.PROPOSAL, adopted_in=None)
    if rows.update(adopted_in=decision) != len(set(opinion_ids)):
        raise Invalid.on("adopts", _("只能采纳这个议题里还没有采纳过的主张。"))


@in_action
def _order(decision: Decision, topic: Topic, number: int, one: rules.Action, *, by: Actor, at: datetime) -> int:
    matter = Matter(
        source=Source.DECISION,
        community_id=topic.community_id,
        requester_id=topic.raiser_id,
        title=one.title,
        text=one.text or one.title,
        origin_kind=ORIGIN,
        origin_id=topic.pk,
        origin_title=topic.title,
        category=one.category,  # type: ignore[arg-type]
        place_id=topic.place_id,
        spot=topic.spot,
        urgency=one.urgency,
        due_at=one.due_at,
        member_id=one.member_id,
        organisation_id=one.organisation_id,
        points=one.points or rules.USUAL_POINTS,
        weighed_by_id=by.login_id,
    )
    order = orders.arise(matter, by=by, at=at)
    DecisionOrder.objects.create(decision=decision, position=number, order=order, daily=one.daily, soon=one.soon)
    return order.pk


def _decision_of(decision_id: int, *, by: Actor) -> Decision | None:
    rows = Decision.objects.select_related("session", "topic").filter(session__community_id=by.community_id)
    return rows.filter(pk=decision_id).first() if 0 < decision_id <= ID_MOST else None


@action
def add_order(decision_id: int, given: rules.Action, *, by: Actor, at: datetime) -> int:
    """Let a decision that stands be carried out by one more order, while its session's minutes are open. Returns the order's id."""
    decision = _decision_of(decision_id, by=by)
    session_rules.check_minute(by, decision.session.facts() if decision else None)
    assert decision is not None
    made = DecisionOrder.objects.filter(decision=decision).aggregate(n=Count("pk"), last=Max("position"))
    rules.check_order(given, state=DecisionState(decision.state), there=made["n"], at=at)
    topic = decision.topic
    # Locks the row that archiving locks, too: no order arises for a topic that is put away already.
    if not Topic.objects.filter(pk=topic.pk, state__in=rules.DECIDED_IN).update(decided_at=F("decided_at")):
        raise WrongState(_("这件事现在是“%(state)s”，这一步做不了。请刷新看看。") % {"state": topic.get_state_display()})
    keep_open(decision.session)
    order_id = _order(decision, topic, (made["last"] or 0) + 1, given, by=by, at=at)
    Topic.objects.filter(pk=topic.pk, state=TopicState.AGREED).update(state=TopicState.EXECUTING)
    after = {"session": decision.session_id, "topic": topic.pk, "order": order_id}
    audit.record("order", "decision", decision.pk, by=by, at=at, community_id=decision.session.community_id, after=after)
    return order_id


@action
def explain_decision(decision_id: int, no_action_reason: str, *, by: Actor, at: datetime) -> Decision:
    """Say why a decision needs nobody to do anything. Minutes that are signed already get it as an addition of their own."""
    decision, why = _decision_of(decision_id, by=by), no_action_reason.strip()
    session_rules.check_explain(by, decision.session.facts() if decision else None)
    assert decision is not None
    if not 2 <= len(why) <= rules.REASON_MOST:
        raise Invalid.on("no_action_reason", _("请写为什么不用派人办，2 到 200 字。"))
    Decision.objects.filter(pk=decision.pk).update(no_action_reason=why)
    decision.no_action_reason = why
    if Minutes.objects.filter(session=decision.session).exists():
        freeze_addendum(decision.session, {"decision": decision.position, "no_action_reason": why}, by=by, at=at)
    after = {"session": decision.session_id, "explained": True}
    audit.record("explain", "decision", decision.pk, by=by, at=at, community_id=decision.session.community_id, after=after)
    return decision


@action
def supersede_decision(decision_id: int, by_id: int, *, by: Actor, at: datetime) -> Decision:
    """Mark a decision as replaced by a later one on the same topic. Its orders go their own way."""
    decision, newer = _decision_of(decision_id, by=by), _decision_of(by_id, by=by)
    later = (
        decision is not None
        and newer is not None
        and newer.pk > decision.pk
        and newer.topic_id == decision.topic_id
        and newer.state in (DecisionState.ADOPTED, DecisionState.FULFILLED)
    )
    state = DecisionState(decision.state) if decision else DecisionState.ADOPTED
    rules.check_supersede(by, decision.topic.facts() if decision else None, state=state, newer=later)
    assert decision is not None
    given = {"state": DecisionState.SUPERSEDED, "replaced_by": newer}
    if not Decision.objects.filter(pk=decision.pk, state=decision.state).update(**given):
        raise WrongState(moved_on())
    decision.refresh_from_db()
    after = {"state": decision.state, "replaced_by": by_id}
    audit.record("supersede", "decision", decision.pk, by=by, at=at, community_id=decision.session.community_id, after=after)
    return decision
