"""The agenda: what the last session of the series promised comes first, by reference; then what is new."""

from collections.abc import Callable
from datetime import datetime

from django.db.models import Max
from django.utils.translation import gettext as _

from zengyi.core import audit
from zengyi.core.errors import Invalid, WrongState
from zengyi.core.steps import action, in_action
from zengyi.councils.actions.finding import session_of
from zengyi.councils.models import AgendaItem, Decision, DecisionOrder, Session, Topic
from zengyi.councils.rules import sessions as rules
from zengyi.councils.rules.sessions import ItemAnswer, SessionState
from zengyi.councils.rules.topics import TopicState
from zengyi.orders import queries as orders
from zengyi.people.rules import Actor

#: Answers after which something is carried no further.
_SETTLED = (ItemAnswer.PASS_ON, ItemAnswer.DROP, ItemAnswer.ANSWERED)
_OPEN = (*rules.AHEAD_STATES, SessionState.HELD)
#: Functions of packages above that put points on an agenda. They are called when a meeting is put down and when it begins, within that
#: step.
BRINGERS: list[Callable[[Session], None]] = []
_HELD = (SessionState.HELD, SessionState.MINUTED, SessionState.SIGNED, SessionState.PUBLISHED)


@in_action
def carry(session: Session) -> list[int]:
    """Put what the last held session of the series left on this one's agenda: what it promised, what it carried and is not done, what it
    did not decide. What stands there already stays. Returns the ids of the topics that came along."""
    last = Session.objects.filter(series=session.series_id, ordinal__lt=session.ordinal, state__in=_HELD).order_by("-ordinal").first()
    if last is None:
        return []
    there = list(AgendaItem.objects.filter(session=session))
    known_orders, known_topics = {item.order_id for item in there}, {item.topic_id for item in there}
    points = {item.carried_from_id for item in there}
    made = _promised(last, session) + _left(last, session)
    fresh = [
        item
        for item in made
        if (item.order_id is None or item.order_id not in known_orders)
        and (item.topic_id is None or item.topic_id not in known_topics)
        and not (item.point and item.carried_from_id in points)
    ]
    if fresh:
        # ``position`` goes on behind what stands there already. The agenda is read by kind of item first, and then by position.
        start = _last_position(session)
        for number, item in enumerate(fresh, start + 1):
            item.position = number
        AgendaItem.objects.bulk_create(fresh)
    return [item.topic_id for item in fresh if item.topic_id is not None]


def _promised(last: Session, session: Session) -> list[AgendaItem]:
    """The orders of the last session's decisions, each once, done or not."""
    made = (
        DecisionOrder.objects.filter(decision__session=last).order_by("decision__position", "position").values_list("order_id", flat=True)
    )
    return [AgendaItem(session=session, order_id=order_id, times=1) for order_id in made]


def _left(last: Session, session: Session) -> list[AgendaItem]:
    """What the last session went through and did not bring to an end."""
    items = list(AgendaItem.objects.filter(session=last).exclude(answer__in=_SETTLED).order_by("pk"))
    open_orders = {order.id for order in orders.linked([i.order_id for i in items if i.order_id]) if order.is_open}
    decided = set(Decision.objects.filter(session=last).values_list("topic_id", flat=True))
    talked = {i.topic_id for i in items if i.topic_id} - decided
    still = Topic.objects.filter(pk__in=talked, state__in=(TopicState.SCHEDULED, TopicState.DELIBERATED)).values_list("pk", flat=True)
    left = {None, *still}
    return [
        AgendaItem(session=session, order_id=i.order_id, topic_id=i.topic_id, point=i.point, carried_from=i, times=i.times + 1)
        for i in items
        if (i.order_id in open_orders if i.order_id else bool(i.point) or i.topic_id in left)
    ]


def _last_position(session: Session) -> int:
    return AgendaItem.objects.filter(session=session).aggregate(n=Max("position"))["n"] or 0


@in_action
def put_topic(session: Session, topic_id: int) -> AgendaItem:
    """Put a topic on the agenda, unless it stands there."""
    found = AgendaItem.objects.filter(session=session, topic_id=topic_id).first()
    if found is None:
        found = AgendaItem.objects.create(session=session, topic_id=topic_id, position=_last_position(session) + 1)
    return found


