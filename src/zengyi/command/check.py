"""``ledger check``: proves that books, balances and the audit trail are right."""

import argparse


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the sub-commands."""
    ledger = commands.add_parser("ledger", help="check the points ledger", description="Look after the points ledger.")
    verbs = ledger.add_subparsers(title="commands", metavar="COMMAND", required=True)
    check = verbs.add_parser(
        "check",
        help="prove balances = sums, books = 0, audit trail intact",
        description="Recompute every balance from the postings, every book's sum and every seal of the audit trail, and say what was "
        "checked. Exit code 1 when anything is wrong.",
    )
    check.set_defaults(run=_check)


def _check(arguments: argparse.Namespace) -> int:
    return 0 if check_all() else 1


def check_all() -> bool:
    """Check books and trail, and print what was checked and found; returns whether all is well."""
    books_fine = _check_books()
    trail_fine = _check_trail()
    fine = books_fine and trail_fine
    print("all is well" if fine else "NOT WELL: see the lines marked 'wrong'")
    return fine


def _check_books() -> bool:
    from zengyi.bank import queries

    report = queries.check_ledger()
    for line in report.checked:
        print(f"ledger  {line}")
    for problem in report.problems:
        print(f"ledger  wrong: {problem}")
    return not report.problems


def _check_trail() -> bool:
    from zengyi.core import sealing

    report = verifying.verify()
    print(f"trail   {report.events} events in {report.seals} seals recomputed, {report.unsealed} waiting to be sealed")
    if report.newest:
        print(f"trail   newest seal {report.newest}")
    for problem in report.problems:
        print(f"trail   wrong: {problem}")
    return report.ok
