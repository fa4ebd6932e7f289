"""Decisions over HTTP."""

from typing import Annotated, Any, Protocol

from django.http import HttpRequest, HttpResponse
from ninja import Schema
from pydantic import Field

from zengyi.core import clock
from zengyi.core.api import NUMBER, Flag, Id, Moment, RowId, string
from zengyi.core.ids import WithId
from zengyi.councils import actions
from zengyi.councils.api.common import In, router, send
from zengyi.councils.queries.topic_parts import orders_of_decision
from zengyi.councils.rules import decisions as rules
from zengyi.orders import rules as orders
from zengyi.people.web import bearer

Count = Annotated[int, Field(ge=0, le=rules.HANDS_MOST), NUMBER]


class ActionIn(In):
    """What somebody will do until when: a member or an organisation, and a day. It becomes an order that is proposed to them.

    `soon`: "as soon as possible"; `due_at` is then the day on which it is looked at again.
    """

    title: string(rules.ACTION_TITLE_MOST, least=2) = Field(examples=["主干道新装 31 处，走雪亮工程"])  # type: ignore[valid-type]
    text: string(rules.ACTION_TEXT_MOST) = ""  # type: ignore[valid-type]
    member_id: RowId | None = None
    organisation_id: RowId | None = None
    due_at: Moment | None = Field(None, examples=["2026-12-20T17:30:00+08:00"])
    points: Annotated[int, Field(ge=1, le=orders.DIFFICULTY_MOST), NUMBER] | None = None
    category: orders.Category = orders.Category.OTHER
    urgency: Annotated[orders.Urgency, NUMBER] = orders.Urgency.WEEK
    daily: Flag = False
    soon: Flag = False

    def rule(self) -> rules.Action:
        """As the action takes it."""
        return rules.Action(**self.model_dump())


class HandsIn(In):
    """Hands raised. They add up to those who are present."""

    in_favour: Count = Field(examples=[19])
    against: Count = Field(0, examples=[1])
    abstained: Count = Field(0, examples=[1])


class DissentIn(In):
    """Who disagrees, and why. The name only of those who want it told."""

    party: string(20, least=1) = Field(examples=["居民"])  # type: ignore[valid-type]
    text: string(rules.DISSENT_MOST, least=2) = Field(examples=["修一半又坏，钱白花"])  # type: ignore[valid-type]
    name: string(40) = ""  # type: ignore[valid-type]


class SessionDecisionIn(In):
    """What the session settles about a topic. What is adopted has an action, or a reason for none before it is published."""

    topic_id: RowId = Field(examples=[7])
    text: string(rules.TEXT_MOST, least=rules.TEXT_LEAST) = Field(examples=["先修主干道和要紧的地方"])  # type: ignore[valid-type]
    outcome: rules.Outcome = rules.Outcome.ADOPTED
    actions: list[ActionIn] = Field([], max_length=rules.ACTIONS_MOST)
    no_action_reason: string(rules.REASON_MOST) = ""  # type: ignore[valid-type]
    hands: HandsIn | None = None
    dissents: list[DissentIn] = Field([], max_length=50)
    adopts: list[RowId] = Field([], max_length=50, description="opinions on the topic that it takes up")


class DecisionOut(Schema):
    """A decision and its orders."""

    id: int
    state: rules.DecisionState
    orders: list[int]


class NoActionIn(In):
    """Why nobody need do anything."""

    no_action_reason: string(rules.REASON_MOST, least=2) = Field(examples=["只是向大家说明情况"])  # type: ignore[valid-type]


class RewordIn(In):
    """The words of a decision, put right."""

    text: string(rules.TEXT_MOST, least=rules.TEXT_LEAST) = Field(examples=["先修主干道和学校门口"])  # type: ignore[valid-type]


class SupersedeIn(In):
    """The later decision on the same topic."""

    by_id: RowId = Field(examples=[8])


class _Decided(WithId, Protocol):
    """A decision after a step."""

    @property
    def state(self) -> str: ...


def _decision(row: _Decided) -> object:
    return {"id": row.pk, "state": str(row.state), "orders": orders_of_decision(row.pk)}


@router.post("/sessions/{session_id}/decisions", response={201: DecisionOut}, operation_id="decide_topic", summary="决 Decide")
def decide_topic(request: HttpRequest, session_id: Id, body: SessionDecisionIn) -> HttpResponse:
    """Put down a decision. Each of its actions becomes an order."""
    hands = rules.Hands(body.hands.in_favour, body.hands.against, body.hands.abstained) if body.hands else None
    given: dict[str, Any] = {
        "actions": [one.rule() for one in body.actions],
        "no_action_reason": body.no_action_reason,
        "hands": hands,
        "dissents": [rules.Dissent(one.party, one.text, one.name) for one in body.dissents],
        "adopts": body.adopts,
    }
    return send(
        request,
        lambda: actions.decide(session_id, body.topic_id, body.text, body.outcome, **given, by=bearer(request), at=clock.now()),
        _decision,
        status=201,
    )


@router.post(
    "/decisions/{decision_id}/orders", response={201: DecisionOut}, operation_id="add_decision_order", summary="派一单 Add an order"
)
def add_decision_order(request: HttpRequest, decision_id: Id, body: ActionIn) -> HttpResponse:
    """Let a decision that stands be carried out by one more order, while its session's minutes are open."""
    by, at = bearer(request), clock.now()
    return send(
        request,
        lambda: actions.add_order(decision_id, body.rule(), by=by, at=at),
        lambda _order: {"id": decision_id, "state": "ADOPTED", "orders": orders_of_decision(decision_id)},
        status=201,
    )


@router.post("/decisions/{decision_id}/explain", response=DecisionOut, operation_id="explain_decision", summary="为什么不用派人 Explain")
def explain_decision(request: HttpRequest, decision_id: Id, body: NoActionIn) -> HttpResponse:
    """Say why a decision needs nobody to do anything, until it is published."""
    return send(
        request, lambda: actions.explain_decision(decision_id, body.no_action_reason, by=bearer(request), at=clock.now()), _decision
    )


@router.post("/decisions/{decision_id}/correct", response=DecisionOut, operation_id="correct_decision", summary="改文字 Correct")
def correct_decision(request: HttpRequest, decision_id: Id, body: RewordIn) -> HttpResponse:
    """Put the words of a decision right until the minutes are signed. Its orders stay as they were given."""
    return send(request, lambda: actions.correct_decision(decision_id, body.text, by=bearer(request), at=clock.now()), _decision)


@router.post("/decisions/{decision_id}/supersede", response=DecisionOut, operation_id="supersede_decision", summary="另定了 Supersede")
def supersede_decision(request: HttpRequest, decision_id: Id, body: SupersedeIn) -> HttpResponse:
    """Mark a decision as replaced by a later one on the same topic."""
    return send(request, lambda: actions.supersede_decision(decision_id, body.by_id, by=bearer(request), at=clock.now()), _decision)
