"""Addresses. Every name in here stands in people/roles.toml, or nobody can reach it."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
