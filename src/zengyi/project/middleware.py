"""Around every page: who acts, whether the way is open, refusals as pages, and the headers that keep a browser safe."""

import codecs
import logging
from collections.abc import Callable
from contextlib import suppress
from ipaddress import ip_address
from urllib.parse import urlencode

from django.conf import settings
from django.db import DatabaseError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from zengyi.core.api import problem, problem_of
from zengyi.core.errors import NotSignedIn, NotThere, Refused
from zengyi.core.web import go
from zengyi.people import queries as people
from zengyi.people.rules import action_of_url, check_role
from zengyi.people.rules.sessions import ACTING_AS
from zengyi.people.web import acting
from zengyi.project.errors import bad_request, page_of, refusal_page

Respond = Callable[[HttpRequest], HttpResponse]
API = "/api/"
CSP = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'; script-src 'self'; style-src 'self'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "Permissions-Policy": "geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
log = logging.getLogger("zengyi")


class Headers:
    """Security headers on every answer; pages are never kept by a shared cache or a shared computer."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.setdefault(name, value)
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"
        return response


class Readable:
    """Refuses whatever says that it is written in anything but UTF-8, and reads no session's name that cannot be one.

    Some of the codecs a request may name make text that no database takes, and some make no text at all; and a cookie can hold
    a NUL, which PostgreSQL does not.
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.encoding and codecs.lookup(request.encoding).name != "utf-8":
            return bad_request(request)
        name = settings.SESSION_COOKIE_NAME
        if not request.COOKIES.get(name, "").isalnum():
            request.COOKIES.pop(name, None)
        return self.get_response(request)


class Address:
    """Behind TLS the address a request comes from is the proxy's; the proxy writes the visitor's behind what was sent along.

    Without it everybody would share one address, and whoever guesses passwords would slow down the sign-in for all.
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.HTTPS:
            told = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
            with suppress(ValueError):
                request.META["REMOTE_ADDR"] = str(ip_address(told))
        return self.get_response(request)


class Acting:
    """Finds out who acts, once per page; the API asks its token instead."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(API):
            chosen = request.session.get(ACTING_AS, "") if request.user.is_authenticated else ""
            request.actor = people.actor_of(request.user, chosen)  # type: ignore[attr-defined]
        return self.get_response(request)


class Gate:
    """Lets nobody through whom the table of permissions does not name. A page that is not in the table is open to nobody."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        """Before the page runs."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        if request.path.startswith(API) and not name.startswith("api:openapi"):
            return None
        action = action_of_url().get(name)
        if request.path.startswith(API):
            return None if action else refusal_page(request, NotThere(_("没有这个地址。")))
        try:
            if action is None:
                raise NotThere(_("没有这个地址。"))
            check_role(acting(request), action)
        except NotSignedIn as refusal:
            if request.method in ("GET", "HEAD"):
                return go(request, f"{reverse('sign-in')}?{urlencode({'next': request.get_full_path()})}")
            return refusal_page(request, refusal)
        except Refused as refusal:
            return refusal_page(request, refusal)
        return None


class Refusals:
    """Turns what an action or query refused into a page with its sentence and its status."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """After something was raised."""
        api = request.path.startswith(API)
        if isinstance(error, Refused):
            return problem_of(error) if api else refusal_page(request, error)
        if isinstance(error, OperationalError) or (isinstance(error, DatabaseError) and "full" in str(error)):
            log.error("database not available: %s", type(error).__name__)
            sentence = _("现在人太多，系统一时忙不过来。您写的还没有交上，请过一会儿再试。")
            response = problem(503, "busy", sentence) if api else page_of(request, 503, sentence)
            response["Retry-After"] = "5"
            return response
        return None
