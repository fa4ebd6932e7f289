"""Around every page: who acts, whether the way is open, refusals as pages, and the headers that keep a browser safe."""

import codecs
from collections.abc import Callable
from contextlib import suppress
from ipaddress import ip_address
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, ResolverMatch, resolve, reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from zengyi.core import clock, held, public
from zengyi.core.api import problem_of
from zengyi.core.errors import NotSignedIn, NotThere, Refused, WrongState
from zengyi.core.web import forget_said, go, scripted, taken_before
from zengyi.people import queries as people
from zengyi.people.rules import NOBODY, Actor, action_of_url, check_role, largest_body, may
from zengyi.people.rules.sessions import ACTING_AS
from zengyi.people.web import acting
from zengyi.people.web.again import send_again, sign_in_again
from zengyi.project import bodies
from zengyi.project.api import NO_TOKEN, Bearer, operation_name
from zengyi.project.errors import bad_request, no_room, page_of, refusal_page, too_large, unavailable
from zengyi.project.words import boundary_of

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


class Headers:
    """Security headers on every answer, and what browsers and search engines may keep of it."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = forget_said(request, self.get_response(request))
        for name, value in HEADERS.items():
            response.setdefault(name, value)
        public.label(request, response, signed_in=getattr(request, "actor", NOBODY).signed_in)
        return response


class Readable:
    """Refuses requests in any encoding but UTF-8, and drops a session cookie that cannot be one of ours.

    A request may name any codec that Python knows. Some of them produce text that no database takes, some no text at all. And a cookie
    can hold a NUL character, which PostgreSQL refuses.
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
    """Behind a TLS proxy every request comes from the proxy's address. The proxy appends the visitor's address to ``X-Forwarded-For``.

    Without this everybody would share one address, and one person guessing passwords would slow down the sign-in for all.
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


class Straight:
    """Leads calls of the API that carry a token straight to their operation.

    What stands behind this is for pages: sessions, forms, logins and the roles they act in. A call whose body is large or not there yet
    goes the long way, where that is asked about, and so does whatever is no operation.
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        match = _called(request)
        if match is None:
            return self.get_response(request)
        try:
            answer: HttpResponse = match.func(request, *match.args, **match.kwargs)
        except Exception as error:
            told = refused(request, error)
            if told is None:
                raise
            return told
        return answer


def _called(request: HttpRequest) -> ResolverMatch | None:
    """The operation that a request with a token calls, if nothing else is to be asked about it."""
    with_token = request.path.startswith(API) and request.META.get("HTTP_AUTHORIZATION", "")[:7].lower() == "bearer "
    if not with_token or bodies.STANDING in request.META or bodies.length_of(request) > bodies.SMALL:
        return None
    try:
        request.resolver_match = resolve(request.path_info)
    except Resolver404:
        return None
    return request.resolver_match if operation_name(request) else None


class Bodies:
    """Lets no body in that is too large for where it goes and who sends it; says so before any of it is read.

    Stands before what reads bodies. The server asks with :data:`bodies.ASKING` and without the body, and reads it when the
    request has come through to :class:`Welcome`; other servers are answered by what the request says of its length.
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        standing = request.META.get(bodies.STANDING)
        if standing == bodies.TOO_LARGE:
            return too_large(request)
        if standing == bodies.LATE:
            return page_of(request, 408, _("没有在时限内传完，所以没有收下。请换个网络好一点的地方，再试一次。"))
        if standing == bodies.NO_ROOM:
            return no_room(request)
        if standing == bodies.ASKING:
            # The form's own token is in the body: it is looked at when that is there.
            request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]  # noqa: SLF001
        response = self.get_response(request)
        if standing == bodies.ASKING and response.status_code == NotSignedIn.status and _has_words(request):
            most = largest_body(_name(request))
            request.META.update({bodies.STANDING: bodies.WORDS, bodies.MOST: most, bodies.WHOSE: bodies.WORDS})
        return response

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        """Before the page runs, and before its form is read."""
        length = bodies.length_of(request)
        if length <= bodies.SMALL:
            return None
        try:
            fits = length <= bodies.most_for(_sender(request), _name(request))
        except Refused as refusal:
            return problem_of(refusal) if request.path.startswith(API) else refusal_page(request, refusal)
        return None if fits else too_large(request)


class Welcome:
    """Stands last: a request that got here with its body still outside may send it."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        """Instead of the page, as long as its body is not there."""
        if request.META.get(bodies.STANDING) != bodies.ASKING:
            return None
        try:
            by = _sender(request)
        except Refused as refusal:
            return problem_of(refusal) if request.path.startswith(API) else refusal_page(request, refusal)
        most = bodies.most_for(by, _name(request))
        request.META.update({bodies.STANDING: bodies.WELCOME, bodies.MOST: most, bodies.WHOSE: by.user_id})
        return HttpResponse(status=204)


def _has_words(request: HttpRequest) -> bool:
    """Whether it is a form with photos that the browser sends itself: no script keeps what was typed into it."""
    if request.path.startswith(API) or scripted(request) or not boundary_of(request.META.get("CONTENT_TYPE", "")):
        return False
    return bodies.length_of(request) <= largest_body(_name(request))


def _name(request: HttpRequest) -> str:
    """The name under which the asked page or operation stands in the table of permissions."""
    if request.path.startswith(API):
        return operation_name(request)
    return request.resolver_match.view_name if request.resolver_match else ""


def _sender(request: HttpRequest) -> Actor:
    """Who sends something there. Raises a refusal when they may not go there at all."""
    action = action_of_url().get(_name(request))
    if request.path.startswith(API):
        by: Actor | None = NOBODY if action and may(NOBODY, action) else Bearer()(request)
        if by is None:
            raise NotSignedIn(NO_TOKEN)
        return by
    if action is None:
        raise NotThere(_("没有这个地址。"))
    check_role(acting(request), action)
    return acting(request)


class Gate:
    """Lets only those through whose role the permission table names. A page that is not in the table is open to nobody."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        """Check before the page runs."""
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
        except NotSignedIn:
            if request.method in ("GET", "HEAD"):
                return go(request, f"{reverse('sign-in')}?{urlencode({'next': request.get_full_path()})}")
            return sign_in_again(request)
        except Refused as refusal:
            return refusal_page(request, refusal)
        return typed_by_another(request) or taken_before(request) if request.method == "POST" else None


def typed_by_another(request: HttpRequest) -> HttpResponse | None:
    """The answer to a form that was shown to another login than the one that sends it, or to one that has signed out since."""
    by, user_id = request.POST.get(held.BY_FIELD, ""), acting(request).user_id
    if not by or (user_id is not None and constant_time_compare(by, held.mark(user_id))):
        return None
    if user_id is None:
        return sign_in_again(request)
    sealed = "" if scripted(request) else held.hold(request, clock.now())
    if sealed:
        return send_again(request, sealed, status=WrongState.status)
    return refusal_page(request, WrongState(_("这一份是用另一个账号写的，没有交出去。请用原来的账号登录。")))


class Refusals:
    """Turns what an action or query refused into a page with its sentence and its status."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Turn a refusal into a page; anything else goes on as an error."""
        return refused(request, error)


def refused(request: HttpRequest, error: Exception) -> HttpResponse | None:
    """The answer to a request that was refused or that the database cannot serve now; nothing for another error."""
    if isinstance(error, Refused):
        return problem_of(error) if request.path.startswith(API) else refusal_page(request, error)
    return unavailable(request, error)
