"""Roles given: the list, giving one, ending one."""

from datetime import datetime
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zengyi.core import clock
from zengyi.core.errors import Invalid
from zengyi.core.keyset import after_of, next_link
from zengyi.core.web import status_of, submit
from zengyi.people import actions, queries
from zengyi.people.forms import GrantForm
from zengyi.people.rules import Actor
from zengyi.people.rules.grants import GIVES
from zengyi.people.web import acting, layout_of


@never_cache
@require_safe
def grants(request: HttpRequest) -> HttpResponse:
    """The roles given within one's part of the tree."""
    actor, ended = acting(request), "ended" in request.GET
    page = queries.grants(by=actor, at=clock.now(), ended=ended, after=after_of(request))
    context = {
        "layout": layout_of(acting(request)),
        "actor": actor,
        "rows": page.rows,
        "next": next_link(request, page),
        "ended": ended,
    }
    return render(request, "people/grants.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def grant_new(request: HttpRequest) -> HttpResponse:
    """Give a role to a login."""
    actor, at = acting(request), clock.now()
    places = queries.grant_places(by=actor)
    form = GrantForm(
        request.POST if request.method == "POST" else None,
        roles=GIVES.get(actor.role, frozenset()),
        places=places,
        organisations=queries.grant_organisations(by=actor),
        initial={"login": request.GET.get("login", "")[:40]},
    )
    if request.method == "POST":
        answer = submit(request, form, lambda: _grant(form, actor, at), to=lambda _id: reverse("grants"))
        if answer is not None:
            return answer
    return render(request, "people/grant_new.html", {"layout": layout_of(acting(request)), "form": form}, status=status_of(form))


def _grant(form: GrantForm, actor: Actor, at: datetime) -> int:
    given = form.cleaned_data
    user_id = queries.login_named(given["login"], by=actor)
    if user_id is None:
        sentence = _("没有找到这个账号，请写用户名，或者本人的手机号。")
        raise Invalid.on("login", sentence)
    return actions.grant(user_id, given["role"], given["place"], organisation_id=given["organisation"], by=actor, at=at)


@require_POST
def grant_end(request: HttpRequest, grant_id: int) -> HttpResponse:
    """End a role."""
    actor, at = acting(request), clock.now()
    reason = request.POST.get("reason", "").replace("\0", "")[:200]
    step = submit(request, None, lambda: actions.end_grant(grant_id, reason=reason, by=actor, at=at), to=lambda _none: reverse("grants"))
    return cast(HttpResponse, step)
