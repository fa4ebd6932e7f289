"""Pages of the whole: the public home, the board, the district's screen, help, how pages look, and whether all is well."""

from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from zengyi.bank import queries as bank
from zengyi.core import clock, outbox, probe, sealing
from zengyi.core.errors import NotThere
from zengyi.core.ids import id_of
from zengyi.core.public import public_page
from zengyi.core.web import go
from zengyi.orders import queries as orders
from zengyi.people import queries as people
from zengyi.people.actions import first_day_is_open
from zengyi.people.queries.waiting import COUNTED_MOST
from zengyi.people.rules import COMMUNITY_ROLES, NOBODY, Actor, Role, Target, allows, may
from zengyi.people.web import acting, layout_of
from zengyi.people.web.navigation import Fact, Tile, facts
from zengyi.people.web.waiting import counted, waits
from zengyi.project.charts import crossing
from zengyi.project.front_door import front
from zengyi.project.shell import CARE, THEME, THEMES, awaiting, tiles

YEAR = 365 * 24 * 3600
SHOWN = 5
DEEDS, LOOKED_AT = 6, 30
WAITING_MOST = 100
#: Search engines are kept off what is no page for readers. Nothing secret is named here: anybody reads this.
ROBOTS = "\n".join(["User-agent: *", *(f"Disallow: /{name}" for name in ("api/", "sign-in", "appearance", "orders/new", "desk/")), ""])
HOMES = {
    Role.MEMBER: "account",
    Role.ORGANISATION: "account",
    Role.RESIDENT: "my-orders",
    Role.WORKER: "desk",
    Role.SECRETARY: "desk",
    Role.DISTRICT: "district",
}


@public_page
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """A community's front page for visitors, and for whoever asks for a community by its number; for everybody else the page of their role,
    and for a community's staff first of all its settings.
    """
    by, at = acting(request), clock.now()
    asked = "community" in request.GET
    if not asked:
        if by.role in COMMUNITY_ROLES and not people.has_members(by.community_id):
            return redirect("community-settings")
        if by.role in HOMES:
            return redirect(HOMES[by.role])
        if by.signed_in:
            return redirect("hub")
    communities = people.communities()
    if not communities and first_day_is_open():
        return redirect("first-day")
    here = _community(request, by, communities)
    context = {
        "layout": layout_of(by),
        "communities": communities,
        "here": here,
        "front": front(here, at=at) if here else None,
        "now": at,
    }
    return render(request, "home.html", context)


@dataclass(frozen=True, slots=True)
class TileShown:
    """A package on the page of the community. ``count``: what waits for the reader there."""

    name: str
    icon: str
    href: str
    fact: Fact | None
    count: str


@public_page
@require_safe
def hub(request: HttpRequest) -> HttpResponse:
    """The community: what waits for the reader, then what the packages do there."""
    by, at = acting(request), clock.now()
    communities = people.communities()
    here = _community(request, by, communities)
    found = waits(request)
    shown = [tile for tile in tiles() if by.role in tile.roles]
    context = {
        "communities": communities,
        "here": here,
        "tiles": [
            TileShown(str(t.name), t.icon, _tile_link(t, here.id), fact, counted(found.of(t.waits)))
            for t, fact in zip(shown, facts(shown, here, by, at), strict=True)
        ]
        if here
        else [],
        "may_place": not by.signed_in or may(by, "order.place"),
        "may_list": may(by, "order.list"),
        "layout": layout_of(by),
    }
    return render(request, "hub.html", context)


def _tile_link(tile: Tile, community_id: int) -> str:
    return f"{reverse(tile.url)}?{tile.asked}={community_id}" if tile.asked else reverse(tile.url)


@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """All that waits for the reader, by deadline."""
    by = acting(request)
    found = waits(request, COUNTED_MOST)
    items = awaiting(request, WAITING_MOST).items
    return render(request, "waiting.html", {"layout": layout_of(by), "items": items, "cut": found.total > len(items)})


@public_page
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """A community's public sums and those who saved most; names are masked unless somebody agreed to be named."""
    by, at = acting(request), clock.now()
    communities = [card for card in people.communities() if allows(by, "points.sums", Target(community_id=card.id, path=card.path))]
    here = _community(request, by, communities)
    if here is None:
        raise NotThere(_("还没有社区。"))
    quarter = request.GET.get("quarter", "") or clock.quarter_of(clock.local_date(at))
    context = {
        "communities": communities,
        "here": here,
        "quarter": quarter,
        "equation": bank.equation(here.id, quarter, card=here, by=by, at=at),
        "published": bank.quarters_published(here.id),
        "savers": bank.top_savers(here.id),
        "layout": layout_of(by),
        "rows": orders.listing(by=NOBODY, at=at, state="CONFIRMED", community_id=here.id, size=SHOWN).rows,
        "seal": sealing.newest(),
        "now": at,
    }
    return render(request, "board.html", context)


