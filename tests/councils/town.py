"""What a browser looks at: topics and sessions in every state, with short and long words."""

from datetime import timedelta
from typing import Any

from tests.councils.talks import DAY, FIGURES, closed, opened, published, repair
from tests.trust.ground import jpeg
from zengyi.councils import actions
from zengyi.councils.rules.decisions import Dissent, Hands

LONG_WORD, LONG_TEXT = "W" * 60, "https://example.invalid/" + "x" * 300


def lay_councils(town: Any) -> None:
    """One topic that nobody has looked at, one that is open to words, one that is decided; a session ahead, one now, one published."""
    cast, at = town.cast, town.now
    worker: dict[str, Any] = {"by": cast.actor("worker"), "at": at}
    actions.raise_topic(LONG_WORD, LONG_TEXT, by=cast.actor("resident"), at=at)
    waiting = actions.raise_topic("晚上停车没地方", "门口堵着。", spot=LONG_WORD, by=cast.actor("member"), at=at)
    actions.screen_topic(waiting.pk, urgency=3, answer=LONG_TEXT, **worker)
    for party in ("物业", "W" * 20):
        actions.invite_party(waiting.pk, party, **worker)
    option = actions.add_option(waiting.pk, LONG_WORD, text=LONG_TEXT, cost=3200000, fund="W" * 40, **worker)
    for n in range(4):
        actions.opine(waiting.pk, "居民", "PROPOSAL", LONG_TEXT, support="FOR", option_id=option.pk if n else None, **worker)
    cameras = actions.raise_topic("摄像头坏了八成", "调不出来。", by=cast.actor("resident"), at=at)
    actions.screen_topic(cameras.pk, urgency=2, **worker)
    actions.survey_topic(cameras.pk, FIGURES, text=LONG_TEXT, who=LONG_WORD, photos=[jpeg(), jpeg()], private=True, **worker)
    done = opened(cast, at, cameras, title=LONG_WORD)
    for n in range(3):
        actions.attend(done.pk, "居民", name=f"居民{n}", **worker)
    actions.opine(cameras.pk, "居民", "CONCERN", LONG_TEXT, session_id=done.pk, **worker)
    work = [repair(cast, at, title=LONG_WORD, daily=True), repair(cast, at, soon=True)]
    hands, dissents = Hands(2, 1, 0), [Dissent("居民", LONG_TEXT[:300])]
    actions.decide(done.pk, cameras.pk, LONG_TEXT[:300], actions=work, hands=hands, dissents=dissents, **worker)
    actions.add_point(done.pk, LONG_TEXT[:120], **worker)
    closed(cast, at, done)
    actions.sign_session(done.pk, party="W" * 20, name=LONG_WORD[:40], refusal=LONG_TEXT[:200], **worker)
    published(cast, at, done)
    unsigned = opened(cast, at, title=LONG_WORD)
    for login in ("resident", "member", "property"):
        actions.attend(unsigned.pk, "居民", person_id=cast.actor(login).person_id, **worker)
    closed(cast, at, unsigned)
    held = opened(cast, at, title=LONG_WORD)
    actions.attend(held.pk, "物业", name=LONG_WORD[:40], **worker)
    actions.schedule_topic(waiting.pk, held.pk, **worker)
    ahead = actions.plan_session("SUPERVISION", "三方会议", LONG_WORD, at + 7 * DAY, weekly=True, **worker)
    actions.notice_session(ahead.pk, by=cast.actor("worker"), at=at + timedelta(minutes=1))