@in_action
def put_point(session: Session, point: str) -> AgendaItem:
    """Put a point in words on the agenda, as part of another step: what a package above brings to a meeting, such as a demand."""
    text = point.strip()
    if not 0 < len(text) <= rules.POINT_MOST:
        raise Invalid.on("point", _("请写议什么，最多 %(most)d 字。") % {"most": rules.POINT_MOST})
    return AgendaItem.objects.create(session=session, point=text, position=_last_position(session) + 1)


@in_action
def bring(session: Session) -> None:
    """Let the packages above put on the agenda what belongs there."""
    for bringer in BRINGERS:
        bringer(session)


@in_action
def answer_point(series_id: int, point: str, text: str, *, at: datetime) -> None:
    """Say in words what became of that point, on the agenda of the series' sessions that are not over; what was answered stays."""
    items = AgendaItem.objects.filter(session__series_id=series_id, point=point, answer="", session__state__in=_OPEN)
    items.update(answer=ItemAnswer.ANSWERED, text=text[: rules.REASON_MOST], answered_at=at)


@action
def add_point(session_id: int, point: str, *, by: Actor, at: datetime) -> AgendaItem:
    """Put a point in words on a session's agenda."""
    session = session_of(session_id, by=by)
    rules.check_schedule(by, session.facts() if session else None)
    assert session is not None
    item = put_point(session, point)
    audit.record("add", "agenda", item.pk, by=by, at=at, community_id=session.community_id, after={"session": session.pk})
    return item


@action
def begin_item(item_id: int, *, by: Actor, at: datetime) -> AgendaItem:
    """The session turns to an item: its time runs from now on, and that of the one before is over."""
    item = AgendaItem.objects.select_related("session").filter(pk=item_id, session__community_id=by.community_id).first()
    rules.check_begin(by, item.session.facts() if item else None)
    assert item is not None
    if not AgendaItem.objects.filter(pk=item.pk, begun_at=None).update(begun_at=at):
        raise WrongState(_("这一项已经开始议了。"))
    item.refresh_from_db(fields=["begun_at"])
    audit.record("begin", "agenda", item.pk, by=by, at=at, community_id=item.session.community_id, after={"session": item.session_id})
    return item


@in_action
def turn_to(session_id: int, topic_id: int, *, at: datetime) -> None:
    """Begin the item of a topic when somebody speaks or decides about it in a session that is held, unless it has begun."""
    items = AgendaItem.objects.filter(session=session_id, topic=topic_id, begun_at=None, session__state=SessionState.HELD)
    items.update(begun_at=at)


@action
def answer_item(item_id: int, answer: str, *, text: str = "", by: Actor, at: datetime) -> AgendaItem:
    """Say what becomes of an item: it is done, passed on, or dropped; a point is answered. An item that is carried for the third time must
    get an answer."""
    item = AgendaItem.objects.select_related("session").filter(pk=item_id, session__community_id=by.community_id).first()
    rules.check_minute(by, item.session.facts() if item else None)
    assert item is not None
    if answer not in ItemAnswer.values:
        raise Invalid.on("answer", _("请从里面选一个。"))
    if len(text.strip()) > rules.REASON_MOST:
        raise Invalid.on("text", _("最多 %(most)d 字，请写短一点。") % {"most": rules.REASON_MOST})
    begun_at = item.begun_at or (at if item.session.state == SessionState.HELD else None)
    AgendaItem.objects.filter(pk=item.pk).update(answer=answer, text=text.strip(), answered_at=at, begun_at=begun_at)
    item.refresh_from_db()
    after = {"session": item.session_id, "answer": answer}
    audit.record("answer", "agenda", item.pk, by=by, at=at, community_id=item.session.community_id, after=after)
    return item


def unanswered(session: Session) -> int:
    """How many items have been carried so often that they need a word, and have none."""
    asked = list(AgendaItem.objects.filter(session=session, times__gte=rules.CARRIES_ASKED, answer=""))
    open_orders = {order.id for order in orders.linked([i.order_id for i in asked if i.order_id]) if order.is_open}
    decided = set(Decision.objects.filter(session=session).values_list("topic_id", flat=True))
    return sum(1 for i in asked if (i.order_id in open_orders if i.order_id else i.topic_id is None or i.topic_id not in decided))
