"""Whether years of rounds make pages slower: 5,000 facilities checked every day for two years, against 50 for a month.

``python -m benchmarks.facilities`` fills a temporary SQLite and a temporary PostgreSQL with each, and asks both in turn for the pages
and calls that show how things are. Aimed for: the same number of statements, and at most 1.3 times the time.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import postgres
from benchmarks.migrated import migrate
from benchmarks.running import ROOT, Failed

LARGE, SMALL = (5000, 730), (50, 30)
A_ROUTE, BATCH, FILL_SECONDS = 500, 1000, 3600
#: A thing fails on one day of so many, and is repaired three days later.
FAILS, REPAIRED = 173, 3
TOKEN = "bench-token"
KINDS = ("CAMERA", "CAMERA", "CAMERA", "LIFT", "DOOR")
ITEMS = {"CAMERA": "CAM-PICTURE", "LIFT": "LIF-RUN", "DOOR": "DOO-SHUT"}

#: Check ``n`` is that of facility ``n % facilities`` on day ``n / facilities``; every round holds those of its route.
_CHECKS = """
WITH RECURSIVE number(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n < %(all)s - 1)
INSERT INTO facilities_check
  (uid, round_id, facility_id, item, result, reason, note, at, phone_at, elapsed_ms, received_at, by_id, late, digest)
SELECT {uid}, 1 + n / %(things)s * %(routes)s + n %% %(things)s / %(route)s, 1 + n %% %(things)s, f.item,
  CASE WHEN (n / %(things)s * 31 + n %% %(things)s * 7) %% %(fails)s = 0 THEN 'FAIL' ELSE 'OK' END, '', '',
  {at}, {at}, 0, {at}, %(by)s, {false}, {digest}
FROM number JOIN (SELECT id, CASE kind WHEN 'CAMERA' THEN 'CAM-PICTURE' WHEN 'LIFT' THEN 'LIF-RUN' ELSE 'DOO-SHUT' END AS item
  FROM facilities_facility) f ON f.id = 1 + n %% %(things)s
