"""An account's entries picked out, each with where it came from and under which rule; and the statement of a quarter."""

import io
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pypdfium2
import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from tests.bank.deeds import attested
from tests.bank.roll import adopted, posted
from tests.bank.test_account import earn
from tests.cast import AT, Cast
from tests.trail import refused
from zengyi.bank import actions, queries
from zengyi.bank.models import Account, Posting
from zengyi.bank.queries import EntryDetail
from zengyi.core.errors import NotThere
from zengyi.people.models import Person


def account(cast: Cast, who: str = "member", kind: str = "GAIN") -> int:
    """A member's account."""
    return Account.objects.get(member=cast.members[who], kind=kind).pk


def picked(cast: Cast, account_id: int, **which: Any) -> list[int]:
    """The points of the entries that fit."""
    return [entry.points for entry in queries.entries(account_id, by=cast.actor("member"), **which).rows]


@pytest.fixture
def lived(cast: Cast, at: datetime) -> Cast:
    """A member with entries of every kind, in two quarters: base 3 + 2 − 2, gain 5 + 8 + 2 − 8."""
    posted(cast, {"member": "PRESENT"}, rule="B02", held_on=date(2026, 8, 10))
    call = posted(cast, {"member": "PRESENT"}, rule="B04", held_on=date(2026, 11, 10))
    earn(cast, "member", 5, at=AT - timedelta(days=90))
    earn(cast, "member", 8)
    deed = attested(cast, rule="V03")
    actions.approve_deed(deed.pk, by=cast.actor("secretary"), at=at)
    _reverse(cast, Posting.objects.get(key=f"roll:{call.pk}:{cast.member_id('member')}"), "那天没有来")
    _reverse(cast, Posting.objects.get(kind="CONFIRM", points=8), "记错了人")
    return cast


def _reverse(cast: Cast, posting: Posting, why: str) -> None:
    made = actions.propose_correction(posting.pk, why, by=cast.actor("worker"), at=AT)
    actions.decide_correction(made.pk, True, by=cast.actor("secretary"), at=AT)


def test_entries_of_a_kind_and_of_a_quarter(lived: Cast) -> None:
    gain, base = account(lived), account(lived, kind="BASE")
    assert picked(lived, gain) == [-8, 2, 8, 5] and picked(lived, base) == [-2, 2, 3]
    assert picked(lived, gain, kind="CONFIRM", net=True) == [-8, 8, 5], "what took some back stands beside it"
    assert picked(lived, gain, kind="CONFIRM") == [8, 5] and picked(lived, gain, kind="DEED") == [2]
    assert picked(lived, gain, kind="REVERSAL") == [-8] and picked(lived, gain, kind="DEDUCT") == []
    assert picked(lived, gain, quarter="2026Q3") == [5] and picked(lived, base, quarter="2026Q4") == [-2, 2]
    assert picked(lived, gain, quarter="2026Q4", kind="CONFIRM") == [8]
    for wrong in ("2026Q5", "x", "2026"):
        with refused(NotThere):
            picked(lived, gain, quarter=wrong)


def details(cast: Cast, who: str, kind: str = "GAIN") -> Iterator[EntryDetail]:
    """Every entry of the member's account in full, newest first."""
    by, pk = cast.actor(who), account(cast, kind=kind)
    yield from (queries.entry(pk, row.id, by=by) for row in queries.entries(pk, by=by).rows)


