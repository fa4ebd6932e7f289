"""Every way into the product: the names of its pages and of the operations of its API."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from tests.trust.table import Table
from zengyi.project.api import ROUTERS


def pages(patterns: Iterable[Any] | None = None, namespace: str = "") -> Iterator[str]:
    """The names of the URLconf, those of the API's own pages with their namespace; a nameless URL is called by its pattern.

    The API's operations share paths, so that a name of the URLconf says too little: :func:`operations` tells them.
    """
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(entry, URLResolver):
            inner = f"{entry.namespace}:" if entry.namespace else namespace
            yield from pages(entry.url_patterns, inner)
        elif isinstance(entry, URLPattern) and not (namespace and hasattr(entry.callback, "csrf_exempt")):
            yield f"{namespace}{entry.name or entry.pattern}"


def operations(routers: Iterable[Any] = ROUTERS) -> Iterator[str]:
    """The operations of the API."""
    for router in routers:
        for view in router.path_operations.values():
            for operation in view.operations:
                yield f"api:{operation.operation_id}"


def unlisted(table: Table, names: Iterable[str]) -> set[str]:
    """Ways that stand in no row of the table."""
    return set(names) - {way for row in table.values() for way in row.urls}


def untrue(table: Table, names: Iterable[str]) -> set[str]:
    """Ways that the table names and that do not exist."""
    return {way for row in table.values() for way in row.urls} - set(names)
