"""A community's own tiers made short."""

from datetime import datetime

from tests.cast import AT, Cast
from zengyi.bank.actions import tiers as actions
from zengyi.bank.models import TierVersion
from zengyi.bank.rules.tiers import POINTED
from zengyi.people.rules import Actor

HIGHER = (95, 75, 60)


def proposed(by: Actor, points: tuple[int, int, int] = HIGHER, from_year: int = 2027, at: datetime = AT) -> TierVersion:
    """Tiers that wait for a second person."""
    return actions.propose_tiers(dict(zip(POINTED, points, strict=True)), from_year, "大家商量过", by=by, at=at)


def adopted(cast: Cast, points: tuple[int, int, int] = HIGHER, from_year: int = 2027, at: datetime = AT) -> TierVersion:
    """Tiers that two people adopted."""
    made = proposed(cast.actor("worker"), points, from_year, at)
    return actions.decide_tiers(made.pk, True, by=cast.actor("secretary"), at=at)
