"""``make bench-scale``: every page and API call of a district at full size, held against the same of a small one in the same run.

Both are made anew (see :mod:`benchmarks.district`) in a temporary PostgreSQL, and on SQLite with fewer orders. Each page is asked
for in turn at every size, several rounds, so that whatever else the machine does meets all of them. With ``--before`` a checkout
of an older version is measured as well: it makes the district, and the copy that today's version measures goes through its migrations.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import postgres
from benchmarks.district import Size
from benchmarks.looks import LIFE, LIVES
from benchmarks.running import ROOT, Failed

WARM = 3
COLUMNS = ("small p50", "large p50", "large p95", "small work", "large work", "large/small", "small kB", "large kB")
FILL_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Town:
    """A filled database, the sources that run on it, and whom :mod:`benchmarks.district` made in it."""

    name: str
    environment: dict[str, str]
    people: str


class Asked:
    """A process that looks at pages of a town, as often as it is told."""

    def __init__(self, town: Town) -> None:
        self.town = town
        command = [sys.executable, "-m", "benchmarks.looks", town.people]
        self.process = subprocess.Popen(
            command, env=town.environment, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self.names: list[str] = self._answer()["names"]

    def times(self, name: str, times: int) -> dict[str, list[tuple[float, float, int]]]:
        """How long it took each of so many times, by what was done: one page, or each step of an order's life."""
        assert self.process.stdin is not None
        print(name, times, file=self.process.stdin, flush=True)
        found = self._answer()
        return {f"API {verb}": [one[verb] for one in found] for verb in LIFE} if name == LIVES else {name: found}

    def _answer(self) -> Any:
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        line = self.process.stdout.readline()
        if not line:
            raise Failed(f"{self.town.name}: {self.process.stderr.read()[-3000:]}")
        return json.loads(line)


@contextmanager
def asked(towns: list[Town]) -> Iterator[list[Asked]]:
    """A process for each town."""
    made: list[Asked] = []
    try:
        for town in towns:
            made.append(Asked(town))
        yield made
    finally:
        for one in made:
            one.process.kill()
            one.process.wait()


