"""What a decision asks of somebody every day: for the packages above, which plan the days and show what came of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from zengyi.core import personal
from zengyi.councils.models import DecisionOrder
from zengyi.councils.rules.decisions import Outcome


@dataclass(frozen=True, slots=True)
class DailyDuty:
    """An action to be done every day from then on, its order, which says by whom, and the decision it belongs to."""

    decision_id: int
    order_id: int
    topic_id: int
    decision: str
    title: str
    decided_at: datetime


def daily_duties(community_id: int) -> list[DailyDuty]:
    """What was decided in the community to be done every day, the newest first. One statement."""
    return _duties(decision__topic__community_id=community_id)


def daily_duties_of(decision_ids: Collection[int]) -> list[DailyDuty]:
    """The daily duties of these decisions, the newest first. One statement, none without a decision."""
    return _duties(decision_id__in=list(decision_ids)) if decision_ids else []


def _duties(**which: object) -> list[DailyDuty]:
    rows = DecisionOrder.objects.filter(**which, daily=True, decision__outcome=Outcome.ADOPTED).order_by("-decision_id", "position")
    columns = ("decision_id", "order_id", "decision__topic_id", "decision__text", "order__title", "decision__decided_at")
    return [
        DailyDuty(decision, order, topic, personal.masked(text), personal.masked(title), at)
        for decision, order, topic, text, title, at in rows.values_list(*columns)
    ]
