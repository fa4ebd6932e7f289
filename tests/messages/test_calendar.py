"""One's own calendar: behind an address that only its owner knows, with what they take part in, ended with one tap."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast
from tests.councils import talks
from tests.trail import refused
from zengyi.core import ical
from zengyi.core.errors import NotThere
from zengyi.core.models import Event
from zengyi.councils import actions as councils
from zengyi.facilities.models import Checklist, Round, Route
from zengyi.messages import actions, queries
from zengyi.people.models import User

DAY = timedelta(days=1)


def token_of(cast: Cast, name: str, at: datetime) -> str:
    """The address of somebody's calendar, opened."""
    actions.open_calendar(by=cast.actor(name), at=at)
    return queries.calendar_of(by=cast.actor(name))


def titles(cast: Cast, name: str, at: datetime) -> list[str]:
    """What is in somebody's calendar."""
    return [one.title for one in queries.calendar(token_of(cast, name, at), by=cast.actor("resident"), at=at).dates]


def test_a_session_is_in_the_calendar_of_those_asked_once_they_were_told_and_called_off_when_it_is(cast: Cast, stopped: datetime) -> None:
    session = talks.planned(cast, stopped, talks.screened(cast, stopped))
    councils.attend(session.pk, "党员", person_id=cast.actor("member2").person_id, by=cast.actor("worker"), at=stopped)
    assert titles(cast, "member2", stopped) == []
    councils.notice_session(session.pk, by=cast.actor("worker"), at=stopped)
    assert len(titles(cast, "member2", stopped)) == 1 and titles(cast, "member3", stopped) == []
    councils.cancel_session(session.pk, reason="改天", by=cast.actor("worker"), at=stopped)
    path = f"/inbox/calendar/{token_of(cast, 'member2', stopped)}.ics"
    text = Client().get(path).content.decode()
    assert text.count("BEGIN:VEVENT") == 1 and "STATUS:CANCELLED" in text and "SEQUENCE:1" in text
    assert f"UID:session-{session.pk}@testserver" in text and f"URL:http://testserver/councils/sessions/{session.pk}/" in text


def test_what_is_in_hand_is_in_the_calendar_of_whoever_has_it_without_what_is_personal(cast: Cast, stopped: datetime) -> None:
    cast.claimed("unit", "resident", at=stopped, title="201幢1206漏水，打13900001206")
    (title,) = titles(cast, "unit", stopped)
    assert title.startswith("最晚办好：") and "1206" not in title
    assert titles(cast, "unit2", stopped) == titles(cast, "resident", stopped) == []


def test_rounds_are_in_the_calendar_of_those_who_walk(cast: Cast, stopped: datetime) -> None:
    checklist = Checklist.objects.create(community=cast.community, name="电梯", version=1)
    route = Route.objects.create(community=cast.community, name="电梯一线", checklist=checklist, planned_until=stopped.date())
    Round.objects.create(route=route, community=cast.community, due_date=stopped.date())
    assert titles(cast, "worker", stopped) == ["巡检：电梯一线"]
    assert titles(cast, "resident", stopped) == titles(cast, "far_worker", stopped) == []
    text = Client().get(f"/inbox/calendar/{token_of(cast, 'worker', stopped)}.ics").content.decode()
    assert f"DTSTART;VALUE=DATE:{stopped:%Y%m%d}" in text and f"DTEND;VALUE=DATE:{stopped + DAY:%Y%m%d}" in text


def test_an_address_ends_when_it_is_revoked_renewed_forged_or_its_owner_is_closed(cast: Cast, stopped: datetime) -> None:
    client = Client()
    client.force_login(cast.users["resident"])
    assert "取一个地址" in client.get("/inbox/calendar/").content.decode()
    assert client.post("/inbox/calendar/").status_code == 303
    old = queries.calendar_of(by=cast.actor("resident"))
    assert f"/inbox/calendar/{old}.ics" in client.get("/inbox/calendar/").content.decode()
    anybody = Client()
    answer = anybody.get(f"/inbox/calendar/{old}.ics")
    assert answer.status_code == 200 and answer["Content-Type"].startswith("text/calendar") and "no-store" in answer["Cache-Control"]
    client.post("/inbox/calendar/")
    new = queries.calendar_of(by=cast.actor("resident"))
    assert [anybody.get(f"/inbox/calendar/{token}.ics").status_code for token in (old, new, f"{new}x", "x")] == [404, 200, 404, 404]
    User.objects.filter(username="resident").update(is_active=False)
    assert anybody.get(f"/inbox/calendar/{new}.ics").status_code == 404
    User.objects.filter(username="resident").update(is_active=True)
    client.post("/inbox/calendar/", {"end": "1"})
    assert anybody.get(f"/inbox/calendar/{new}.ics").status_code == 404 and queries.calendar_of(by=cast.actor("resident")) == ""
    assert list(Event.objects.filter(object_type="preference").order_by("pk").values_list("verb", flat=True)) == [
        "open-calendar",
        "open-calendar",
        "close-calendar",
    ]
    with refused(NotThere):
        queries.calendar(new, by=cast.actor("resident"), at=stopped)


@pytest.mark.databases("sqlite")
def test_every_line_of_a_calendar_is_short_and_nothing_in_it_breaks_out() -> None:
    moment = datetime(2026, 11, 26, 2, tzinfo=UTC)
    hostile = "标题\r\nATTENDEE:mailto:x@example.org;,\\\u202e" + "长" * 200
    entry: dict[str, Any] = {"uid": "x-1", "title": hostile, "where": hostile, "words": hostile, "url": "https://example.org/"}
    moments: dict[str, Any] = {"starts_at": moment, "ends_at": moment + DAY, "changed_at": moment}
    text = ical.calendar(hostile, [ical.Entry(**entry, **moments, sequence=0, cancelled=False)], host="example.org")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n")) and "\n" not in text.replace("\r\n", "")
    assert not [line for line in text.split("\r\n") if line.startswith("ATTENDEE")]
