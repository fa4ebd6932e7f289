"""How long a big community's quarter takes: added up, put forward, published, and made into every outlet; how much memory.

``python -m benchmarks.quarter`` makes 5,000 members with 200,000 postings of one quarter in a temporary SQLite and a temporary
PostgreSQL, and measures each in a process of its own. Aimed for: tallied and printed in less than 20 s and 500 MB.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

from benchmarks import postgres
from benchmarks.migrated import migrate
from benchmarks.running import ROOT, Failed, run

QUARTER, FIRST, DAYS = "2026Q3", date(2026, 7, 1), 90
#: A working day after it, on which it is closed.
AT = datetime(2026, 10, 9, 2, tzinfo=UTC)
BRANCHES, DIFFICULTIES, MEETINGS, BATCH = 50, 1000, 12, 2000

#: Half are base points; every difficulty that was recognised is reduced again by the next posting.
_POSTINGS = f"""
WITH RECURSIVE number(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n < %(postings)s - 1)
INSERT INTO bank_posting (community_id, kind, debit_id, credit_id, points, key, rule, memo, occurred_on, posted_at, reversed_kind)
SELECT %(here)s,
  CASE n % 4 WHEN 2 THEN 'TRIAGE' WHEN 3 THEN 'CONFIRM' ELSE 'BASE' END,
  CASE n % 4 WHEN 3 THEN %(hard)s + n / 4 % {DIFFICULTIES} ELSE %(issue)s END,
  CASE n % 4 WHEN 2 THEN %(hard)s + n / 4 % {DIFFICULTIES} WHEN 3
    THEN %(gain)s + n / 4 % %(members)s ELSE %(base)s + n / 2 % %(members)s END,
  3, 'bench:' || n, 'B02', '', {{day}}, %(at)s, ''
FROM number
"""


def main() -> int:
    """Measure on the databases asked for, and print a table of each."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quarter", description=__doc__)
    parser.add_argument("--members", type=int, default=5000)
    parser.add_argument("--postings", type=int, default=200_000)
    parser.add_argument("--database", choices=["both", "postgres", "sqlite"], default="both")
    parser.add_argument("--part", choices=["fill", "measure"], help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.part:
        print(json.dumps(fill(arguments.members, arguments.postings) if arguments.part == "fill" else measure()))
        return 0
    sizes = ["--members", str(arguments.members), "--postings", str(arguments.postings)]
    print(f"{os.cpu_count()} cores, load before the run {os.getloadavg()[0]:.1f}")
    try:
        for kind in ["sqlite", "postgres"] if arguments.database == "both" else [arguments.database]:
            with _place(kind) as environment:
                module = [sys.executable, "-m", "benchmarks.quarter", *sizes]
                print(f"{kind}: {run([*module, '--part', 'fill'], environment).strip()}", flush=True)
                told = json.loads(run([*module, "--part", "measure"], environment))
                for name, value in told.items():
                    print(f"| {name} | {value} |")
    except Failed as failure:
        print(f"benchmarks: {failure}", file=sys.stderr)
        return 1
    return 0


@contextmanager
def _place(kind: str) -> Iterator[dict[str, str]]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("ZENGYI_", "DJANGO_"))}
    with tempfile.TemporaryDirectory(prefix="zengyi-bench-") as folder:
        environment = {**kept, "ZENGYI_VAR": folder, "ZENGYI_DATABASE": f"sqlite:{folder}/bench.sqlite3"}
        if kind == "sqlite":
            yield environment
            return
        with postgres.server() as url:
            port = url.rsplit(":", 1)[1].partition("/")[0]
            command = [str(postgres.programs() / "createdb"), "-h", "127.0.0.1", "-p", port, "-U", "zengyi", "bench"]
            subprocess.run(command, env=environment, cwd=ROOT, check=True)
            yield {**environment, "ZENGYI_DATABASE": f"{url}/bench"}


def _django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zengyi.project.settings")
    import django

    django.setup()


