"""Public pages: what anybody may read without signing in.

A browser may keep such a page for its back and forward buttons, and search engines may list it (docs/decisions/0037). Whatever is not
marked by :func:`public_page` is neither kept nor listed, and neither is a marked page that somebody signed in reads.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

View = Callable[..., HttpResponse]
_MARK = "zengyi_public"
#: Asked anew whenever it is opened, but it may stay in the browser that showed it.
KEPT, NEVER = "private, no-cache", "private, no-store"


def public_page(view: View) -> View:
    """Mark a page that shows everybody the same, and asks nobody for anything but what it is to look like."""

    @wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        setattr(response, _MARK, True)
        return response

    return run


def label(request: HttpRequest, response: HttpResponse, *, signed_in: bool) -> None:
    """Say to browsers and search engines what may be kept of an answer, unless it says so itself."""
    shown = getattr(response, _MARK, False) and response.status_code == 200 and request.method in ("GET", "HEAD")
    if not response.has_header("Cache-Control"):
        response["Cache-Control"] = KEPT if shown and not signed_in else NEVER
    if shown:
        patch_vary_headers(response, ("Cookie",))
    else:
        response.setdefault("X-Robots-Tag", "noindex")
