"""Points booked one by one and in bulk, held against plain SQL on the same tables and against django-hordak."""

from collections.abc import Callable
from contextlib import ExitStack
from statistics import median

from benchmarks import postgres
from benchmarks.claim import Size
from benchmarks.running import place, run

#: Booked by one run: one by one, in bulk, and by a peer that books one by one inside its transaction.
SINGLE, BULK, LOOP = 300, 10_000, 500


def measure(kind: str, size: Size, *, with_peer: bool, quick: bool, tell: Callable[[str], None]) -> list[str]:
    """Everybody in turn on one database; the lines of both tables."""
    single, bulk, loop = (20, 200, 20) if quick else (SINGLE, BULK, LOOP)
    ours = {"raw": single, "posting": single, "confirm": single, "bulk": bulk, "roll-call": bulk}
    peers = {"single": single, "loop": loop, "bulk": bulk} if with_peer and kind == "postgres" else {}
    found: dict[str, list[float]] = {}
    with ExitStack() as stack:
        delivered = 3 * single * size.rounds
        at = stack.enter_context(place(kind, delivered=delivered, members=bulk))
        if peers:
            run([postgres.programs() / "createdb", *at.address, "hordak"], at.environment)
            at.python("benchmarks.peer.books", "prepare", str(bulk))
        first = 1
        for number in range(size.rounds):
            for what, count in ours.items():
                meeting = number + 1 if what in ("bulk", "roll-call") else first
                first += 0 if what in ("bulk", "roll-call") else count
                _note(found, what, count, at.python("benchmarks.books", what, str(meeting), str(count))["seconds"], tell)
            for what, count in peers.items():
                _note(found, f"hordak {what}", count, at.python("benchmarks.peer.books", what, str(count))["seconds"], tell)
    return _tables(kind, bulk, found)


def _note(found: dict[str, list[float]], what: str, count: int, seconds: float, tell: Callable[[str], None]) -> None:
    found.setdefault(what, []).append(count / seconds)
    tell(f"  {what:<14} {count / seconds:10.0f} postings/s")


NAMES = {
    "raw": "plain SQL",
    "posting": "ours: `post_confirmation` with its event",
    "confirm": "ours: `confirm`, the whole step",
    "hordak single": "django-hordak, `transfer_to`",
    "bulk": "plain SQL, one bulk statement",
    "roll-call": "ours: `decide_roll_call`, caps and event included",
    "hordak loop": "django-hordak, a loop in one transaction",
    "hordak bulk": "django-hordak, `bulk_create`",
}


def _tables(kind: str, bulk: int, found: dict[str, list[float]]) -> list[str]:
    named = {"postgres": "PostgreSQL", "sqlite": "SQLite"}[kind]
    lines = []
    for title, limit, rows in (
        (f"one posting, each committed, {named}", "raw", ("raw", "posting", "confirm", "hordak single")),
        (f"{bulk} postings at once, {named}", "bulk", ("bulk", "roll-call", "hordak loop", "hordak bulk")),
    ):
        lines += ["", f"| {title} | postings a second | share of plain SQL |", "|-|-:|-:|"]
        most = median(found[limit])
        lines += [f"| {NAMES[row]} | {median(found[row]):.0f} | {median(found[row]) / most:.2f} |" for row in rows if row in found]
    return lines