def test_every_entry_tells_where_it_comes_from_and_under_which_rule(lived: Cast) -> None:
    undone, deed, wrong, helped = details(lived, "member")
    assert (undone.sources[0].label, undone.sources[0].url) == ("冲销的是", f"/bank/accounts/{account(lived)}/entries/{wrong.entry.id}/")
    assert [source.label for source in wrong.sources] == ["居民确认的单", "已经冲销"]
    assert wrong.sources[1].url.endswith(f"/entries/{undone.entry.id}/") and wrong.entry.reversed
    order = Posting.objects.get(pk=helped.entry.id).key.split(":")[1]
    assert [(s.label, s.url) for s in helped.sources] == [("居民确认的单", f"/orders/{order}/")]
    assert [one.rule.code if one.rule else "" for one in (undone, deed, wrong, helped)] == ["V10", "V03", "V10", "V10"]
    assert (
        deed.sources[0].url.startswith("/bank/deeds/")
        and deed.sources[0].label == "做的事"
        and "参加有事好商量协商会" in deed.sources[0].text
    )
    back, call, _first = details(lived, "member", "BASE")
    assert (call.rule.code if call.rule else "", call.sources[0].text) == ("B04", "第一支部 2026-11-10：到")
    assert call.sources[0].url == "" and back.sources[0].label == "冲销的是"
    assert next(one for one in details(lived, "worker", "BASE") if one.entry.points == 3).sources[0].url.startswith("/bank/roll-calls/")
    assert all(s.url == "" for one in details(lived, "member2") for s in one.sources if s.label == "居民确认的单")


def test_the_version_of_the_day_of_the_deed_is_shown(cast: Cast) -> None:
    posted(cast, {"member": "PRESENT"}, held_on=date(2026, 11, 1))
    adopted(cast, "B02", points=5, valid_from=date(2026, 11, 10))
    posted(cast, {"member": "PRESENT"}, held_on=date(2026, 11, 20))
    new, old = details(cast, "member", "BASE")
    assert [(one.rule.points, one.entry.points) for one in (new, old) if one.rule] == [(5, 5), (3, 3)]


def test_an_entry_that_is_not_there(lived: Cast) -> None:
    gain, base = account(lived), account(lived, kind="BASE")
    foreign = queries.entries(base, by=lived.actor("member")).rows[0].id
    for posting_id in (foreign, 0, 10**9, 2**63):
        with refused(NotThere):
            queries.entry(gain, posting_id, by=lived.actor("member"))
    with refused(NotThere):
        queries.entry(base, foreign, by=lived.actor("far_member"))


def test_a_statement_adds_up(lived: Cast, at: datetime) -> None:
    by = lived.actor("member")
    now, before = (queries.account_statement(account(lived), quarter, by=by, at=at) for quarter in ("2026Q4", "2026Q3"))
    assert (before.opening, before.closing, [(line.base, line.gain) for line in before.lines]) == ((0, 0), (3, 5), [(3, 0), (0, 5)])
    assert (now.opening, now.closing, now.moved) == ((3, 5), (3, 7), (0, 2))
    assert sorted((line.base, line.gain) for line in now.lines) == [(-2, 0), (0, -8), (0, 2), (0, 8), (2, 0)]
    assert (now.is_running, now.until, before.is_running, before.until) == (True, date(2026, 11, 23), False, date(2026, 9, 30))
    assert (now.standard, now.held, before.standard) == (2, 2, None)
    assert queries.account_statement(account(lived, kind="BASE"), "2026Q4", by=by, at=at).closing == (3, 7)
    empty = queries.account_statement(account(lived), "2025Q1", by=by, at=at)
    assert (empty.opening, empty.closing, empty.lines) == ((0, 0), (0, 0), [])
    for wrong in ("2026Q7", "x"):
        with refused(NotThere):
            queries.account_statement(account(lived), wrong, by=by, at=at)
    difficulty = Account.objects.filter(kind="DIFFICULTY").latest("pk").pk
    with refused(NotThere, "没有对账单"):
        queries.account_statement(difficulty, "2026Q4", by=lived.actor("worker"), at=at)


def test_a_units_statement_has_no_base(cast: Cast, at: datetime) -> None:
    earn(cast, "unit", 5)
    pk = Account.objects.get(organisation=cast.unit).pk
    found = queries.account_statement(pk, "2026Q4", by=cast.actor("unit"), at=at)
    assert (found.is_unit, found.opening, found.closing, found.standard, found.held) == (True, (0, 0), (0, 5), None, 0)


@pytest.fixture
def page(cast: Cast) -> Client:
    """The member's phone."""
    client = Client()
    client.force_login(cast.users["member"])
    return client


