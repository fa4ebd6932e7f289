"""Demands: answered by who was asked, done, checked by somebody else, returned with the old day kept, carried over, told."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.cast import AT, Cast
from tests.trail import refused, told
from tests.trust.ground import jpeg
from tests.works import sites
from zengyi.core.errors import Invalid, NotAllowed, NotThere, WrongState
from zengyi.people.models import Person
from zengyi.people.queries.waiting import waiting
from zengyi.people.web.waiting import sources
from zengyi.works import actions, queries
from zengyi.works.models import Demand, DemandStep, Lot, Project

DAY = timedelta(days=1)


def waits(cast: Cast, who: str, at: datetime) -> list[str]:
    found = waiting(sources(), by=cast.actor(who), at=at, most=9)
    return [item.kind for item in found.items if item.kind.startswith("demand")]


def test_a_demand_goes_to_the_contractor_until_the_next_meeting(cast: Cast, at: datetime) -> None:
    site = sites.site(cast)
    with told("raise", "demand") as found:
        demand = sites.raised(cast, site, spot="西口", households=23, place_id=cast.buildings[0].pk, phone="13900001206")
    assert found.event.after == {"project": site.project.pk, "number": 1, "addressee": "CONTRACTOR", "way": "STAIR", "due": "2026-11-25"}
    assert (demand.contractor_id, demand.ball, demand.due_on, demand.raiser_id) == (
        cast.unit.pk,
        "CONTRACTOR",
        sites.MEETING,
        cast.users["resident"].person_id,
    )
    assert sites.raised(cast, site).number == 2
    assert Project.objects.get().open_demands == 2
    assert waits(cast, "unit", at) == ["demand-answer"] * 2
    assert waits(cast, "unit2", at) == waits(cast, "worker", at) == []


def test_who_may_put_one_down_and_what_it_says(cast: Cast, at: datetime) -> None:
    site = sites.site(cast)
    for who, refusal in (("resident", NotAllowed), ("unit", NotAllowed), ("property", NotAllowed), ("far_worker", NotThere)):
        with refused(refusal):
            sites.raised(cast, site, who=who)
    for field, more in (
        ("title", {"title": "井"}),
        ("way", {"way": "LETTER"}),
        ("addressee", {"addressee": "SUPERVISORS"}),
        ("households", {"households": -1}),
        ("spot", {"spot": "长" * 61}),
        ("lot_id", {"lot_id": 10**9}),
        ("place_id", {"place_id": cast.far_building.pk}),
        ("photos", {"photos": [jpeg()] * 7}),
    ):
        with refused(Invalid, fields={field}):
            sites.raised(cast, site, **more)


def test_where_several_build_somebody_must_be_asked(cast: Cast, at: datetime) -> None:
    site = sites.site(cast)
    Lot.objects.create(project=site.project, name="二标段", contractor=cast.second_unit, added_by=cast.users["worker"], added_at=at)
    with refused(Invalid, fields={"lot_id"}):
        sites.raised(cast, site)
    assert sites.raised(cast, site, lot_id=site.lot.pk).contractor_id == cast.unit.pk
    assert sites.raised(cast, site, addressee="COMMUNITY").contractor_id is None


@pytest.mark.parametrize(("answer", "state"), [("EXPLAIN", "EXPLAINED"), ("REFUSE", "REFUSED")])
def test_an_answer_without_a_day_needs_its_reason(cast: Cast, at: datetime, answer: str, state: str) -> None:
    demand = sites.raised(cast, sites.site(cast))
    by = cast.actor("unit")
    with refused(Invalid, fields={"text"}):
        actions.answer_demand(demand.pk, answer, by=by, at=at)
    with refused(NotAllowed):
        actions.answer_demand(demand.pk, answer, text="不归我们", by=cast.actor("unit2"), at=at)
    with refused(NotAllowed):
        actions.answer_demand(demand.pk, answer, text="不归我们", by=cast.actor("supervisor"), at=at)
    found = actions.answer_demand(demand.pk, answer, text="管线在下面，挪不动", by=by, at=at)
    assert (found.state, found.ball, found.due_on) == (state, "SUPERVISORS", sites.MEETING)
    assert waits(cast, "supervisor", at) == ["demand-check"]


def test_a_promise_names_a_day_and_a_new_one_needs_words(cast: Cast, at: datetime) -> None:
    demand = sites.raised(cast, sites.site(cast))
    by, friday = cast.actor("unit"), date(2026, 11, 27)
    for wrong in (None, at.date() - DAY, at.date() + timedelta(days=367)):
        with refused(Invalid, fields={"promised"}):
            actions.answer_demand(demand.pk, "ACCEPT", promised=wrong, by=by, at=at)
    found = actions.answer_demand(demand.pk, "ACCEPT", promised=friday, by=by, at=at)
    assert (found.state, found.ball, found.due_on, found.ball_since) == ("ACCEPTED", "CONTRACTOR", friday, at)
    with refused(Invalid, fields={"text"}):
        actions.answer_demand(demand.pk, "ACCEPT", promised=friday + DAY, by=by, at=at)
    with refused(WrongState, "已经答应了"):
        actions.answer_demand(demand.pk, "REFUSE", text="又不想做了", by=by, at=at)
    actions.answer_demand(demand.pk, "ACCEPT", promised=friday + DAY, text="下雨", by=by, at=at)
    assert list(DemandStep.objects.filter(verb="answer").values_list("due_on", flat=True)) == [friday, friday + DAY]


def test_a_return_asks_for_a_new_day_and_keeps_the_old_one(cast: Cast, at: datetime) -> None:
    demand = sites.done(cast, sites.site(cast))
    later = at + timedelta(days=3)  # Thursday
    found = actions.return_demand(demand.pk, "又高 1 厘米", by=cast.actor("supervisor"), at=later)
    assert (found.state, found.ball, found.due_on, found.promised_on, found.returns) == (
        "RETURNED",
        "CONTRACTOR",
        date(2026, 12, 2),
        None,
        1,
    )
    with refused(WrongState):
        actions.do_demand(demand.pk, "又压了一遍", by=cast.actor("unit"), at=later)  # no day is named yet
    with refused(Invalid, fields={"text"}):
        actions.answer_demand(demand.pk, "ACCEPT", promised=date(2026, 11, 30), by=cast.actor("unit"), at=later)
    actions.answer_demand(demand.pk, "ACCEPT", text="周一重做", promised=date(2026, 11, 30), by=cast.actor("unit"), at=later)
    actions.do_demand(demand.pk, "拆了重做", by=cast.actor("unit"), at=later)
    actions.pass_demand(demand.pk, by=cast.actor("supervisor"), at=later)
    steps = DemandStep.objects.filter(demand=demand, state="ACCEPTED").order_by("pk").values_list("due_on", flat=True)
    assert list(steps) == [date(2026, 11, 28), date(2026, 11, 30)]
    assert Demand.objects.get().returns == 1


def test_the_fixer_never_looks_at_it_themselves(cast: Cast, at: datetime) -> None:
    site = sites.site(cast)
    demand = sites.done(cast, site)
    with refused(NotAllowed):
        actions.pass_demand(demand.pk, by=cast.actor("unit"), at=at)
    with refused(NotAllowed):
        actions.pass_demand(demand.pk, by=cast.actor("worker"), at=at)  # neither supervisor nor raiser
    # A member of the contractor's unit wants something of the site: somebody else looks at it.
    Person.objects.filter(pk=cast.members["colleague"].person_id).update(phone_index=None)
    mine = sites.done(cast, site)
    Demand.objects.filter(pk=mine.pk).update(raiser=cast.members["colleague"].person_id)
    with refused(NotAllowed, "施工方的人"):
        actions.pass_demand(mine.pk, by=cast.actor("colleague"), at=at)
    # The supervisor who made the doer's login is no second person to it.
    from zengyi.people.models import Tie

    Tie.objects.create(login=cast.users["unit"], maker=cast.users["supervisor"], kind="OPENED", at=at - DAY)
    with refused(NotAllowed):
        actions.return_demand(demand.pk, "还不行", by=cast.actor("supervisor"), at=at)


def test_who_wanted_it_may_look_and_need_not_be_told(cast: Cast, at: datetime) -> None:
    site = sites.site(cast)
    demand = sites.done(cast, site, phone="13900001206")
    assert waits(cast, "resident", at) == ["demand-check"]
    with refused(NotAllowed):
        actions.pass_demand(demand.pk, by=cast.actor("resident2"), at=at)
    found = actions.pass_demand(demand.pk, text="走得稳了", by=cast.actor("resident"), at=at)
    assert (found.state, found.told_at, found.ball) == ("PASSED", at, "")
    assert Project.objects.get().open_demands == 0
    other = sites.passed(cast, site, phone="13900000301")
    assert waits(cast, "supervisor", at) == ["demand-tell"]
    with told("tell", "demand"):
        actions.tell_raiser(other.pk, "打了电话，他说好", by=cast.actor("supervisor"), at=at)
    with refused(WrongState, "已经告诉过"):
        actions.tell_raiser(other.pk, "再打一次", by=cast.actor("supervisor"), at=at)
    assert waits(cast, "supervisor", at) == []


def test_what_was_refused_is_asked_again_of_the_other_side(cast: Cast, at: datetime) -> None:
    demand = sites.explained(cast, sites.site(cast))
    with refused(Invalid, fields={"addressee"}):
        actions.insist_on_demand(demand.pk, "还是不行", "SUPERVISORS", by=cast.actor("supervisor"), at=at)
    found = actions.insist_on_demand(demand.pk, "那就请社区定", "COMMUNITY", by=cast.actor("supervisor"), at=at)
    assert (found.state, found.ball, found.addressee) == ("RAISED", "COMMUNITY", "COMMUNITY")
    assert waits(cast, "worker", at) == ["demand-answer"]
    with refused(NotAllowed):
        actions.answer_demand(demand.pk, "EXPLAIN", text="我们来说", by=cast.actor("unit"), at=at)
    actions.answer_demand(demand.pk, "EXPLAIN", text="改不了，补两盏灯", by=cast.actor("worker"), at=at)
    actions.settle_demand(demand.pk, by=cast.actor("supervisor"), at=at)
    assert Demand.objects.get().state == "SETTLED"


def test_what_is_not_answered_carries_itself_over_and_at_last_asks_for_a_decision(cast: Cast, at: datetime) -> None:
    demand = sites.raised(cast, sites.site(cast))
    by = cast.actor("supervisor")
    told_later = {}
    for days in (2, 3, 9, 10, 16, 17):
        row = queries.demand(demand.pk, by=by, at=at + days * DAY).row
        told_later[days] = (row.carries, row.days_late, row.asks_for_decision)
    assert told_later == {2: (0, 0, False), 3: (1, 1, False), 9: (1, 7, False), 10: (2, 8, False), 16: (2, 14, False), 17: (3, 15, True)}
    assert Demand.objects.get().due_on == sites.MEETING  # nothing was moved


def test_names_and_phones_stay_with_those_who_collect(cast: Cast, at: datetime) -> None:
    demand = sites.raised(cast, sites.site(cast), text="打 13900001206 找我", name="王阿姨", phone="13911112222")
    for who, told_to in (("supervisor", True), ("worker", True), ("unit", False), ("resident", False), ("property", False)):
        card = queries.demand(demand.pk, by=cast.actor(who), at=at)
        assert (card.raiser == "王阿姨") is told_to
        assert ("13900001206" in card.text) is told_to
    with pytest.raises(NotThere):
        queries.demand(demand.pk, by=cast.actor("far_worker"), at=at)


def test_the_database_keeps_a_demand_whole(cast: Cast) -> None:
    demand = sites.raised(cast, sites.site(cast))
    wrongs: tuple[dict[str, Any], ...] = (
        {"state": "PASSED"},
        {"ball": ""},
        {"closed_at": AT},
        {"contractor": None},
        {"state": "DONE", "ball": "SUPERVISORS"},
    )
    for wrong in wrongs:
        with pytest.raises(IntegrityError), transaction.atomic():
            Demand.objects.filter(pk=demand.pk).update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        Demand.objects.filter(pk=demand.pk).update(number=1, project=demand.project)
        Demand.objects.create(**{f.attname: getattr(demand, f.attname) for f in Demand._meta.concrete_fields if f.attname != "id"})


def test_the_sheet_counts_the_week_and_stays_as_it_was(cast: Cast, at: datetime) -> None:
    """Two weeks: one is answered and returned, one is carried over, one ends."""
    site = sites.site(cast)
    monday, by = at, cast.actor("supervisor")
    carried_over = sites.raised(cast, site, title="小游园健身步道")
    returned = sites.done(cast, site, title="井盖")
    actions.return_demand(returned.pk, "又高 1 厘米", by=by, at=monday + DAY)
    ended = sites.explained(cast, site, title="楼道堆料")
    actions.settle_demand(ended.pk, text="说清楚了", by=by, at=monday + DAY)
    card = queries.project(site.project.pk, by=by, at=at)
    first = queries.sheet(card, sites.MEETING, by=by)
    assert (first.begins, first.ends) == (date(2026, 11, 19), sites.MEETING)
    assert (first.new, first.answered, first.late, first.returned) == (3, 2, 0, 1)
    assert [(row.title, row.ball, row.held) for row in first.rows] == [("小游园健身步道", "CONTRACTOR", 2), ("井盖", "CONTRACTOR", 1)]
    assert [(one.title, one.checker, one.said) for one in first.ended] == [("楼道堆料", "监理队", "说清楚了")]
    next_week = monday + 7 * DAY
    later = queries.sheet(card, queries.meeting_day(card, None, next_week), by=by)
    assert (later.ends, later.new, later.late, later.returned) == (date(2026, 12, 2), 0, 2, 0)
    assert [(row.name, row.carries) for row in later.rows] == [("S-1", 1), ("S-2", 1)]
    actions.answer_demand(carried_over.pk, "ACCEPT", promised=date(2026, 12, 4), by=cast.actor("unit"), at=next_week)
    assert queries.sheet(card, sites.MEETING, by=by) == first  # the past week's
