"""Every way to sessions, decisions and minutes. Part of ``cases``."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests.cast import AT
from tests.councils.topic_cases import OWNERS, RAISED, RAISERS, STAFF
from tests.trust.cases import LOGINS, READ, SENT, WRONG_METHOD, Case, lies, visits
from tests.trust.forms_of import Filled
from tests.trust.ground import AWAY, HERE, Fact, Ground
from zengyi.councils import actions
from zengyi.councils.models import AgendaItem, Participant, Session, Topic
from zengyi.councils.queries.topic_parts import orders_of_decision
from zengyi.councils.rules.decisions import Action, Dissent
from zengyi.people.rules import COMMUNITY_ROLES

UNITS = {HERE: "unit", AWAY: "far_unit"}
#: Whose seats there are in the session that is being signed.
SEATS = {HERE: OWNERS, AWAY: (RAISERS[AWAY],)}
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
    to_sign: int
    topic_item: int
    opinion: int


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

    to_sign, _t = session("等人签的会", "open")
    for login in SEATS[where]:
        actions.attend(to_sign, "居民", person_id=ground.actor(login).person_id, by=staff, at=AT)
    actions.close_session(to_sign, by=staff, at=AT)
    planned, _t = session("还没通知的会")
    noticed, _t = session("通知了的会", "notice")
    held, about = session("正在开的会", "open")
    point = actions.add_point(held, "谁值班", by=staff, at=AT)
    person = actions.attend(held, "居民", name="居民1206", by=staff, at=AT)
    work = Action("修好南区摄像头", "先主干道。", AT + timedelta(days=20), organisation_id=unit)
    given: dict[str, Any] = {"by": staff, "at": AT}
    first = actions.decide(held, about, "先修主干道", actions=[work], dissents=[Dissent("居民", "修一半又坏")], **given)
    (order,) = orders_of_decision(first.pk)
    # Its title is told with the decision to everybody who reads that, so it is no sign that an order was shown.
    ground.orders.append(Fact(order, where, RAISERS[where], UNITS[where], "ASSIGNED", False, f"决定派的单{where}"))
    second = actions.decide(held, about, "再修支路", **given)
    loose = actions.decide(held, about, "说明情况", **given)
    said = actions.opine(about, "物业", "FACT", "没有布线图", session_id=held, **given)
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
        to_sign,
        AgendaItem.objects.get(session_id=held, topic_id=about).pk,
        said.pk,
    )


def lies_session(role: str, where: str, *, state: str) -> frozenset[str]:
    """The scopes in which a session lies for that role: neighbours find it from its notice on, visitors once it is published."""
    found = set(lies(role, where))
    if state == "planned":
        found -= {"public", "neighbour"}
    if role == "anonymous" and state != "published":
        found -= {"public"}
    return frozenset(found)


def lies_seat(role: str, where: str) -> frozenset[str]:
    """How minutes that are signed lie to a role: they are those of whoever sat there."""
    return frozenset({"own"} if LOGINS.get(role) in SEATS[where] else set())


def session_cases(ground: Ground, role: str) -> Iterator[Case]:
    """Operations, here and away."""
    yield Case("api:list_sessions", "GET", "/api/v1/sessions")
    body = {"kind": "SUPERVISION", "title": "三方会议", "starts_at": STARTS, "place": "工地", "topic_ids": []}
    yield Case("api:plan_session", "POST", "/api/v1/sessions", body, frozenset({201}))
    for where in (HERE, AWAY):
        laid: Sessions = ground.of["councils"].sessions[where]
        yield from _read(role, where, laid)
        lie: dict[str, Any] = {"relations": lies(role, where)}
        seat: dict[str, Any] = {"relations": lies_seat(role, where)}
        yield Case("api:sign_own_minutes", "POST", f"/api/v1/sessions/{laid.to_sign}/own-signature", None, frozenset({200}), **seat)
        for way, path, sent, good in _steps(laid):
            yield Case(f"api:{way}", "POST", f"/api/v1/{path}", sent, frozenset({good}), **lie)


SESSION = {"kind": "ALLIANCE", "title": "联席会", "starts_at": "2026-11-26T14:00", "place": "活动室", "weekly": "on"}


def page_cases(ground: Ground, role: str) -> Iterator[Case]:
    """Pages, here and away."""
    yield from visits("sessions", "/councils/sessions/", READ)
    yield from visits("session-new", "/councils/sessions/new", READ, SESSION)
    for where in (HERE, AWAY):
        laid: Sessions = ground.of["councils"].sessions[where]
        for state in ("planned", "noticed", "held", "published"):
            path = f"/councils/sessions/{getattr(laid, state)}/"
            lie: dict[str, Any] = {"relations": lies_session(role, where, state=state)}
            yield from visits("session", path, READ, **lie)
            yield from visits("session-invitation", f"{path}invitation.pdf", READ, **lie)
            yield from visits("session-calendar", f"{path}notice.ics", READ, **lie)
        for way, ending in (("session-minutes", "minutes"), ("session-paper", "minutes.pdf"), ("session-file", "minutes.json")):
            lie = {"relations": lies_session(role, where, state="published")}
            yield from visits(way, f"/councils/sessions/{laid.published}/{ending}", READ, **lie)
        lie = {"relations": lies(role, where) - {"public", "neighbour", "subtree"}}
        seat: dict[str, Any] = {"relations": lies_seat(role, where)}
        yield Case("session-sign", "GET", f"/councils/sessions/{laid.to_sign}/signing", None, READ, **seat)
        yield Case("session-sign", "POST", f"/councils/sessions/{laid.to_sign}/signing", {"refusal": ""}, SENT, **seat)
        yield Case("session-sign", "DELETE", f"/councils/sessions/{laid.to_sign}/signing", good=WRONG_METHOD)
        hall = f"/councils/sessions/{laid.held}/hall?item={laid.topic_item}"
        yield Case("session-hall", "GET", hall, None, READ, "session.run", **lie)
        yield Case("session-hall", "POST", hall, LINE, SENT, "session.run", **lie)
        yield Case("session-hall", "DELETE", hall, good=WRONG_METHOD)
        replaced = {"decision": str(laid.decisions[0]), "newer": str(laid.decisions[1])}
        topic = f"/councils/topics/{laid.topic}/supersede"
        yield Case("topic-move", "GET", topic, None, READ, "session.run", **lie)
        yield Case("topic-move", "POST", topic, replaced, SENT, "session.run", **lie)
        for pk, verb, sent in _moves(laid):
            action = "session.publish" if verb == "publish" else "session.run"
            yield Case("session-move", "GET", f"/councils/sessions/{pk}/{verb}", None, READ, action, **lie)
            yield Case("session-move", "POST", f"/councils/sessions/{pk}/{verb}", sent, SENT, action, **lie)
    yield Case("session-move", "DELETE", f"/councils/sessions/{laid.planned}/notice", good=WRONG_METHOD)


def _moves(laid: Sessions) -> Iterator[tuple[int, str, dict[str, Any]]]:
    yield laid.planned, "notice", {}
    yield laid.planned, "cancel", {"reason": "台风"}
    yield laid.noticed, "open", {}
    yield laid.held, "attend", {"party": "物业", "name": "庚", "role": "DELIBERATOR"}
    yield laid.held, "leave", {"participant": laid.participant}
    yield laid.held, "say", {"topic": laid.topic, "party": "居民", "kind": "FACT", "text": "夜里看不清"}
    yield laid.held, "correct", {"opinion": laid.opinion, **CORRECTED}
    yield laid.held, "reword", {"decision": laid.decisions[0], "text": "先修主干道和学校门口"}
    yield laid.held, "point", {"point": "下周谁值班"}
    yield laid.held, "begin", {"item": laid.item}
    yield laid.held, "answer", {"item": laid.item, "answer": "DONE", "text": "说定了"}
    yield laid.held, "decide", decision(laid)
    yield laid.held, "explain", {"decision": laid.loose, "reason": "只是说明情况"}
    yield laid.held, "close", {}
    yield laid.minuted, "note", {"note": "会前看了现场。"}
    yield laid.minuted, "sign", {"party": "物业", "name": "庚", "refusal": ""}
    yield laid.signed, "publish", {}


def decision(laid: Sessions) -> dict[str, Any]:
    """A decision with one order, as its form sends it."""
    order = {"title_1": "修好南区摄像头", "unit_1": str(laid.unit), "member_1": "", "due_1": "2026-12-20"}
    words = {"text": "先修主干道", "outcome": "ADOPTED", "dissent_party": "居民", "dissent_text": "修一半又坏", "no_action_reason": ""}
    return {"topic": str(laid.topic), **words, **order}


CORRECTED = {"party": "维修公司", "kind": "CONCERN", "text": "布线图只有一半"}
LINE = {"line": "居民：夜里看不清", "shown": "居民|物业"}
FORMS = (
    "session-new",
    "session-sign",
    "session-hall",
    "session-move",
    *(f"session-move-{verb}" for verb in ("decide", "cancel", "note", "sign", "point")),
    "topic-move-supersede",
    "session-move-correct",
    "session-move-reword",
)


def session_forms(ground: Ground) -> Iterator[Filled]:
    """The forms about sessions."""
    laid: Sessions = ground.of["councils"].sessions[HERE]
    path = "/councils/sessions"
    yield Filled("session-new", "worker", f"{path}/new", SESSION)
    yield Filled("session-sign", "resident", f"{path}/{laid.to_sign}/signing", {"refuses": "1", "refusal": "第二条不是这样说的"})
    yield Filled("session-hall", "worker", f"{path}/{laid.held}/hall?item={laid.topic_item}", LINE)
    yield Filled("session-move", "worker", f"{path}/{laid.held}/attend", {"party": "物业", "name": "庚", "role": "DELIBERATOR"})
    yield Filled("session-move-decide", "worker", f"{path}/{laid.held}/decide?topic={laid.topic}", decision(laid))
    yield Filled("session-move-cancel", "worker", f"{path}/{laid.planned}/cancel", {"reason": "台风"})
    yield Filled("session-move-note", "worker", f"{path}/{laid.minuted}/note", {"note": "会前看了现场。"})
    yield Filled("session-move-sign", "worker", f"{path}/{laid.minuted}/sign", {"party": "物业", "name": "庚", "refusal": ""})
    yield Filled("session-move-point", "worker", f"{path}/{laid.held}/point", {"point": "下周谁值班"})
    replaced = {"decision": str(laid.decisions[0]), "newer": str(laid.decisions[1])}
    yield Filled("topic-move-supersede", "worker", f"/councils/topics/{laid.topic}/supersede", replaced)
    corrected = {"opinion": str(laid.opinion), **CORRECTED}
    yield Filled("session-move-correct", "worker", f"{path}/{laid.held}/correct?opinion={laid.opinion}", corrected)
    reworded = {"decision": str(laid.decisions[0]), "text": "先修主干道和学校门口"}
    yield Filled("session-move-reword", "worker", f"{path}/{laid.held}/reword?decision={laid.decisions[0]}", reworded)


READ_ONLY = ("sessions", "session", "session-minutes", "session-paper", "session-file", "session-invitation", "session-calendar")
NO_PAGES = ("session-paper", "session-file", "session-invitation", "session-calendar")


def _sessions(town: Any, by: Any, *states: str) -> list[int]:
    rows = Session.objects.filter(community_id=by.community_id) if by.community_id else Session.objects.all()
    rows = rows if by.role in COMMUNITY_ROLES else rows.exclude(state__in=("PLANNED", "CANCELLED"))
    rows = rows.filter(state="PUBLISHED") if not by.signed_in else rows
    return list((rows.filter(state__in=states) if states else rows).order_by("pk").values_list("pk", flat=True)[:5])


def _unsigned(by: Any) -> list[int]:
    """Sessions whose minutes wait for whoever looks."""
    rows = Participant.objects.filter(person_id=by.person_id or 0, session__state="MINUTED", session__community_id=by.community_id)
    return list(rows.order_by("pk").values_list("session_id", flat=True)[:1])


VISITS = {
    "sessions": lambda town, by: ["/councils/sessions/"],
    "session-new": lambda town, by: ["/councils/sessions/new"],
    "session": lambda town, by: [f"/councils/sessions/{pk}/" for pk in _sessions(town, by)],
    "session-minutes": lambda town, by: [f"/councils/sessions/{pk}/minutes" for pk in _sessions(town, by, "PUBLISHED")],
    "session-hall": lambda town, by: [
        f"/councils/sessions/{pk}/hall" for pk in (_sessions(town, by, "HELD")[:1] if by.role in COMMUNITY_ROLES else ())
    ],
    "session-sign": lambda town, by: [f"/councils/sessions/{pk}/signing" for pk in _unsigned(by)],
    "session-move": lambda town, by: [
        f"/councils/sessions/{pk}/{verb}"
        for pk in (_sessions(town, by, "HELD")[:1] if by.role in COMMUNITY_ROLES else ())
        for verb in ("decide", "note", "sign", "attend", "correct", "reword")
    ],
}


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
    yield "begin_item", f"agenda-items/{laid.item}/begin", None, 200
    yield "answer_item", f"agenda-items/{laid.item}/answer", {"answer": "DONE", "text": "说定了"}, 200
    yield "note_minutes", f"sessions/{laid.minuted}/note", {"note": "会前看了现场。"}, 200
    act = {"title": "修好摄像头", "organisation_id": laid.unit, "due_at": "2026-12-20T17:30:00+08:00"}
    decision = {"topic_id": laid.topic, "text": "先修主干道", "outcome": "ADOPTED", "actions": [act]}
    yield "decide_topic", f"sessions/{laid.held}/decisions", decision, 201
    yield "add_decision_order", f"decisions/{laid.decisions[1]}/orders", act, 201
    yield "explain_decision", f"decisions/{laid.loose}/explain", {"no_action_reason": "只是说明情况"}, 200
    yield "correct_opinion", f"opinions/{laid.opinion}/correct", CORRECTED, 200
    yield "correct_decision", f"decisions/{laid.decisions[1]}/correct", {"text": "再修支路和车棚"}, 200
    yield "supersede_decision", f"decisions/{laid.decisions[0]}/supersede", {"by_id": laid.decisions[1]}, 200
    yield "follow_up_dissent", f"dissents/{laid.dissent}/follow-up", {"came_true": False, "said": "没有再坏"}, 200
    yield "schedule_topic", f"topics/{laid.spare}/schedule", {"session_id": laid.planned}, 200
    yield "archive_topic", f"topics/{laid.evaluated}/archive", None, 200
