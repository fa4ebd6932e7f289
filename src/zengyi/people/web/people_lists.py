# Chinese in this file is data: the columns have the titles of the sheets that can be read in again.
"""The lists of people and units as tables. Those of members and residents can be read in again as they are."""

from collections.abc import Sequence
from datetime import datetime

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from zengyi.core.keyset import Page
from zengyi.core.sheets import Cell
from zengyi.people import queries
from zengyi.people.forms import MemberFilter, OrganisationFilter, ResidentFilter
from zengyi.people.queries.tables import members_table, residents_table
from zengyi.people.rules import Actor, PlaceKind
from zengyi.people.rules.sheets import COLUMNS, Sheet
from zengyi.people.web.lists import ROWS_MOST, Listing, Taken, every


def _members(by: Actor, asked: QueryDict, at: datetime, contact: bool) -> Taken:
    form = MemberFilter(asked, branches=queries.branches_of(by.community_id or 0))
    form.is_valid()
    given = form.cleaned_data
    which = (given.get("q", ""), given.get("branch"), given.get("status", ""), given.get("duty", ""), given.get("reported", ""))
    return Taken(*members_table(by, *which, contact=contact, most=ROWS_MOST))


def _residents(by: Actor, asked: QueryDict, at: datetime, contact: bool) -> Taken:
    places = queries.places_of(by.community_id or 0)
    form = ResidentFilter(asked, buildings=[(place.id, place.name) for place in places if place.kind == PlaceKind.BUILDING])
    form.is_valid()
    given = form.cleaned_data
    return Taken(*residents_table(by, given.get("q", ""), given.get("building"), contact=contact, most=ROWS_MOST))


def _organisations(by: Actor, asked: QueryDict, at: datetime, contact: bool) -> Taken:
    form = OrganisationFilter(asked)
    form.is_valid()
    given = form.cleaned_data

    def behind(after: int | None) -> Page[Sequence[Cell]]:
        page = queries.organisations(by=by, q=given.get("q", ""), kind=given.get("kind", ""), after=after, size=200)
        return page.map(lambda row: [row.name, row.short_name, str(row.kind), row.registered_at])

    return Taken(every(behind))


def _titles(sheet: Sheet) -> tuple[str, ...]:
    return tuple(column.title for column in COLUMNS[sheet])


LISTS = (
    Listing("members", _("党员名单"), "members", _titles(Sheet.MEMBERS), _members, personal=True, contact=True),
    Listing("residents", _("居民名单"), "residents", _titles(Sheet.RESIDENTS), _residents, personal=True, contact=True),
    Listing(
        "organisations", _("单位名单"), "organisations", (_("名称"), _("简称"), _("性质"), _("何时报到")), _organisations, widths=(36, 20)
    ),
)
