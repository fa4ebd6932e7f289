"""Addresses. Every name in here stands in people/roles.toml, or nobody can reach it."""

from django.urls import URLPattern, URLResolver, include, path

from zengyi.project import pages
from zengyi.project.api import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.home, name="home"),
    path("board/", pages.board, name="board"),
    path("district/", pages.district, name="district"),
    path("help/", pages.help_, name="help"),
    path("appearance", pages.appearance, name="appearance"),
    path("health", pages.health, name="health"),
    path("ready", pages.ready, name="ready"),
    path("api/v1/", api.urls),
    path("", include("zengyi.people.urls")),
    path("", include("zengyi.orders.urls")),
    path("bank/", include("zengyi.bank.urls")),
]

handler400 = "zengyi.project.errors.bad_request"
handler403 = "zengyi.project.errors.forbidden"
handler404 = "zengyi.project.errors.not_found"
handler500 = "zengyi.project.errors.broken"
