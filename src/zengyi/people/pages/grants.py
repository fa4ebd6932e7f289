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
from zengyi.core.ids import id_of
from zengyi.core.keyset import after_of, next_link
from zengyi.core.web import status_of, submit
from zengyi.people import actions, queries
from zengyi.people.forms import GrantForm, StandInForm
from zengyi.people.rules import Actor, Role
from zengyi.people.rules.grants import GIVES, stands_in_as
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
@require_safe
def hand_overs(request: HttpRequest) -> HttpResponse:
    """Who has handed out whose password within one's part of the tree."""
    actor = acting(request)
    page = queries.hand_overs(by=actor, after=after_of(request))
    context = {"layout": layout_of(actor), "actor": actor, "rows": page.rows, "next": next_link(request, page)}
    return render(request, "people/hand_overs.html", context)


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
        answer = submit(
            request,
            form,
            lambda: _grant(form, actor, at),
            to=lambda _id: reverse("grants"),
            said=lambda _id: _("给了。请对方重新登录，就是这个身份。"),
        )
        if answer is not None:
            return answer
    return render(request, "people/grant_new.html", {"layout": layout_of(acting(request)), "form": form}, status=status_of(form))


def _login(named: str, actor: Actor) -> int:
    user_id = queries.login_named(named, by=actor)
    if user_id is None:
        raise Invalid.on("login", _("没有找到这个账号，请写用户名，或者本人的手机号。"))
    return user_id


def _grant(form: GrantForm, actor: Actor, at: datetime) -> int:
    given = form.cleaned_data
    user_id = _login(given["login"], actor)
    return actions.grant(user_id, given["role"], given["place"], organisation_id=given["organisation"], by=actor, at=at)


@never_cache
@require_http_methods(["GET", "POST"])
def stand_in(request: HttpRequest) -> HttpResponse:
    """Let somebody stand in for a day, where a second person is wanted and there is none."""
    actor, at = acting(request), clock.now()
    places = queries.stand_in_places(by=actor)
    usual = Role.SECRETARY if actor.role == Role.DISTRICT else Role.WORKER
    asked: dict[str, object] = {"place": id_of(request.GET.get("community")), "role": usual}
    form = StandInForm(request.POST if request.method == "POST" else None, roles=stands_in_as(actor), places=places, initial=asked)
    if request.method == "POST":
        answer = submit(
            request,
            form,
            lambda: _stand_in(form, actor, at),
            to=lambda _id: reverse("grants"),
            said=lambda _id: _("代班了，明天这个时候自动收回。请对方重新登录，选代班的身份。"),
        )
        if answer is not None:
            return answer
    return render(request, "people/stand_in.html", {"layout": layout_of(actor), "form": form}, status=status_of(form))


def _stand_in(form: StandInForm, actor: Actor, at: datetime) -> int:
    given = form.cleaned_data
    return actions.stand_in(_login(given["login"], actor), given["role"], given["place"], reason=given["reason"], by=actor, at=at)


@require_POST
def grant_end(request: HttpRequest, grant_id: int) -> HttpResponse:
    """End a role."""
    actor, at = acting(request), clock.now()
    reason = request.POST.get("reason", "").replace("\0", "")[:200]
    step = submit(
        request,
        None,
        lambda: actions.end_grant(grant_id, reason=reason, by=actor, at=at),
        to=lambda _none: reverse("grants"),
        said=lambda _none: _("收回了，对方已经退出登录。"),
    )
    return cast(HttpResponse, step)
