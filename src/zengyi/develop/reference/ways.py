"""The addresses behind the names in the permission table: the path of a page, the method and path of an API operation."""

import re
from collections.abc import Iterable, Iterator
from functools import cache

from django.urls import URLPattern, URLResolver, get_resolver

from zengyi.project.api import api

_PARAMETER = re.compile(r"<\w+:(\w+)>")


@cache
def ways() -> dict[str, str]:
    """Addresses by their names in the table."""
    found = dict(_pages(get_resolver().url_patterns, "/"))
    for path, operations in api.get_openapi_schema()["paths"].items():
        found |= {f"api:{operation['operationId']}": f"{method.upper()} {path}" for method, operation in operations.items()}
    return found


def _pages(patterns: Iterable[URLPattern | URLResolver], before: str, namespace: str = "") -> Iterator[tuple[str, str]]:
    for entry in patterns:
        path = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _pages(entry.url_patterns, path, f"{entry.namespace}:" if entry.namespace else namespace)
        else:
            yield f"{namespace}{entry.name}", _PARAMETER.sub(r"{\1}", path)
