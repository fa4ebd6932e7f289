"""Posts and turns of duty made short."""

from datetime import date, datetime
from typing import Any

from tests.bank.deeds import DAY
from tests.cast import AT, Cast
from zengyi.bank.actions import duties as actions
from zengyi.bank.models import DutyClaim, Turn, Vacancy

DID = "河边走了一圈，劝走两个钓鱼的"


def published(cast: Cast, duty: str = "MONITORING", *, who: str = "worker", at: datetime = AT, **more: Any) -> Vacancy:
    """A post for two, or whatever else somebody asks for."""
    given = {"title": "看工地一小时", "timing": "每周三下午", "places": 2, **more}
    return actions.publish_vacancy(duty, **given, by=cast.actor(who), at=at)


def claimed(cast: Cast, who: str = "member", *, at: datetime = AT, **more: Any) -> DutyClaim:
    """A post that a member is on."""
    return actions.claim_duty(published(cast, at=at, **more).pk, by=cast.actor(who), at=at)


def turned(cast: Cast, who: str = "member", *, day: date = DAY, at: datetime = AT, by: str = "", **more: Any) -> Turn:
    """A turn of duty that was done."""
    return actions.enter_turn(claimed(cast, who, at=at, **more).pk, day, text=DID, by=cast.actor(by or who), at=at)