@dataclass(frozen=True, slots=True)
class Told:
    """What a page took in a town: for each time the milliseconds that passed, those that a processor worked, and the bytes answered."""

    times: list[tuple[float, float, int]]

    @property
    def work(self) -> float:
        """The median of the work."""
        return median(work for _passed, work, _bytes in self.times)

    @property
    def kilobytes(self) -> float:
        """The median length of the answers."""
        return median(length for _passed, _work, length in self.times) / 1000

    @property
    def p50(self) -> float:
        """The median of what passed."""
        return median(passed for passed, _work, _bytes in self.times)

    @property
    def p95(self) -> float:
        """What 19 of 20 stay below."""
        passed = sorted(passed for passed, _work, _bytes in self.times)
        return passed[min(len(passed) - 1, len(passed) * 95 // 100)]


def measure(towns: list[Town], times: int, rounds: int, wanted: str, tell: Callable[[str], None]) -> dict[str, list[Told]]:
    """By page: what it took in each town, all asked in turn."""
    found: dict[str, list[Told]] = {}
    with asked(towns) as everybody:
        for asked_for in (name for name in everybody[0].names if wanted in name):
            took: dict[str, list[Told]] = {}
            for one in everybody:
                took |= {name: [Told([]) for _ in towns] for name in one.times(asked_for, min(WARM, times))}
            for _ in range(rounds):
                for place, one in enumerate(everybody):
                    for name, each in one.times(asked_for, max(1, times // rounds)).items():
                        took[name][place].times.extend(each)
            for name, told in took.items():
                tell(line(name, told))
            found |= took
    return found


def line(name: str, told: list[Told]) -> str:
    """A page's line of the table."""
    parts = []
    for small, large in zip(told[::2], told[1::2], strict=True):
        parts += [f"{small.p50:.0f}", f"{large.p50:.0f}", f"{large.p95:.0f}"]
        parts += [f"{small.work:.0f}", f"{large.work:.0f}", f"{large.work / small.work:.2f}"]
        parts += [f"{small.kilobytes:.0f}", f"{large.kilobytes:.0f}"]
    return f"| {name} | {' | '.join(parts)} |"


def head(names: list[str]) -> list[str]:
    """The head of the table: each version with its small and its large district."""
    columns = [f"{name}{what}" for name in names for what in COLUMNS]
    return [f"| ms | {' | '.join(columns)} |", f"|-|{'-:|' * len(columns)}"]


class Ground:
    """Where towns are made: temporary folders, a temporary PostgreSQL."""

    def __init__(self, folder: str, before: Path | None, tell: Callable[[str], None]) -> None:
        self.folder = folder
        self.before = before
        self.tell = tell
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("ZENGYI_", "DJANGO_", "PYTHONPATH"))}
        self.plain = {**kept, "ZENGYI_VAR": folder}

    def environment(self, database: str, source: Path | None = None) -> dict[str, str]:
        """What a process needs to work on a database, with the sources of another checkout if one is given."""
        path = {"PYTHONPATH": str(source / "src")} if source else {}
        return {**self.plain, **path, "ZENGYI_DATABASE": database, "ZENGYI_VAR": f"{self.folder}/{'before' if source else 'now'}"}

    def filled(self, size: Size, environment: dict[str, str]) -> str:
        """Fill a database; whom it holds, as JSON."""
        words = [f"--{name}={getattr(size, name)}" for name in ("communities", "orders", "members", "postings")]
        return _run([sys.executable, "-m", "benchmarks.district", *words], environment).splitlines()[-1]

    def on_postgres(self, sizes: list[Size], url: str) -> list[Town]:
        """Towns of the sizes, each before and now if there is a version before."""
        with_before: list[Town] = []
        now: list[Town] = []
        for number, size in enumerate(sizes):
            self.tell(f"filling PostgreSQL with {size.orders} orders")
            _run([postgres.programs() / "psql", "-q", f"{url}/postgres", "-c", f"CREATE DATABASE town{number}"], self.plain)
            people = self.filled(size, self.environment(f"{url}/town{number}", self.before))
            if self.before is None:
                now.append(Town(f"now, {size.orders}", self.environment(f"{url}/town{number}"), people))
                continue
            with_before.append(Town(f"before, {size.orders}", self.environment(f"{url}/town{number}", self.before), people))
            copy = f"CREATE DATABASE now{number} TEMPLATE town{number}"
            _run([postgres.programs() / "psql", "-q", f"{url}/postgres", "-c", copy], self.plain)
            now.append(self._migrated(Town(f"now, {size.orders}", self.environment(f"{url}/now{number}"), people)))
        return with_before + now

    def _migrated(self, town: Town) -> Town:
        self.tell(f"migrating {town.name} orders")
        _run([sys.executable, "-m", "django", "migrate", "--verbosity=0", "--settings=zengyi.project.settings"], town.environment)
        return town

    def on_sqlite(self, sizes: list[Size]) -> list[Town]:
        """Towns of the sizes, as the version now makes them."""
        towns = []
        for size in sizes:
            self.tell(f"filling SQLite with {size.orders} orders")
            environment = self.environment(f"sqlite:{self.folder}/{size.orders}.sqlite3")
            towns.append(Town(f"now, {size.orders}", environment, self.filled(size, environment)))
        return towns


def _run(command: list[str | Path], environment: dict[str, str]) -> str:
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=FILL_SECONDS)
    if done.returncode:
        raise Failed(f"{command[0]} … {command[-1]}: {done.stderr[-3000:]}")
    return done.stdout


def main() -> int:
    """Make the districts, measure them, print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument("--database", choices=["both", "postgres", "sqlite"], default="both")
    parser.add_argument("--communities", type=int, default=100)
    parser.add_argument("--orders", type=int, default=1_000_000, help="of the large district, on PostgreSQL (default: %(default)s)")
    parser.add_argument("--sqlite-orders", type=int, default=200_000, help="of the large district, on SQLite (default: %(default)s)")
    parser.add_argument("--small", type=int, default=10_000, help="orders of the small district (default: %(default)s)")
    parser.add_argument("--members", type=float, default=0.06, help="for each order (default: %(default)s)")
    parser.add_argument("--postings", type=float, default=5, help="for each order (default: %(default)s)")
    parser.add_argument("--times", type=int, default=60, help="how often each page is asked for (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=4, help="in how many turns (default: %(default)s)")
    parser.add_argument("--only", default="", help="only pages whose name holds this")
    parser.add_argument("--before", type=Path, help="a checkout of an older version to hold against, on PostgreSQL")
    arguments = parser.parse_args()
    print(f"{os.cpu_count()} cores, load before the run {os.getloadavg()[0]:.1f}", flush=True)
    try:
        with ExitStack() as stack:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="zengyi-scale-"))
            ground = Ground(folder, arguments.before, _tell)
            for kind in ["postgres", "sqlite"] if arguments.database == "both" else [arguments.database]:
                large = arguments.orders if kind == "postgres" else arguments.sqlite_orders
                sizes = [_size(arguments, orders) for orders in (arguments.small, large)]
                towns = ground.on_sqlite(sizes) if kind == "sqlite" else ground.on_postgres(sizes, stack.enter_context(postgres.server()))
                _tell(f"\n### {'SQLite' if kind == 'sqlite' else 'PostgreSQL'}, {sizes[0].orders} and {sizes[1].orders} orders\n")
                versions = ["before: ", "now: "] if len(towns) > len(sizes) else [""]
                print(*head(versions), sep="\n", flush=True)
                measure(towns, arguments.times, arguments.rounds, arguments.only, _tell)
    except Failed as failure:
        print(f"benchmarks: {failure}", file=sys.stderr)
        return 1
    return 0


def _size(arguments: argparse.Namespace, orders: int) -> Size:
    return Size(arguments.communities, orders, round(orders * arguments.members), round(orders * arguments.postings))


def _tell(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
