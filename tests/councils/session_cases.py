"""Every way to sessions, decisions and minutes. Part of ``cases``."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests.cast import AT
from tests.councils.topic_cases import RAISED, RAISERS, STAFF
from tests.trust.cases import Case, lies
from tests.trust.ground import AWAY, HERE, Fact, Ground
from zengyi.councils import actions
from zengyi.councils.models import Topic
from zengyi.councils.queries.topic_parts import orders_of_decision
from zengyi.councils.rules.decisions import Action, Dissent

UNITS = {HERE: "unit", AWAY: "far_unit"}
STARTS = "2026-11-26T14:00:00+08:00"


@dataclass(frozen=True)
class Sessions:
    """A session in every state, and what the cases do to them."""

    planned: int
    noticed: int
    held: int
    minuted: int
    signed: int
    published: int
    spare: int
    evaluated: int
    topic: int
    item: int
    participant: int
    decisions: tuple[int, int]
    loose: int
    dissent: int
    unit: int


def lay_sessions(ground: Ground, where: str) -> Sessions:
    """Sessions of a community, each with a topic of its own that a resident raised."""
    staff, raiser = ground.actor(STAFF[where]), ground.actor(RAISERS[where])
    unit = ground.actor(UNITS[where]).organisation_id or 0

    def topic() -> Topic:
        made = actions.raise_topic(RAISED["title"], RAISED["text"], by=raiser, at=AT)
        return actions.screen_topic(made.pk, urgency=2, by=staff, at=AT)

    def session(name: str, *steps: str) -> tuple[int, int]:
        about = topic()
        made = actions.plan_session("DELIBERATION", name, "活动室", AT + timedelta(days=1), topic_ids=[about.pk], by=staff, at=AT)
        for step in steps:
            {"notice": actions.notice_session, "open": actions.open_session, "close": actions.close_session}[step](made.pk, by=staff, at=AT)
        return made.pk, about.pk

    planned, _t = session("还没通知的会")
    noticed, _t = session("通知了的会", "notice")
    held, about = session("正在开的会", "open")
    point = actions.add_point(held, "谁值班", by=staff, at=AT)
    person = actions.attend(held, "居民", name="居民1206", by=staff, at=AT)
    work = Action("修好南区摄像头", "先主干道。", AT + timedelta(days=20), organisation_id=unit)
    given: dict[str, Any] = {"by": staff, "at": AT}
    first = actions.decide(held, about, "先修主干道", actions=[work], dissents=[Dissent("居民", "修一半又坏")], **given)
    (order,) = orders_of_decision(first.pk)
    ground.orders.append(Fact(order, where, RAISERS[where], UNITS[where], "ASSIGNED", False, work.title))
    second = actions.decide(held, about, "再修支路", **given)
    loose = actions.decide(held, about, "说明情况", **given)
    minuted, _t = session("散了的会", "open", "close")
    signed, _t = session("签了的会", "open", "close")
    published, old = session("公布了的会", "open", "close")
    for pk in (signed, published):
        actions.sign_session(pk, **given)
    actions.publish_session(published, **given)
    actions.evaluate_topic(old, "GOOD", **given)
    dissent = first.dissents.get()
    return Sessions(
        planned,
        noticed,
        held,
        minuted,
        signed,
        published,
        topic().pk,
        old,
        about,
        point.pk,
        person.pk,
        (first.pk, second.pk),
        loose.pk,
        dissent.pk,
        unit,
    )


def lies_session(role: str, where: str, *, state: str) -> frozenset[str]:
    """How a session lies to a role: neighbours find it from its notice on, visitors once it is published."""
    found = set(lies(role, where))
    if state == "planned":
        found -= {"public", "neighbour"}
    if role == "anonymous" and state != "published":
        found -= {"public"}
    return frozenset(found)


def session_cases(ground: Ground, role: str) -> Iterator[Case]:
    """Operations, here and away."""
    yield Case("api:list_sessions", "GET", "/api/v1/sessions")
    body = {"kind": "SUPERVISION", "title": "三方会议", "starts_at": STARTS, "place": "工地", "topic_ids": []}
    yield Case("api:plan_session", "POST", "/api/v1/sessions", body, frozenset({201}))
    for where in (HERE, AWAY):
        laid: Sessions = ground.of["councils"].sessions[where]
        yield from _read(role, where, laid)
        lie: dict[str, Any] = {"relations": lies(role, where)}
        for way, path, sent, good in _steps(laid):
            yield Case(f"api:{way}", "POST", f"/api/v1/{path}", sent, frozenset({good}), **lie)


def _read(role: str, where: str, laid: Sessions) -> Iterator[Case]:
    for state in ("planned", "noticed", "held", "published"):
        lie = lies_session(role, where, state=state)
        yield Case("api:get_session", "GET", f"/api/v1/sessions/{getattr(laid, state)}", relations=lie)
    for state in ("held", "published"):
        lie = lies_session(role, where, state="published")
        if state == "held":
            lie -= {"public", "neighbour", "subtree"}
        yield Case("api:get_minutes", "GET", f"/api/v1/sessions/{getattr(laid, state)}/minutes", relations=lie)


def _steps(laid: Sessions) -> Iterator[tuple[str, str, Any, int]]:
    yield "notice_session", f"sessions/{laid.planned}/notice", None, 200
    yield "open_session", f"sessions/{laid.noticed}/open", None, 200
    yield "cancel_session", f"sessions/{laid.planned}/cancel", {"reason": "台风"}, 200
    yield "close_session", f"sessions/{laid.held}/close", None, 200
    yield "sign_session", f"sessions/{laid.minuted}/sign", None, 200
    yield "sign_session", f"sessions/{laid.signed}/sign", {"party": "物业", "name": "庚", "refusal": "等盖章"}, 200
    yield "publish_session", f"sessions/{laid.signed}/publish", None, 200
    yield "attend_session", f"sessions/{laid.held}/attendance", {"party": "物业", "name": "保安队长庚"}, 201
    yield "leave_session", f"participants/{laid.participant}/leave", None, 200
    yield "add_point", f"sessions/{laid.held}/points", {"point": "下周谁值班"}, 201
    yield "answer_item", f"agenda-items/{laid.item}/answer", {"answer": "DONE", "text": "说定了"}, 200
    yield "note_minutes", f"sessions/{laid.minuted}/note", {"note": "会前看了现场。"}, 200
    act = {"title": "修好摄像头", "organisation_id": laid.unit, "due_at": "2026-12-20T17:30:00+08:00"}
    decision = {"topic_id": laid.topic, "text": "先修主干道", "outcome": "ADOPTED", "actions": [act]}
    yield "decide_topic", f"sessions/{laid.held}/decisions", decision, 201
    yield "explain_decision", f"decisions/{laid.loose}/explain", {"no_action_reason": "只是说明情况"}, 200
    yield "supersede_decision", f"decisions/{laid.decisions[0]}/supersede", {"by_id": laid.decisions[1]}, 200
    yield "follow_up_dissent", f"dissents/{laid.dissent}/follow-up", {"came_true": False, "said": "没有再坏"}, 200
    yield "schedule_topic", f"topics/{laid.spare}/schedule", {"session_id": laid.planned}, 200
    yield "archive_topic", f"topics/{laid.evaluated}/archive", None, 200
