"""A quarter is tallied, prepared, published and sealed; what is published stays as it is."""

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.bank.roll import posted
from tests.cast import AT, Cast
from tests.trail import refused, told
from tests.trust.ground import undone
from zengyi.bank import actions, queries
from zengyi.bank.models import Account, Posting, Quarter
from zengyi.bank.rules import canonical, digits_of, seal_needs, working_days_after
from zengyi.core.errors import Invalid, NotAllowed, NotThere, Refused, WrongState
from zengyi.core.verifying import verify as verify_trail
from zengyi.orders import actions as orders
from zengyi.people import actions as people
from zengyi.people.models import Tie

Q = "2026Q4"
#: A working day after the quarter.
AFTER = AT.replace(year=2027, month=1, day=5)
DAY = timedelta(days=1)


@pytest.fixture
def year(cast: Cast, at: datetime) -> Cast:
    """A quarter with eight points of gain by a member, five by a unit and base points; two points of difficulty are open."""
    for who, points in (("member2", 8), ("unit", 5)):
        order = cast.delivered(who, "resident", difficulty=points)
        orders.confirm(order.pk, by=cast.actor("resident"), at=at)
    cast.triaged("resident", difficulty=2)
    posted(cast, {"member": "PRESENT", "member2": "ABSENT"})
    return cast


def step(cast: Cast, verb: str, who: str, at: datetime = AFTER, quarter: str = Q, **more: Any) -> Quarter:
    """A step of the quarter by somebody."""
    act: Callable[..., Quarter] = getattr(actions, f"{verb}_quarter")
    return act(cast.community.pk, quarter, **more, by=cast.actor(who), at=at)


def published(cast: Cast, at: datetime = AFTER, quarter: str = Q) -> Quarter:
    step(cast, "tally", "worker", at, quarter)
    step(cast, "prepare", "worker", at, quarter)
    return step(cast, "publish", "secretary", at, quarter)


def test_a_quarter_from_tally_to_seal(year: Cast) -> None:
    with told("tally", "quarter"):
        row = step(year, "tally", "worker")
    statement = json.loads(row.statement)
    assert statement["equation"] == {"opening": 0, "new": 15, "reduced": 13, "balance": 2}
    totals = statement["totals"]
    assert (totals["gain"], totals["confirmed"], totals["other"], totals["members_gain"], totals["units_gain"]) == (13, 13, 0, 8, 5)
    assert (totals["base"], totals["held"]) == (3, 8), "member2 missed the meeting, so their gain is held"
    with told("prepare", "quarter") as prepared:
        assert step(year, "prepare", "worker", savers=5).state == "PREPARED"
    assert prepared.event.before == {"state": "TALLIED", "digits": row.digits}
    with told("publish", "quarter"):
        row = step(year, "publish", "secretary")
    assert (row.state, row.objections_until) == ("PUBLISHED", date(2027, 1, 12))
    with refused(WrongState, "还差 5 个工作日"):
        step(year, "seal", "secretary")
    with refused(WrongState, "还差 0 个工作日"):
        step(year, "seal", "secretary", AFTER.replace(day=12) + timedelta(hours=13))
    with told("seal", "quarter"):
        assert step(year, "seal", "secretary", AFTER.replace(day=13)).state == "SEALED"
    assert [line for line in verify_trail().problems if "quarter" in line or "objection" in line] == []


def test_savers_are_masked_until_they_agree(year: Cast) -> None:
    def named() -> list[str]:
        return [one["name"] for one in json.loads(step(year, "tally", "worker").statement)["savers"]]

    assert named() == ["党*", "机关事务中心"]
    people.agree_to_naming(year.users["member2"].person_id or 0, True, by=year.actor("member2"), at=AFTER)
    assert named() == ["党员乙", "机关事务中心"]
    row = step(year, "prepare", "worker", savers=0)
    assert json.loads(row.statement)["savers"] == []
    with refused(WrongState):
        step(year, "prepare", "worker", savers=10)
    step(year, "tally", "worker")
    with refused(Invalid, fields={"savers"}):
        step(year, "prepare", "worker", savers=7)


def test_two_persons(year: Cast) -> None:
    step(year, "tally", "secretary")
    step(year, "prepare", "secretary")
    with refused(NotAllowed, "另一位"):
        step(year, "publish", "secretary")
    with refused(NotAllowed):
        step(year, "publish", "worker")
    with refused(NotThere):
        step(year, "publish", "far_secretary")
    for step_ in ("published", "sealed"):
        with pytest.raises(IntegrityError, match="second_person"), transaction.atomic():
            Quarter.objects.update(**{f"{step_}_by": year.users["secretary"]})


