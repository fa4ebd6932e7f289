"""Points booked in a loop or in bulk, by the product's own steps or by plain SQL on the same tables.

Run as ``python -m benchmarks.books WHAT FIRST COUNT``, with ``ZENGYI_DATABASE`` set to a ground; prints how long it took as JSON.
``posting``, ``confirm`` and ``raw`` book ``COUNT`` difficulties, delivered orders from ``FIRST`` on, each durable by itself;
``roll-call`` and ``bulk`` book base points for ``COUNT`` members, ``FIRST`` is the number of the meeting.
"""

import argparse
import json
import os
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from benchmarks.ground import MEMBERS, ORDERS

POINTS = 8
ONE = {
    "postgresql": """
        WITH posted AS (
          INSERT INTO bank_posting (community_id, kind, debit_id, credit_id, points, key, rule, memo, occurred_on, posted_at)
          VALUES (%s, 'CONFIRM', %s, %s, %s, %s, '', '', CURRENT_DATE, now()) RETURNING debit_id, credit_id, points)
        UPDATE bank_account SET balance = balance + CASE WHEN id = credit_id THEN points ELSE -points END
        FROM posted WHERE id IN (debit_id, credit_id)
    """,
    "sqlite": """
        INSERT INTO bank_posting (community_id, kind, debit_id, credit_id, points, key, rule, memo, occurred_on, posted_at)
        VALUES (?, 'CONFIRM', ?, ?, ?, ?, '', '', date(), datetime());
        UPDATE bank_account SET balance = balance + CASE WHEN id = ? THEN ? ELSE -? END WHERE id IN (?, ?)
    """,
}
BULK = {
    "postgresql": """
        WITH posted AS (
          INSERT INTO bank_posting (community_id, kind, debit_id, credit_id, points, key, rule, memo, occurred_on, posted_at)
          SELECT %(community)s, 'BASE', %(issue)s, given.id, 1, %(key)s || given.id, 'B01', '', CURRENT_DATE, now()
          FROM unnest(%(accounts)s::bigint[]) AS given(id) RETURNING credit_id, points)
        UPDATE bank_account SET balance = balance + points FROM posted WHERE id = credit_id
    """,
    "sqlite": """
        INSERT INTO bank_posting (community_id, kind, debit_id, credit_id, points, key, rule, memo, occurred_on, posted_at)
        SELECT :community, 'BASE', :issue, value, 1, :key || value, 'B01', '', date(), datetime() FROM json_each(:accounts);
        UPDATE bank_account SET balance = balance + 1 FROM json_each(:accounts) AS given WHERE bank_account.id = given.value
    """,
}


