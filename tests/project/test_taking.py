"""Every list that staff page through can be taken along as a table, and its page says so."""

import csv
import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

import zengyi
from tests.cast import AT, Cast
from zengyi.activities.models import Activity, Occasion
from zengyi.people.web.lists import listings
from zengyi.works.models import Project

HOUR = timedelta(hours=1)
#: Templates with a pager whose list is no table of the community's, each with the reason.
NO_TABLE = {
    "orders/difficulty.html": "what a quarter's sums are made of: the quarter's workbook tells it, and the orders are a table of their own",
    "bank/entries.html": "an account's quarter is a table of its own: account-table",
    "bank/rule_proposals.html": "proposals with their whole text; the rules themselves are public",
    "activities/hours_all.html": "a year of hours is a table of its own: hours-sheet",
    "councils/topic.html": "what is said to one topic",
    "facilities/defect.html": "what lies at one cause; all defects are the register's second table",
    "messages/inbox.html": "one's own letters",
    "news/list.html": "what is public anyway, with feeds of its own",
    "people/my_looks.html": "one's own, in 我的数据",
    "people/grants.html": "who has which role, on the page of each person",
    "people/hand_overs.html": "passwords handed out: looked through, never taken along",
}
SHOWN_BY = {
    "orders/list.html": "orders",
    "bank/corrections.html": "corrections",
    "bank/_deeds_table.html": "deeds",
    "bank/deeds.html": "deeds",
    "bank/duties.html": "posts",
    "bank/roll_calls.html": "roll-calls",
    "councils/ballots.html": "ballots",
    "councils/sessions.html": "sessions",
    "councils/topics.html": "topics",
    "activities/sign_ups.html": "sign-ups",
    "activities/records.html": "records",
    "activities/patrols.html": "findings",
    "news/desk.html": "pieces",
    "facilities/list.html": "facilities",
    "facilities/rounds.html": "rounds",
    "works/projects.html": "projects",
    "people/members.html": "members",
    "people/residents.html": "residents",
    "people/organisations.html": "organisations",
}


@pytest.fixture
def worker(cast: Cast, stopped: object) -> Client:
    client = Client()
    client.force_login(cast.users["worker"])
    return client


def test_every_page_that_is_paged_has_a_table_or_a_reason() -> None:
    paged = {
        str(path.relative_to(path.parents[1]))
        for path in Path(zengyi.__file__).parent.glob("*/templates/*/*.html")
        if "_pager.html" in path.read_text(encoding="utf-8")
    }
    assert paged == set(NO_TABLE) | set(SHOWN_BY)
    assert set(SHOWN_BY.values()) <= set(listings())


def test_every_list_page_shows_the_way_and_every_table_is_made(cast: Cast, worker: Client) -> None:
    ids = {"occasion_id": _occasion(cast), "project_id": _project(cast)}
    cast.delivered("member", "resident")
    for name, one in listings().items():
        page = reverse(one.back, args=[ids[one.argument]] if one.argument else [])
        shown = worker.get(page)
        assert shown.status_code == 200, page
        ways = [way.replace("&amp;", "&") for way in re.findall(r'href="(/lists/[^"]+)"', shown.content.decode())]
        asked = f"?{one.argument}={ids[one.argument]}" if one.argument else ""
        assert f"/lists/{name}/{asked}" in ways, f"{page} does not lead to {name}"
        form = worker.get(f"/lists/{name}/{asked}").content.decode()
        assert "data-file" in form, f"{name}: no script sends it, or the file would be thrown away"
        assert f'href="{page}"' in form, "and back"
        if one.personal:
            assert worker.post(f"/lists/{name}/{asked}", {"format": "csv"}).status_code == 422, f"{name} leaves without a reason"
        for kind in ("csv", "xlsx"):
            answer = worker.post(f"/lists/{name}/{asked}", {"format": kind, "reason": "存档"})
            assert answer.status_code == 200, name
            if kind == "csv":
                rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
                assert {len(row) for row in rows} == {len(one.head)}, name


def test_nobody_else_is_led_to_a_table(cast: Cast, stopped: object) -> None:
    for who in ("member", "resident", "district", "supervisor", "property"):
        client = Client()
        client.force_login(cast.users[who])
        for name in ("topics", "facilities", "activities"):
            assert "/lists/" not in client.get(reverse(name)).content.decode(), (who, name)
            assert client.post(f"/lists/{name}/", {"format": "csv"}).status_code == 403, (who, name)


def test_filters_go_along_and_the_place_in_the_list_does_not(cast: Cast, worker: Client) -> None:
    shown = worker.get("/bank/deeds/?state=POSTED&after=3").content.decode()
    assert 'href="/lists/deeds/?state=POSTED"' in shown
    assert 'href="/bank/deeds/?state=POSTED"' in worker.get("/lists/deeds/?state=POSTED").content.decode()
    assert worker.get("/lists/sign-ups/").status_code == 200, "a list of nothing is asked about, and is empty"
    assert worker.post("/lists/sign-ups/", {"format": "csv", "reason": "存档"}).status_code == 404


def test_what_a_number_leads_to_is_taken_along_as_it_is_shown(cast: Cast, worker: Client) -> None:
    """The narrower lists behind a sum: no row more, no row less than their page shows."""
    cast.delivered("unit", "resident")
    cast.place("resident")
    cast.place("member2", at=AT - 200 * 24 * HOUR)
    lists = {
        "orders": ("/orders/", ("step=placed", "step=delivered", "quarter=2026Q4&step=placed", "quarter=2026Q4")),
        "members": ("/people/members/", ("reported=known", "reported=done", "duty=NONE")),
        "facilities": ("/facilities/", ("mark=up", "mark=unk")),
    }
    told = {}
    for name, (page, asked) in lists.items():
        for which in asked:
            shown = worker.get(f"{page}?{which}").content.decode().count("data-part=")
            answer = worker.post(f"/lists/{name}/?{which}", {"format": "csv", "reason": "存档"})
            rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
            assert len(rows) - 1 == shown, (name, which)
            told[which] = shown
    assert (told["step=placed"], told["step=delivered"], told["quarter=2026Q4"]) == (3, 1, 2)


def _occasion(cast: Cast) -> int:
    activity = Activity.objects.create(
        community=cast.community, title="爱心理发", kind="OTHER", created_by=cast.users["worker"], created_at=AT
    )
    times = {"starts_at": AT + HOUR, "ends_at": AT + 2 * HOUR, "changed_at": AT}
    return Occasion.objects.create(activity=activity, community=cast.community, **times).pk


def _project(cast: Cast) -> int:
    return Project.objects.create(community=cast.community, title="屋面翻修", proposed_by=cast.users["worker"], proposed_at=AT).pk