def test_not_before_its_time_nor_twice(year: Cast, at: datetime) -> None:
    with refused(WrongState, "还没过完"):
        step(year, "tally", "worker", at)
    with refused(NotThere):
        step(year, "tally", "worker", quarter="2026Q5")
    for verb, who in (("prepare", "worker"), ("publish", "secretary"), ("seal", "secretary")):
        with refused(WrongState, "不能做"):
            step(year, verb, who)
    published(year)
    for verb, who in (("tally", "worker"), ("prepare", "worker"), ("publish", "secretary")):
        with refused(WrongState, "不能做"):
            step(year, verb, who)


def late_posting(cast: Cast, day: date, key: str = "late") -> Posting:
    """A posting dated into some day, by whatever way it gets there."""
    account = Account.objects.get(member=cast.members["member2"], kind="GAIN")
    issue = Account.objects.get(community=cast.community, kind="ISSUE")
    return Posting.objects.create(
        community=cast.community, kind="BASE", debit=issue, credit=account, points=1, key=key, occurred_on=day, posted_at=AFTER
    )


def test_a_changed_ledger_voids_what_was_prepared(year: Cast) -> None:
    step(year, "tally", "worker")
    old = step(year, "prepare", "worker")
    late_posting(year, AT.date())
    with told("return", "quarter"):
        row = step(year, "publish", "secretary")
    row.refresh_from_db()
    assert (row.state, row.prepared_by_id, row.prepared_at, row.published_by_id, row.objections_until) == (
        "TALLIED",
        None,
        None,
        None,
        None,
    )
    assert row.digits != old.digits
    assert json.loads(row.statement)["totals"]["members_gain"] == 9
    late_posting(year, AT.date(), "later")
    assert step(year, "prepare", "worker").state == "TALLIED", "it changed once more"
    assert step(year, "prepare", "worker").state == "PREPARED"
    assert step(year, "publish", "secretary").state == "PUBLISHED"


def test_a_withdrawn_consent_voids_it_too(year: Cast) -> None:
    mine: dict[str, Any] = {"by": year.actor("member2"), "at": AFTER}
    people.agree_to_naming(year.users["member2"].person_id or 0, True, **mine)
    step(year, "tally", "worker")
    step(year, "prepare", "worker")
    people.agree_to_naming(year.users["member2"].person_id or 0, False, **mine)
    row = step(year, "publish", "secretary")
    assert (row.state, "党员乙" in row.statement) == ("TALLIED", False)


def test_nothing_is_dated_into_a_closed_quarter(year: Cast) -> None:
    row = published(year)
    frozen = (row.statement, row.inside, row.digits)
    for state in ("PUBLISHED", "SEALED"):
        for day in (date(2026, 10, 1), date(2026, 12, 31)):
            with pytest.raises(IntegrityError, match="closed quarter"), transaction.atomic():
                late_posting(year, day)
        if state == "PUBLISHED":
            row = step(year, "seal", "secretary", AFTER + 10 * DAY)
    with undone():
        assert late_posting(year, date(2026, 9, 30)).pk
        assert late_posting(year, date(2027, 1, 1), "after").pk
    row.refresh_from_db()
    assert (row.statement, row.inside, row.digits) == frozen


def test_what_comes_late_counts_in_the_open_quarter_and_says_so(year: Cast) -> None:
    held = AT.date() - DAY
    marks = {year.member_id("member3"): "PRESENT"}
    late = actions.propose_roll_call(year.branch.pk, "B04", held, marks, note="党课", by=year.actor("worker"), at=AFTER)
    row = published(year)
    paid = Posting.objects.get(kind="CONFIRM", points=8)
    wrong = actions.propose_correction(paid.pk, "没有办成", by=year.actor("worker"), at=AFTER)
    when = AFTER + 10 * DAY
    step(year, "seal", "secretary", when)
    actions.decide_roll_call(late.pk, True, by=year.actor("secretary"), at=when)
    actions.decide_correction(wrong.pk, True, by=year.actor("secretary"), at=when)
    made = Posting.objects.get(key=f"roll:{late.pk}:{year.member_id('member3')}")
    assert (made.occurred_on, f"补记 {held.isoformat()}" in made.memo) == (when.date(), True)
    mirror = Posting.objects.get(reverses=paid)
    assert mirror.occurred_on == when.date()
    row.refresh_from_db()
    fresh = json.loads(queries.added_up(queries.quarter_row(year.community.pk, Q), savers=row.savers).statement)
    frozen = json.loads(row.statement)
    assert fresh["equation"] == frozen["equation"]
    assert (fresh["savers"], fresh["totals"]["base"]) == (frozen["savers"], frozen["totals"]["base"]), "its figures still add up"
    assert queries.check_ledger().problems == []