def fill(members: int, postings: int) -> dict[str, int]:
    """A community with its staff, members, roll-calls and postings, spread over the quarter."""
    _django()
    from django.db import connection

    from zengyi.bank.models import Account, Posting, RollCall, RollCallEntry
    from zengyi.core import capture
    from zengyi.people.models import Branch, Grant, Member, Person, Place, User

    migrate()
    capture.remove()
    district = Place.objects.create(kind="DISTRICT", name="崇川区", path="1/")
    street = Place.objects.create(kind="SUBDISTRICT", name="虹桥街道", parent=district, path="1/1/")
    here = Place.objects.create(kind="COMMUNITY", name="虹西社区", parent=street, path="1/1/1/")
    for name, role in (("worker", "worker"), ("secretary", "secretary")):
        login = User.objects.create(username=name, person=Person.objects.create(community=here, name=f"{name}甲"))
        Grant.objects.create(user=login, role=role, place=here, starts_at=AT - timedelta(days=400))
    branches = Branch.objects.bulk_create(Branch(community=here, name=f"第{n + 1}支部") for n in range(BRANCHES))
    persons = Person.objects.bulk_create((Person(community=here, name=f"党员{n}") for n in range(members)), batch_size=BATCH)
    duties = ("DELIBERATION", "GOVERNANCE", "GIVING", "MONITORING")
    people = Member.objects.bulk_create(
        (
            Member(person=one, community=here, branch=branches[n % BRANCHES], number=f"{n:05d}", duty=duties[n % 4])
            for n, one in enumerate(persons)
        ),
        batch_size=BATCH,
    )
    known: dict[str, Any] = {"community": here, "opened_at": AT - timedelta(days=200)}
    issue = Account.objects.create(kind="ISSUE", **known)
    base = Account.objects.bulk_create((Account(kind="BASE", member=one, **known) for one in people), batch_size=BATCH)
    gain = Account.objects.bulk_create((Account(kind="GAIN", member=one, **known) for one in people), batch_size=BATCH)
    hard = Account.objects.bulk_create(
        (Account(kind="DIFFICULTY", label=f"2026-{n}", **known) for n in range(DIFFICULTIES)), batch_size=BATCH
    )
    calls = RollCall.objects.bulk_create(
        RollCall(
            community=here,
            branch=branch,
            rule="B02",
            held_on=FIRST + timedelta(days=n * 7),
            state="POSTED",
            proposed_by_id=1,
            proposed_at=AT,
            decided_by_id=2,
            decided_at=AT,
        )
        for n in range(MEETINGS)
        for branch in branches
    )
    RollCallEntry.objects.bulk_create(
        (
            RollCallEntry(roll_call=call, member=one, mark="PRESENT", points=3)
            for call in calls
            for one in people[calls.index(call) % BRANCHES :: BRANCHES]
        ),
        batch_size=BATCH,
    )

    stored = connection.ops.adapt_datetimefield_value
    ids: dict[str, Any] = {name: rows[0].pk for name, rows in (("base", base), ("gain", gain), ("hard", hard))}
    known = {"here": here.pk, "issue": issue.pk, "first": FIRST, "at": stored(AT), "members": members, "postings": postings, **ids}
    day = "date(%(first)s, (n % {days}) || ' days')" if connection.vendor == "sqlite" else "CAST(%(first)s AS date) + n % {days}"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # one sum of a week, written a hundred thousand times in one step, is no one's day
            cursor.execute("SET session_replication_role = replica")
        cursor.execute(_POSTINGS.replace("{day}", day).replace("{days}", str(DAYS)).replace(" % ", " %% "), known)
    capture.install()
    return {"members": members, "postings": Posting.objects.count(), "marks": RollCallEntry.objects.count()}


def measure() -> dict[str, str]:
    """Close the quarter and make every outlet; seconds of each, and the most memory the process ever had."""
    _django()
    from django.db import connection

    from zengyi.bank import actions, queries
    from zengyi.bank.pages import outlets, workbook
    from zengyi.core import paper
    from zengyi.people.models import Place, User
    from zengyi.people.queries import actor_for_user
    from zengyi.people.rules import NOBODY

    community = Place.objects.get(kind="COMMUNITY").pk
    worker, secretary = (actor_for_user(User.objects.get(username=name).pk, "", at=AT) for name in ("worker", "secretary"))
    link = f"https://example.invalid/bank/quarters/{community}/{QUARTER}/"
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    told: dict[str, str] = {"memory before, MB": str(_memory())}
    total, worked = time.perf_counter(), time.process_time()
    _timed(told, "tally", lambda: actions.tally_quarter(community, QUARTER, by=worker, at=AT))
    _timed(told, "the desk's page, read", lambda: queries.quarter_desk(QUARTER, by=secretary, at=AT))
    _timed(told, "prepare, added up again", lambda: actions.prepare_quarter(community, QUARTER, savers=20, by=worker, at=AT))
    _timed(told, "publish, added up again", lambda: actions.publish_quarter(community, QUARTER, by=secretary, at=AT))
    found = queries.publication(community, QUARTER, by=NOBODY, at=AT)
    _timed(told, "A4 sheet", lambda: paper.pdf("bank/statement", outlets.sheet(found, link=link), at=AT))
    _timed(told, "poster", lambda: paper.picture("bank/poster", outlets.poster(found, link=link), scale=2))
    _timed(told, "workbook", lambda: workbook.publication(found))
    _timed(told, "reading text", lambda: outlets.text(found))
    _timed(told, "every member's points", lambda: queries.members_sums(community, QUARTER, by=worker))
    told["all of it, s"] = f"{time.perf_counter() - total:.2f}"
    told["all of it, processor time of the process, s"] = f"{time.process_time() - worked:.2f}"
    told["load of the machine"] = f"{os.getloadavg()[0]:.1f}"
    told["most memory, MB"] = str(_memory())
    return told


def _timed(told: dict[str, str], name: str, part: Callable[[], object]) -> None:
    start = time.perf_counter()
    part()
    told[f"{name}, s"] = f"{time.perf_counter() - start:.2f}"


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    sys.exit(main())
