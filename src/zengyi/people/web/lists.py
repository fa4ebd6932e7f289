"""Lists that can be taken along as a table: each package tells its own in its room ``navigation`` as ``LISTS``.

The table holds what the list's page shows under the same filters, in the order in which people count: 1, 2, 101.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from zengyi.core import packages
from zengyi.core.errors import NotThere
from zengyi.core.keyset import Page
from zengyi.core.sheets import Cell
from zengyi.people.rules import Actor, may

if TYPE_CHECKING:
    from django.http import HttpRequest, QueryDict
    from django_stubs_ext import StrOrPromise

#: More rows are in no table: whoever needs them narrows the list down.
ROWS_MOST = 20_000
#: As many rows are read at once.
PAGE = 100


@dataclass(frozen=True, slots=True)
class Taken:
    """What is in the table. ``persons``: those whose phone and door are in it."""

    rows: list[Sequence[Cell]]
    persons: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """A list. ``back``: the name of its page; ``argument``: what of its address says of what the list is, such as an occasion's id. It
    stands in the table's address under the same name. ``personal``: people are named in it, so that it takes a reason and leaves an event.

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
    argument: str = ""


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


def takes(request: "HttpRequest") -> list[tuple[str, str]]:
    """The lists that the page shows and that whoever acts may take along: each with its title and the address that asks how."""
    match, actor = request.resolver_match, getattr(request, "actor", None)
    if match is None or not isinstance(actor, Actor) or not may(actor, "people.take"):
        return []
    found = []
    for one in listings().values():
        if one.back == match.url_name:
            asked = {key: value for key, value in request.GET.items() if key not in ("after", one.argument) and value}
            if one.argument:
                asked = {one.argument: str(match.kwargs[one.argument]), **asked}
            found.append((str(one.title), reverse("list-take", args=[one.name]) + (f"?{urlencode(asked)}" if asked else "")))
    return found


def every(page_behind: Callable[[int | None], Page[Sequence[Cell]]]) -> list[Sequence[Cell]]:
    """The rows of all pages, up to :data:`ROWS_MOST`."""
    page = page_behind(None)
    rows = list(page.rows)
    while page.next_after is not None and len(rows) < ROWS_MOST:
        page = page_behind(page.next_after)
        rows += page.rows
    return rows[:ROWS_MOST]
