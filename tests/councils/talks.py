"""The cameras of story 4, as far as a test wants them."""

from datetime import datetime, timedelta
from typing import Any

from tests.cast import Cast
from zengyi.councils import actions
from zengyi.councils.models import Decision, Session, Topic
from zengyi.councils.rules.decisions import Action
from zengyi.councils.rules.surveys import Figure

DAY = timedelta(days=1)
FIGURES = [Figure("摄像头", 390, "个"), Figure("坏的", 312, "个", part=True)]


def raised(cast: Cast, at: datetime, who: str = "resident") -> Topic:
    """Residents are angry."""
    return actions.raise_topic("摄像头坏了八成", "丢了电瓶车，调监控，什么也没有。", spot="南区", by=cast.actor(who), at=at)


def screened(cast: Cast, at: datetime, who: str = "resident") -> Topic:
    """The community has taken it on."""
    staff = "far_worker" if who.startswith("far_") else "worker"
    return actions.screen_topic(raised(cast, at, who).pk, urgency=2, answer="收到了。", by=cast.actor(staff), at=at)


def planned(
    cast: Cast, at: datetime, *topics: Topic, title: str = "监控协商会", kind: str = "DELIBERATION", who: str = "worker"
) -> Session:
    """A session with these topics, in three days."""
    ids = [topic.pk for topic in topics]
    return actions.plan_session(kind, title, "居民活动室", at + 3 * DAY, topic_ids=ids, by=cast.actor(who), at=at)


def opened(cast: Cast, at: datetime, *topics: Topic, **more: Any) -> Session:
    """The same, begun."""
    return actions.open_session(planned(cast, at, *topics, **more).pk, by=cast.actor("worker"), at=at)


def repair(cast: Cast, at: datetime, **more: Any) -> Action:
    """The unit repairs, within twenty days."""
    given: dict[str, Any] = {"title": "修好南区摄像头", "text": "先主干道。", "due_at": at + 20 * DAY, "organisation_id": cast.unit.pk}
    return Action(**given | more)


def decided(cast: Cast, at: datetime, session: Session, topic: Topic, *given: Action, **more: Any) -> Decision:
    """The session settles it."""
    return actions.decide(session.pk, topic.pk, "先修主干道和要紧的地方", actions=given, by=cast.actor("worker"), at=at, **more)


def closed(cast: Cast, at: datetime, session: Session) -> Session:
    """People go home."""
    return actions.close_session(session.pk, by=cast.actor("worker"), at=at)


def published(cast: Cast, at: datetime, session: Session) -> Session:
    """Signed for the community, and published."""
    actions.sign_session(session.pk, by=cast.actor("worker"), at=at)
    return actions.publish_session(session.pk, by=cast.actor("secretary"), at=at)
