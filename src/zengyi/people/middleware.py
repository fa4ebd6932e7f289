"""Whose session it is, what ends a session of staff, and what must be done before anything else."""

import logging
from collections.abc import Callable
from contextlib import nullcontext
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import DatabaseError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

from zengyi.core import clock
from zengyi.core.errors import is_full
from zengyi.core.steps import impatient
from zengyi.core.web import go
from zengyi.people import queries
from zengyi.people.models import User
from zengyi.people.rules import STAFF_ROLES
from zengyi.people.rules.sessions import MUST_CHANGE, ONWARD, SEEN, SEEN_EVERY, SIGNED_IN, STAFF, is_over, stamp, unstamped
from zengyi.people.web import acting
from zengyi.people.web.again import sign_in_again

log = logging.getLogger("zengyi")
#: How long a page that only reads waits to write its session.
PATIENCE_MILLISECONDS = 250

# Pages that stay open while a password must be changed or a second factor set up.
_ALWAYS = frozenset(
    {
        "sign-in",
        "code-ask",
        "code-enter",
        "code-who",
        "wechat-start",
        "wechat-back",
        "sign-out",
        "second-factor",
        "appearance",
        "help",
        "health",
        "ready",
    }
)


class Sessions(BaseBackend):
    """Finds the login of a session for Django. The roles are read in the same statement."""

    def get_user(self, user_id: int) -> User | None:
        """The open login; nothing when it was closed."""
        return queries.signed_in(user_id, at=clock.now())


class Keeping(SessionMiddleware):
    """Django's own, but a page that only reads is answered even when its session cannot be written: busy or full as the disk may be.

    What a page notes in its session, such as the last time staff was seen, is noted again at the next one.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Write the session, if the page has changed it. A session that was ended meanwhile is over, as Django has it."""
        reads = request.method in ("GET", "HEAD")
        try:
            with impatient(PATIENCE_MILLISECONDS) if reads and request.session.modified else nullcontext():
                return super().process_response(request, response)
        except (SessionInterrupted, DatabaseError) as error:
            # Django says that the session was ended, and why it thinks so only in the errors behind.
            cause = error.__context__.__context__ if isinstance(error, SessionInterrupted) and error.__context__ else error
            if not isinstance(cause, OperationalError) and not (cause and is_full(cause)):
                raise
            log.error("a session could not be written: %s", type(cause).__name__)
            if not reads:
                raise cause from error
            return response


class Login:
    """Sets ``request.user``, as Django's middleware does, from the login that was read with the session."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.user = SimpleLazyObject(lambda: _login_of(request))  # type: ignore[assignment]
        return self.get_response(request)


def _login_of(request: HttpRequest) -> AbstractBaseUser | AnonymousUser:
    """The login read with the session, if the checks that Django would make pass; otherwise Django decides, and may end the session."""
    session = request.session
    kept = session.get(auth.HASH_SESSION_KEY, "")  # reads the session
    login = getattr(session, "login", None)
    if (
        isinstance(login, User)
        and session.get(auth.SESSION_KEY) == str(login.pk)
        and session.get(auth.BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS
        and constant_time_compare(kept, login.get_session_auth_hash())
    ):
        return login
    return auth.get_user(request)


class SessionLimits:
    """Ends staff sessions after 30 idle minutes and after 12 hours; redirects to what must be done first: a new password, a second factor.

    Stands behind the middleware that sets ``request.actor``. Tokens of the API have limits of their own.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        """Let the page run (nothing), or redirect."""
        if request.path.startswith("/api/") or not request.user.is_authenticated:
            return None
        name = request.resolver_match.url_name if request.resolver_match else ""
        session, at = request.session, clock.now()
        if acting(request).role in STAFF_ROLES and not session.get(STAFF):
            session[STAFF] = True
            session.setdefault(SIGNED_IN, stamp(at))
            session.setdefault(SEEN, stamp(at))
        if session.get(STAFF):
            if is_over(session.get(SIGNED_IN), session.get(SEEN), at=at):
                auth.logout(request)
                if request.method == "POST" and name not in _ALWAYS:
                    return sign_in_again(request)
                here = request.get_full_path() if request.method == "GET" else ""
                return go(request, f"{reverse('sign-in')}?{urlencode({'over': 1, 'next': here})}")
            if at - unstamped(session.get(SEEN)) >= SEEN_EVERY:
                session[SEEN] = stamp(at)
        if name in _ALWAYS:
            return None
        if session.get(MUST_CHANGE):
            return None if name == "password" else _settle(request, "password")
        if settings.REQUIRE_MFA and acting(request).role in STAFF_ROLES and not request.user.is_verified():  # type: ignore[attr-defined]
            return None if name in ("second-factor-setup", "act-as") else _settle(request, "second-factor-setup")
        return None


def _settle(request: HttpRequest, what: str) -> HttpResponse:
    """Send to the page on which something must be settled first; afterwards it goes on to where this was going."""
    if request.method == "GET" and request.session.get(ONWARD) is None:
        request.session[ONWARD] = request.get_full_path()
    return go(request, reverse(what))
