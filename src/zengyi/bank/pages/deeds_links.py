"""Vouching by a link: the community sends one, whoever was helped opens it on their phone and says yes or no, without a login."""

import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zengyi.bank import actions, forms, queries, rules
from zengyi.bank.pages.deeds import show_deed
from zengyi.core import clock, web
from zengyi.core.errors import NotAllowed, NotThere
from zengyi.core.forms import PlainForm
from zengyi.people.web import acting

#: The cookie by which a link knows the browser that opened it.
BROWSER = "zengyi_vouch"


@require_POST
def deed_link(request: HttpRequest, filing_id: int) -> HttpResponse:
    """Make a link for whoever was helped; its address and picture stand on the deed's page."""
    by = acting(request)
    form = forms.LinkForm(request.POST)
    answer = web.submit(
        request,
        form,
        lambda: actions.issue_link(filing_id, form.cleaned_data["name"], by=by, at=clock.now()),
        to=lambda made: f"{reverse('deed', args=[made.filing_id])}#links",
        said=lambda made: _("链接做好了，三天内有效，只能用一次。请发给%(name)s本人。") % {"name": made.name},
    )
    return answer or show_deed(request, filing_id, form)


@require_http_methods(["GET", "HEAD", "POST"])
def vouch(request: HttpRequest, token: str) -> HttpResponse:
    """What somebody is asked by a link: first to open it, which binds it to their browser, then whether it happened."""
    try:
        return _vouch(request, token)
    except (NotThere, NotAllowed) as refusal:
        # Whoever was asked has no login and nothing to look for here: they are told why, and whom to call, and nothing else.
        return render(request, "bank/vouched.html", {"why_not": refusal.sentence}, status=refusal.status)


def _vouch(request: HttpRequest, token: str) -> HttpResponse:
    by, known = acting(request), _secret(request)
    secret = known or secrets.token_urlsafe(32)
    opening = request.method == "POST" and "open" in request.POST
    form = forms.SureForm(request.POST) if opening else forms.VouchForm(web.sent(request))
    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            lambda: _step(request, token, secret, form, opening),
            to=lambda _link: reverse("vouch", args=[token]) if opening else reverse("vouched"),
        )
        if answer is not None:
            return answer if known else _given(answer, secret)
    asked = queries.vouch(token, browser=actions.browser_of(secret), by=by, at=clock.now())
    shown = render(request, "bank/vouch.html", {"asked": asked, "form": form, "token": token}, status=web.status_of(form))
    return shown if known else _given(shown, secret)


def _step(request: HttpRequest, token: str, secret: str, form: PlainForm, opening: bool) -> object:
    by, at = acting(request), clock.now()
    if opening:
        return actions.open_link(token, secret, by=by, at=at)
    given = form.cleaned_data
    return actions.answer_link(token, secret, given["happened"], said=given["said"], by=by, at=at)


def _secret(request: HttpRequest) -> str:
    """What this browser was given; empty for one that was given nothing, or something that is not ours."""
    found = request.COOKIES.get(BROWSER, "")
    return found if len(found) == 43 and found.isascii() else ""


def _given(answer: HttpResponse, secret: str) -> HttpResponse:
    """``answer`` with the cookie that holds the browser's secret. A browser gets it before it opens a link, so that whoever presses twice,
    or again when the network is back, still counts as the same.
    """
    seconds = int(rules.LINK_LIVES.total_seconds())
    answer.set_cookie(BROWSER, secret, max_age=seconds, httponly=True, samesite="Lax", secure=settings.HTTPS)
    return answer


@require_safe
def vouched(request: HttpRequest) -> HttpResponse:
    """Thanks."""
    return render(request, "bank/vouched.html")
