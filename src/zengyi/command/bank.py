# Chinese in this file is data: names of branches.
"""``bank``: a roll-call put down from a sheet, on the machine itself."""

import argparse
from datetime import date
from pathlib import Path

from zengyi.command.errors import Failed
from zengyi.command.progress import bar
from zengyi.command.staff import PATH_HELP, community_at, staff_of

ERRORS_SHOWN = 50


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the sub-commands."""
    bank = commands.add_parser("bank", help="put down a roll-call from a sheet", description="What the points bank takes from files.")
    verbs = bank.add_subparsers(title="commands", metavar="COMMAND", required=True)
    call = verbs.add_parser(
        "roll-call",
        help="put down who was at a meeting, from a sheet",
        description="Read a sheet (xlsx or csv) with a row for each member, 姓名 and 记号 (到, 请假, 缺席), and put the roll-call down "
        "for a second person to decide on. All of it or nothing; exit code 1 when a row is wrong.",
    )
    call.add_argument("file", type=Path)
    call.add_argument("--community", required=True, metavar="PATH", help=PATH_HELP)
    call.add_argument("--branch", required=True, metavar="NAME", help="the branch's name, as 第一支部")
    call.add_argument("--rule", required=True, help="the rule's code, such as B02")
    call.add_argument("--on", required=True, type=_day, metavar="DAY", help="the day of the meeting, as 2026-11-20")
    call.add_argument("--by", required=True, metavar="LOGIN", help="user name of the worker or secretary who puts it down")
    call.add_argument("--note", default="", help="a few words about it; a deed needs them")
    call.add_argument("--dry-run", action="store_true", help="only read the sheet, and say what it would put down")
    call.set_defaults(run=_roll_call)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(f"not a day such as 2026-11-20: {text}") from wrong


def _roll_call(arguments: argparse.Namespace) -> int:
    from zengyi.bank import actions, queries
    from zengyi.core import clock
    from zengyi.people import queries as people
    from zengyi.people.forms.files import read_table

    community_id = community_at(arguments.community)
    by = staff_of(arguments.by, community_id)
    branches = {name: pk for pk, name in people.branches_of(community_id)}
    branch_id = branches.get(arguments.branch)
    if branch_id is None:
        raise Failed(f"there is no branch {arguments.branch}; there are: {', '.join(branches) or 'none'}")
    with arguments.file.open("rb") as file:
        table = read_table(file, formulas=True)
    plan = queries.plan_roll_call(branch_id, table, by=by, tell=bar("reading the sheet"))
    for error in plan.errors[:ERRORS_SHOWN]:
        print(f"row {error.line}{f', {error.column}' if error.column else ''}: {error.sentence}")
    if len(plan.errors) > ERRORS_SHOWN:
        print(f"… and {len(plan.errors) - ERRORS_SHOWN} more")
    if plan.errors:
        print("nothing was put down")
        return 1
    counted = {mark: list(plan.marks.values()).count(mark) for mark in ("PRESENT", "LEAVE", "ABSENT")}
    print(f"{len(plan.marks)} members: {counted['PRESENT']} present, {counted['LEAVE']} on leave, {counted['ABSENT']} absent")
    if plan.left_out:
        print(f"not on the sheet, and so not on the roll-call: {len(plan.left_out)}")
    if refusal := queries.against_roll_call(
        branch_id, arguments.rule, arguments.on, plan.marks, note=arguments.note, by=by, at=clock.now()
    ):
        raise Failed(refusal)
    if arguments.dry_run:
        print("nothing was put down; without --dry-run this would be, for a second person to decide on")
        return 0
    made = actions.propose_roll_call(branch_id, arguments.rule, arguments.on, plan.marks, note=arguments.note, by=by, at=clock.now())
    print(f"roll-call {made.pk} waits for a second person")
    return 0
