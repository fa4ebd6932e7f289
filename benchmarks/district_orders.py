"""The orders of the district with their claims, photos and history."""

import random
from datetime import datetime

from benchmarks import bulk
from benchmarks.district import BUILDINGS, COMMON, DIFFICULTIES, ESTATES, MINUTES, OWN, PHRASES, PLACES, RARE, UNITS, Community, Size

OPEN = ("PLACED", "PLACED", "TRIAGED", "PUBLISHED", "PUBLISHED", "PUBLISHED", "ASSIGNED", "CLAIMED", "CLAIMED", "DELIVERED")
CATEGORIES = ("LIGHT", "WATER", "ROAD", "CAMERA", "LIFT", "CLEAN", "HELP", "OTHER")
CLAIMED = "('ASSIGNED', 'CLAIMED', 'DELIVERED', 'CONFIRMED')"
#: What an order costs in points.
POINTS = "1 + o.id % 12"


def fill(size: Size, people: Community, start: datetime) -> None:
    """Orders from ``start`` on, the newest ones open; every ended order was claimed and confirmed, or closed."""
    _phrases()
    settled = size.orders - size.open
    # Every so many settled orders are the measured people's, if they fall to their community: about as many in any district.
    step = max(4, settled * people.members // (size.members * OWN))
    minute = f"n.i * {MINUTES} / {size.orders}"
    state = f"CASE WHEN n.i >= {settled} THEN {bulk.pick('n.i', OPEN)} WHEN n.i % 19 = 7 THEN 'CLOSED' ELSE 'CONFIRMED' END"
    bulk.execute(
        "CREATE TABLE bench_order AS SELECT n.i + 1 AS id, s.community AS number, c.members AS members, c.persons AS persons, "
        f"c.first AS first, c.worker AS worker, {minute} AS minute, {state} AS state, "
        f"CASE WHEN c.number = 1 AND n.i % {step} = 1 THEN c.first + c.members WHEN c.number = 1 AND n.i % {step} = 2 THEN c.first "
        f"ELSE c.first + {bulk.chance('n.i', 11, 'c.persons - 4')} END AS requester, "
        # The measured member takes only settled ones by this, or the small district's would have their hands full.
        f"CASE WHEN c.number = 1 AND n.i % {step} = 0 AND n.i < {settled} THEN c.first "
        f"ELSE c.first + 1 + {bulk.chance('n.i', 13, 'c.members - 1')} END AS taker "
        f"FROM {bulk.NUMBERS} n JOIN bench_slot s ON s.slot = {bulk.chance('n.i', 17, 1000)} "
        f"JOIN bench_community c ON c.number = s.community WHERE n.i < {size.orders}"
    )
    bulk.execute("CREATE UNIQUE INDEX bench_order_id ON bench_order (id)")
    _orders(size, start)
    _claims(start)
    _history(start)
    bulk.drop("bench_phrase")


def _phrases() -> None:
    """What orders say: a quarter of them hold the common word; three orders hold the rare one."""
    from zengyi.core import search

    chosen = random.Random(7)
    characters = [chr(chosen.randrange(0x4E00, 0x8000)) for _ in range(600)]
    rows = []
    for number in range(PHRASES):
        title = "".join(chosen.sample(characters, 6)) + (COMMON if number % 4 == 0 else "破损")
        text = "，".join("".join(chosen.sample(characters, 9)) for _ in range(3)) + "。"
        rows.append((number, title, text, search.tokens(f"{title} {text}")))
    bulk.table("bench_phrase", "number bigint PRIMARY KEY, title text, text text, words text", rows)


def _orders(size: Size, start: datetime) -> None:
    def since(minutes: str) -> str:
        return bulk.minutes_after(start, f"o.minute + {minutes}")

    weighed = "o.state <> 'PLACED'"
    announced = "o.state NOT IN ('PLACED', 'TRIAGED', 'CLOSED')"
    done = "o.state IN ('DELIVERED', 'CONFIRMED')"
    ended = "o.state IN ('CONFIRMED', 'CLOSED')"
    # The first phrases are used far more often than the last ones.
    phrase = f"p.number = {bulk.chance('o.id', 19, 1000)} * {bulk.chance('o.id', 23, 1000)} * {PHRASES} / 1000000"
    rare = f"o.id IN ({size.orders // 5}, {size.orders // 3}, {size.orders // 2})"
    bulk.insert(
        "orders_order",
        f"bench_order o JOIN bench_phrase p ON {phrase}",
        id="o.id",
        community_id="o.number + 100",
        year="2000 + o.minute / 525600",
        sequence="o.id",
        kind=bulk.pick("o.id / 3", ["DEMAND"] * 7 + ["WISH", "WISH", "REPORT"]),
        category=bulk.pick("o.id / 7", CATEGORIES),
        source=bulk.pick("o.id / 5", ["RESIDENT", "RESIDENT", "WORKER"]),
        title="p.title",
        text="p.text || ' ' || o.id % 5000",
        place_id=f"{PLACES} + o.number * 100 + {ESTATES} + {bulk.chance('o.id', 29, BUILDINGS)}",
        spot="''",
        urgency="1 + o.id % 4",
        state="o.state",
        difficulty=f"CASE WHEN {weighed} THEN {POINTS} END",
        outcome="CASE o.state WHEN 'CONFIRMED' THEN 'HELPED' WHEN 'CLOSED' THEN 'NO_ANSWER' ELSE '' END",
        places="1",
        taken="CASE WHEN o.state IN ('CLAIMED', 'DELIVERED', 'CONFIRMED') THEN 1 ELSE 0 END",
        account_id=f"CASE WHEN {weighed} THEN {DIFFICULTIES} + o.id END",
        requester_id="o.requester",
        placed_by_id="CASE WHEN o.id / 5 % 3 = 2 THEN o.worker ELSE o.requester END",
        triaged_by_id=f"CASE WHEN {weighed} THEN o.worker END",
        channel="'SELF'",
        contact="''",
        anonymous="o.id % 10 = 0",
        private="o.id % 33 = 0",
        needs="''",
        provides="''",
        placed_at=since("0"),
        triaged_at=f"CASE WHEN {weighed} THEN {since('200')} END",
        published_at=f"CASE WHEN {announced} THEN {since('300')} END",
        claimed_at=f"CASE WHEN o.state IN ('CLAIMED', 'DELIVERED', 'CONFIRMED') THEN {since('900 + o.id % 3000')} END",
        delivered_at=f"CASE WHEN {done} THEN {since('4000 + o.id % 9000')} END",
        delivery_text=f"CASE WHEN {done} THEN '办好了，请看一看。' ELSE '' END",
        ended_at=f"CASE WHEN {ended} THEN {since('14000')} END",
        reminders="0",
        due_at=f"CASE WHEN {weighed} THEN {since('9000 + o.id % 30000')} END",
        search=f"p.words || ' ' || o.id % 5000 || CASE WHEN {rare} THEN ' {RARE[:2]} {RARE[1:]}' ELSE '' END",
    )
    bulk.execute(
        "INSERT INTO orders_counter (community_id, year, last) "
        "SELECT community_id, year, MAX(sequence) FROM orders_order GROUP BY community_id, year"
    )


def _claims(start: datetime) -> None:
    state = "CASE o.state WHEN 'ASSIGNED' THEN 'PROPOSED' WHEN 'CONFIRMED' THEN 'DONE' ELSE 'ACTIVE' END"
    unit = "o.id % 10 = 4"
    claimed = bulk.minutes_after(start, "o.minute + 900 + o.id % 3000")
    ended = bulk.minutes_after(start, "o.minute + 14000")
    shared = {"order_id": "o.id", "places": "1", "community_id": "o.number + 100"}
    bulk.insert(
        "orders_claim",
        f"bench_order o WHERE o.state IN {CLAIMED}",
        **shared,
        member_id=f"CASE WHEN {unit} THEN NULL ELSE o.taker END",
        state=state,
        by_id="o.taker",
        organisation_id=f"CASE WHEN {unit} THEN (o.number - 1) * {UNITS} + 1 + o.id / 10 % {UNITS} END",
        claimed_at=claimed,
        lease_until=bulk.minutes_after(start, "o.minute + 60000"),
        reason="''",
        ended_at=f"CASE WHEN o.state = 'CONFIRMED' THEN {ended} END",
        points=f"CASE WHEN o.state = 'CONFIRMED' THEN {POINTS} END",
        on_time="CASE WHEN o.state = 'CONFIRMED' THEN (4000 + o.id % 9000) <= (9000 + o.id % 30000) END",
    )
    given_back = "o.first + (o.taker - o.first + 7) % o.members"
    bulk.insert(
        "orders_claim",
        f"bench_order o WHERE o.state IN {CLAIMED} AND o.id % 20 = 3",
        **shared,
        member_id=given_back,
        state=bulk.pick("o.id / 20", ["RELEASED", "REFUSED", "LAPSED"]),
        by_id=given_back,
        claimed_at=bulk.minutes_after(start, "o.minute + 500"),
        lease_until=bulk.minutes_after(start, "o.minute + 700"),
        ended_at=bulk.minutes_after(start, "o.minute + 800"),
        reason="'这两天在外地'",
    )
    bulk.insert(
        "orders_photo",
        "bench_order o WHERE o.id % 10 = 0",
        id=bulk.random_id(),
        order_id="o.id",
        stage="'BEFORE'",
        width="1200",
        height="900",
        size="150000",
        by_id="o.requester",
        added_at=bulk.minutes_after(start, "o.minute"),
    )


def _history(start: datetime) -> None:
    """Five steps of a finished order, fewer of others."""
    after = {"place": "{}", "triage": '{"difficulty": 3, "due_at": "2026-01-05T10:00:00+00:00"}', "confirm": '{"points": 3}'}
    steps = [
        ("place", "resident", "o.requester", "0", "1 = 1"),
        ("triage", "worker", "o.worker", "200", "o.state <> 'PLACED'"),
        ("publish", "worker", "o.worker", "300", f"o.state = 'PUBLISHED' OR o.state IN {CLAIMED}"),
        ("claim", "member", "o.taker", "1000", "o.state IN ('CLAIMED', 'DELIVERED', 'CONFIRMED')"),
        ("confirm", "resident", "o.requester", "14000", "o.state = 'CONFIRMED'"),
    ]
    for verb, role, user, minutes, which in steps:
        bulk.insert(
            "core_event",
            f"bench_order o WHERE {which}",
            at=bulk.minutes_after(start, f"o.minute + {minutes}"),
            user_id=user,
            role=f"'{role}'",
            via="'web'",
            community_id="o.number + 100",
            verb=f"'{verb}'",
            object_type="'order'",
            object_id="o.id",
            before="'{}'",
            after=f"'{after.get(verb, '{}')}'",
            reason="''",
        )
