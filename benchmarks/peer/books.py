"""The same bookings in django-hordak, the double-entry ledger for Django.

Run as ``python -m benchmarks.peer.books WHAT COUNT``; prints how long it took as JSON. ``prepare`` makes its tables and ``COUNT``
accounts, ``single`` books one by one, ``loop`` in one transaction, ``bulk`` by ``bulk_create``.
"""

import argparse
import json
import os
import time
from datetime import UTC, datetime
from typing import Any


def main() -> None:
    """Book it and print how long it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["prepare", "single", "loop", "bulk"])
    parser.add_argument("count", type=int)
    arguments = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.peer.books_settings"
    import django

    django.setup()
    if arguments.what == "prepare":
        _prepare(arguments.count)
        print(json.dumps({}))
        return
    print(json.dumps({"seconds": _book(arguments.what, arguments.count)}))


def _prepare(count: int) -> None:
    from django.core.management import call_command
    from hordak.models import Account, AccountType

    call_command("migrate", interactive=False, verbosity=0)
    with Account.objects.disable_mptt_updates():
        Account.objects.bulk_create(
            Account(name=f"account {n}", code=str(n), type=AccountType.liability, currencies=["CNY"], lft=0, rght=0, tree_id=n, level=0)
            for n in range(count + 1)
        )


def _book(what: str, count: int) -> float:
    from django.db import connection, transaction
    from hordak.models import Account, Leg, Transaction
    from hordak.utilities.currency import Money

    with connection.cursor() as cursor:
        cursor.execute(
            "ANALYZE"
        )  # as autovacuum would in time: without statistics hordak's trigger adds up a transaction's legs without an index
    issue, *accounts = Account.objects.order_by("pk")[: count + 1]
    point, today = Money(1, "CNY"), datetime.now(UTC).date()

    def one(account: Any) -> None:
        with transaction.atomic():
            issue.transfer_to(account, point, date=today)

    def bulk() -> None:
        made = Transaction.objects.bulk_create([Transaction(date=today) for _ in accounts])
        pairs = list(zip(made, accounts, strict=True))
        Leg.objects.bulk_create([Leg(transaction=t, account=issue, credit=point) for t, _ in pairs])
        Leg.objects.bulk_create([Leg(transaction=t, account=account, debit=point) for t, account in pairs])

    started = time.perf_counter()
    if what == "single":
        for account in accounts:
            one(account)
    else:
        with transaction.atomic():
            for account in accounts if what == "loop" else ():
                one(account)
            if what == "bulk":
                bulk()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
