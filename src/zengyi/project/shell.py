"""What every page shows around its content: who acts, the tabs of their role, and how it looks."""

from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zengyi.core import packages
from zengyi.people.rules import NOBODY, Actor, Role
from zengyi.people.web.navigation import EVERYBODY, Entry

CARE, THEME = "zengyi_care", "zengyi_theme"
THEMES = ("light", "dark")


@dataclass(frozen=True, slots=True)
class Look:
    """How pages look for this reader: large type (care), and a theme; an empty theme follows the system."""

    care: bool
    theme: str


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab of the phone's bar, or an entry of the desk's rail."""

    name: str
    icon: str
    href: str
    here: bool


def look_of(request: HttpRequest) -> Look:
    """The look the reader chose, from its cookies."""
    theme = request.COOKIES.get(THEME, "")
    return Look(request.COOKIES.get(CARE) == "1", theme if theme in THEMES else "")


def shell(request: HttpRequest) -> dict[str, object]:
    """Context of every template."""
    actor = getattr(request, "actor", NOBODY)
    return {"actor": actor, "look": look_of(request), "tabs": tabs(actor, request), "demo": settings.DEMO}


#: The entries of this package itself, beside those of the packages.
ENTRIES = (
    Entry(10, _("首页"), "heart", "home", frozenset({Role.ANONYMOUS, Role.PROPERTY, Role.SUPERVISOR, Role.ADMIN})),
    Entry(10, _("一屏"), "chart", "district", frozenset({Role.DISTRICT})),
    Entry(50, _("公示"), "board", "board", EVERYBODY),
)


@cache
def _entries() -> list[Entry]:
    """The navigation entries of all packages, in the order in which they are shown."""
    found = [*ENTRIES, *(entry for room in packages.rooms("navigation") for entry in room.ENTRIES)]
    return sorted(found, key=lambda entry: entry.rank)


def tabs(actor: Actor, request: HttpRequest) -> list[Tab]:
    """The main ways for whoever acts; the tabs of a phone have room for six."""
    here = request.resolver_match.url_name if request.resolver_match else ""
    return [Tab(str(e.name), e.icon, reverse(e.url), e.url == here) for e in _entries() if e.is_for(actor)]