@dataclass(frozen=True, slots=True)
class CommunityLine:
    """A community's line in the district's table; ``change`` is in per cent of the opening, nothing when that was zero."""

    id: int
    name: str
    subdistrict: str
    equation: bank.Equation
    flow: orders.Flow

    @property
    def change(self) -> int | None:
        """How much more or less difficulty there is than at the quarter's beginning."""
        return round((self.equation.balance - self.equation.opening) * 100 / self.equation.opening) if self.equation.opening else None

    @property
    def finished(self) -> int | None:
        """Delivered orders of those placed this quarter, in per cent."""
        return self.flow.delivered * 100 // self.flow.placed if self.flow.placed else None


@require_safe
def district(request: HttpRequest) -> HttpResponse:
    """Every community's equation side by side, the crossing of points and difficulty, and how far the orders have got."""
    by, at = acting(request), clock.now()
    quarter = request.GET.get("quarter", "") or clock.quarter_of(clock.local_date(at))
    found = bank.district(quarter, by=by, at=at)
    sums = found.rows
    flows = orders.flows(*clock.quarter_bounds(quarter), by=by, at=at)
    lines = [
        CommunityLine(row.community_id, row.name, row.subdistrict, row.equation, flows.get(row.community_id, orders.Flow())) for row in sums
    ]
    total = bank.Equation(
        sum(row.equation.opening for row in sums),
        sum(row.equation.new for row in sums),
        sum(row.equation.reduced for row in sums),
        sum(row.equation.balance for row in sums),
        any(row.equation.provisional for row in sums),
    )
    names = {row.community_id: row.name for row in sums}
    deeds = sorted(
        orders.listing(by=by, at=at, state="CONFIRMED", public=True, size=LOOKED_AT).rows,
        key=lambda deed: deed.ended_at or at,
        reverse=True,
    )
    context = {
        "quarter": quarter,
        "rows": sorted(lines, key=lambda line: (line.change is None, line.change)),
        "total": total,
        "coverage": people.coverage(path=by.place_path),
        "chart": crossing(total.opening, found.weeks),
        "steps": _steps(list(flows.values())),
        "deeds": [(deed, names.get(deed.community_id, "")) for deed in deeds[:DEEDS]],
        "now": at,
    }
    return render(request, "district.html", context)


def _steps(flows: list[orders.Flow]) -> list[tuple[str, int, int, str, str]]:
    """The way of the quarter's orders: name, number, share of the first in per cent, the look of its bar, and the filter of its parts."""
    counts = [
        (pgettext("so far", "点单"), sum(flow.placed for flow in flows), "ink", "placed"),
        (pgettext("so far", "社区受理"), sum(flow.triaged for flow in flows), "ink", "triaged"),
        (pgettext("so far", "有人接单"), sum(flow.claimed for flow in flows), "ink", "claimed"),
        (_("办好"), sum(flow.delivered for flow in flows), "", "delivered"),
        (_("居民确认"), sum(flow.confirmed for flow in flows), "", "confirmed"),
    ]
    return [(name, n, n * 100 // max(1, counts[0][1]), look, step) for name, n, look, step in counts]


@public_page
@require_safe
def help_(request: HttpRequest) -> HttpResponse:
    """How it works, in plain words."""
    by = acting(request)
    return render(request, "help.html", {"layout": layout_of(by)})


@require_POST
def appearance(request: HttpRequest) -> HttpResponse:
    """Care mode, theme and language, kept in cookies of this browser for a year."""
    wanted = request.POST.get("next", "")
    fits = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    response = go(request, wanted if fits and wanted.isprintable() else "/")
    choices = {
        CARE: request.POST.get("care"),
        THEME: request.POST.get("theme"),
        settings.LANGUAGE_COOKIE_NAME: request.POST.get("language"),
    }
    allowed = {CARE: ("0", "1"), THEME: ("", *THEMES), settings.LANGUAGE_COOKIE_NAME: tuple(code for code, _name in settings.LANGUAGES)}
    for name, value in choices.items():
        if value is not None and value in allowed[name]:
            response.set_cookie(name, value, max_age=YEAR, samesite="Lax", secure=settings.HTTPS, httponly=True)
    return response


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines may look at: the public pages. What lies behind a secret address says itself that it is not to be listed."""
    return HttpResponse(ROBOTS, content_type="text/plain; charset=utf-8")


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """The database can be reached and written, its migrations are applied, photos can be kept, messages are not stuck; 503 otherwise."""
    checks = dict.fromkeys(("database", "migrations", "outbox", "writes", "files"), False)
    try:
        connection.ensure_connection()
        checks["database"] = True
        executor = MigrationExecutor(connection)
        checks["migrations"] = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        checks["outbox"] = not outbox.stuck(clock.now())
        checks["writes"] = checks["migrations"] and probe.database_writes()
    except DatabaseError:
        pass
    checks["files"] = probe.files_write()
    fine = all(checks.values())
    return JsonResponse({"status": "ok" if fine else "not ready", **checks}, status=200 if fine else 503)


def _community(request: HttpRequest, by: Actor, communities: list[people.CommunityCard]) -> people.CommunityCard | None:
    """The community asked for, one's own, or the first."""
    asked = request.GET.get("community", "")
    if asked:
        for card in communities:
            if card.id == id_of(asked):
                return card
        raise NotThere(_("没有找到这个社区。"))
    return next((card for card in communities if card.id == by.community_id), communities[0] if communities else None)
