"""Lists taken along as tables: what the page shows, in the order people count, written down where people are in it."""

import csv
import io

import pytest
from django.test import Client

from tests.cast import AT, Cast
from zengyi.core import sheets
from zengyi.core.models import Event
from zengyi.people.forms import read_table
from zengyi.people.models import Look, Person, household_index
from zengyi.people.web.lists import listings


@pytest.fixture
def worker(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.users["worker"])
    return client


def rows_of(content: bytes) -> list[list[str]]:
    return [list(row) for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))]


def test_every_list_of_people_asks_why_and_tells_who_took_it(cast: Cast, worker: Client) -> None:
    asked = worker.post("/lists/residents/", {"format": "csv"})
    assert asked.status_code == 422 and not Event.objects.filter(verb="take").exists()
    answer = worker.post("/lists/residents/", {"format": "csv", "reason": "上门走访", "contact": "on"})
    assert answer["Content-Disposition"].startswith("attachment") and answer["Cache-Control"].startswith("max-age=0, no-cache")
    found = rows_of(answer.content)
    here = Person.objects.filter(community=cast.community)
    assert found[0][:2] == ["姓名", "手机"] and len(found) == here.count() + 1
    assert {row[0] for row in found[1:]} == set(here.values_list("name", flat=True))
    event = Event.objects.get(verb="take")
    assert (event.reason, event.after["list"], event.after["rows"], event.object_id) == (
        "上门走访",
        "residents",
        here.count(),
        cast.community.pk,
    )
    worker_person = cast.users["worker"].person_id or 0
    assert set(Look.objects.values_list("person_id", flat=True)) == set(here.exclude(pk=worker_person).values_list("pk", flat=True))
    worker.post("/lists/residents/", {"format": "csv", "reason": "再来一次", "contact": "on"})
    assert Look.objects.count() == event.after["looks"]


def test_without_phones_nobody_was_looked_at_and_the_table_can_be_read_in_again(cast: Cast, worker: Client) -> None:
    answer = worker.post("/lists/members/", {"format": "xlsx", "reason": "点名用"})
    table = read_table(answer.content)
    assert table[0][:3] == ["支部", "党员编号", "姓名"] and len(table) > 3
    assert not any(cell.startswith("139") for row in table for cell in row) and not Look.objects.exists()


def test_the_order_is_that_of_people(cast: Cast, worker: Client) -> None:
    home = cast.buildings[0]
    for door in ("101", "2", "1"):
        Person.objects.create(
            community=cast.community, name=f"户{door}", home=home, door=door, household_index=household_index(home.pk, door)
        )
    answer = worker.post("/lists/residents/?q=户", {"format": "csv", "reason": "上门走访", "contact": "on"})
    assert [row[0] for row in rows_of(answer.content)[1:]] == ["户1", "户2", "户101"]


def test_orders_name_nobody_and_need_no_reason(cast: Cast, worker: Client) -> None:
    cast.place("resident", title="请打13800138000")
    answer = worker.post("/lists/orders/", {"format": "csv"})
    found = rows_of(answer.content)
    assert len(found) == 2 and "13800138000" not in found[1][3]
    assert cast.users["resident"].person is not None and cast.users["resident"].person.name not in answer.content.decode("utf-8-sig")
    assert not Event.objects.filter(verb="take").exists()


def test_a_formula_stays_a_text_in_both_files() -> None:
    page = sheets.SheetPage("名单", ["姓名"], [["=1+1"], [3], [AT], [None]])
    assert rows_of(sheets.csv_text(page)) == [["姓名"], ["'=1+1"], ["3"], ["2026-11-23 10:00"], [""]]
    assert read_table(sheets.workbook(page), formulas=True)[1] == ["'=1+1"]


@pytest.mark.parametrize("who", ["resident", "member", "unit", "district"])
def test_lists_leave_only_by_the_staff(cast: Cast, who: str) -> None:
    client = Client()
    client.force_login(cast.users[who])
    assert client.post("/lists/orders/", {"format": "csv"}).status_code == 403


def test_every_listing_has_a_page_that_leads_to_it(cast: Cast, worker: Client) -> None:
    from django.urls import reverse

    for name, found in listings().items():
        if found.argument:
            continue  # tests/project/test_taking.py leads to those
        assert f"/lists/{name}/" in worker.get(reverse(found.back)).content.decode(), name
    assert worker.get("/lists/nothing/").status_code == 404
