"""How fast the whole trail is proved: a district's events and rows as if steps had written them, sealed, and checked in one pass.

Run as ``python -m benchmarks.trail --orders N`` with ``ZENGYI_DATABASE`` and ``ZENGYI_VAR`` set to something empty.
"""

import argparse
import json
import os
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from benchmarks.migrated import migrate


def main() -> None:
    """Fill, mark, seal, check; print how long each took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, required=True)
    arguments = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zengyi.project.settings")
    import django

    django.setup()
    from benchmarks import district
    from zengyi.core import baseline, capture, sealing, verifying
    from zengyi.core.models import Kept

    migrate()
    capture.remove()
    now = datetime.now(UTC).replace(microsecond=0)
    orders = arguments.orders
    district.fill(district.Size(max(2, orders // 20_000), orders, orders // 10, orders * 3 // 2), now)
    capture.install()
    told: dict[str, object] = {"orders": orders}
    for name, part in (
        ("mark", _mark),
        ("seal", lambda: sealing.seal(now - timedelta(days=district.DAYS + 1))),
        ("begin", lambda: (Kept.objects.all().delete(), baseline.bring_up(now, {}))),
        ("seal again", lambda: sealing.seal(now)),
    ):
        told[name] = _timed(part)
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    clock = time.perf_counter()
    report = verifying.verify()
    told |= {"check": round(time.perf_counter() - clock, 1), "check, of this process": round(time.process_time() - start, 1)}
    told |= {"events": report.events, "rows": report.rows, "ok": report.ok, "problems": report.problems[:3]}
    told |= {"memory before, MB": before // 1024, "after": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}
    print(json.dumps(told, indent=1))


def _timed(part: object) -> float:
    assert callable(part)
    start = time.perf_counter()
    part()
    return round(time.perf_counter() - start, 1)


def _mark() -> None:
    """Give every event what a step would have: the digests of the order and of one more row, and the instance's mark."""
    from django.db import connection

    from zengyi.core import sealing

    last: dict[int, str] = {}
    after = 0
    with _unguarded(), connection.cursor() as cursor:
        while True:
            cursor.execute(f"SELECT {sealing.columns()} FROM core_event e WHERE e.id > %s ORDER BY e.id LIMIT 5000", [after])
            events = cursor.fetchall()
            if not events:
                return
            cursor.executemany("UPDATE core_event SET rows = %s, mark = %s WHERE id = %s", [_marked(row, last) for row in events])
            after = events[-1][0]


def _marked(row: tuple[object, ...], last: dict[int, str]) -> tuple[str, bytes, int]:
    from zengyi.core import sealing, tracking

    number, thing = int(str(row[0])), int(str(row[8]))
    was, now, other = last.get(thing, ""), tracking.digest(str(number)), tracking.digest(f"{number}x")
    last[thing] = now
    rows = {"orders_order": {str(thing): [was, now]}, "orders_claim": {str(number): [other, other]}}
    said = list(row)
    said[12], said[13] = json.dumps(rows, separators=(",", ":")), b"?"
    content, _none = sealing.said(tuple(said))
    return str(said[12]), tracking.mark(content), number


@contextmanager
def _unguarded() -> Iterator[None]:
    """Without the triggers that refuse changes of events."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
            yield
            cursor.execute("SET session_replication_role = origin")
        else:
            cursor.execute("SELECT sql FROM sqlite_master WHERE name = 'refuse_update_on_core_event'")
            (text,) = cursor.fetchone()
            cursor.execute("DROP TRIGGER refuse_update_on_core_event")
            yield
            cursor.execute(text)


if __name__ == "__main__":
    main()
