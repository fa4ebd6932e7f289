"""The statements of one real claim, straight to SQLite, again and again: what a single writer can reach that does nothing else.

Run as ``python -m benchmarks.raw_sqlite ORDER MEMBER FIRST COUNT --seconds S``, with ``ZENGYI_DATABASE`` set to a ground on SQLite:
that member claims that order over the whole stack, then the same statements claim ``COUNT`` orders from ``FIRST`` on. Each claim
is committed with ``synchronous=FULL``.
"""

import argparse
import hashlib
import json
import os
import re
import time
from collections.abc import Callable
from typing import Any

from benchmarks.ground import MEMBERS, ORDERS, PERSONS, USERS, claimant, token
from benchmarks.script import claim


def main() -> None:
    """Claim, and print how long each took."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("order", "member", "first", "count"):
        parser.add_argument(name, type=int)
    parser.add_argument("--seconds", type=float, required=True)
    arguments = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zengyi.project.settings")
    import django

    django.setup()
    statements = [_bound(*one, arguments.order, arguments.member) for one in claim(arguments.order, arguments.member)]
    from django.db import connection

    rows = connection.connection
    milliseconds = []
    started = last = time.perf_counter()
    for number in range(arguments.first, arguments.first + arguments.count):
        rows.execute("BEGIN IMMEDIATE")
        for statement, values in statements:
            rows.execute(statement, values(number)).fetchall()
        rows.execute("COMMIT")
        now = time.perf_counter()
        milliseconds.append((now - last) * 1000)
        last = now
        if now - started > arguments.seconds:
            break
    print(json.dumps({"seconds": last - started, "milliseconds": milliseconds}))


def _bound(statement: str, values: Any, order: int, member: int) -> tuple[str, Callable[[int], Any]]:
    """The statement as SQLite takes it, and its values for the order of any number."""
    known = {ORDERS + order: ORDERS, USERS + member: USERS, PERSONS + member: PERSONS, MEMBERS + member: MEMBERS}
    names = list(values) if isinstance(values, dict) else []
    plain = list(values.values()) if isinstance(values, dict) else list(values or ())

    def given(number: int) -> Any:
        found: list[Any] = []
        for value in plain:
            base = known.get(value) if isinstance(value, int) else None
            if base is not None:
                found.append(base + (number if base == ORDERS else claimant(number)))
            elif isinstance(value, bytes | memoryview) and len(value) == 32:
                found.append(hashlib.sha256(token(claimant(number)).encode()).digest())
            else:
                found.append(value)
        return dict(zip(names, found, strict=True)) if names else found

    return re.sub(r"%\((\w+)\)s", r":\1", statement).replace("%s", "?").replace("%%", "%"), given


if __name__ == "__main__":
    main()
