"""A person's year month by month, the community's, and both as a sheet; what a list costs; what a record says once it does not count."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from tests.activities.plans import planned
from tests.api import Api
from tests.cast import AT, Cast
from zengyi.activities import actions
from zengyi.activities.actions import Marked
from zengyi.activities.models import Attendee, Finding, Ledger, LedgerEntry, Occasion, Record, SignUp, Stay
from zengyi.activities.queries import hours as queries
from zengyi.core import clock
from zengyi.core.errors import NotAllowed, NotThere, WrongState
from zengyi.people.models import Person

HOUR = timedelta(hours=1)


def came(cast: Cast, who: str, *, days: int, minutes: int, title: str = "陪老人看眼睛") -> Occasion:
    """Somebody was there so many minutes, days ago; the roll is closed."""
    begin = AT - timedelta(days=days)
    made = planned(cast.actor("worker"), at=begin - HOUR, title=title, kind="CARE", starts_at=begin, ends_at=begin + 3 * HOUR)
    actions.sign_up(made.pk, by=cast.actor(who), at=begin - HOUR)
    seat = Attendee.objects.get(occasion=made)
    marks = [Marked(seat.pk, "IN", begin), Marked(seat.pk, "OUT", begin + timedelta(minutes=minutes))]
    for one in marks:
        actions.record_attendance(made.pk, [one], by=cast.actor("worker"), at=made.ends_at)
    return actions.close_occasion(made.pk, by=cast.actor("worker"), at=made.ends_at)


def test_a_year_is_the_sum_of_its_months_and_of_its_times(cast: Cast) -> None:
    for days, minutes in ((1, 50), (2, 40), (25, 70)):
        came(cast, "resident", days=days, minutes=minutes)
    came(cast, "member", days=3, minutes=30)
    own, lines = queries.own_year(2026, by=cast.actor("resident"))
    assert (own.times, own.minutes, own.hours) == (3, 160, (2, 40))
    assert {n: minutes for n, minutes in enumerate(own.months, start=1) if minutes} == {10: 70, 11: 90}
    assert sum(line.minutes for line in lines) == own.minutes and [line.minutes for line in lines] == [50, 40, 70]
    assert queries.own_year(2025, by=cast.actor("resident"))[0].minutes == 0
    page = queries.years(2026, by=cast.actor("worker"))
    assert {one.name: one.minutes for one in page.rows} == {"居民1206": 160, cast.actor("member").name: 30}
    everybody, all_lines = queries.whole_year(2026, by=cast.actor("worker"))
    assert sum(one.minutes for one in everybody) == sum(line.minutes for line in all_lines) == 190
    person = own.person_id
    assert queries.own_year(2026, by=cast.actor("worker"), person_id=person)[0].months == own.months
    with pytest.raises(NotThere):
        queries.own_year(2026, by=cast.actor("far_worker"), person_id=person)
    # A resident who asks for somebody else reads their own.
    assert queries.own_year(2026, by=cast.actor("member"), person_id=person)[0].minutes == 30
    for who in ("resident", "district"):
        with pytest.raises(NotAllowed):
            queries.years(2026, by=cast.actor(who))


def sheet(client: Client, path: str) -> dict[str, list[tuple[Any, ...]]]:
    answer = client.get(path)
    assert answer.status_code == 200
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    return {name: [tuple(row) for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)] for name in book.sheet_names}


def test_the_sheet_has_every_month_and_every_time(cast: Cast, client: Client) -> None:
    came(cast, "resident", days=1, minutes=50, title="=1+1 书签")
    came(cast, "member", days=25, minutes=30)
    client.force_login(cast.users["worker"])
    found = sheet(client, "/activities/hours.xlsx?year=2026")
    head, *rows = found["每月"][2:]
    assert head[:3] == ("姓名", "次数", "分钟") and head[3:] == tuple(f"{n} 月" for n in range(1, 13))
    assert {row[0]: (row[1], row[2], row[12], row[13]) for row in rows}["居民1206"] == (1, 50, "", 50)
    times = found["每次"][1:]
    assert len(times) == 2 and all(row[4] in (30, 50) for row in times)
    assert any(str(row[2]).startswith("'=1+1") for row in times)
    client.force_login(cast.users["resident"])
    own = sheet(client, "/activities/hours.xlsx?year=2026")
    assert [row[1] for row in own["每次"][1:]] == ["居民1206"]


def test_a_newer_record_replaces_the_one_of_the_same_days_and_a_revoked_one_says_why(cast: Cast, client: Client) -> None:
    held = came(cast, "resident", days=1, minutes=50)
    sign_up, worker = SignUp.objects.get(occasion=held), cast.actor("worker")
    first = actions.issue_record(sign_up.pk, AT.date() - timedelta(days=9), AT.date(), by=worker, at=AT)
    seat = Attendee.objects.get(occasion=held)
    actions.correct_attendance(seat.pk, 90, "走得晚", by=worker, at=AT)
    second = actions.issue_record(sign_up.pk, AT.date() - timedelta(days=9), AT.date(), by=worker, at=AT)
    first.refresh_from_db()
    assert (first.state, first.superseded_by_id, second.state) == ("SUPERSEDED", second.pk, "ISSUED")
    assert (first.content["minutes"], second.content["minutes"]) == (50, 90) and first.digest != second.digest
    page = client.get(f"/activities/records/{first.number}/").content.decode()
    assert "已被新的一张替换" in page and second.number in page and "50 分钟" in page
    actions.revoke_record(second.pk, "记错了人", by=worker, at=AT)
    with pytest.raises(WrongState, match="不作数"):
        actions.revoke_record(second.pk, "再来", by=worker, at=AT)
    assert "记错了人" in client.get(f"/activities/records/{second.number}/").content.decode()
    told = Api("district").get(f"/records/{second.number}").body
    assert (told["state"], told["reason"], told["whole"]) == ("REVOKED", "记错了人", True)


def test_every_field_of_the_sheet_stands_on_the_page_that_checks_it(cast: Cast, client: Client) -> None:
    held = came(cast, "resident", days=1, minutes=50)
    issued = actions.issue_record(
        SignUp.objects.get(occasion=held).pk, AT.date() - timedelta(days=9), AT.date(), by=cast.actor("worker"), at=AT
    )
    page = client.get(f"/activities/records/{issued.number.lower()}/").content.decode()
    for name, value in issued.content.items():
        for one in value if isinstance(value, list) else [{name: value}]:
            for field, said in one.items():
                assert str(said) in page or field == "minutes", (field, said)
    Record.objects.filter(pk=issued.pk).update(content={**issued.content, "minutes": 500})
    assert "内容和出单时不一样" in client.get(f"/activities/records/{issued.number}/").content.decode()


def fill(cast: Cast, occasion: Occasion, count: int) -> None:
    """So many more who signed up and came, records, findings and lines of a ledger; written in one go, for counting only."""
    by, at = cast.users["worker"], occasion.starts_at
    begin = SignUp.objects.filter(occasion=occasion).count()
    people = Person.objects.bulk_create(Person(community=cast.community, name=f"来的人{begin + n}") for n in range(count))
    slot = occasion.slots.get(role="GUEST")
    made = SignUp.objects.bulk_create(
        SignUp(
            occasion=occasion,
            slot=slot,
            community=cast.community,
            person=one,
            number=begin + n + 1,
            seats=1,
            state="CONFIRMED",
            channel="PHONE",
            made_by=by,
            made_at=at,
        )
        for n, one in enumerate(people)
    )
    seats = Attendee.objects.bulk_create(Attendee(sign_up=one, occasion=occasion, minutes=30) for one in made)
    Stay.objects.bulk_create(Stay(attendee=one, in_at=at, out_at=occasion.ends_at, source="ROLL", by=by, at=at) for one in seats)
    seen: dict[str, Any] = {"community": cast.community, "what": "OTHER", "basis": "PRESENT", "by": by, "at": at}
    Finding.objects.bulk_create(Finding(spot=f"{n}号桥", person=people[0], **seen) for n in range(count))
    first = Record.objects.count()
    told = {"name": "居民", "first": "2026-01-01", "last": "2026-02-01", "minutes": 1, "times": 1, "lines": []}
    Record.objects.bulk_create(
        Record(
            community=cast.community,
            year=2026,
            sequence=first + n + 1,
            number=f"FW-{first + n}",
            person=people[0],
            first=at.date(),
            last=at.date(),
            content=told,
            digest="",
            issued_by=by,
            issued_at=at,
        )
        for n in range(count)
    )
    ledger, _made = Ledger.objects.get_or_create(community=cast.community, what="GOLDENROD", key="spot:x", spot="x", opened_at=at)
    LedgerEntry.objects.bulk_create(
        LedgerEntry(ledger=ledger, kind="FOUND", count=1, basis="COUNTED", on_day=at.date(), by=by, at=at) for _n in range(count)
    )
    for _n in range(min(count, 3)):
        planned(cast.actor("worker"), at=clock.now(), starts_at=clock.now() + HOUR, ends_at=clock.now() + 2 * HOUR)


def test_every_list_costs_the_same_with_a_hundred_rows(cast: Cast, client: Client) -> None:
    occasion = planned(cast.actor("worker"), at=AT - 3 * HOUR, starts_at=AT - 2 * HOUR, ends_at=AT - HOUR)
    fill(cast, occasion, 1)
    actions.close_occasion(occasion.pk, by=cast.actor("worker"), at=AT)
    client.force_login(cast.users["worker"])
    on = f"/activities/occasions/{occasion.pk}/"
    paths = ["/activities/", on, f"{on}sign-ups", f"{on}roll", "/activities/records/", "/activities/hours/?year=2026", "/patrols/"]
    paths += [f"/patrols/eradications/{Ledger.objects.get().pk}/", "/activities/drills/", "/activities/calendar.ics"]
    paths += ["/activities/hours.xlsx?year=2026", f"{on}roll.pdf"]
    counts: dict[str, list[int]] = {path: [] for path in paths}
    for more in (0, 9, 90):
        fill(cast, occasion, more) if more else None
        for path in paths:
            client.get(path)
            with CaptureQueriesContext(connection) as seen:
                assert client.get(path).status_code == 200, path
            counts[path].append(len(seen))
    assert all(len(set(found)) == 1 for found in counts.values()), counts
    assert max(found[0] for found in counts.values()) <= 12, counts
