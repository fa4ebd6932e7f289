# Chinese in this file is data: titles and words of the sheet that is counted.
"""``ballot``: anybody's sheet of owners' votes counted, without a database and without an instance."""

import argparse
import atexit
import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zengyi.councils.rules.owners import Count, Subject

#: The words of :class:`zengyi.councils.rules.owners.Subject` and ``Silence``: the command line is read before Django is set up.
SUBJECTS = ("USE_FUND", "RAISE_FUND", "REBUILD", "CHANGE_COMMON", "OTHER")
SILENCES = ("RETURNED_ONLY", "SILENT_TAKES_PART", "SILENT_FOLLOWS")


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the sub-commands."""
    ballot = commands.add_parser(
        "ballot",
        help="count a sheet of owners' votes",
        description="Owners' votes (民法典 278), counted from a sheet.",
    )
    verbs = ballot.add_subparsers(title="commands", metavar="COMMAND", required=True)
    count = verbs.add_parser(
        "count",
        help="recount a sheet; no database is asked",
        description="Count a sheet (xlsx, or csv in UTF-8 or GBK) with the columns 业主, 单元, 面积, 类型 (业主|建设单位), 意见 "
        "(同意|不同意|弃权|空|未送达). No database is asked and nothing is written. Exit code 0 whatever was decided, 1 for a sheet "
        "that cannot be counted.",
    )
    count.add_argument("sheet", type=Path)
    count.add_argument("--subject", required=True, choices=SUBJECTS, help="what is decided; it sets how many must agree")
    count.add_argument(
        "--silence",
        default="RETURNED_ONLY",
        choices=SILENCES,
        help="what a ballot means that was delivered and did not come back, as announced beforehand (RETURNED_ONLY)",
    )
    count.add_argument("--json", action="store_true", help="print one JSON object")
    count.set_defaults(run=_count, before=_apart, begins=True)


def _apart(_arguments: argparse.Namespace) -> None:
    """Whoever recounts has no instance: what starting writes (keys, compiled words) goes to a folder that is removed at the end."""
    from django.conf import settings

    if settings.configured:
        return
    folder = tempfile.mkdtemp(prefix="zengyi-count-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["ZENGYI_VAR"] = folder
    for named in ("ZENGYI_SECRETS", "ZENGYI_DATABASE"):
        os.environ.pop(named, None)


def _count(arguments: argparse.Namespace) -> None:
    from zengyi.councils.rules import owner_sheets, owners
    from zengyi.people.forms.files import BYTES_MOST, read_table

    with arguments.sheet.open("rb") as file:
        content = file.read(BYTES_MOST + 1)
    votes = owners.votes_of(owner_sheets.votes_sheet(read_table(content)).sure())
    subject = owners.Subject(arguments.subject)
    counted = owners.count(votes, subject, owners.Silence(arguments.silence))
    if arguments.json:
        print(json.dumps(_answer(counted), ensure_ascii=False))
        return
    for line in _lines(counted, subject):
        print(line)
    print()
    for silence, other in owners.recounts(votes, subject):
        mark = "→" if silence == arguments.silence else " "
        print(f"{mark} {silence}: {other.heads_for}/{other.heads_voted} heads, {'adopted' if other.adopted else 'not adopted'}")


def _answer(counted: "Count") -> dict[str, Any]:
    """What ``--json`` prints. Areas are decimal strings with two places."""
    from zengyi.councils.rules.owners import metres

    return {
        "heads": counted.heads,
        "area": metres(counted.area),
        "heads_voted": counted.heads_voted,
        "area_voted": metres(counted.area_voted),
        "heads_for": counted.heads_for,
        "area_for": metres(counted.area_for),
        "quorum": counted.quorum,
        "adopted": counted.adopted,
        "also_165": counted.also_165,
        "conflicts": list(counted.conflicts),
    }


def _lines(counted: "Count", subject: "Subject") -> list[str]:
    from zengyi.councils.rules.owners import THREE_QUARTERS, metres, needed

    share = "at least 3/4" if subject in THREE_QUARTERS else "more than half"
    yes_no = {True: "yes", False: "no"}
    lines = [
        f"all        {counted.heads:>7} heads {metres(counted.area):>14} m²",
        f"took part  {counted.heads_voted:>7} heads {metres(counted.area_voted):>14} m²"
        f"   needed: {needed(counted.heads)} heads and {metres(needed(counted.area))} m²",
        f"agreed     {counted.heads_for:>7} heads {metres(counted.area_for):>14} m²   needed: {share} of those who took part",
        f"quorum: {yes_no[counted.quorum]} · adopted: {yes_no[counted.adopted]} · also two thirds of all (165): {yes_no[counted.also_165]}",
    ]
    lines += [f"contradictory ballots, not counted: {name}" for name in counted.conflicts]
    return lines
