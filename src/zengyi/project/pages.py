"""Pages of the whole: the public home, the board, the district's screen, help, how pages look, and whether all is well."""

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from zengyi.bank import queries as bank
from zengyi.core import clock, outbox
from zengyi.core.errors import NotThere
from zengyi.core.web import go
from zengyi.orders import queries as orders
from zengyi.people import queries as people
from zengyi.people.pages import acting
from zengyi.people.rules import NOBODY, STAFF_ROLES, Actor, Role, Target, allows
from zengyi.project.charts import crossing
from zengyi.project.shell import CARE, THEME, THEMES

YEAR = 365 * 24 * 3600
SHOWN = 5
ID_DIGITS = 18
HOMES = {
    Role.MEMBER: "account",
    Role.ORGANISATION: "account",
    Role.RESIDENT: "my-orders",
    Role.WORKER: "desk",
    Role.SECRETARY: "desk",
    Role.DISTRICT: "district",
}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What this is, for visitors; for everybody else the page of their role."""
    by, at = acting(request), clock.now()
    if by.role in HOMES:
        return redirect(HOMES[by.role])
    if by.signed_in:
        return redirect("me")
    communities = people.communities()
    here = _community(request, by, communities)
    quarter = clock.quarter_of(clock.local_date(at))
    context = {
        "communities": communities,
        "here": here,
        "quarter": quarter,
        "equation": bank.equation(here.id, quarter, at=at) if here else None,
        "rows": orders.listing(by=by, at=at, state="PUBLISHED", community_id=here.id, size=SHOWN).rows if here else [],
        "now": at,
    }
    return render(request, "home.html", context)


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
        "equation": bank.equation(here.id, quarter, by=by, at=at),
        "savers": bank.top_savers(here.id),
        "layout": "desk.html" if by.role in STAFF_ROLES else "phone.html",
        "rows": orders.listing(by=NOBODY, at=at, state="CONFIRMED", community_id=here.id, size=SHOWN).rows,
        "now": at,
    }
    return render(request, "board.html", context)


@require_safe
def district(request: HttpRequest) -> HttpResponse:
    """Every community's equation side by side, and the year's crossing of points and difficulty."""
    by, at = acting(request), clock.now()
    quarter = request.GET.get("quarter", "") or clock.quarter_of(clock.local_date(at))
    rows = bank.district(quarter, by=by, at=at)
    total = bank.Equation(
        sum(r.equation.opening for r in rows),
        sum(r.equation.new for r in rows),
        sum(r.equation.reduced for r in rows),
        sum(r.equation.balance for r in rows),
        any(r.equation.provisional for r in rows),
    )
    context = {
        "quarter": quarter,
        "rows": rows,
        "total": total,
        "coverage": people.coverage(path=by.place_path),
        "chart": crossing(bank.weekly(by.place_path, quarter, by=by)),
        "most": max([1, *(r.equation.reduced for r in rows)]),
    }
    return render(request, "district.html", context)


@require_safe
def help_(request: HttpRequest) -> HttpResponse:
    """How it works, in plain words."""
    by = acting(request)
    return render(request, "help.html", {"layout": "desk.html" if by.role in STAFF_ROLES else "phone.html"})


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
def health(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """The database can be reached, its migrations are applied, and messages are not stuck; 503 otherwise."""
    checks: dict[str, bool] = {"database": False, "migrations": False, "outbox": False}
    try:
        connection.ensure_connection()
        checks["database"] = True
        executor = MigrationExecutor(connection)
        checks["migrations"] = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        checks["outbox"] = not outbox.stuck(clock.now())
    except DatabaseError:
        pass
    fine = all(checks.values())
    return JsonResponse({"status": "ok" if fine else "not ready", **checks}, status=200 if fine else 503)


def _community(request: HttpRequest, by: Actor, communities: list[people.CommunityCard]) -> people.CommunityCard | None:
    """The community asked for, one's own, or the first."""
    asked = request.GET.get("community", "")
    if asked:
        for card in communities:
            if str(card.id) == asked[:ID_DIGITS]:
                return card
        raise NotThere(_("没有找到这个社区。"))
    return next((card for card in communities if card.id == by.community_id), communities[0] if communities else None)
