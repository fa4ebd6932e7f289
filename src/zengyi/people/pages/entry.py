"""Signing in and out, the second factor, and choosing a role."""

from typing import Any, cast

from django.contrib import auth
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_otp import login as otp_login

from zengyi.core import clock
from zengyi.core.errors import NotSignedIn, NotThere, Refused
from zengyi.core.web import add_refusal, go, status_of, waiting
from zengyi.people import actions, queries
from zengyi.people.forms import CodeForm, SignInForm
from zengyi.people.rules.sessions import (
    ACTING_AS,
    HELD,
    MUST_CHANGE,
    ONWARD,
    PENDING,
    SECOND_FACTOR_WITHIN,
    SEEN,
    SIGNED_IN,
    stamp,
    unstamped,
)
from zengyi.people.web import acting
from zengyi.people.web.again import kept_of, send_again

_BACKEND = "zengyi.people.middleware.Sessions"
_NEXT_MOST = 500


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """User name or phone, and password; then on to the page that was asked for, or to the start page of the role."""
    onward, at = onward_of(request), clock.now()
    if request.method == "GET":
        if request.user.is_authenticated:
            return redirect(onward or "home")
        return render(request, "people/sign_in.html", {"form": SignInForm(), "next": onward, "over": "over" in request.GET})
    kept = kept_of(request)
    form = SignInForm(request.POST)
    if form.is_valid():
        try:
            user = actions.sign_in(
                form.cleaned_data["username"], form.cleaned_data["password"], address=request.META.get("REMOTE_ADDR", ""), at=at
            )
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            return go(request, enter(request, user, onward, kept))
    context = {"form": form, "next": onward, "held": kept}
    return waiting(form, render(request, "people/sign_in.html", context, status=status_of(form)))


@never_cache
@require_safe
def held_page(request: HttpRequest) -> HttpResponse:
    """What was typed before signing in again."""
    return send_again(request, request.session.get(HELD, ""))


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """The code after the password. Until it is right nobody is signed in."""
    pending = request.session.get(PENDING)
    at = clock.now()
    if not pending or at - unstamped(pending["at"]) >= SECOND_FACTOR_WITHIN:
        request.session.pop(PENDING, None)
        return go(request, reverse("sign-in"))
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            user, device = actions.pass_second_factor(pending["user"], pending["epoch"], form.cleaned_data["code"], at=at)
        except NotSignedIn:
            request.session.pop(PENDING, None)
            return go(request, reverse("sign-in"))
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            onward = _begin(request, user, pending["next"], pending.get("held", ""))
            otp_login(request, device)
            return go(request, onward)
    return waiting(form, render(request, "people/second_factor.html", {"form": form}, status=status_of(form)))


def enter(request: HttpRequest, user: Any, onward: str, kept: str) -> str:  # noqa: ANN401 - a login's row: no page may name its table
    """Begin the session of a login that has shown who it is, or ask for its second factor first; returns where to go."""
    if not queries.has_second_factor(user.pk):
        return _begin(request, user, onward, kept)
    request.session.flush()
    request.session[PENDING] = {"user": user.pk, "epoch": user.epoch, "at": stamp(clock.now()), "next": onward, "held": kept}
    return reverse("second-factor")


def _begin(request: HttpRequest, user: Any, onward: str, kept: str) -> str:  # noqa: ANN401 - as above
    """Begin the session; returns where to go first. The session's limits ask for what must be settled first."""
    request.session.flush()
    auth.login(request, user, backend=_BACKEND)
    now = stamp(clock.now())
    request.session[SIGNED_IN] = now
    request.session[SEEN] = now
    if kept:
        request.session[HELD] = kept
        onward = reverse("held")
    if user.must_change:
        request.session[MUST_CHANGE] = True
        request.session[ONWARD] = onward
    return onward or reverse("home")


def onward_of(request: HttpRequest) -> str:
    """The address to go to afterwards, if it is one of this site; otherwise empty."""
    wanted = request.POST.get("next", "") or request.GET.get("next", "")
    fits = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return wanted if fits and wanted.startswith("/") and len(wanted) <= _NEXT_MOST and wanted.isprintable() else ""


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session; what another login typed is carried on to the sign-in."""
    kept = kept_of(request)
    auth.logout(request)
    if kept:
        return render(request, "people/sign_in.html", {"form": SignInForm(), "held": kept})
    return go(request, reverse("home"))


@require_POST
def act_as(request: HttpRequest) -> HttpResponse:
    """Choose the role to act in from now on."""
    wanted = request.POST.get("acting_as", "")
    choices = queries.choices(cast(int, acting(request).user_id), at=clock.now())
    if wanted not in [choice.acting_as for choice in choices]:
        raise NotThere(_("您没有这个身份。"))
    request.session[ACTING_AS] = wanted
    return go(request, onward_of(request) or reverse("home"))
