"""``ledger check`` and ``ledger accept``: whether books, balances, the audit trail and every row it vouches for are what they say."""

import argparse
import sys
from collections.abc import Callable

from zengyi.command.errors import Failed

BAR = 30
SHOWN = 1000


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the sub-commands."""
    ledger = commands.add_parser("ledger", help="check the points ledger", description="Look after the points ledger.")
    verbs = ledger.add_subparsers(title="commands", metavar="COMMAND", required=True)
    check = verbs.add_parser(
        "check",
        help="prove balances = sums, books = 0, audit trail intact, every row as its events left it",
        description="Recompute every balance from the postings, every book's sum and every seal of the audit trail, compare every row with "
        "what its last event left, and say what was checked. Exit code 1 when anything is wrong.",
    )
    check.add_argument(
        "--seal", default="", metavar="DIGITS", help="a seal noted earlier, whole or its first 16 digits: is it in the chain?"
    )
    check.set_defaults(run=_check)
    accept = verbs.add_parser(
        "accept",
        help="take rows that differ from the trail over as they are",
        description="After a repair by hand in the database: write into the trail that the rows which differ are meant to be as they are. "
        "The check shows it with the reason from then on. Changed events and broken seals can't be accepted.",
    )
    accept.add_argument("--reason", required=True, help="why; it stands in the trail")
    accept.set_defaults(run=_accept)


def _check(arguments: argparse.Namespace) -> int:
    return 0 if check_all(arguments.seal) else 1


def check_all(noted: str = "") -> bool:
    """Check books and trail, and print what was checked and found; returns whether all is well."""
    books_fine = _check_books()
    trail_fine = _check_trail(noted)
    fine = books_fine and trail_fine
    print("all is well" if fine else "NOT WELL: see the lines marked 'wrong'")
    return fine


def _check_books() -> bool:
    from zengyi.bank import queries as bank
    from zengyi.facilities import queries as facilities
    from zengyi.orders import queries as orders

    fine = True
    for name, check in (("ledger", bank.check_ledger), ("orders", orders.check_ended), ("sums", facilities.check_sums)):
        report = check()
        for line in report.checked:
            print(f"{name}  {line}")
        for problem in report.problems:
            print(f"{name}  wrong: {problem}")
        fine = fine and not report.problems
    return fine


def _check_trail(noted: str) -> bool:
    from zengyi.core import verifying

    try:
        report = verifying.verify(noted, tell=_bar())
    except ValueError as error:
        raise Failed(str(error)) from error
    print(f"trail   {report.events} events in {report.seals} seals recomputed, {report.unsealed} waiting to be sealed")
    print(f"trail   {report.rows} rows of {report.tables} tables compared with what their events left")
    if report.newest:
        print(f"trail   newest seal {report.newest}")
    if report.noted:
        print(f"trail   the noted seal is {report.noted}: all before it is as it was when it was noted")
    for note in report.notes[:SHOWN]:
        print(f"trail   note: {note}")
    for problem in report.problems[:SHOWN]:
        print(f"trail   wrong: {problem}")
    if len(report.problems) > SHOWN:
        print(f"trail   wrong: … and {len(report.problems) - SHOWN} more")
    return report.ok


def _bar() -> Callable[[int, int], None]:
    """A bar on standard error while somebody looks on."""
    shown = -1

    def tell(done: int, total: int) -> None:
        nonlocal shown
        share = min(1.0, done / total) if total else 1.0
        if int(share * 100) != shown:
            shown = int(share * 100)
            filled = "█" * int(share * BAR)
            end = "\n" if share == 1 else ""
            print(f"\rtrail   {filled:░<{BAR}} {shown:3} % of {total}", end=end, file=sys.stderr, flush=True)

    return tell if sys.stderr.isatty() else lambda done, total: None


def _accept(arguments: argparse.Namespace) -> int:
    from zengyi.core import baseline, clock, verifying

    reason = arguments.reason.strip()
    if not reason:
        raise Failed("say why: --reason 'what was repaired'")
    findings = verifying.differing()
    if not findings:
        print("no row differs from the trail")
        return 0
    for one in findings:
        print(f"trail   taken over: {one.sentence}")
    event = baseline.accept(findings, reason, at=clock.now())
    print(f"{len(findings)} rows taken over by event {event}")
    return 0
