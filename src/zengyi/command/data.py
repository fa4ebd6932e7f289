# Chinese in this file is data: names of places, and titles of the spreadsheets.
"""``demo``, ``place``, ``user`` and ``import``: what fills a database from the machine itself."""

import argparse
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from zengyi.command import demo
from zengyi.command.errors import Failed

if TYPE_CHECKING:
    from zengyi.people.queries import CommunityCard, ImportPlan
    from zengyi.people.rules import Actor

#: The kinds of places that the names of a path stand for, from the top.
LEVELS = ("DISTRICT", "SUBDISTRICT", "COMMUNITY", "ESTATE", "BUILDING")
COMMUNITY_LEVEL = 3
#: The roles that can be given on the machine, and how many names of a path lead to their place.
ROLE_LEVELS = {"admin": 1, "district": 1, "secretary": 3, "worker": 3}
ERRORS_SHOWN = 50
PATH_HELP = "names from the district down, as 崇川区/虹桥街道/虹西社区"


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the sub-commands."""
    demo = commands.add_parser(
        "demo",
        help="load the demo district",
        description="Load the demo district with a year of orders and points into an empty database. Everybody knows its passwords: "
        "'zengyi serve' refuses to serve it beyond this machine.",
    )
    demo.set_defaults(run=_demo, begins=True)

    place = commands.add_parser(
        "place",
        help="add places: districts, communities, estates, buildings",
        description="Add places that are not there yet; what is there already stays as it is.",
    )
    place.add_argument("paths", nargs="+", metavar="PATH", help=f"{PATH_HELP}/虹桥新村/226幢")
    place.set_defaults(run=_place)

    user = commands.add_parser(
        "user",
        help="make a login with a role, such as the very first one",
        description="Make a login for a person of a community and give it a role. Prints a one-time password, to be changed at the first "
        "sign-in. A known phone number is the same person; a known person gets a new password.",
    )
    user.add_argument("username")
    user.add_argument("--role", choices=sorted(ROLE_LEVELS), required=True, help="what the login may do")
    user.add_argument("--community", metavar="PATH", required=True, help=PATH_HELP)
    user.add_argument("--name", required=True, help="the person's name")
    user.add_argument("--phone", required=True, help="the person's phone number")
    user.set_defaults(run=_user)

    sheet = commands.add_parser(
        "import",
        help="import members or residents from a sheet",
        description="Show what importing a sheet (xlsx or csv, with the template's Chinese headers) would change; with --apply do it, all "
        "or nothing. Exit code 1 when rows are wrong.",
    )
    sheet.add_argument("sheet", choices=["members", "residents"])
    sheet.add_argument("file", type=Path)
    sheet.add_argument("--community", metavar="PATH", required=True, help=PATH_HELP)
    sheet.add_argument("--apply", action="store_true", help="import; otherwise only show")
    sheet.set_defaults(run=_import)


def _demo(arguments: argparse.Namespace) -> None:
    communities = demo.load()
    print(f"the demo is loaded: {communities} communities with a year of orders and points; 'zengyi serve' shows it")


def _machine() -> "Actor":
    """Whoever works on the machine itself; the audit trail shows role ``system``, via ``command``."""
    from zengyi.people.rules import SYSTEM

    return replace(SYSTEM, via="command")


def _names(path: str, least: int) -> list[str]:
    names = [name.strip() for name in path.strip("/").split("/")]
    if not least <= len(names) <= len(LEVELS) or not all(names):
        raise Failed(f"not a path of {least} to {len(LEVELS)} names: {path}")
    return names


def _places(names: list[str], *, make: bool) -> list[int]:
    """The ids of the places along a path; a missing one is added or is an error."""
    from zengyi.core import clock
    from zengyi.people import actions, queries

    ids: list[int] = []
    for kind, name in zip(LEVELS, names, strict=False):
        parent = ids[-1] if ids else None
        found = queries.child_named(parent, kind, name)
        if found is None and not make:
            raise Failed(f"there is no {kind.lower()} {name}; add it with 'zengyi place {'/'.join(names)}'")
        ids.append(found or actions.add_place(parent, kind, name, by=_machine(), at=clock.now()))
    return ids


def _place(arguments: argparse.Namespace) -> None:
    paths = [_names(path, 1) for path in arguments.paths]
    for names in paths:
        ids = _places(names, make=True)
        print(f"{'/'.join(names)}: {ids[-1]}")


def _community(path: str) -> "CommunityCard":
    from zengyi.people import queries

    return queries.community(_places(_names(path, COMMUNITY_LEVEL)[:COMMUNITY_LEVEL], make=False)[-1])


def _user(arguments: argparse.Namespace) -> None:
    from zengyi.core import clock
    from zengyi.core.errors import WrongState
    from zengyi.people import actions
    from zengyi.people.rules import normal_phone

    if not normal_phone(arguments.phone):
        raise Failed(f"not a phone number: {arguments.phone}")
    community = _community(arguments.community)
    place_id = int(community.path.strip("/").split("/")[ROLE_LEVELS[arguments.role] - 1])
    by, at = _machine(), clock.now()
    login = actions.open_login(_person(arguments.name, arguments.phone, community), arguments.username, by=by, at=at)
    with suppress(WrongState):  # has the role already
        actions.grant(login.user_id, arguments.role, place_id, by=by, at=at)
    print(f"user name {login.username} · one-time password {login.password}")


def _person(name: str, phone: str, community: "CommunityCard") -> int:
    """The person of that phone in the community, entered as a resident when unknown."""
    from zengyi.core import clock
    from zengyi.people import actions, queries
    from zengyi.people.rules import Role
    from zengyi.people.rules.sheets import Sheet

    by = replace(_machine(), community_id=community.id, place_path=community.path)
    looking = replace(by, role=Role.SECRETARY)
    for attempt in range(2):
        for row in queries.residents(by=looking, q=phone).rows:
            return row.id
        if not attempt:
            actions.import_sheet(Sheet.RESIDENTS, [["姓名", "手机"], [name, phone]], by=by, at=clock.now())
    raise Failed("the person was entered, but is not found again")


def _import(arguments: argparse.Namespace) -> int:
    from zengyi.core import clock
    from zengyi.people import actions, queries
    from zengyi.people.forms.files import read_table
    from zengyi.people.rules.sheets import Sheet

    community = _community(arguments.community)
    with arguments.file.open("rb") as file:
        table = read_table(file)
    sheet = Sheet(arguments.sheet)
    plan = queries.plan_import(sheet, table, community_id=community.id)
    _show(plan, print)
    if plan.errors:
        print("nothing was imported")
        return 1
    if not arguments.apply:
        print("nothing was imported yet; '--apply' does it")
        return 0
    by = replace(_machine(), community_id=community.id, place_path=community.path)
    done = actions.import_sheet(sheet, table, by=by, at=clock.now())
    print(f"imported: {done.new} new, {done.changed} changed, {done.unchanged} unchanged")
    return 0


def _show(plan: "ImportPlan", show: Callable[[str], None]) -> None:
    show(f"{plan.total} people: {len(plan.new) + len(plan.joining)} new, {len(plan.changed)} changed, {plan.unchanged} unchanged")
    for error in plan.errors[:ERRORS_SHOWN]:
        show(f"row {error.line}{f', {error.column}' if error.column else ''}: {error.sentence}")
    if len(plan.errors) > ERRORS_SHOWN:
        show(f"… and {len(plan.errors) - ERRORS_SHOWN} more")
