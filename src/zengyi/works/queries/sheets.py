"""The week's sheet for the three-party meeting: what is new, answered, overdue, returned; whose move it is; what ended.

It is read from the steps that demands took, so that a past week's sheet stays as it was.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F

from zengyi.core import clock
from zengyi.people.rules import Actor
from zengyi.works.models import DemandStep
from zengyi.works.queries.demands import DemandRow
from zengyi.works.queries.projects import ProjectCard, words
from zengyi.works.rules.demands import CLOSED, OWED, WEEK, Ball, DemandVerb, Side, carried, last_meeting, next_meeting

_COLUMNS = (
    "demand_id",
    "verb",
    "side",
    "state",
    "ball",
    "ball_since",
    "due_on",
    "text",
    "on_day",
    "demand__number",
    "demand__title",
    "demand__spot",
    "demand__raised_at",
    "demand__households",
    "place",
    "lot",
)


@dataclass(frozen=True, slots=True)
class Ended:
    """A demand that ended in the week: which side did it, and who said that it is right."""

    id: int
    name: str
    title: str
    doer: str
    checker: str
    said: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A week up to the day of its meeting."""

    begins: date
    ends: date
    new: int
    answered: int
    late: int
    returned: int
    rows: list[DemandRow]
    ended: list[Ended]

    @property
    def balls(self) -> list[tuple[str, int]]:
        """How many each side holds, whoever holds most first."""
        held = Counter(row.ball for row in self.rows)
        return [(str(Ball(ball).label), n) for ball, n in held.most_common()]

    @property
    def before(self) -> date:
        """The meeting a week earlier."""
        return self.ends - WEEK


def meeting_day(card: ProjectCard, wanted: date | None, at: datetime) -> date:
    """The day of the meeting whose sheet is shown: the next meeting, or the one in the week of ``wanted``."""
    today = clock.local_date(at)
    coming = next_meeting(today - timedelta(days=1), card.meets_on)
    return coming if wanted is None or wanted >= coming else last_meeting(wanted, card.meets_on)


def sheet(card: ProjectCard, day: date, *, by: Actor, today: date | None = None) -> Sheet:
    """The sheet of the meeting on ``day``, as things stood on that day, or stand ``today`` while it lies ahead. One statement."""
    seen = day if today is None else min(day, today)
    rows = DemandStep.objects.filter(project_id=card.id, on_day__lte=day).order_by("pk")
    named = rows.annotate(place=F("demand__place__name"), lot=F("demand__lot__name"))
    begins = day - WEEK + timedelta(days=1)
    last: dict[int, dict[str, Any]] = {}
    doers: dict[int, str] = {}
    counted: Counter[str] = Counter()
    for step in named.values(*_COLUMNS):
        counted[step["verb"]] += step["on_day"] >= begins
        if step["verb"] == DemandVerb.DO:
            doers[step["demand_id"]] = step["side"]
        if step["verb"] != DemandVerb.TELL:
            last[step["demand_id"]] = step
    standing = sorted((one for one in last.values() if one["state"] not in CLOSED), key=lambda one: (one["due_on"], one["demand_id"]))
    found = [_row(one, seen, by) for one in standing]
    over = [one for one in last.values() if one["state"] in CLOSED and one["on_day"] >= begins]
    return Sheet(
        begins=begins,
        ends=day,
        new=counted[DemandVerb.RAISE],
        answered=counted[DemandVerb.ANSWER],
        late=sum(one.left < 0 for one in found),
        returned=counted[DemandVerb.RETURN],
        rows=found,
        ended=[_ended(one, doers.get(one["demand_id"], ""), by) for one in over],
    )


def _row(one: dict[str, Any], day: date, by: Actor) -> DemandRow:
    place = one["place"] or one["lot"] or ""
    return DemandRow(
        id=one["demand_id"],
        number=one["demand__number"],
        title=words(one["demand__title"], by),
        where=" ".join(part for part in (place, words(one["demand__spot"], by)) if part),
        state=one["state"],
        ball=one["ball"],
        held=(day - clock.local_date(one["ball_since"])).days,
        left=(one["due_on"] - day).days,
        due_on=one["due_on"],
        promised_on=None,
        said=words(one["text"], by),
        returns=0,
        carries=carried(one["due_on"], day) if one["state"] in OWED else 0,
        raised_on=clock.local_date(one["demand__raised_at"]),
        households=one["demand__households"],
    )


def _ended(one: dict[str, Any], doer: str, by: Actor) -> Ended:
    done = str(Side(doer).label) if doer else ""
    return Ended(
        one["demand_id"],
        f"S-{one['demand__number']}",
        words(one["demand__title"], by),
        done,
        str(Side(one["side"]).label),
        words(one["text"], by),
    )
