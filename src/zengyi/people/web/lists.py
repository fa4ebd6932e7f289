"""Lists that can be taken along as a table: each package tells its own in its room ``navigation`` as ``LISTS``.

The table holds what the list's page shows under the same filters, in the order in which people count: 1, 2, 101.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from zengyi.core import packages
from zengyi.core.errors import NotThere
from zengyi.core.keyset import Page
from zengyi.core.sheets import Cell
from zengyi.people.rules import Actor

if TYPE_CHECKING:
    from django.http import QueryDict
    from django_stubs_ext import StrOrPromise

#: More rows are in no table: whoever needs them narrows the list down.
ROWS_MOST = 20_000


@dataclass(frozen=True, slots=True)
class Taken:
    """What is in the table. ``persons``: those whose phone and door are in it."""

    rows: list[Sequence[Cell]]
    persons: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """A list. ``back``: the name of its page. ``personal``: people are named in it, so that it takes a reason and leaves an event.

    ``contact``: phones and doors can be had, too; then everybody in it sees who took them. ``rows``: what is in it for an actor at a
    moment, with the page's filters, and whether phones and doors are wanted; it asks itself whether the actor may.
    """

    name: str
    title: "StrOrPromise"
    back: str
    head: Sequence["StrOrPromise"]
    rows: Callable[[Actor, "QueryDict", datetime, bool], Taken]
    personal: bool = False
    contact: bool = False
    widths: Sequence[int] = ()


@cache
def listings() -> Mapping[str, Listing]:
    """Every list by its name."""
    return {one.name: one for room in packages.rooms("navigation") for one in getattr(room, "LISTS", ())}


def listing(name: str) -> Listing:
    """The list of that name; raises :class:`NotThere`."""
    found = listings().get(name)
    if found is None:
        raise NotThere(_("没有这张名单。"))
    return found


def every(page_behind: Callable[[int | None], Page[Sequence[Cell]]]) -> list[Sequence[Cell]]:
    """The rows of all pages, up to :data:`ROWS_MOST`."""
    page = page_behind(None)
    rows = list(page.rows)
    while page.next_after is not None and len(rows) < ROWS_MOST:
        page = page_behind(page.next_after)
        rows += page.rows
    return rows[:ROWS_MOST]