"""
_WORDS = {
    "sqlite": {
        "uid": "printf('%%032x', n + 1)",
        "at": "strftime('%%Y-%%m-%%d %%H:%%M:%%f', %(first)s, (n / %(things)s) || ' days')",
        "digest": "zeroblob(32)",
        "false": "0",
    },
    "postgresql": {
        "uid": "CAST(lpad(to_hex(n + 1), 32, '0') AS uuid)",
        "at": "CAST(%(first)s AS timestamptz) + n / %(things)s * interval '1 day'",
        "digest": "decode(repeat('00', 32), 'hex')",
        "false": "false",
    },
}


def main() -> int:
    """Fill both sizes on the databases asked for, and print a table of each."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.facilities", description=__doc__)
    parser.add_argument("--facilities", type=int, default=LARGE[0], help="of the large community (default: %(default)s)")
    parser.add_argument("--days", type=int, default=LARGE[1], help="for which they were checked (default: %(default)s)")
    parser.add_argument("--times", type=int, default=40, help="how often each is asked for (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=4, help="in how many turns (default: %(default)s)")
    parser.add_argument("--database", choices=["both", "postgres", "sqlite"], default="both")
    parser.add_argument("--part", choices=["fill", "measure"], help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.part == "fill":
        print(json.dumps(fill(given.facilities, given.days)))
        return 0
    if given.part == "measure":
        measure()
        return 0
    print(f"{os.cpu_count()} cores, load before the run {os.getloadavg()[0]:.1f}")
    try:
        for kind in ["sqlite", "postgres"] if given.database == "both" else [given.database]:
            for line in compared(kind, (given.facilities, given.days), given.times, given.rounds):
                print(line, flush=True)
    except Failed as failure:
        print(f"benchmarks: {failure}", file=sys.stderr)
        return 1
    return 0


def compared(kind: str, large: tuple[int, int], times: int, rounds: int) -> Iterator[str]:
    """The table: each page in the small and in the large community, asked for in turn."""
    with _places(kind) as environments, _asked(environments) as both:
        for one, (things, days) in zip(both, (SMALL, large), strict=True):
            told = one.filled(things, days)
            yield f"{kind}: {told['checks']} checks of {things} facilities in {days} days, filled in {told['seconds']} s"
            one.open()
        yield f"| {kind} | statements | small p50, ms | large p50, ms | small work, ms | large work, ms | large/small |"
        yield "|-|-:|-:|-:|-:|-:|-:|"
        for name in both[0].names:
            took: list[list[tuple[float, float]]] = [[], []]
            for _turn in range(rounds):
                for place, one in enumerate(both):
                    took[place] += one.times(name, max(1, times // rounds))
            statements = [one.statements(name) for one in both]
            if statements[0] != statements[1]:
                raise Failed(f"{name}: {statements[0]} statements in the small community, {statements[1]} in the large one")
            passed = [median(p for p, _w in times_) for times_ in took]
            worked = [median(w for _p, w in times_) for times_ in took]
            figures = [f"{value:.1f}" for value in (*passed, *worked)]
            yield f"| {name} | {statements[0]} | {' | '.join(figures)} | {worked[1] / worked[0]:.2f} |"


@contextmanager
def _places(kind: str) -> Iterator[list[dict[str, str]]]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("ZENGYI_", "DJANGO_"))}
    with tempfile.TemporaryDirectory(prefix="zengyi-bench-") as folder:
        if kind == "sqlite":
            yield [{**kept, "ZENGYI_VAR": f"{folder}/{n}", "ZENGYI_DATABASE": f"sqlite:{folder}/{n}.sqlite3"} for n in range(2)]
            return
        with postgres.server() as url:
            for n in range(2):
                command: list[str | Path] = [postgres.programs() / "psql", "-q", f"{url}/postgres", "-c", f"CREATE DATABASE place{n}"]
                subprocess.run(command, env=kept, cwd=ROOT, check=True)
            yield [{**kept, "ZENGYI_VAR": f"{folder}/{n}", "ZENGYI_DATABASE": f"{url}/place{n}"} for n in range(2)]


@dataclass(slots=True)
class Asked:
    """A community in a database of its own, and the process that looks at its pages."""

    environment: dict[str, str]
    process: Any = None
    names: tuple[str, ...] = ()

    def filled(self, things: int, days: int) -> dict[str, int]:
        """Fill it."""
        Path(self.environment["ZENGYI_VAR"]).mkdir()
        words = ["--part", "fill", "--facilities", str(things), "--days", str(days)]
        command = [sys.executable, "-m", "benchmarks.facilities", *words]
        done = subprocess.run(command, env=self.environment, cwd=ROOT, capture_output=True, text=True, timeout=FILL_SECONDS)
        if done.returncode:
            raise Failed(done.stderr[-3000:])
        return dict(json.loads(done.stdout.splitlines()[-1]))

    def open(self) -> None:
        """Start the process."""
        command = [sys.executable, "-m", "benchmarks.facilities", "--part", "measure"]
        pipes: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        self.process = subprocess.Popen(command, env=self.environment, cwd=ROOT, text=True, **pipes)
        self.names = tuple(self._answer())

    def times(self, name: str, times: int) -> list[tuple[float, float]]:
        """Milliseconds that passed, and that a processor worked, of each of so many times."""
        print(name, times, file=self.process.stdin, flush=True)
        return [tuple(one) for one in self._answer()]

    def statements(self, name: str) -> int:
        """How many statements it takes."""
        print(name, 0, file=self.process.stdin, flush=True)
        return int(self._answer())

    def _answer(self) -> Any:
        line = self.process.stdout.readline()
        if not line:
            raise Failed(self.process.stderr.read()[-3000:])
        return json.loads(line)


@contextmanager
def _asked(environments: list[dict[str, str]]) -> Iterator[list[Asked]]:
    made = [Asked(one) for one in environments]
    try:
        yield made
    finally:
        for one in made:
            if one.process is not None:
                one.process.kill()
                one.process.wait()


def _django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zengyi.project.settings")
    import django

    django.setup()


def fill(things: int, days: int) -> dict[str, int]:
    """A community whose things were all checked every day, the last time this morning; what it took."""
    _django()
    from django.db import connection

    from zengyi.core import capture, clock

    began = time.monotonic()
    migrate()
    capture.remove()
    now = clock.now()
    # Everything is seen at eight in Shanghai, or a minute ago before that: never later than now.
    first = (now - timedelta(days=days - 1, minutes=1)).replace(second=0, microsecond=0)
    by = _people(now)
    routes = -(-things // A_ROUTE)
    _register(things, days, routes, first, by)
    given = {"all": things * days, "things": things, "routes": routes, "route": A_ROUTE, "fails": FAILS, "by": by}
    with connection.cursor() as cursor:
        stored = first.isoformat() if connection.vendor == "postgresql" else connection.ops.adapt_datetimefield_value(first)
        cursor.execute(_CHECKS.format(**_WORDS[connection.vendor]), {**given, "first": stored})
        _kept(things, days, first)
        cursor.execute("ANALYZE")
    capture.install()
    return {"checks": things * days, "seconds": round(time.monotonic() - began)}


def _people(now: datetime) -> int:
    from zengyi.people.models import Grant, Person, Place, Token, User

    district = Place.objects.create(kind="DISTRICT", name="崇川区", path="1/")
    street = Place.objects.create(kind="SUBDISTRICT", name="幸福街道", parent=district, path="1/1/")
    here = Place.objects.create(kind="COMMUNITY", name="秦西社区", parent=street, path="1/1/1/")
    login = User.objects.create(username="worker", person=Person.objects.create(community=here, name="社工甲"))
    grant = Grant.objects.create(user=login, role="worker", place=here, starts_at=now - timedelta(days=400))
    known: dict[str, Any] = {"created_at": now, "expires_at": now + timedelta(days=1), "acting_as": f"grant:{grant.pk}"}
    Token.objects.create(user=login, digest=hashlib.sha256(TOKEN.encode()).digest(), epoch=0, **known)
    return int(login.pk)


def _register(things: int, days: int, routes: int, first: datetime, by: int) -> None:
    from zengyi.facilities.models import Checklist, Facility, Item, Round, Route, Stop
    from zengyi.people.models import Place

    here = Place.objects.get(kind="COMMUNITY").pk
    since = first - timedelta(days=1)
    known: dict[str, Any] = {"community_id": here, "in_service_at": since, "entered_at": since, "seen_at": first + timedelta(days=days - 1)}
    rows = (Facility(pk=n + 1, kind=KINDS[n % len(KINDS)], code=f"F-{n:05}", name=f"设施 {n}", **known) for n in range(things))
    Facility.objects.bulk_create(rows, batch_size=BATCH)
    checklist = Checklist.objects.create(community_id=here, name="检查表")
    for kind, key in ITEMS.items():
        Item.objects.create(checklist=checklist, key=key, kind=kind, title="好不好", since=1)
    today = first.date() + timedelta(days=days - 1)
    made = [Route(pk=n + 1, community_id=here, name=f"路线 {n}", checklist=checklist, planned_until=today) for n in range(routes)]
    Route.objects.bulk_create(made)
    stops = (Stop(route_id=1 + n // A_ROUTE, facility_id=n + 1, position=n % A_ROUTE) for n in range(things))
    Stop.objects.bulk_create(stops, batch_size=BATCH)
    walked = (
        Round(
            pk=1 + day * routes + route,
            route_id=route + 1,
            community_id=here,
            due_date=first.date() + timedelta(days=day),
            state="SUBMITTED",
            version=1,
            walked_by_id=by,
            started_at=first + timedelta(days=day),
            submitted_at=first + timedelta(days=day),
        )
        for day in range(days)
        for route in range(routes)
    )
    Round.objects.bulk_create(walked, batch_size=BATCH)


def _kept(things: int, days: int, first: datetime) -> None:
    """Spans, defects and sums by day, as the steps would have kept them."""
    from zengyi.facilities.models import DaySum, Defect, Facility, Span
    from zengyi.facilities.rules import Schedule, good_until
    from zengyi.facilities.rules.sums import Steps

    here, at, a_day = Facility.objects.values_list("community_id", flat=True)[0], int(first.timestamp()), 24 * 3600
    good = int(good_until(Schedule.DAILY, date.fromordinal(first.toordinal() + days - 1)).timestamp())
    spans, defects, steps, down = [], [], Steps(), []
    for n in range(things):
        kind, from_s, day = KINDS[n % len(KINDS)], at, 0
        steps.add(here, kind, "SERVICE", at - a_day, None)
        while day < days:
            if (day * 31 + n * 7) % FAILS:
                day += 1
                continue
            broken, mended = at + day * a_day, at + (day + REPAIRED) * a_day
            over = day + REPAIRED < days
            if broken > from_s:
                spans.append(Span(facility_id=n + 1, health="UP", from_s=from_s, until_s=broken, seen_s=broken - a_day, good_s=broken))
                steps.add(here, kind, "UP", from_s, broken)
            spans.append(Span(facility_id=n + 1, health="DOWN", from_s=broken, until_s=mended if over else None, seen_s=broken))
            steps.add(here, kind, "DOWN", broken, mended if over else None)
            when, fixed = first + timedelta(days=day), first + timedelta(days=day + REPAIRED) if over else None
            known = {"community_id": here, "facility_id": n + 1, "item": ITEMS[kind], "stops": True}
            defects.append(Defect(**known, opened_at=when, last_fail_at=when, fixed_at=fixed))
            from_s, day = mended, day + REPAIRED
        if from_s <= at + (days - 1) * a_day:
            spans.append(Span(facility_id=n + 1, health="UP", from_s=from_s, seen_s=at + (days - 1) * a_day, good_s=good))
            steps.add(here, kind, "UP", from_s, good)
        else:
            down.append(n + 1)
    Span.objects.bulk_create(spans, batch_size=BATCH)
    Defect.objects.bulk_create(defects, batch_size=BATCH)
    for lot in range(0, len(down), BATCH):
        Facility.objects.filter(pk__in=down[lot : lot + BATCH]).update(state="DOWN")
    names = ("service", "service_s", "up", "up_s", "down", "down_s")
    sums = [DaySum(community_id=c, kind=k, day=d, **dict(zip(names, row, strict=True))) for (c, k, d), row in steps.changed()]
    DaySum.objects.bulk_create(sums, batch_size=BATCH)


#: What is looked at; ``{first}``, ``{last}``: days a month apart, the last today.
PAGES = {
    "board": "/facilities/",
    "board, one kind": "/facilities/?kind=CAMERA",
    "board, what is broken": "/facilities/?state=DOWN",
    "facility": "/facilities/{facility}/",
    "availability": "/facilities/share",
    "availability, one kind": "/facilities/share?kind=LIFT",
    "rounds": "/rounds/",
    "community, with its tile": "/community/",
    "API list": "/api/v1/facilities?kind=CAMERA&state=DOWN",
    "API availability": "/api/v1/facilities/availability?from={first}&to={last}",
}


def measure() -> None:
    """Answer each line ``NAME TIMES`` with the milliseconds of each time, or for no time with how many statements it takes."""
    _django()
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from benchmarks.looks import Clock
    from zengyi.core import clock
    from zengyi.facilities.models import Defect
    from zengyi.facilities.queries import check_sums
    from zengyi.people.models import User

    call_command("collectstatic", interactive=False, verbosity=0)
    if problems := check_sums().problems:
        raise SystemExit(f"what was filled in does not add up: {problems[:3]}")
    client, watch = Client(HTTP_HOST="127.0.0.1"), Clock()
    client.force_login(User.objects.get(username="worker"))
    today = clock.local_date(clock.now())
    broken = Defect.objects.order_by("pk").values_list("facility_id", flat=True)[0]
    known = {"facility": broken, "first": today - timedelta(days=29), "last": today}

    def look(path: str) -> None:
        status = client.get(path, headers={"authorization": f"Bearer {TOKEN}"} if path.startswith("/api/") else {}).status_code
        if status != 200:
            raise SystemExit(f"{path} answered {status}")

    paths = {name: path.format(**known) for name, path in PAGES.items()}
    for path in [*paths.values()] * 3:
        look(path)
    print(json.dumps(list(paths)), flush=True)
    for line in sys.stdin:
        name, _, times = line.rstrip("\n").rpartition(" ")
        if int(times):
            print(json.dumps([watch.took(lambda: look(paths[name]))[1] for _time in range(int(times))]), flush=True)  # noqa: B023
        else:
            found = []
            for _time in range(3):  # now and then a look also keeps house, such as noting that somebody was there
                with CaptureQueriesContext(connection) as counted:
                    look(paths[name])
                found.append(len(counted))
            print(json.dumps(min(found)), flush=True)


if __name__ == "__main__":
    sys.exit(main())
