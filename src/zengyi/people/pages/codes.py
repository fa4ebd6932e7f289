"""Signing in by a code sent to one's phone: the number, the code, and who of those that share the phone."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from zengyi.core import clock
from zengyi.core.errors import NotSignedIn, NotThere, Refused
from zengyi.core.ids import id_of
from zengyi.core.masking import mask_phone
from zengyi.core.web import add_refusal, go, status_of, waiting
from zengyi.people import actions, queries
from zengyi.people.forms import PhoneCodeForm, PhoneForm
from zengyi.people.pages.entry import enter, onward_of
from zengyi.people.rules import normal_phone
from zengyi.people.rules.codes import CodeFor
from zengyi.people.rules.sessions import BY_CODE, CODE, stamp
from zengyi.people.web.again import kept_of


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code_ask(request: HttpRequest) -> HttpResponse:
    """Ask for a code. The answer is the same for every number, known here or not."""
    if not queries.codes_offered():
        raise NotThere(_("这里还没有开通短信验证码。"))
    onward, kept = onward_of(request), kept_of(request)
    # The sign-in page only carries on what was typed elsewhere; the number is asked for here.
    form = PhoneForm(request.POST if request.method == "POST" and "carry" not in request.POST else None)
    if form.is_bound and form.is_valid():
        phone = form.cleaned_data["phone"]
        try:
            code_id = actions.ask_code(phone, CodeFor.SIGN_IN, address=request.META.get("REMOTE_ADDR", ""), at=clock.now())
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            request.session[CODE] = {"id": code_id, "phone": mask_phone(normal_phone(phone)), "next": onward, "held": kept}
            return go(request, reverse("code-enter"))
    context = {"form": form, "next": onward, "held": kept, "to_try": queries.phone_to_try()}
    return waiting(form, render(request, "people/code_ask.html", context, status=status_of(form)))


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def code_enter(request: HttpRequest) -> HttpResponse:
    """The code that came; it opens nothing but the browser that asked for it."""
    asked = request.session.get(CODE)
    if not asked or asked.get("shown"):
        return go(request, reverse("code-ask"))
    form, at = PhoneCodeForm(request.POST if request.method == "POST" else None), clock.now()
    if form.is_bound and form.is_valid():
        address = request.META.get("REMOTE_ADDR", "")
        try:
            actions.show_code(asked["id"], form.cleaned_data["code"], CodeFor.SIGN_IN, address=address, at=at)
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            request.session[CODE] = asked | {"shown": True}
            sharers = actions.sharers(asked["id"], at)
            return go(request, _enter(request, asked, sharers[0].person_id) if len(sharers) == 1 else reverse("code-who"))
    context = {"form": form, "phone": asked["phone"], "next": asked["next"], "shown_here": actions.shown_in_demo(asked["id"])}
    return waiting(form, render(request, "people/code_enter.html", context, status=status_of(form)))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code_who(request: HttpRequest) -> HttpResponse:
    """Who it is, where several share the phone."""
    asked = request.session.get(CODE)
    if not asked or not asked.get("shown"):
        return go(request, reverse("code-ask"))
    try:
        sharers = actions.sharers(asked["id"], clock.now())
        if request.method == "POST":
            return go(request, _enter(request, asked, id_of(request.POST.get("person", "")) or 0))
    except NotSignedIn:
        del request.session[CODE]
        return go(request, reverse("code-ask"))
    several = len({one.community for one in sharers}) > 1
    return render(request, "people/code_who.html", {"sharers": sharers, "several": several})


def _enter(request: HttpRequest, asked: dict[str, Any], person_id: int) -> str:
    at = clock.now()
    user = actions.sign_in_by_code(asked["id"], person_id, at=at)
    # Whoever has a one-time password on paper need not use it: the phone has shown who they are.
    user.must_change = False
    to = enter(request, user, asked["next"], asked["held"])
    if to != reverse("second-factor"):
        request.session[BY_CODE] = stamp(at)
    return to
