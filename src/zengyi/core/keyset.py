"""Lists page by page, each page beginning behind the last id of the one before: as fast on the last page as on the first."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlencode

from django.db.models import Model, QuerySet
from django.http import HttpRequest

from zengyi.core.ids import id_of

T = TypeVar("T")
R = TypeVar("R")
M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A page of rows; ``next_after`` is the id behind which the next page begins, nothing on the last."""

    rows: list[T]
    next_after: int | None

    def map(self, make: Callable[[T], R]) -> "Page[R]":
        """The same page with something made of each row."""
        return Page([make(row) for row in self.rows], self.next_after)


def cut(rows: "QuerySet[M]", after: int | None, size: int, *, newest_first: bool = False) -> Page[M]:
    """The page of ``rows`` that begins behind the id ``after``, by id. One statement."""
    if after is not None:
        rows = rows.filter(pk__lt=after) if newest_first else rows.filter(pk__gt=after)
    found = list(rows.order_by("-pk" if newest_first else "pk")[: size + 1])
    return Page(found[:size], found[size - 1].pk if len(found) > size else None)


def after_of(request: HttpRequest) -> int | None:
    """The id behind which the requested page begins; anything that is no id means the first page."""
    return id_of(request.GET.get("after"))


def next_link(request: HttpRequest, page: Page[T]) -> str:
    """The query string of the list's next page; empty on the last."""
    if page.next_after is None:
        return ""
    kept = {name: value for name, value in request.GET.items() if name != "after" and value}
    return "?" + urlencode({**kept, "after": page.next_after})
