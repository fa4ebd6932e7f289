"""Three-party meetings: what is owed an answer stands on their agenda by itself, carries itself over, and is answered there, too."""

from datetime import datetime, timedelta
from typing import Any

from django.test import Client

from tests.cast import AT, Cast
from tests.trail import refused, told
from tests.works import sites
from zengyi.bank.models import Filing
from zengyi.core.errors import Invalid, NotAllowed, NotThere, WrongState
from zengyi.councils import actions as councils
from zengyi.councils import queries as councils_read
from zengyi.councils.models import AgendaItem, Series, Session
from zengyi.works import actions, queries

DAY = timedelta(days=1)
WEDNESDAY = AT + 2 * DAY


def agenda(session: Any) -> dict[str, tuple[int, str, str]]:
    """The points of a meeting: how often each was carried, and its answer."""
    rows = AgendaItem.objects.filter(session=session).order_by("pk")
    return {row.point: (row.times, row.answer, row.text) for row in rows}


def called(cast: Cast, site: sites.Site, at: datetime = AT, when: datetime = WEDNESDAY) -> Any:
    return actions.call_meeting(site.project.pk, "工地门口", when, by=cast.actor("worker"), at=at)


def held(cast: Cast, session: Any, at: datetime) -> None:
    """The meeting begins and ends."""
    for move in (councils.open_session, councils.close_session):
        move(session.pk, by=cast.actor("worker"), at=at)


def test_what_is_owed_an_answer_stands_on_the_agenda(cast: Cast, at: datetime) -> None:
    site = sites.site(cast)
    sites.raised(cast, site, "小游园健身步道", spot="226 幢")
    sites.explained(cast, site, title="楼道堆料")
    with told("plan", "session") as found:
        session = called(cast, site)
    assert found.event.after["project"] == site.project.pk
    assert (session.kind, session.title) == ("SUPERVISION", "虹桥新村改造 · 三方会议")
    assert list(agenda(session)) == ["S-1 小游园健身步道 226 幢 · 施工方"]
    series = Series.objects.get()
    assert (series.weekday, site.project.__class__.objects.get().series_id) == (2, series.pk)
    sites.raised(cast, site, "井盖")  # heard after the meeting was called
    assert list(agenda(session)) == ["S-1 小游园健身步道 226 幢 · 施工方", "S-3 井盖 · 施工方"]
    assert [
        one.id for one in queries.meetings(queries.project(site.project.pk, by=cast.actor("worker"), at=at), by=cast.actor("worker"))
    ] == [session.pk]


def test_an_answer_is_written_down_at_the_meeting_and_what_has_none_carries_itself_over(cast: Cast, at: datetime) -> None:
    site = sites.site(cast)
    _owed, given, later = (sites.raised(cast, site, title) for title in ("步道", "井盖", "栏杆"))
    first = called(cast, site)
    councils.open_session(first.pk, by=cast.actor("worker"), at=WEDNESDAY)
    actions.answer_demand(given.pk, "ACCEPT", promised=(at + 4 * DAY).date(), text="放平", by=cast.actor("unit"), at=WEDNESDAY)
    councils.close_session(first.pk, by=cast.actor("worker"), at=WEDNESDAY)
    assert agenda(first) == {
        "S-1 步道 · 施工方": (0, "", ""),
        "S-2 井盖 · 施工方": (0, "DONE", "答应了，定在 2026-11-27，放平"),
        "S-3 栏杆 · 施工方": (0, "", ""),
    }
    # Between the meetings one is answered: it comes along and has its answer.
    actions.answer_demand(later.pk, "EXPLAIN", text="本来就不装", by=cast.actor("unit"), at=WEDNESDAY + DAY)
    second = called(cast, site, WEDNESDAY + DAY, WEDNESDAY + 7 * DAY)
    assert agenda(second) == {"S-1 步道 · 施工方": (1, "", ""), "S-3 栏杆 · 施工方": (1, "DONE", "作了解释，本来就不装")}
    assert agenda(first)["S-3 栏杆 · 施工方"] == (0, "", "")  # what was said at a meeting stays there
    held(cast, second, WEDNESDAY + 7 * DAY)
    third = called(cast, site, WEDNESDAY + 8 * DAY, WEDNESDAY + 14 * DAY)
    assert agenda(third) == {"S-1 步道 · 施工方": (2, "", "")}


def test_the_third_carry_of_a_demand_asks_for_a_word_before_the_meeting_ends(cast: Cast, at: datetime) -> None:
    site = sites.site(cast)
    owed = sites.raised(cast, site, "步道")
    day = WEDNESDAY
    for _week in range(3):
        held(cast, called(cast, site, day, day), day)
        day += 7 * DAY
    last = called(cast, site, day, day)
    councils.open_session(last.pk, by=cast.actor("worker"), at=day)
    with refused(WrongState, "已经带到第三次"):
        councils.close_session(last.pk, by=cast.actor("worker"), at=day)
    actions.answer_demand(owed.pk, "REFUSE", text="图纸上没有", by=cast.actor("unit"), at=day)
    councils.close_session(last.pk, by=cast.actor("worker"), at=day)


