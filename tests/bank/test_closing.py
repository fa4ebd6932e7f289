"""收季 at the desk: what waits for whom and until when, what is found before publication, the steps by page, objections to their end."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from tests.bank.deeds import attested
from tests.bank.test_quarters import AFTER, DAY, Q, objection, published, step, year
from tests.cast import AT, Cast
from tests.crowd import Crowd
from tests.orders.test_statements import SIZES, browser, counted, the_same
from tests.trail import refused, told
from tests.trust.ground import undone
from zengyi.bank import actions, queries
from zengyi.bank.models import Objection, Posting, Quarter
from zengyi.bank.rules import calendar, end_of, prepare_due, publish_due, seal_due
from zengyi.core import clock
from zengyi.core.errors import NotAllowed, WrongState
from zengyi.people.queries.waiting import Found, waiting
from zengyi.people.web.waiting import sources

__all__ = ["year"]
KINDS = ("quarter-", "objection-")


def waits(cast: Cast, name: str, at: datetime = AFTER) -> Found:
    return waiting(sources(), by=cast.actor(name), at=at, most=20)


def kinds(cast: Cast, name: str, at: datetime = AFTER) -> dict[str, int]:
    return {kind: n for kind, n in waits(cast, name, at).counts.items() if kind.startswith(KINDS)}


def test_deadlines_are_working_days() -> None:
    # Nobody works in the first week of October 2026, and people do on Saturday the 10th.
    last = date(2026, 9, 30)
    assert (prepare_due(last), publish_due(last)) == (date(2026, 10, 13), date(2026, 10, 20))
    assert seal_due(date(2026, 10, 14)) == date(2026, 10, 21)
    assert end_of(last) == datetime(2026, 10, 1, tzinfo=clock.SHANGHAI)


def test_a_quarter_that_nobody_closes_waits_for_the_secretary(year: Cast) -> None:
    before = AFTER.replace(day=1) - timedelta(hours=11)  # in Shanghai it is still December
    assert kinds(year, "secretary", before) == {}
    for name in ("secretary", "worker"):
        (item,) = (one for one in waits(year, name).items if one.kind == "quarter-tally")
        assert (item.title, item.url) == ("收季：2026 年第四季度", f"/bank/closing/{Q}/")
        assert item.due == end_of(date(2027, 1, 7)), "the holidays of 2027 are not announced yet"
    for name in ("resident", "member", "unit", "district", "far_secretary"):
        assert "quarter-tally" not in kinds(year, name), name
    later = AFTER.replace(month=5)
    assert kinds(year, "secretary", later)["quarter-tally"] == 2, "and the one after it"


def test_each_step_waits_for_whoever_may_take_it(year: Cast) -> None:
    step(year, "tally", "worker")
    assert [kinds(year, name) for name in ("worker", "secretary")] == [{"quarter-prepare": 1}] * 2
    step(year, "prepare", "secretary")
    assert [kinds(year, name) for name in ("worker", "secretary")] == [{}, {}], "who prepared it does not publish"
    step(year, "tally", "worker")
    step(year, "prepare", "worker")
    (item,) = waits(year, "secretary").items
    assert (item.kind, item.due) == ("quarter-publish", end_of(publish_due(date(2026, 12, 31))))
    step(year, "publish", "secretary")
    assert kinds(year, "secretary", AFTER.replace(day=12)) == {}
    one = objection(year, at=AFTER)
    over = AFTER.replace(day=13)
    assert kinds(year, "secretary", over) == {"objection-answer": 1}, "it cannot be sealed yet"
    actions.answer_objection(one.pk, "查过了。", "查过了。", by=year.actor("worker"), at=over)
    assert kinds(year, "secretary", over) == {"quarter-seal": 1}
    (item,) = waits(year, "secretary", over).items
    assert item.due == end_of(date(2027, 1, 19))
    assert "quarter-seal" not in kinds(year, "worker", over)


def test_an_answer_reaches_whoever_objected(year: Cast) -> None:
    published(year)
    mine = objection(year)
    phoned = actions.object_to(year.community.pk, Q, "少记了", channel="PAPER", who="三号楼的老张", by=year.actor("worker"), at=AFTER)
    (item,) = (one for one in waits(year, "worker").items if one.url.endswith(f"/{mine.pk}/"))
    assert item.due == end_of(date(2027, 1, 12))
    for one in (mine, phoned):
        actions.answer_objection(one.pk, "查过了。", "查过了。", by=year.actor("worker"), at=AFTER)
    assert kinds(year, "resident") == {"objection-read": 1}
    assert kinds(year, "secretary") == {"objection-tell": 1}
    (item,) = waits(year, "secretary").items
    assert item.detail == "请告诉三号楼的老张"
    with refused(NotAllowed, "由本人按"):
        actions.tell_objector(mine.pk, by=year.actor("worker"), at=AFTER)
    with told("tell", "objection"):
        actions.tell_objector(mine.pk, by=year.actor("resident"), at=AFTER)
    with told("tell", "objection"):
        actions.tell_objector(phoned.pk, by=year.actor("worker2"), at=AFTER)
    with refused(WrongState):
        actions.tell_objector(phoned.pk, by=year.actor("worker"), at=AFTER)
    assert (kinds(year, "resident"), kinds(year, "secretary")) == ({}, {})
    actions.contest_answer(mine.pk, by=year.actor("resident"), at=AFTER)
    assert kinds(year, "worker") == {}, "who answered does not review"
    (item,) = waits(year, "secretary").items
    assert (item.kind, item.due) == ("objection-review", end_of(date(2027, 1, 19)))
    actions.review_objection(mine.pk, "属实。", by=year.actor("secretary"), at=AFTER)
    assert kinds(year, "resident") == {"objection-read": 1}, "the review is new to them"


def test_what_is_open_and_what_looks_odd_is_found(year: Cast) -> None:
    def found(at: datetime = AFTER) -> list[tuple[str, bool]]:
        return [(one.text, one.odd) for one in queries.quarter_desk(Q, by=year.actor("worker"), at=at).findings]

    assert found() == []
    assert found(AT) == [], "the quarter is not over"
    year.delivered("member2", "resident")
    marks = {year.member_id("member3"): "PRESENT"}
    actions.propose_roll_call(year.branch.pk, "B04", AT.date() - DAY, marks, note="", by=year.actor("worker"), at=AFTER)
    paid = Posting.objects.get(kind="CONFIRM", points=8)
    wrong = actions.propose_correction(paid.pk, "没有办成", by=year.actor("worker"), at=AT)
    assert [text for text, odd in found() if not odd] == ["1 份点名册等审核", "1 笔冲销等审核", "1 张单子已经办好，居民还没确认"]
    actions.decide_correction(wrong.pk, True, by=year.actor("secretary"), at=AT)
    assert ("冲销了 1 笔", True) in found()
    monday = date(2026, 11, 16)
    for who in ("member", "member3"):
        for n in range(4):
            attested(year, who, day=monday + n * DAY)
    said = [text for text, odd in found()]
    assert "8 份申报还没有核准" in said
    assert [text for text in said if "一周里证明了" in text], said
    published(year)
    assert found() == [], "what is published is no longer looked through"


@pytest.fixture
def after(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: AFTER + timedelta(hours=1))


def client_of(cast: Cast, name: str) -> Client:
    client = Client()
    client.force_login(cast.users[name])
    return client


def test_two_people_close_a_quarter_by_page(year: Cast, after: None) -> None:
    worker, secretary = client_of(year, "worker"), client_of(year, "secretary")
    page = f"/bank/closing/{Q}/"

    def shown(client: Client) -> str:
        answer = client.get("/bank/closing/")
        assert answer.status_code == 200
        return answer.content.decode()

    assert "还没有核对" in shown(worker)
    assert worker.post(f"{page}tally").headers["Location"] == page
    assert "+13" in shown(worker)
    wrong = worker.post(f"{page}prepare", {"savers": "7"})
    assert (wrong.status_code, "请选一个。" in wrong.content.decode()) == (422, True)
    worker.post(f"{page}prepare", {"savers": "5"})
    assert Quarter.objects.get().savers == 5
    text = shown(worker)
    assert f"请 {year.actor('secretary').name} 来办" in text and f"{page}publish" not in text, "who can, and no button for who cannot"
    assert secretary.post(f"{page}publish").status_code == 303
    text = shown(secretary)
    assert "现在还不能封存" in text and f"{page}seal" not in text
    early = secretary.post(f"{page}seal")
    assert (early.status_code, "还不能封存" in early.content.decode()) == (409, True)
    assert Quarter.objects.get().state == "PUBLISHED"


def test_who_prepared_is_told_why_and_who_can(year: Cast, after: None) -> None:
    secretary = client_of(year, "secretary")
    step(year, "tally", "worker")
    step(year, "prepare", "secretary")
    text = secretary.get(f"/bank/closing/{Q}/").content.decode()
    assert "您准备的，要请另一位来审核和封存。" in text
    assert secretary.post(f"/bank/closing/{Q}/publish").status_code == 403


def test_what_was_typed_stays(year: Cast, after: None) -> None:
    published(year)
    resident, worker = client_of(year, "resident"), client_of(year, "worker")
    new = f"/bank/quarters/{year.community.pk}/{Q}/objections/new"
    long = "漏记一次党课。" * 80
    answer = resident.post(new, {"text": long})
    assert (answer.status_code, long in answer.content.decode()) == (422, True)
    assert not Objection.objects.exists()
    answer = worker.post(new, {"text": "少记了三分", "who": "三号楼的老张"})
    assert answer.status_code == 422
    assert "少记了三分" in answer.content.decode() and "三号楼的老张" in answer.content.decode()
    assert resident.post(new, {"text": "漏记一次党课。"}).status_code == 303
    one = Objection.objects.get()
    answer = worker.post(f"/bank/objections/{one.pk}/answer", {"text": "查了签到表，人在", "public": ""})
    assert (answer.status_code, "查了签到表，人在" in answer.content.decode()) == (422, True)
    one.refresh_from_db()
    assert one.state == "OPEN"


def test_the_calendar_counts_as_people_do(year: Cast) -> None:
    row = queries.quarter_row(year.community.pk, "2026Q3")
    days = calendar(queries.quarter_facts(row, AT.replace(month=10, day=12)), None)
    assert (days[0].day, days[-1].day) == (date(2026, 10, 1), date(2026, 10, 20))
    assert [(one.day.day, one.number, one.made_up) for one in days if one.counts][:4] == [
        (8, 1, False),
        (9, 2, False),
        (10, 3, True),
        (12, 4, False),
    ]
    assert {one.day.day: one.mark for one in days if one.mark} == {13: "prepare", 20: "publish"}
    assert [one.day.day for one in days if one.today] == [12]


Sql = Callable[[], Any]


@pytest.mark.parametrize("state", ["OPEN", "PREPARED", "PUBLISHED"])
def test_the_desk_takes_the_same_statements(db: None, sql: Sql, after: None, state: str) -> None:
    """For any number of postings, members, and objections."""
    crowd, counts = Crowd(), []
    client = browser(crowd, "worker")
    for more in SIZES:
        crowd.grow(more)
        with undone():
            if state != "OPEN":
                step(crowd, "tally", "worker")
                step(crowd, "prepare", "worker")
            if state == "PUBLISHED":
                step(crowd, "publish", "secretary")
                for n in range(more % 4):
                    objection(crowd, f"漏记了 {n} 次")
            counts.append(counted(sql, lambda: client.get(f"/bank/closing/{Q}/"), 200))
    the_same(counts, 14)  # of which seven are what three packages find
