"""``python -m benchmarks``: how fast we are, held against what the machine can do and against peers. See docs/benchmarks.md."""

import argparse
import os
import sys
from collections.abc import Iterator

from benchmarks import claim, ledger
from benchmarks.running import Failed


def main() -> int:
    """Run the benchmarks asked for and print their tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("what", choices=["all", "claim", "ledger"], help="what to measure")
    parser.add_argument("--database", choices=["both", "postgres", "sqlite"], default="both")
    parser.add_argument("--rounds", type=int, default=5, help="how often all contenders run in turn (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=4.0, help="how long each runs (default: %(default)s)")
    parser.add_argument("--clients", type=int, default=32, help="requests under way at once (default: %(default)s)")
    parser.add_argument("--no-peers", action="store_true", help="leave out Django REST framework and django-hordak")
    parser.add_argument("--quick", action="store_true", help="only see whether everything runs: the figures mean nothing")
    arguments = parser.parse_args()
    size = claim.Size(arguments.rounds, arguments.seconds, arguments.clients)
    if arguments.quick:
        size = claim.Size(1, 1.0, 8, few=80)
    print(f"{os.cpu_count()} cores, load before the run {os.getloadavg()[0]:.1f}", flush=True)
    try:
        for line in _tables(arguments, size):
            print(line, flush=True)
    except Failed as failure:
        print(f"benchmarks: {failure}", file=sys.stderr)
        return 1
    return 0


def _tables(arguments: argparse.Namespace, size: claim.Size) -> Iterator[str]:
    kinds = ["postgres", "sqlite"] if arguments.database == "both" else [arguments.database]
    peers = not arguments.no_peers
    for kind in kinds if arguments.what in ("all", "claim") else ():
        yield from claim.on_postgres(size, with_peer=peers, tell=_tell) if kind == "postgres" else claim.on_sqlite(size, _tell)
        yield ""
    for kind in kinds if arguments.what in ("all", "ledger") else ():
        yield from ledger.measure(kind, size, with_peer=peers, quick=arguments.quick, tell=_tell)


def _tell(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
