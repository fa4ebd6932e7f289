"""What every page shows around its content: who acts, the tabs of their role, and how it looks."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from zengyi.people.rules import NOBODY, Actor, Role

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


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context of every template."""
    actor = getattr(request, "actor", NOBODY)
    return {"actor": actor, "look": look_of(request), "tabs": tabs(actor, request), "demo": settings.DEMO}


def tabs(actor: Actor, request: HttpRequest) -> list[Tab]:
    """The main ways for a role; at most six."""
    match actor.role:
        case Role.WORKER | Role.SECRETARY:
            ways = [
                (pgettext("tab", "派单"), "grid", "desk"),
                (_("单子"), "hand", "orders"),
                (_("储值"), "book", "roll-calls"),
                (_("名单"), "users", "members"),
                (_("公示"), "board", "board"),
                (_("我的"), "user", "me"),
            ]
        case Role.DISTRICT:
            ways = [
                (_("一屏"), "chart", "district"),
                (_("单子"), "hand", "orders"),
                (_("公示"), "board", "board"),
                (_("我的"), "user", "me"),
            ]
        case Role.MEMBER | Role.ORGANISATION:
            ways = [
                (_("账户"), "book", "account"),
                (pgettext("tab", "接单"), "hand", "orders"),
                (pgettext("tab", "点单"), "edit", "order-new"),
                (_("公示"), "board", "board"),
                (_("我的"), "user", "me"),
            ]
        case Role.RESIDENT:
            ways = [
                (_("我的单"), "check", "my-orders"),
                (pgettext("tab", "点单"), "edit", "order-new"),
                (_("单子"), "hand", "orders"),
                (_("公示"), "board", "board"),
                (_("我的"), "user", "me"),
            ]
        case Role.ANONYMOUS if not actor.signed_in:
            ways = [
                (_("首页"), "heart", "home"),
                (_("单子"), "hand", "orders"),
                (_("公示"), "board", "board"),
                (_("登录"), "user", "sign-in"),
            ]
        case _other:
            ways = [(_("首页"), "heart", "home"), (_("公示"), "board", "board"), (_("我的"), "user", "me")]
    here = request.resolver_match.url_name if request.resolver_match else ""
    return [Tab(name, icon, reverse(url), url == here) for name, icon, url in ways]
