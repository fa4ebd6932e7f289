"""The community's people as tables: all of a list, in the order in which people count."""

from collections.abc import Sequence

from zengyi.core.sheets import Cell
from zengyi.people.models import Member, Person
from zengyi.people.queries.lists import members_found, residents_found
from zengyi.people.rules import Actor
from zengyi.people.rules.founding import natural
from zengyi.people.rules.sheets import COLUMNS, Sheet

#: The rows of a table, and the ids of those whose phone and door are in it.
Table = tuple[list[Sequence[Cell]], tuple[int, ...]]


def members_table(
    by: Actor, q: str, branch_id: int | None, status: str, duty: str, reported: str = "", *, contact: bool, most: int
) -> Table:
    """The members with these filters, by branch and number, in the columns of the sheet that can be read in again; at most ``most``.

    Phones and doors are empty unless ``contact``: an empty cell changes nothing when it is read in. One statement.
    """
    found = members_found(by, q, branch_id, status, duty, reported)
    rows = found.select_related("person", "person__home", "person__home__parent", "branch", "unit").order_by("pk")[:most]
    members = sorted(rows, key=lambda member: (member.branch_id, natural(member.number)))
    told: list[Sequence[Cell]] = [_row(Sheet.MEMBERS, _member(member) | _person(member.person, contact)) for member in members]
    return told, tuple(member.person_id for member in members) if contact else ()


def residents_table(by: Actor, q: str, building_id: int | None, *, contact: bool, most: int) -> Table:
    """The people with these filters, by estate, building and door; otherwise as :func:`members_table`. One statement."""
    rows = residents_found(by, q, building_id).select_related("home", "home__parent").order_by("pk")[:most]
    persons = sorted(rows, key=_where)
    return [_row(Sheet.RESIDENTS, _person(who, contact)) for who in persons], tuple(who.pk for who in persons) if contact else ()


def _row(sheet: Sheet, told: dict[str, str]) -> list[Cell]:
    return [told.get(column.key, "") for column in COLUMNS[sheet]]


def _member(member: Member) -> dict[str, str]:
    return {
        "branch": member.branch.name,
        "number": member.number,
        "status": member.get_status_display(),
        "duty": member.get_duty_display() if member.duty else "",
        "unit": member.unit.name if member.unit else "",
    }


def _person(who: Person, contact: bool) -> dict[str, str]:
    return {
        "name": who.name,
        "phone": who.phone if contact else "",
        "estate": who.home.parent.name if who.home and who.home.parent else "",
        "building": who.home.name if who.home else "",
        "door": who.door if contact else "",
    }


def _where(who: Person) -> tuple[object, ...]:
    """By estate, building and door; those without a home at the end."""
    home = who.home
    estate = home.parent.name if home and home.parent else ""
    return (home is None, natural(estate), natural(home.name if home else ""), natural(who.door), who.pk)
