"""What is late is told again every week, to more people each time, until it moves: nothing ends in silence."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from tests.cast import AT, Cast
from tests.trail import refused
from tests.works import sites
from zengyi.core import sealing
from zengyi.core.errors import WrongState
from zengyi.core.models import Event
from zengyi.messages.actions import tell_due
from zengyi.messages.models import Message
from zengyi.people.rules import SYSTEM
from zengyi.works import actions
from zengyi.works.actions.due import remind_of_demand, run_due
from zengyi.works.models import Demand, Milestone

DAY = timedelta(days=1)
#: A day after the meeting at which an answer was due.
LATE = AT + 3 * DAY


def still(cast: Cast) -> sites.Site:
    """A site on which no milestone is late."""
    site = sites.site(cast)
    Milestone.objects.update(ends=AT.date() + timedelta(days=300))
    return site


def reminders(kind: str = "demand") -> list[dict[str, Any]]:
    return list(Event.objects.filter(verb="remind", object_type=kind).order_by("pk").values_list("after", flat=True))


def heard(cast: Cast, at: datetime) -> dict[str, list[str]]:
    """Who has been told what since the last time."""
    sealing.seal(at)
    tell_due(at)
    names = {user.pk: login for login, user in cast.users.items()}
    found: dict[str, list[str]] = {}
    for user, template in Message.objects.order_by("template").values_list("user_id", "template"):
        found.setdefault(names[user], []).append(template)
    Message.objects.all().delete()
    return found


def test_an_answer_that_does_not_come_is_told_every_week_to_more_people(cast: Cast, at: datetime) -> None:
    demand = sites.raised(cast, still(cast))
    assert run_due(LATE - DAY) == 0  # the day itself is not over
    heard(cast, at)
    assert run_due(LATE) == 1
    assert run_due(LATE) == run_due(LATE + 6 * DAY) == 0  # once a week
    assert heard(cast, LATE) == {"unit": ["demand.remind.holder"]}
    told: Counter[tuple[str, str]] = Counter()
    for week in (1, 2, 3, 8):
        assert run_due(LATE + 7 * week * DAY) == 1
        told.update((who, one) for who, found in heard(cast, LATE + 7 * week * DAY).items() for one in found)
    assert [(one["late"], one["weeks"]) for one in reminders()] == [(1, 1), (8, 2), (15, 3), (22, 4), (57, 9)]
    assert told["unit", "demand.remind.holder"] == told["worker", "demand.remind.desk"] == told["supervisor", "demand.remind.desk"] == 4
    assert told["secretary", "demand.remind.head"] == 3  # from the third week on
    assert Demand.objects.get(pk=demand.pk).due_on == sites.MEETING  # nothing was moved


def test_a_new_day_starts_the_reminders_anew_and_an_end_ends_them(cast: Cast, at: datetime) -> None:
    demand = sites.raised(cast, still(cast))
    run_due(LATE)
    promised = (LATE + 2 * DAY).date()
    actions.answer_demand(demand.pk, "ACCEPT", promised=promised, by=cast.actor("unit"), at=LATE)
    assert run_due(LATE + 2 * DAY) == 0
    assert run_due(LATE + 3 * DAY) == 1  # the promised day is over, and the week of the first reminder is not
    actions.do_demand(demand.pk, "放平了", by=cast.actor("unit"), at=LATE + 3 * DAY)
    heard(cast, LATE + 3 * DAY)
    assert run_due(LATE + 20 * DAY) == 1  # nobody looks at it: those who watch are told
    assert "demand.remind.holder" in heard(cast, LATE + 20 * DAY)["supervisor"]
    actions.pass_demand(demand.pk, by=cast.actor("supervisor"), at=LATE + 20 * DAY)
    assert run_due(LATE + 90 * DAY) == 0
    with refused(WrongState):
        remind_of_demand(demand.pk, by=SYSTEM, at=LATE + 90 * DAY)


def test_a_late_milestone_is_told_to_its_builder_and_then_to_the_desk(cast: Cast, at: datetime) -> None:
    site = sites.site(cast)  # its first milestone was to be done on 20 November
    assert run_due(at) == 1
    assert "milestone.remind.holder" in heard(cast, at)["unit"]
    for week, told in ((1, {"unit", "worker"}), (2, {"unit", "worker", "secretary"})):
        assert run_due(at + 7 * week * DAY) == 1
        assert set(heard(cast, at + 7 * week * DAY)) >= told
    node = site.milestones[0]
    actions.move_milestone(node.pk, node.begins, (at + 16 * DAY).date(), "下雨", by=cast.actor("worker"), at=at + 14 * DAY)
    assert run_due(at + 16 * DAY) == 0
    assert run_due(at + 17 * DAY) == 1
    actions.report_milestone(node.pk, AT.date(), (at + 17 * DAY).date(), by=cast.actor("unit"), at=at + 17 * DAY)
    assert run_due(at + 30 * DAY) == 0


def test_who_wanted_it_is_told_how_it_goes_on(cast: Cast, at: datetime) -> None:
    site = sites.site(cast)
    demand = sites.done(cast, site, phone="13900001206")
    actions.return_demand(demand.pk, "又高 1 厘米", by=cast.actor("supervisor"), at=at)
    explained = sites.explained(cast, site, title="停车", phone="13900001206")
    actions.settle_demand(explained.pk, by=cast.actor("supervisor"), at=at)
    told = {one.split(".")[1] for one in heard(cast, at)["resident"]}
    assert told == {"raise", "answer", "do", "return", "settle"}
