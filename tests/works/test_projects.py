"""Projects: proposed, ranked with reasons, planned in lots and milestones, begun, inspected when nothing is open, shown with pictures."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from tests.cast import AT, Cast
from tests.trail import refused, told
from tests.trust.ground import jpeg
from tests.works import sites
from zengyi.core.errors import Invalid, NotAllowed, NotThere, WrongState
from zengyi.people.queries.waiting import waiting
from zengyi.people.web.waiting import sources
from zengyi.works import actions, queries
from zengyi.works.models import Milestone, MilestoneMove, Project, Ranking
from zengyi.works.rules import timeline

TODAY = AT.date()


def test_a_candidate_is_ranked_and_every_ranking_is_kept(cast: Cast, at: datetime) -> None:
    project = sites.proposed(cast, households=41)
    with told("rank", "project") as found:
        actions.rank_project(project.pk, 1, 1, "玻璃碎了，小孩天天走", by=cast.actor("worker"), at=at)
    assert found.event.after == {"urgency": 1, "effort": 1, "state": "RANKED"}
    actions.rank_project(project.pk, 2, 1, "先围起来了，没那么急", by=cast.actor("secretary"), at=at)
    assert list(Ranking.objects.values_list("urgency", "reason")) == [(1, "玻璃碎了，小孩天天走"), (2, "先围起来了，没那么急")]
    card = queries.project(project.pk, by=cast.actor("resident"), at=at)
    assert (card.urgency_name, card.effort_name, card.reason, card.rankings) == ("重", "几天", "先围起来了，没那么急", 2)
    with refused(NotAllowed):
        actions.rank_project(project.pk, 1, 1, "我家最急", by=cast.actor("resident"), at=at)
    with refused(NotThere):
        actions.rank_project(project.pk, 1, 1, "不在这里", by=cast.actor("far_worker"), at=at)


@pytest.mark.parametrize(
    ("field", "given"),
    [("urgency", (5, 1, "为什么")), ("urgency", (0, 1, "为什么")), ("effort", (1, 4, "为什么")), ("reason", (1, 1, "急"))],
)
def test_a_ranking_says_how_much_it_presses_and_why(cast: Cast, at: datetime, field: str, given: Any) -> None:
    project = sites.proposed(cast)
    with refused(Invalid, fields={field}):
        actions.rank_project(project.pk, *given, by=cast.actor("worker"), at=at)


@pytest.mark.parametrize(
    ("field", "more"),
    [
        ("title", {"title": "修"}),
        ("title", {"title": "长" * 61}),
        ("text", {"text": "长" * 1001}),
        ("households", {"households": -1}),
        ("place_id", {"place_id": 10**12}),
        ("meets_on", {"meets_on": 7}),
    ],
)
def test_what_cannot_be_proposed(cast: Cast, field: str, more: dict[str, Any]) -> None:
    with refused(Invalid, fields={field}):
        sites.proposed(cast, **more)
    with refused(Invalid, fields={"place_id"}):
        sites.proposed(cast, place_id=cast.far_building.pk)
    with refused(NotAllowed):
        sites.proposed(cast, who="resident")


def test_work_begins_with_money_and_a_lot(cast: Cast, at: datetime) -> None:
    by, project = cast.actor("worker"), sites.ranked(cast)
    with refused(WrongState, "排好了"):
        actions.start_project(project.pk, by=by, at=at)
    sites.fund(project)
    with refused(WrongState, "先写好标段"):
        actions.start_project(project.pk, by=by, at=at)
    with refused(Invalid, fields={"contractor_id"}):
        actions.add_lot(project.pk, "一标段", cast.far_unit.pk, by=by, at=at)
    actions.add_lot(project.pk, "一标段", cast.unit.pk, by=by, at=at)
    with refused(WrongState, "已经有了"):
        actions.add_lot(project.pk, "一标段", cast.unit.pk, by=by, at=at)
    with told("start", "project") as found:
        assert actions.start_project(project.pk, by=by, at=at).state == "EXECUTING"
    assert found.event.before == {"state": "FUNDED"}


def test_a_milestone_is_moved_with_a_reason_and_keeps_its_old_days(cast: Cast, at: datetime) -> None:
    site = sites.site(cast)
    node, ends = site.milestones[0], date(2026, 11, 25)
    with refused(Invalid, fields={"reason"}):
        actions.move_milestone(node.pk, node.begins, ends, "", by=cast.actor("worker"), at=at)
    with refused(Invalid, fields={"ends"}):
        actions.move_milestone(node.pk, node.begins, node.begins - timedelta(days=1), "写反了", by=cast.actor("worker"), at=at)
    with refused(NotAllowed):
        actions.move_milestone(node.pk, node.begins, ends, "想晚点", by=cast.actor("unit"), at=at)
    actions.move_milestone(node.pk, node.begins, ends, "下了三天雨", by=cast.actor("worker"), at=at)
    kept = MilestoneMove.objects.get()
    assert (kept.old_ends, kept.ends, kept.reason) == (date(2026, 11, 20), ends, "下了三天雨")
    assert queries.moves(site.project.pk)[0].reason == "下了三天雨"


def test_only_its_own_contractor_or_the_desk_reports_a_milestone(cast: Cast, at: datetime) -> None:
    site = sites.site(cast)
    node = site.milestones[0]
    with refused(NotAllowed):
        actions.report_milestone(node.pk, TODAY, by=cast.actor("unit2"), at=at)
    with refused(NotThere):
        actions.report_milestone(node.pk, TODAY, by=cast.actor("far_unit"), at=at)
    with refused(Invalid, fields={"begun"}):
        actions.report_milestone(node.pk, TODAY + timedelta(days=1), by=cast.actor("unit"), at=at)
    with refused(Invalid, fields={"done"}):
        actions.report_milestone(node.pk, TODAY, TODAY - timedelta(days=1), by=cast.actor("unit"), at=at)
    actions.report_milestone(node.pk, date(2026, 11, 13), by=cast.actor("unit"), at=at)
    assert Project.objects.get().open_milestones == 2
    actions.report_milestone(node.pk, date(2026, 11, 13), TODAY, by=cast.actor("unit"), at=at)
    assert Project.objects.get().open_milestones == 1
    with refused(WrongState, "已经做完"):
        actions.report_milestone(node.pk, TODAY, TODAY, by=cast.actor("worker"), at=at)
    row = queries.project(site.project.pk, by=cast.actor("unit"), at=at).lots[0].milestones[0]
    assert (row.late, row.verbs) == (3, ())


def test_work_waits_for_its_builder_and_the_inspection_for_those_who_watch(cast: Cast, at: datetime) -> None:
    def waits(who: str) -> list[tuple[str, str]]:
        found = waiting(sources(), by=cast.actor(who), at=at, most=9)
        return [(item.kind, item.url) for item in found.items if item.kind in ("milestone-report", "project-inspect")]

    site = sites.site(cast)
    since = waiting(sources(), by=cast.actor("unit"), at=at, most=9).items[0].since
    assert since.date() == site.milestones[0].ends  # theirs to say since its day came
    late = f"/works/milestones/{site.milestones[0].pk}/report"
    assert (waits("unit"), waits("unit2"), waits("supervisor")) == ([("milestone-report", late)], [], [])
    for node in site.milestones:
        actions.report_milestone(node.pk, TODAY, TODAY, by=cast.actor("unit"), at=at)
    inspect = [("project-inspect", f"/works/{site.project.pk}/inspect")]
    assert (waits("unit"), waits("supervisor"), waits("worker")) == ([], inspect, inspect)
    actions.inspect_project(site.project.pk, by=cast.actor("supervisor"), at=at)
    assert waits("supervisor") == []


def test_nothing_is_inspected_while_something_is_open(cast: Cast, at: datetime) -> None:
    site = sites.site(cast)
    by = cast.actor("supervisor")
    with refused(WrongState, "还有 2 个节点"):
        actions.inspect_project(site.project.pk, by=by, at=at)
    for node in site.milestones:
        actions.report_milestone(node.pk, TODAY, TODAY, by=cast.actor("unit"), at=at)
    demand = sites.explained(cast, site)
    with refused(WrongState, "还有 1 件诉求"):
        actions.inspect_project(site.project.pk, by=by, at=at)
    actions.settle_demand(demand.pk, by=by, at=at)
    with refused(NotAllowed):
        actions.inspect_project(site.project.pk, by=cast.actor("unit"), at=at)
    assert actions.inspect_project(site.project.pk, by=by, at=at).state == "INSPECTED"
    with refused(WrongState, "开工以后才收诉求"):
        sites.raised(cast, site)


def test_a_demand_put_down_at_the_same_moment_stops_the_inspection(cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """The guard saw nothing open; the UPDATE asks again."""
    site = sites.site(cast)
    for node in site.milestones:
        actions.report_milestone(node.pk, TODAY, TODAY, by=cast.actor("unit"), at=at)
    sites.raised(cast, site)
    monkeypatch.setattr("zengyi.works.rules.projects.check_inspect", lambda *_args: None)
    with refused(WrongState, "刚刚有人动过"):
        actions.inspect_project(site.project.pk, by=cast.actor("worker"), at=at)


def test_it_is_shown_with_pictures_and_what_neighbours_said(cast: Cast, at: datetime, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    site, by = sites.site(cast), cast.actor("worker")
    for node in site.milestones:
        actions.report_milestone(node.pk, TODAY, TODAY, by=cast.actor("unit"), at=at)
    actions.inspect_project(site.project.pk, by=cast.actor("supervisor"), at=at)
    with refused(WrongState, "先放一对照片"):
        actions.show_project(site.project.pk, by=by, at=at)
    with refused(Invalid):
        actions.add_pair(site.project.pk, "车位", jpeg(), b"no photo", by=by, at=at)
    actions.add_pair(site.project.pk, "车位", jpeg(), jpeg(), by=by, at=at)
    actions.add_voice(site.project.pk, "洗手的水凉，打 13900001206 也没人管", when="用了一个月", by=by, at=at)
    actions.show_project(site.project.pk, by=by, at=at)
    pair = queries.pairs(site.project.pk)[0]
    for photo in (pair.before, pair.after):
        assert queries.photo(photo, by=cast.actor("resident")).exists()
        with pytest.raises(NotThere):
            queries.photo(photo, by=cast.actor("far_worker"))
    assert "13900001206" not in queries.voices(site.project.pk)[0].text
    assert Project.objects.get().state == "SHOWN"


def test_the_database_keeps_the_states_apart(cast: Cast) -> None:
    project = sites.ranked(cast)
    for wrong in ({"state": "EXECUTING"}, {"state": "INSPECTED"}, {"state": "SHOWN"}, {"state": "CANDIDATE"}, {"urgency": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Project.objects.filter(pk=project.pk).update(**wrong)
    site = sites.site(cast, title="补绿")
    with pytest.raises(IntegrityError), transaction.atomic():
        Milestone.objects.filter(pk=site.milestones[0].pk).update(done=TODAY)


def test_the_table_tells_what_presses_first(cast: Cast, at: datetime) -> None:
    sites.ranked(cast, title="单元门玻璃碎", households=41)
    client = Client()
    client.force_login(cast.users["worker"])
    page = client.get("/works/").content.decode()
    assert "先急后缓，先易后难" in page
    assert "单元门玻璃碎" in page


def test_a_form_tells_what_it_is_about(cast: Cast, at: datetime) -> None:
    client = Client()
    client.force_login(cast.users["worker"])
    page = client.get(f"/works/milestones/{sites.site(cast).milestones[0].pk}/move").content.decode()
    assert "三标段 · 车位" in page  # and not what the whole site is about


def test_the_drawing_puts_every_bar_on_its_days() -> None:
    planned = timeline.Planned("车位划线", date(2026, 11, 6), date(2026, 11, 20), date(2026, 11, 13), None, False)
    gate = timeline.Planned("验收", date(2026, 12, 28), date(2026, 12, 28), None, None, True)
    drawing = timeline.draw([("三标段", "216–226 幢", [planned, gate])], date(2026, 11, 25))
    bars = {bar.look: bar for bar in drawing.lots[0].bars}
    assert set(bars) == {"planned", "doing", "over", "planned-gate"}
    assert bars["over"].x == round(bars["planned"].x + bars["planned"].w, 1)  # it begins where the plan ends
    assert abs(bars["over"].x + bars["over"].w - bars["doing"].x - bars["doing"].w) < 0.2
    assert all(timeline.LEFT <= bar.x <= drawing.width for bar in bars.values())
    assert drawing.today is not None
    assert bars["planned"].x < drawing.today < bars["planned-gate"].x
    assert [month for _x, month in drawing.months] == [11, 12, 1]


def test_the_drawing_keeps_where_what_was_moved_stood_and_ends_with_the_work() -> None:
    days, was = (date(2026, 11, 6), date(2026, 11, 20)), (date(2026, 11, 2), date(2026, 11, 12))
    moved = timeline.Planned("绿化", *days, None, None, False, was)
    bars = {bar.look: bar for bar in timeline.draw([("三标段", "", [moved])], TODAY).lots[0].bars}
    assert set(bars) == {"planned", "was"}
    assert bars["was"].x < bars["planned"].x
    done = timeline.Planned("绿化", *days, *days, False)
    over = timeline.draw([("三标段", "", [done])], date(2027, 11, 25))
    assert (over.today, over.moved) == (None, False)
    assert [month for _x, month in over.months] == [11]  # a year later it is not drawn small at the edge
