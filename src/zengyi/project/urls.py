"""Addresses. Every name stands in a package's roles.toml, or nobody can reach it; packages' own are found in their ``urls``."""

from django.urls import URLPattern, URLResolver, include, path

from zengyi.core import packages
from zengyi.project import pages, searching
from zengyi.project.api import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.home, name="home"),
    path("community/", pages.hub, name="hub"),
    path("waiting/", pages.waiting, name="waiting"),
    path("board/", pages.board, name="board"),
    path("district/", pages.district, name="district"),
    path("search/", searching.search, name="search"),
    path("help/", pages.help_, name="help"),
    path("appearance", pages.appearance, name="appearance"),
    path("robots.txt", pages.robots, name="robots-txt"),
    path("health", pages.health, name="health"),
    path("ready", pages.ready, name="ready"),
    path("api/v1/", api.urls),
    *(path("", include(room)) for room in packages.rooms("urls")),
]

handler400 = "zengyi.project.errors.bad_request"
handler403 = "zengyi.project.errors.forbidden"
handler404 = "zengyi.project.errors.not_found"
handler500 = "zengyi.project.errors.broken"
