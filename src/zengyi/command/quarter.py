"""``quarter``: a community's quarter closed from the machine, and an exported statement recomputed without a database."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zengyi.command.errors import Failed
from zengyi.command.progress import bar
from zengyi.command.staff import PATH_HELP, community_at, staff_of

if TYPE_CHECKING:
    from zengyi.bank.queries.quarters import QuarterCard
    from zengyi.people.rules import Actor

TOLD = {
    "tally": "add the quarter up",
    "prepare": "put the figures forward for publication",
    "publish": "publish what somebody else prepared",
    "seal": "seal it, once objections are over and answered",
}


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the sub-commands."""
    quarter = commands.add_parser(
        "quarter",
        help="close a quarter, check a published statement",
        description="Close a community's quarter step by step, each in the name of a login that may take it, or check a published file.",
    )
    verbs = quarter.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for verb, told in TOLD.items():
        step = verbs.add_parser(verb, help=told, description=f"{told.capitalize()}. Prints the state, the totals and the 60 digits.")
        step.add_argument("quarter", help="such as 2026Q3")
        step.add_argument("--community", required=True, metavar="PATH", help=PATH_HELP)
        step.add_argument("--by", required=True, metavar="LOGIN", help="user name of the worker or secretary whose step it is")
        step.add_argument("--dry-run", action="store_true", help="only say whether it could be done, and what it would come to")
        if verb == "prepare":
            step.add_argument("--savers", type=int, choices=[0, 5, 10, 20], help="how many savers are named at most")
        step.set_defaults(run=_step, verb=verb, savers=None)
    check = verbs.add_parser(
        "check",
        help="recompute the digits of an exported statement",
        description="Recompute the 60 digits from an exported statement alone; no database is asked. Exit code 1 when they differ.",
    )
    check.add_argument("file", type=Path)
    check.add_argument("--digits", default="", metavar="DIGITS", help="those on the board, whole or the first groups")
    check.set_defaults(run=_check, begins=True)


def _check(arguments: argparse.Namespace) -> None:
    from zengyi.bank.rules import groups_of, verify

    statement, digits = verify(arguments.file.read_bytes())
    noted = "".join(arguments.digits.split())
    if noted and not digits.startswith(noted):
        raise Failed("the statement is whole, but its digits are not those on the board")
    community, totals = statement.get("community") or {}, statement.get("totals") or {}
    print(f"{community.get('street', '')} {community.get('name', '')} {statement.get('quarter', '')}")
    print(" · ".join(f"{name} {value}" for name, value in sorted(totals.items())))
    print(" ".join(groups_of(digits)))
    print("the statement is what its digits say")


def _step(arguments: argparse.Namespace) -> None:
    from zengyi.bank import actions, queries
    from zengyi.core import clock

    community_id = community_at(arguments.community)
    by, at, verb = staff_of(arguments.by, community_id), clock.now(), arguments.verb
    if arguments.dry_run:
        _would(community_id, arguments.quarter, verb, by)
        return
    more: dict[str, Any] = {} if verb == "seal" else {"tell": bar("adding up the quarter")}
    if verb == "prepare":
        more["savers"] = arguments.savers
    steps: dict[str, Any] = {
        "tally": actions.tally_quarter,
        "prepare": actions.prepare_quarter,
        "publish": actions.publish_quarter,
        "seal": actions.seal_quarter,
    }
    row = steps[verb](community_id, arguments.quarter, **more, by=by, at=at)
    _show(queries.quarter_card(row))
    if verb in ("prepare", "publish") and row.state == "TALLIED":
        raise Failed("the ledger has changed since: these are the new figures, look at them and prepare them again")


def _would(community_id: int, quarter: str, verb: str, by: "Actor") -> None:
    from zengyi.bank import queries
    from zengyi.core import clock

    desk = queries.quarter_desk(quarter, by=by, at=clock.now())
    if refusal := desk.refusals[verb]:
        raise Failed(refusal)
    row = queries.quarter_row(community_id, quarter)
    texts = queries.added_up(row, savers=row.savers, tell=bar("adding up the quarter"))
    now = queries.quarter_card(row)
    _show(now)
    if verb in ("prepare", "publish") and texts.digits != row.digits:
        raise Failed("the ledger has changed since it was tallied: it would go back to TALLIED")
    print(f"nothing was done; without --dry-run this would {TOLD[verb]}")


def _show(card: "QuarterCard") -> None:
    print(f"{card.quarter} {card.state}")
    if card.totals and card.equation:
        print(" · ".join(f"{name} {value}" for name, value in card.totals.items()))
        print("{opening} + {new} - {reduced} = {balance}".format(**card.equation))
        print(card.digits)
    if card.objections_until:
        print(f"objections until {card.objections_until.isoformat()}")