def test_days() -> None:
    # National Day 2026: the 10th is a Saturday on which people work; the day of publication does not count.
    assert working_days_after(date(2026, 10, 8), 5) == date(2026, 10, 14)
    assert working_days_after(date(2026, 9, 30), 1) == date(2026, 10, 8)


def objection(cast: Cast, text: str = "漏记了一次党课", who: str = "resident", at: datetime = AFTER, **more: Any) -> Any:
    return actions.object_to(cast.community.pk, Q, text, **more, by=cast.actor(who), at=at)


def test_an_objection_is_answered_contested_and_reviewed(year: Cast) -> None:
    with refused(NotThere, "还没有公示"):
        objection(year)
    published(year)
    with told("object", "objection") as step_:
        one = objection(year)
    assert "党课" not in json.dumps(step_.event.after, ensure_ascii=False)
    assert (one.number, one.answer_due) == (1, date(2027, 1, 12))
    over = AFTER + 10 * DAY
    with refused(WrongState, "还有 1 件异议没有答复"):
        step(year, "seal", "secretary", over)
    with told("answer", "objection"):
        actions.answer_objection(one.pk, "查了签到表，补记。", "漏记一次，已补记。", by=year.actor("worker"), at=AFTER)
    with refused(WrongState, "已经答复过"):
        actions.answer_objection(one.pk, "再答一次", "再答一次", by=year.actor("worker2"), at=AFTER)
    with refused(NotThere):
        actions.contest_answer(one.pk, by=year.actor("resident2"), at=AFTER)
    with refused(WrongState, "没有在等复核"):
        actions.review_objection(one.pk, "看过了", by=year.actor("secretary"), at=AFTER)
    with told("contest", "objection"):
        assert actions.contest_answer(one.pk, by=year.actor("resident"), at=AFTER).review_due == date(2027, 1, 19)
    with refused(WrongState, "还有 1 件异议没有答复"):
        step(year, "seal", "secretary", over)
    with refused(NotAllowed, "另一位来复核"):
        actions.review_objection(one.pk, "看过了", by=year.actor("worker"), at=AFTER)
    Tie.objects.create(login=year.users["worker"], maker=year.users["secretary"], kind="RESET", at=AFTER, until=AFTER + DAY)
    with refused(NotAllowed, "不算两个人"):
        actions.review_objection(one.pk, "看过了", by=year.actor("secretary"), at=AFTER)
    Tie.objects.all().delete()
    with told("review", "objection"):
        actions.review_objection(one.pk, "看过了，属实。", by=year.actor("secretary"), at=AFTER)
    assert step(year, "seal", "secretary", over).state == "SEALED"
    seen = queries.publication(year.community.pk, Q, by=year.actor("resident2"), at=over)
    assert [(one.number, one.state, one.public) for one in seen.objections] == [(1, "REVIEWED", "漏记一次，已补记。")]
    with refused(WrongState, "提异议的日子已经过了"):
        objection(year, at=over)


def test_objections_by_phone_and_their_limits(year: Cast) -> None:
    published(year)
    with refused(Invalid, fields={"channel"}):
        objection(year, who="worker")
    with refused(Invalid, fields={"who"}):
        objection(year, who="worker", channel="PHONE")
    one = actions.object_to(year.community.pk, Q, "分记少了", channel="PHONE", who="电话里的老张", by=year.actor("worker"), at=AFTER)
    assert (one.channel, one.who, one.person_id) == ("PHONE", "电话里的老张", None)
    actions.answer_objection(one.pk, "查过了，没有少。", "查过，没有少记。", by=year.actor("worker2"), at=AFTER)
    assert actions.contest_answer(one.pk, by=year.actor("worker"), at=AFTER).state == "CONTESTED", "the desk asks for them"
    with refused(NotThere):
        queries.objection(one.pk, by=year.actor("far_worker"), at=AFTER)
    with refused(NotThere):
        queries.objection(one.pk, by=year.actor("resident"), at=AFTER)


