"""The district's books: accounts, postings of orders and of roll-calls, balances, roll-calls and corrections that wait."""

from datetime import datetime

from benchmarks import bulk
from benchmarks.district import DAYS, DIFFICULTIES, UNIT_ACCOUNTS, UNITS, Community, Size
from benchmarks.district_orders import POINTS

RULES = (("B01", 1), ("B02", 3), ("B03", 1), ("B04", 2), ("B05", 1))
CORRECTIONS = 60


def fill(size: Size, here: list[Community], start: datetime, now: datetime) -> None:
    """Every order's difficulty and what became of it; then so many roll-calls that there are as many postings as wanted."""
    _accounts(start)
    _orders(start)
    members = sum(community.members for community in here)
    meetings = max(2, (size.postings - 2 * size.orders) // max(1, members))
    _roll_calls(meetings, start)
    _balances()
    _corrections(now)
    bulk.drop("bench_order")


def _accounts(start: datetime) -> None:
    opened = bulk.minutes_after(start, "0")
    shared = {"label": "''", "balance": "0", "opened_at": opened}
    bulk.insert("bank_account", "bench_community c", id="c.number", kind="'ISSUE'", community_id="c.number + 100", **shared)
    for place, kind in enumerate(("BASE", "GAIN")):
        given = {"id": f"1000 + m.id * 2 + {place}", "kind": f"'{kind}'", "community_id": "m.community_id", "member_id": "m.id"}
        bulk.insert("bank_account", "people_member m", **given, **shared)
    unit = f"(c.number - 1) * {UNITS} + n.i + 1"
    bulk.insert(
        "bank_account",
        f"bench_community c, {bulk.NUMBERS} n WHERE n.i < {UNITS}",
        id=f"{UNIT_ACCOUNTS} + {unit}",
        kind="'GAIN'",
        community_id="c.number + 100",
        organisation_id=unit,
        **shared,
    )
    bulk.insert(
        "bank_account",
        "bench_order o WHERE o.state <> 'PLACED'",
        id=f"{DIFFICULTIES} + o.id",
        kind="'DIFFICULTY'",
        community_id="o.number + 100",
        label="'2025-' || o.id",
        balance=f"CASE WHEN o.state IN ('CONFIRMED', 'CLOSED') THEN 0 ELSE {POINTS} END",
        opened_at=bulk.minutes_after(start, "o.minute + 200"),
    )


def _orders(start: datetime) -> None:
    def posted(minutes: str) -> dict[str, str]:
        later = f"o.minute + {minutes}"
        return {
            "occurred_on": bulk.day_after(start, later),
            "posted_at": bulk.minutes_after(start, later),
            "rule": "''",
            "memo": "'办好了一件事'",
        }

    shared = {"community_id": "o.number + 100", "points": POINTS}
    difficulty = f"{DIFFICULTIES} + o.id"
    bulk.insert(
        "bank_posting",
        "bench_order o WHERE o.state <> 'PLACED'",
        id="o.id",
        kind="'TRIAGE'",
        reversed_kind="''",
        debit_id="o.number",
        credit_id=difficulty,
        key="'triage:' || o.id",
        **shared,
        **posted("200"),
    )
    gain = f"CASE WHEN o.id % 10 = 4 THEN {UNIT_ACCOUNTS} + (o.number - 1) * {UNITS} + 1 + o.id / 10 % {UNITS} ELSE 1001 + o.taker * 2 END"
    bulk.insert(
        "bank_posting",
        "bench_order o WHERE o.state = 'CONFIRMED'",
        id="10000000 + o.id",
        kind="'CONFIRM'",
        reversed_kind="''",
        debit_id=difficulty,
        credit_id=gain,
        key="'confirm:' || o.id || ':1'",
        **shared,
        **posted("14000"),
    )
    bulk.insert(
        "bank_posting",
        "bench_order o WHERE o.state = 'CLOSED'",
        id="20000000 + o.id",
        kind="'REVERSAL'",
        reversed_kind="'TRIAGE'",
        debit_id=difficulty,
        credit_id="o.number",
        key="'withdraw:' || o.id",
        reverses_id="o.id",
        **shared,
        **posted("14000"),
    )


def _roll_calls(meetings: int, start: datetime) -> None:
    """Each branch meets every so many days under the rules in turn; one in ten members is away. The last roll-call waits."""
    codes = [code for code, _points in RULES]
    points = bulk.pick("k.i", [str(points) for _code, points in RULES])
    minute = f"k.i * {DAYS * 1440} / {meetings} + 600"
    meets = f"people_branch b JOIN bench_community c ON c.number = b.community_id - 100, {bulk.NUMBERS} k WHERE k.i < {meetings}"
    roll_call, waits = "b.id * 1000 + k.i", f"k.i = {meetings - 1}"
    bulk.insert(
        "bank_rollcall",
        meets,
        id=roll_call,
        community_id="b.community_id",
        branch_id="b.id",
        rule=bulk.pick("k.i", codes),
        note="''",
        held_on=bulk.day_after(start, minute),
        state=f"CASE WHEN {waits} THEN 'PROPOSED' ELSE 'POSTED' END",
        reason="''",
        proposed_by_id="c.worker",
        proposed_at=bulk.minutes_after(start, minute),
        decided_by_id=f"CASE WHEN {waits} THEN NULL ELSE c.worker + 1 END",
        decided_at=f"CASE WHEN {waits} THEN NULL ELSE {bulk.minutes_after(start, f'{minute} + 60')} END",
    )
    there = f"people_member m, {bulk.NUMBERS} k WHERE k.i < {meetings}"
    here = "(m.id + k.i) % 10 > 0"
    paid = f"{here} AND k.i < {meetings - 1}"
    bulk.insert(
        "bank_rollcallentry",
        there,
        roll_call_id="m.branch_id * 1000 + k.i",
        member_id="m.id",
        note="''",
        mark=f"CASE WHEN {here} THEN 'PRESENT' ELSE 'ABSENT' END",
        points=f"CASE WHEN {paid} THEN {points} ELSE '0' END",
    )
    bulk.insert(
        "bank_posting",
        f"{there} AND {paid}",
        community_id="m.community_id",
        kind="'BASE'",
        reversed_kind="''",
        debit_id="m.community_id - 100",
        id=f"30000000 + m.id * {meetings} + k.i",
        credit_id="1000 + m.id * 2",
        points=points,
        key="'roll:' || (m.branch_id * 1000 + k.i) || ':' || m.id",
        rule=bulk.pick("k.i", codes),
        memo="''",
        occurred_on=bulk.day_after(start, minute),
        posted_at=bulk.minutes_after(start, f"{minute} + 60"),
    )


def _balances() -> None:
    """The kept balances of members and units are the sums of what was posted."""
    bulk.execute(
        "UPDATE bank_account SET balance = s.points FROM (SELECT credit_id, SUM(points) AS points FROM bank_posting "
        "WHERE kind IN ('BASE', 'CONFIRM') GROUP BY credit_id) s WHERE s.credit_id = bank_account.id"
    )


def _corrections(now: datetime) -> None:
    bulk.insert(
        "bank_correction",
        f"(SELECT id FROM bank_posting WHERE community_id = 101 AND kind = 'CONFIRM' ORDER BY id DESC LIMIT {CORRECTIONS}) p, "
        "bench_community c WHERE c.number = 1",
        posting_id="p.id",
        community_id="101",
        reason="'记重了一次'",
        state="'PROPOSED'",
        proposed_by_id="c.worker",
        proposed_at=bulk.minutes_after(now, "-100"),
    )