def main() -> None:
    """Book it and print how long it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=list(RUNS))
    parser.add_argument("first", type=int)
    parser.add_argument("count", type=int)
    arguments = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zengyi.project.settings")
    import django

    django.setup()
    print(json.dumps({"seconds": RUNS[arguments.what](arguments.first, arguments.count)}))


def timed(steps: list[Callable[[], Any]]) -> float:
    """Seconds until all are done."""
    started = time.perf_counter()
    for step in steps:
        step()
    return time.perf_counter() - started


def confirm(first: int, count: int) -> float:
    """The whole step: the requester confirms, order and claim end, the points move, the event is written."""
    from zengyi.core import clock
    from zengyi.orders import actions
    from zengyi.people.models import User
    from zengyi.people.queries import actor_for_user

    by = actor_for_user(User.objects.get(username="resident").pk, at=clock.now())
    return timed([lambda order=ORDERS + n: actions.confirm(order, by=by, at=clock.now()) for n in range(first, first + count)])  # type: ignore[misc]


def posting(first: int, count: int) -> float:
    """The bank's part alone, with its event: one difficulty's points move to one member."""
    from zengyi.bank import actions as bank
    from zengyi.bank.rules import Share
    from zengyi.core import audit, clock
    from zengyi.core.steps import action
    from zengyi.orders.models import Order
    from zengyi.people.rules import SYSTEM

    found = Order.objects.filter(pk__gte=ORDERS + first, pk__lt=ORDERS + first + count).values_list(
        "pk", "account_id", "community_id", "requester_id"
    )

    @action
    def post(order: int, account: int, community: int, asker: int) -> None:
        at = clock.now()
        share = Share(points=POINTS, member_id=MEMBERS)
        bank.post_confirmation(account, [share], asker_id=asker, key=f"confirm:{order}", memo="", occurred_on=at.date(), at=at)
        audit.record("confirm", "order", order, by=SYSTEM, at=at, community_id=community, after={"points": POINTS})

    return timed([lambda row=row: post(*row) for row in list(found)])  # type: ignore[misc]


def raw(first: int, count: int) -> float:
    """The posting and both balances by plain SQL, committed one by one."""
    from django.db import connection

    from zengyi.bank.models import Account
    from zengyi.orders.models import Order

    gain = Account.objects.get(member_id=MEMBERS, kind="GAIN").pk
    found = Order.objects.filter(pk__gte=ORDERS + first, pk__lt=ORDERS + first + count)
    rows = [(community, account, gain, POINTS, f"raw:{account}") for community, account in found.values_list("community_id", "account_id")]
    plain, text = connection.connection, ONE[connection.vendor]
    if connection.vendor == "postgresql":
        import psycopg

        cursor = psycopg.Cursor(plain)
        plain.prepare_threshold = 0
        return timed([lambda row=row: cursor.execute(text, row) for row in rows])  # type: ignore[misc]
    insert, update = text.split(";")

    def one(row: tuple[Any, ...]) -> None:
        plain.execute("BEGIN IMMEDIATE")
        plain.execute(insert, row)
        plain.execute(update, (row[2], POINTS, POINTS, row[1], row[2]))
        plain.execute("COMMIT")

    return timed([lambda row=row: one(row) for row in rows])  # type: ignore[misc]


def roll_call(meeting: int, count: int) -> float:
    """The second person's step: caps, missing accounts, postings, balances, the event. Proposing it is not measured."""
    from zengyi.bank import actions as bank
    from zengyi.core import clock
    from zengyi.people.models import Branch, Member, User
    from zengyi.people.queries import actor_for_user

    at = clock.now()
    by = {name: actor_for_user(User.objects.get(username=name).pk, at=at) for name in ("worker", "secretary")}
    marks = dict.fromkeys(Member.objects.order_by("pk").values_list("pk", flat=True)[:count], "PRESENT")
    held_on = clock.local_date(at) - timedelta(days=meeting)
    made = bank.propose_roll_call(Branch.objects.get().pk, "B01", held_on, marks, by=by["worker"], at=at)
    return timed([lambda: bank.decide_roll_call(made.pk, True, by=by["secretary"], at=clock.now())])


def bulk(meeting: int, count: int) -> float:
    """The same postings and balances in as few statements of plain SQL as the database allows: one on PostgreSQL, two on SQLite."""
    from django.db import connection

    from zengyi.bank.models import Account

    issue = Account.objects.get(kind="ISSUE")
    accounts = list(Account.objects.filter(kind="BASE").order_by("pk").values_list("pk", flat=True)[:count])
    values: dict[str, Any] = {"community": issue.community_id, "issue": issue.pk, "key": f"bulk:{meeting}:", "accounts": accounts}
    plain, text = connection.connection, BULK[connection.vendor]
    if connection.vendor == "postgresql":
        return timed([lambda: plain.execute(text, values)])
    values["accounts"] = json.dumps(accounts)

    def both() -> None:
        plain.execute("BEGIN IMMEDIATE")
        for statement in text.split(";"):
            plain.execute(statement, values)
        plain.execute("COMMIT")

    return timed([both])


RUNS = {"posting": posting, "confirm": confirm, "raw": raw, "roll-call": roll_call, "bulk": bulk}


if __name__ == "__main__":
    main()
