"""The statements of one real claim, as a script for pgbench.

Run as ``python -m benchmarks.script ORDER MEMBER``, with ``ZENGYI_DATABASE`` set to a ground on PostgreSQL: claims that order over
the whole stack in this process, notes every statement with its values, and prints them in one transaction, the values that
belong to order and member replaced by pgbench's variables. So the limit that we compare ourselves with always runs the same SQL as we do.
"""

import argparse
import json
import os
import re
from typing import Any

from benchmarks.ground import CLAIMS_A_MEMBER, MEMBERS, ORDERS, PERSONS, TOKEN, USERS, token


def main() -> None:
    """Print how many statements a claim makes, and the script."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("order", type=int)
    parser.add_argument("member", type=int)
    arguments = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zengyi.project.settings")
    import django

    django.setup()
    seen = claim(arguments.order, arguments.member)
    print(json.dumps({"statements": len(seen), "script": script(seen, arguments.order, arguments.member)}))


def claim(order: int, member: int) -> list[tuple[str, Any]]:
    """Claim the order as that member; the statements it took, prepared ones as they were written, with their values."""
    from unittest import mock

    from django.db import connection
    from django.test import Client

    from zengyi.core.prepared import Statement

    seen: list[tuple[str, Any]] = []
    texts: dict[str, str] = {}
    plain = Statement._run

    def remember(statement: Statement, values: Any, after: str) -> Any:
        texts[f"EXECUTE {statement.name}"] = statement.text
        return plain(statement, values, after)

    def note(execute: Any, statement: str, values: Any, many: bool, context: Any) -> Any:
        if not statement.startswith(("BEGIN", "COMMIT")):
            seen.append((texts.get(statement.partition("(")[0], statement), values))
        return execute(statement, values, many, context)

    with connection.execute_wrapper(note), mock.patch.object(Statement, "_run", remember):
        answer = Client(HTTP_HOST="127.0.0.1").post(
            f"/api/v1/orders/{ORDERS + order}/claim", headers={"authorization": f"Bearer {token(member)}"}
        )
    assert answer.status_code == 200, answer.content
    return seen


def script(seen: list[tuple[str, Any]], order: int, member: int) -> str:
    """pgbench's script: ``first`` and ``each`` are given on its command line, ``n`` counts a client's claims."""
    names = {ORDERS + order: ":order", USERS + member: ":user", PERSONS + member: ":person", MEMBERS + member: ":member"}
    lines = [
        r"\set n :n + 1",
        r"\set place :first + :client_id * :each + :n",
        rf"\set number 1 + (:place - 1) / {CLAIMS_A_MEMBER}",
        rf"\set order {ORDERS} + :place",
        rf"\set user {USERS} + :number",
        rf"\set person {PERSONS} + :number",
        rf"\set member {MEMBERS} + :number",
        "BEGIN;",
    ]
    return "\n".join([*lines, *(f"{_bound(statement, values, names)};" for statement, values in seen), "COMMIT;", ""])


def _bound(statement: str, values: Any, names: dict[int, str]) -> str:
    left = iter(values or () if not isinstance(values, dict) else ())

    def put(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return "%"
        return _value(values[found[1]] if found[1] else next(left), names)

    return re.sub(r"%\((\w+)\)s|%s|%%", put, " ".join(statement.split()))


def _value(value: Any, names: dict[int, str]) -> str:
    import psycopg
    from django.db import connection

    plain = getattr(value, "obj", value)
    if isinstance(plain, int) and plain in names:
        return names[plain]
    if isinstance(plain, bytes) and len(plain) == 32:
        return f"sha256(convert_to('{TOKEN}' || :number, 'UTF8'))"
    return psycopg.sql.Literal(value).as_string(connection.connection)


if __name__ == "__main__":
    main()