def test_the_statement_as_a_sheet_and_on_paper(lived: Cast, page: Client, stopped: Any) -> None:
    path = f"/bank/accounts/{account(lived)}/2026Q4"
    sheet = page.get(f"{path}.xlsx")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(sheet.content)).get_sheet_by_index(0).to_python()
    assert sheet["Content-Disposition"].startswith("attachment") and "党员甲" in str(rows[0][0])
    assert rows[3] == ["哪一天", "什么事", "怎么来的", "基础分", "增值分"]
    assert rows[4][3:] == [3, 5] and rows[-1][3:] == [3, 7] and len(rows) == 11
    assert rows[-1][:2] == [date(2026, 11, 23), "到今天"]
    document = pypdfium2.PdfDocument(page.get(f"{path}.pdf").content)
    text = document[0].get_textpage().get_text_bounded()
    assert len(document) == 1
    assert "党员甲的储值对账单" in text and "−8" in text and "+8" in text and "还差 2 分" in text
    assert page.get(f"/bank/accounts/{account(lived)}/2026Q9.pdf").status_code == 404
    assert page.get(f"/bank/accounts/{account(lived, 'member')}/x.xlsx").status_code == 404


def test_a_name_like_a_formula_is_text(lived: Cast, page: Client, stopped: Any) -> None:
    Person.objects.filter(pk=lived.members["member"].person_id).update(name="=CMD()")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(page.get(f"/bank/accounts/{account(lived)}/2026Q4.xlsx").content))
    assert str(rows.get_sheet_by_index(0).to_python()[0][0]).startswith("'=CMD()")


def test_the_page_picks_and_leads_on(lived: Cast, page: Client, stopped: Any) -> None:
    path = f"/bank/accounts/{account(lived)}/"
    whole = page.get(path).content.decode()
    assert "2026Q4.pdf" in whole and "2026 年第三季度" in whole and f"{path}entries/" in whole
    some = page.get(path, {"quarter": "2026Q3", "kind": "CONFIRM"}).content.decode()
    assert "+5" in some and "+8" not in some and "2026Q3.xlsx" in some
    assert "这样挑，一笔也没有" in page.get(path, {"kind": "DEDUCT"}).content.decode()
    assert page.get(path, {"kind": "NONSENSE", "quarter": "2026Q9"}).content.decode().count('class="entry"') == 4


def test_what_is_held_is_explained(lived: Cast, page: Client, stopped: Any) -> None:
    shown = page.get("/bank/").content.decode()
    assert "本季 2 分增值先记着（待达标）" in shown and "还差 2 分" in shown


def test_it_takes_the_same_statements_for_10_100_and_1000_postings(lived: Cast, at: datetime, sql: Any) -> None:
    """The account, its entries however picked, one of them, and the statement."""
    by, gain = lived.actor("member"), account(lived)
    issue = Account.objects.get(kind="ISSUE", community=lived.community).pk
    asked: dict[str, Callable[[], object]] = {
        "home": lambda: queries.account_home(by, at),
        "entries": lambda: queries.entries(gain, by=by),
        "picked": lambda: queries.entries(gain, kind="DEED", quarter="2026Q4", by=by, after=10**6),
        "entry": lambda: queries.entry(gain, queries.entries(gain, by=by).rows[0].id, by=by),
        "statement": lambda: queries.account_statement(gain, "2026Q4", by=by, at=at),
    }
    counts: dict[str, list[int]] = {name: [] for name in asked}
    for size in (10, 100, 1000):
        have = Posting.objects.filter(credit_id=gain).count()
        Posting.objects.bulk_create(
            Posting(
                community=lived.community, kind="DEED", key=f"x:{n}", points=1, occurred_on=AT.date(), posted_at=AT, rule="V03",
                debit_id=issue, credit_id=gain,
            )
            for n in range(have, size)
        )  # fmt: skip
        for name, ask in asked.items():
            with sql() as seen:
                ask()
            counts[name].append(len(seen))
    assert all(len(set(found)) == 1 for found in counts.values()), counts
    assert {name: found[0] for name, found in counts.items()} == {"home": 3, "entries": 3, "picked": 3, "entry": 6, "statement": 9}
    assert len(queries.account_statement(gain, "2026Q4", by=by, at=at).lines) > 990