def test_objections_end_with_their_last_day(year: Cast) -> None:
    published(year)
    last = AFTER.replace(day=12, hour=23, minute=59)
    for number in range(3):
        assert objection(year, at=last).number == number + 1
    with refused(WrongState, "3 件异议还在等答复"):
        objection(year, at=last)
    with refused(WrongState, "已经过了"):
        objection(year, who="resident2", at=last + timedelta(minutes=2))
    with refused(NotAllowed):
        objection(year, who="far_resident", at=last)
    for text in ("", " 错 ", "错" * 501):
        with refused(Invalid, fields={"text"}):
            objection(year, text, "resident2", at=last)


def test_offered_is_accepted(year: Cast) -> None:
    """In both directions: by everybody at a desk, in every state, for every verb."""
    seen = set()
    ways: list[Callable[[], object]] = [
        lambda: None,
        lambda: step(year, "tally", "worker"),
        lambda: step(year, "prepare", "worker"),
        lambda: step(year, "publish", "secretary"),
        lambda: step(year, "seal", "secretary", AFTER + 10 * DAY),
    ]
    for move in ways:
        move()
        for at in (AFTER, AFTER + 10 * DAY):
            for who in ("worker", "worker2", "secretary"):
                desk = queries.quarter_desk(Q, by=year.actor(who), at=at)
                for verb, sentence in desk.refusals.items():
                    with undone():
                        try:
                            step(year, verb, who, at)
                            said = ""
                        except Refused as refusal:
                            said = refusal.sentence
                    assert said == sentence, (desk.state, who, verb)
                    seen.add((desk.state, verb, not said))
    assert {state for state, _verb, done in seen if done} == {"OPEN", "TALLIED", "PREPARED", "PUBLISHED"}
    assert seal_needs(queries.quarter_facts(queries.quarter_row(year.community.pk, Q), AFTER)) != []


def test_the_ledgers_check_finds_a_changed_statement(year: Cast) -> None:
    row = published(year)
    assert queries.check_ledger().problems == []
    for column, text in (
        ("statement", row.statement.replace('"gain":13', '"gain":31')),
        ("inside", row.inside.replace('"gain":8', '"gain":9')),
    ):
        with undone():
            assert text != getattr(row, column)
            Quarter.objects.update(**{column: text})
            assert [line for line in queries.check_ledger().problems if "not what its digits say" in line]
    changed = canonical({**json.loads(row.statement), "equation": {"opening": 0, "new": 14, "reduced": 12, "balance": 2}})
    Quarter.objects.update(statement=changed, digits=digits_of(changed))
    assert [line for line in queries.check_ledger().problems if "not those of the ledger" in line]


def test_the_ledgers_check_finds_the_guard_gone(year: Cast) -> None:
    with undone(), connection.cursor() as cursor:
        on = " ON bank_posting" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER refuse_posting_into_closed_quarter{on}")
        assert [line for line in queries.check_ledger().problems if "closed quarters is missing" in line]


def test_it_takes_the_same_statements_for_10_and_1000_postings(year: Cast) -> None:
    account, issue = Account.objects.get(member=year.members["member2"], kind="GAIN"), Account.objects.get(kind="ISSUE")
    counts = []
    for number, more in enumerate((10, 1000)):
        Posting.objects.bulk_create(
            Posting(
                community=year.community,
                kind="BASE",
                debit=issue,
                credit=account,
                points=1,
                key=f"more:{number}:{n}",
                occurred_on=AT.date() - timedelta(days=n % 50),
                posted_at=AT,
            )
            for n in range(more)
        )
        took = []
        for verb, who in (("tally", "worker"), ("prepare", "worker"), ("publish", "secretary")):
            with undone(), CaptureQueriesContext(connection) as seen:
                if verb != "tally":
                    step(year, "tally", "worker")
                if verb == "publish":
                    step(year, "prepare", "worker")
                before = len(seen.captured_queries)
                step(year, verb, who)
                took.append(len(seen.captured_queries) - before)
        with CaptureQueriesContext(connection) as seen:
            queries.quarter_desk(Q, by=year.actor("worker"), at=AFTER)
        counts.append([*took, len(seen.captured_queries)])
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 32, counts
