"""Claims over HTTP, held against the same SQL in pgbench, against a peer, and on SQLite against raw SQLite."""

import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks import ground, postgres
from benchmarks.running import Failed, Load, Place, claims, measured, place, run, served

#: No contender claims more a second than this many; so many orders lie ready for each of its runs.
OURS_MOST, PEER_MOST, LIMIT_MOST = 4000, 1500, 9000
#: Claims that a server answers before it is measured; where only few are claimed at all, as many as those.
WARM = 400
#: So long pgbench runs before it is measured, each time: its connections are new and plan every statement first.
WARM_SECONDS = 1
THREADS = 16


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured: rounds of so many seconds, with so many clients. With ``few``, each run ends after so many orders."""

    rounds: int
    seconds: float
    clients: int
    few: int = 0

    def orders(self, most: int, seconds: float = 0) -> int:
        """How many lie ready for a run of a contender that claims at most so many a second."""
        return self.few or round(most * (self.seconds + seconds))

    @property
    def warm(self) -> int:
        """Claims that a server answers before it is measured."""
        return self.few or WARM


@dataclass(frozen=True, slots=True)
class Contender:
    """Who is measured, how many orders a run of it may take, and how it runs."""

    name: str
    orders: int
    run: Callable[[range], Load]


def compare(contenders: list[Contender], first: int, rounds: int, tell: Callable[[str], None]) -> dict[str, list[Load]]:
    """Let all run in turn, ``rounds`` times, each with orders of its own; returns the results of each."""
    found: dict[str, list[Load]] = {one.name: [] for one in contenders}
    for number in range(rounds):
        for one in contenders if number % 2 == 0 else reversed(contenders):
            load = one.run(range(first, first + one.orders))
            first += one.orders
            found[one.name].append(load)
            tell(f"  round {number + 1}  {one.name:<10} {load.a_second:8.0f}/s   p50 {load.p50:6.1f} ms   p99 {load.p99:6.1f} ms")
    return found


def on_postgres(size: Size, *, with_peer: bool, tell: Callable[[str], None]) -> list[str]:
    """Ours, the peer and pgbench in turn on one PostgreSQL; the lines of the table."""
    seconds = size.seconds
    limit, ours_most, peer_most = size.orders(LIMIT_MOST, WARM_SECONDS), size.orders(OURS_MOST), size.orders(PEER_MOST)
    orders = (limit + ours_most + peer_most * with_peer) * size.rounds
    # The last orders are for warming up the servers, and the very last for noting the statements.
    warm = 2 * size.warm + 1
    members = ground.claimant(orders + warm) + 2
    with ExitStack() as stack:
        at = stack.enter_context(place("postgres", orders=orders + warm, members=members))
        seen = at.python("benchmarks.script", str(orders + warm), str(members - 1))
        ours = stack.enter_context(served(at, workers=2, threads=THREADS))
        contenders = [
            Contender("pgbench", limit, lambda numbers: _pgbench(at, seen["script"], numbers, size)),
            Contender("ours", ours_most, lambda numbers: _http(at, ours, numbers, size)),
        ]
        claims(at, ours, range(orders + 1, orders + size.warm + 1), connections=size.clients, seconds=seconds)
        if with_peer:
            peer = stack.enter_context(served(at, peer=True, workers=2, threads=THREADS))
            claims(at, peer, range(orders + size.warm + 1, orders + warm), connections=size.clients, seconds=seconds)
            contenders.append(Contender("DRF + ORM", peer_most, lambda numbers: _http(at, peer, numbers, size)))
        found = compare(contenders, 1, size.rounds, tell)
    return table(f"claim, PostgreSQL, {size.clients} clients, {seen['statements']} statements", found, "pgbench")


def on_sqlite(size: Size, tell: Callable[[str], None]) -> list[str]:
    """Ours against the same statements, each claim committed by one process that does nothing else; the lines of the table."""
    limit, ours_most = size.orders(LIMIT_MOST), size.orders(OURS_MOST)
    orders = (limit + ours_most) * size.rounds
    warm = orders + size.warm
    members = ground.claimant(warm + size.rounds) + 2
    with place("sqlite", orders=warm + size.rounds, members=members) as at, served(at, workers=1, threads=THREADS) as ours:
        claims(at, ours, range(orders + 1, warm + 1), connections=size.clients, seconds=size.seconds)
        spare = iter(range(warm + 1, warm + size.rounds + 1))
        contenders = [
            Contender("raw SQLite", limit, lambda numbers: _raw(at, numbers, next(spare), members - 1, size)),
            Contender("ours", ours_most, lambda numbers: _http(at, ours, numbers, size)),
        ]
        found = compare(contenders, 1, size.rounds, tell)
    return table(f"claim, SQLite, {size.clients} clients", found, "raw SQLite")


def _http(at: Place, port: int, numbers: range, size: Size) -> Load:
    return claims(at, port, numbers, connections=size.clients, seconds=size.seconds)


def _raw(at: Place, numbers: range, spare: int, member: int, size: Size) -> Load:
    given = [str(number) for number in (spare, member, numbers.start, len(numbers))]
    return measured(at.python("benchmarks.raw_sqlite", *given, "--seconds", str(size.seconds)))


def _pgbench(at: Place, script: str, numbers: range, size: Size) -> Load:
    folder = Path(at.environment["ZENGYI_VAR"])
    with tempfile.TemporaryDirectory(dir=folder) as logs:
        file = Path(logs) / "claim.sql"
        file.write_text(script)
        each = len(numbers) // size.clients
        variables = {"first": numbers.start - 1, "each": each, "n": 0}
        given = [word for name, value in variables.items() for word in ("-D", f"{name}={value}")]
        command: list[str | Path] = [postgres.programs() / "pgbench", "--no-vacuum", "--protocol", "prepared", "--log"]
        command += ["--log-prefix", f"{logs}/times", "--client", str(size.clients), "--jobs", "2"]
        command += ["--transactions", str(each)] if size.few else ["--time", str(round(size.seconds) + WARM_SECONDS)]
        told = run([*command, "--file", file, *given, *at.address, "bench"], at.environment)
        if "number of failed transactions: 0 " not in told:
            raise Failed(f"pgbench: {told}")
        ended = sorted(_ended(line) for log in Path(logs).glob("times.*") for line in log.read_text().splitlines())
    begins = ended[0][0] + (0 if size.few else WARM_SECONDS)
    times = sorted(took for at_second, took in ended if at_second >= begins)
    return Load(len(times) / (ended[-1][0] - begins), times[len(times) // 2], times[len(times) * 99 // 100])


def _ended(line: str) -> tuple[float, float]:
    """When a transaction of pgbench's log ended, in seconds, and the milliseconds it took."""
    _client, _number, took, _script, second, microsecond, *_more = line.split()
    return int(second) + int(microsecond) / 1e6, int(took) / 1000


def table(title: str, found: dict[str, list[Load]], limit: str) -> list[str]:
    """The medians of every contender and its share of the limit, as lines of Markdown."""
    lines = [f"| {title} | a second | p50 | p99 | share of {limit} |", "|-|-:|-:|-:|-:|"]
    most = median(load.a_second for load in found[limit])
    for name, loads in found.items():
        rate = median(load.a_second for load in loads)
        p50, p99 = median(load.p50 for load in loads), median(load.p99 for load in loads)
        lines.append(f"| {name} | {rate:.0f} | {p50:.1f} ms | {p99:.1f} ms | {rate / most:.2f} |")
    return lines
