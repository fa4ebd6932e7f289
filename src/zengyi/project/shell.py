"""What every page shows around its content: who acts, where they can go and what waits for them there, and how it looks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zengyi.bank import queries as bank
from zengyi.core import clock, packages, web
from zengyi.people.queries import CommunityCard
from zengyi.people.queries.waiting import Waiting
from zengyi.people.rules import NOBODY, STAFF_ROLES, Actor, Role
from zengyi.people.web.lists import takes
from zengyi.people.web.navigation import EVERYBODY, GROUPS, Entry, Fact, Tile
from zengyi.people.web.waiting import SHOWN_MOST, When, counted, waits, when

CARE, THEME = "zengyi_care", "zengyi_theme"
THEMES = ("light", "dark")


@dataclass(frozen=True, slots=True)
class Look:
    """How pages look for this reader: large type (care), and a theme; an empty theme follows the system."""

    care: bool
    theme: str


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab of the phone's bar, or an entry of the desk's rail. ``count``: what waits for the reader there."""

    name: str
    icon: str
    href: str
    here: bool
    count: str = ""
    first: bool = False


def look_of(request: HttpRequest) -> Look:
    """The look the reader chose, from its cookies."""
    theme = request.COOKIES.get(THEME, "")
    return Look(request.COOKIES.get(CARE) == "1", theme if theme in THEMES else "")


def shell(request: HttpRequest) -> dict[str, object]:
    """Context of every template. What must be read is read when a template asks: a fragment has no tabs."""
    actor = getattr(request, "actor", NOBODY)
    return {
        "actor": actor,
        "look": look_of(request),
        "tabs": lambda: tabs(actor, request),
        "rail": lambda: rail(actor, request),
        "waits": lambda: awaiting(request),
        "takes": lambda: takes(request),
        "said": lambda: web.said(request),
        "demo": settings.DEMO,
    }


#: The entries of this package itself, beside those of the packages.
ENTRIES = (
    Entry(name=_("首页"), icon="heart", url="home", roles=frozenset({Role.ANONYMOUS}), tab=1, signed_in=False),
    Entry(name=_("社区"), icon="grid", url="hub", roles=EVERYBODY, tab=3),
    Entry(name=_("待办"), icon="pen", url="waiting", roles=STAFF_ROLES - {Role.ADMIN}, group="mine", first=True, waits=("*",)),
    Entry(name=_("一屏"), icon="chart", url="district", roles=frozenset({Role.DISTRICT}), group="look", rank=10, first=True),
    Entry(name=_("公示"), icon="board", url="board", roles=STAFF_ROLES, group="told", rank=90),
)


@cache
def entries() -> list[Entry]:
    """The navigation entries of all packages, by their place in the rail and on a phone."""
    found = [*ENTRIES, *(entry for room in packages.rooms("navigation") for entry in room.ENTRIES)]
    return sorted(found, key=lambda entry: (entry.tab, entry.rank))


def _difficulty(community: CommunityCard, by: Actor, at: datetime, left: bank.Left) -> Fact:
    return Fact(str(left.difficulty), gettext("分困难还在"), gettext("您确认办好一件，就减一件"))


TILES = (Tile(rank=50, name=_("公示"), icon="board", url="board", roles=EVERYBODY, fact=_difficulty, reads=bank.left, asked="community"),)


@cache
def tiles() -> list[Tile]:
    """What the packages put on the page of the community, in its order."""
    found = [*TILES, *(tile for room in packages.rooms("navigation") for tile in getattr(room, "TILES", ()))]
    return sorted(found, key=lambda tile: tile.rank)


def tabs(actor: Actor, request: HttpRequest) -> list[Tab]:
    """The main ways on a phone: one's own work, the community in the middle, oneself at the end."""
    return [_tab(entry, request) for entry in entries() if entry.tab and entry.is_for(actor)]


def rail(actor: Actor, request: HttpRequest) -> list[tuple[str, list[Tab]]]:
    """The rail of a desk: groups with their entries; a group without any does not appear."""
    mine = [entry for entry in entries() if entry.is_for(actor)]
    groups = [(str(name), [_tab(entry, request) for entry in mine if entry.group == key]) for key, name in GROUPS.items()]
    return [group for group in groups if group[1]]


def _tab(entry: Entry, request: HttpRequest) -> Tab:
    here = request.resolver_match.url_name if request.resolver_match else ""
    count = ""
    if entry.waits:
        found = waits(request)
        count = counted(found.total if "*" in entry.waits else found.of(entry.waits))
    return Tab(str(entry.name), entry.icon, reverse(entry.url), entry.url == here, count, entry.first)


@dataclass(frozen=True, slots=True)
class Awaiting:
    """What waits for the reader, as the block on a first page shows it."""

    count: str
    more: bool
    items: list[tuple[Waiting, When]]

    def __iter__(self) -> Iterator[tuple[Waiting, When]]:
        return iter(self.items)


def awaiting(request: HttpRequest, most: int = SHOWN_MOST) -> Awaiting:
    """The first things that wait for the reader, by deadline, and how many there are."""
    found, at = waits(request), clock.now()
    items = found.items[:most]
    return Awaiting(counted(found.total), found.total > len(items), [(item, when(item, at)) for item in items])
