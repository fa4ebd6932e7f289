"""What a page tells of a sheet that can't be taken: what is wrong, alike together, and the same sheet with remarks to download."""

from collections.abc import Sequence

from zengyi.core import clock
from zengyi.people import actions
from zengyi.people.rules import Actor
from zengyi.people.rules.sheets import NAME, Column, RowError, Table, grouped, remarked

_SHOWN = 50


def told(columns: Sequence[Column], table: Table, errors: Sequence[RowError], *, by: Actor, key: Column = NAME) -> dict[str, object]:
    """What the shared template ``people/_sheet_errors.html`` shows; nothing for a sheet without errors."""
    if not errors:
        return {}
    groups = grouped(columns, table, errors, key)
    return {
        "groups": groups[:_SHOWN],
        "count": len(errors),
        "more_errors": sum(len(group.lines) for group in groups[_SHOWN:]),
        "remarks": actions.keep_remarks(remarked(columns, table, errors, key), by=by, at=clock.now()),
    }