def test_what_comes_back_or_is_asked_of_the_other_side_is_on_the_agenda_again(cast: Cast, at: datetime) -> None:
    site = sites.site(cast)
    session = called(cast, site)
    done, explained = sites.done(cast, site, title="井盖"), sites.explained(cast, site, title="停车")
    actions.return_demand(done.pk, "又高 1 厘米", by=cast.actor("supervisor"), at=at)
    actions.insist_on_demand(explained.pk, "请社区定", "COMMUNITY", by=cast.actor("supervisor"), at=at)
    waits = [point for point, (_times, answer, _text) in agenda(session).items() if not answer]
    assert waits == ["S-1 井盖 · 施工方", "S-2 停车 · 社区"]


def test_who_may_call_one_and_when(cast: Cast, at: datetime) -> None:
    site = sites.site(cast)
    for who, refusal in (("supervisor", NotAllowed), ("unit", NotAllowed), ("resident", NotAllowed), ("far_worker", NotThere)):
        with refused(refusal):
            actions.call_meeting(site.project.pk, "工地门口", WEDNESDAY, by=cast.actor(who), at=at)
    for field, place, when in (("place", "", WEDNESDAY), ("starts_at", "工地门口", at + 400 * DAY)):
        with refused(Invalid, fields={field}):
            actions.call_meeting(site.project.pk, place, when, by=cast.actor("worker"), at=at)
    ranked = sites.ranked(cast)
    with refused(WrongState):
        actions.call_meeting(ranked.pk, "工地门口", WEDNESDAY, by=cast.actor("worker"), at=at)
    assert not Session.objects.exists()


def test_two_projects_of_the_same_name_meet_apart(cast: Cast, at: datetime) -> None:
    one, other = sites.site(cast), sites.site(cast)
    sites.raised(cast, one, "步道")
    first, second = called(cast, one), called(cast, other)
    assert first.series_id != second.series_id
    assert (list(agenda(first)), list(agenda(second))) == (["S-1 步道 · 施工方"], [])


def test_the_alliance_meets_as_a_session_of_the_councils(cast: Cast, at: datetime) -> None:
    with refused(WrongState, "先给联盟起个名字"):
        actions.call_alliance("议事厅", WEDNESDAY, by=cast.actor("worker"), at=at)
    actions.name_alliance("星湖邻里", by=cast.actor("worker"), at=at)
    with told("plan", "session"):
        made = actions.call_alliance("议事厅", WEDNESDAY, by=cast.actor("worker"), at=at)
    assert (made.kind, made.title, made.ordinal) == ("ALLIANCE", "星湖邻里 联盟会", 1)
    assert [one.id for one in queries.alliance_meetings(by=cast.actor("worker"))] == [made.pk]
    assert queries.alliance_meetings(by=cast.actor("resident")) == []  # not told about yet


def test_members_of_the_supervisors_who_met_get_their_deed_by_the_banks_rule(cast: Cast, at: datetime) -> None:
    """V12, once a meeting, attested by who held it; nobody else gets one, and nobody for a meeting of another kind."""
    session = called(cast, sites.site(cast))
    worker: dict[str, Any] = {"by": cast.actor("worker"), "at": WEDNESDAY}
    councils.open_session(session.pk, **worker)
    for login in ("member2", "supervisor", "resident"):
        councils.attend(session.pk, "监理队", person_id=cast.actor(login).person_id, **worker)
    councils.attend(session.pk, "施工方", name="项目经理", **worker)
    councils.close_session(session.pk, **worker)
    (filing,) = Filing.objects.all()
    assert (filing.rule, filing.state, filing.source, filing.source_ref) == ("V12", "ATTESTED", "SESSION", str(session.pk))
    assert (filing.member_id, filing.attested_by_id) == (cast.member_id("member2"), cast.users["worker"].pk)
    assert filing.occurred_on == WEDNESDAY.date()


def test_a_point_leads_to_its_demand(cast: Cast, at: datetime) -> None:
    """For whoever may read it: the desk and neighbours, not somebody without a login; and a point in words leads nowhere."""
    site = sites.site(cast)
    owed = sites.raised(cast, site, "步道")
    other = sites.site(cast)
    sites.raised(cast, other, "步道")
    session = called(cast, site)
    councils.add_point(session.pk, "S-9 谁值班", by=cast.actor("worker"), at=at)
    councils.notice_session(session.pk, by=cast.actor("worker"), at=at)
    page = f"/works/demands/{owed.pk}/"
    for login in ("worker", "resident", "supervisor"):
        items = councils_read.session(session.pk, by=cast.actor(login)).items
        assert [(item.point, item.page) for item in items] == [("S-1 步道 · 施工方", page), ("S-9 谁值班", "")]
    client = Client()
    client.force_login(cast.users["worker"])
    assert f'href="{page}"' in client.get(f"/councils/sessions/{session.pk}/").content.decode()
