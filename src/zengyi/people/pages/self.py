"""My own pages: who I am, my roles and registrations, my password and my second factor."""

from typing import cast

import segno
from django.contrib import auth
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_otp import login as otp_login

from zengyi.core import clock
from zengyi.core.errors import NotAllowed, Refused
from zengyi.core.keyset import after_of, next_link
from zengyi.core.web import add_refusal, go, status_of, submit, waiting
from zengyi.people import actions, queries
from zengyi.people.forms import NewFactorForm, PasswordForm
from zengyi.people.rules import GRANTED_ROLES, Role, may
from zengyi.people.rules.sessions import BY_CODE, FORGOTTEN_WITHIN, MUST_CHANGE, NEW_FACTOR, ONWARD, unstamped
from zengyi.people.rules.wechat import is_inside
from zengyi.people.web import acting, layout_of


def my_id(request: HttpRequest) -> int:
    """The id of the login. There is one: the permission table lets only people who are signed in open these pages."""
    return cast(int, acting(request).user_id)


@never_cache
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """Who I am, the roles I may act in, and my registrations."""
    actor = acting(request)
    choices = queries.choices(my_id(request), at=clock.now())
    mine = queries.registrations_of(member_id=actor.member_id, organisation_id=actor.organisation_id)
    has_wechat, tied_since = queries.my_wechat(my_id(request))
    here = [row for row in mine if row.state != "ENDED" and row.community == actor.community_name]
    context = {
        "layout": layout_of(acting(request)),
        "actor": actor,
        "choices": choices,
        "registrations": mine,
        "may_register": may(actor, "people.register") and not here and actor.role in (Role.MEMBER, Role.ORGANISATION),
        "may_be_named": may(actor, "people.naming"),
        "named": queries.agreed_to_naming(actor.person_id),
        "second_factor": queries.has_second_factor(my_id(request)),
        "backup_codes": queries.backup_codes_left(my_id(request)),
        "has_wechat": has_wechat,
        "tied_since": tied_since,
        "inside_wechat": is_inside(request.headers.get("User-Agent", "")),
        "wants_second_factor": any(choice.role in GRANTED_ROLES for choice in choices),
    }
    return render(request, "people/me.html", context)


@never_cache
@require_safe
def my_looks(request: HttpRequest) -> HttpResponse:
    """Who has opened my phone and door."""
    actor = acting(request)
    page = queries.looks(by=actor, after=after_of(request))
    return render(request, "people/my_looks.html", {"layout": layout_of(actor), "rows": page.rows, "next": next_link(request, page)})


@require_POST
def naming(request: HttpRequest) -> HttpResponse:
    """Let myself be named on the board, or no longer."""
    actor, at, agreed = acting(request), clock.now(), request.POST.get("agreed") == "1"
    if actor.person_id is None:
        raise NotAllowed(_("您现在的身份不能做这一步。"))
    person_id = actor.person_id
    step = submit(
        request,
        None,
        lambda: actions.agree_to_naming(person_id, agreed, by=actor, at=at),
        to=lambda _none: reverse("me"),
        said=lambda _none: _("改好了，公示栏马上照这样写。"),
    )
    return cast(HttpResponse, step)


def _registered(_id: int) -> str:
    """The sentence after registering."""
    return _("报到了，等社区确认。")


@require_POST
def register(request: HttpRequest) -> HttpResponse:
    """双报到: register myself, or the unit I speak for, with my community."""
    actor, at = acting(request), clock.now()
    if actor.role == Role.ORGANISATION and actor.organisation_id and actor.community_id:
        organisation_id, community_id = actor.organisation_id, actor.community_id
        answer = submit(
            request,
            None,
            lambda: actions.register_organisation(organisation_id, community_id, by=actor, at=at),
            to=lambda _id: reverse("me"),
            said=_registered,
        )
    elif actor.member_id:
        member_id = actor.member_id
        answer = submit(
            request, None, lambda: actions.register_member(member_id, by=actor, at=at), to=lambda _id: reverse("me"), said=_registered
        )
    else:
        raise NotAllowed(_("这里是党员和单位报到的地方。"))
    return cast(HttpResponse, answer)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """A new password; every other session ends, this one goes on."""
    form = PasswordForm(request.POST if request.method == "POST" else None)
    if clock.now() - unstamped(request.session.get(BY_CODE)) < FORGOTTEN_WITHIN:
        del form.fields["old"]
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            user = actions.change_password(my_id(request), given.get("old"), given["new"], by=acting(request), at=clock.now())
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            auth.update_session_auth_hash(request, user)
            request.session.pop(BY_CODE, None)
            first = request.session.pop(MUST_CHANGE, False)
            return go(request, request.session.pop(ONWARD, "") or reverse("home" if first else "me"))
    context = {"layout": layout_of(acting(request)), "form": form, "must_change": bool(request.session.get(MUST_CHANGE))}
    return waiting(form, render(request, "people/password.html", context, status=status_of(form)))


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def second_factor_setup(request: HttpRequest) -> HttpResponse:
    """Bind an app on the phone: the picture to scan, then its first code, then the backup codes, once."""
    key = request.session.get(NEW_FACTOR) or actions.new_key()
    request.session[NEW_FACTOR] = key
    form = NewFactorForm(request.POST if request.method == "POST" else None)
    has_one = queries.has_second_factor(my_id(request))
    if request.method == "POST" and form.is_valid():
        if has_one and not request.user.is_verified():  # type: ignore[union-attr]
            raise NotAllowed(_("先用现在的验证器登录，才能换新的。"))
        given = form.cleaned_data
        try:
            device, codes = actions.add_second_factor(
                my_id(request), key, given["code"], given["password"], by=acting(request), at=clock.now()
            )
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            del request.session[NEW_FACTOR]
            otp_login(request, device)
            onward = request.session.pop(ONWARD, "") or reverse("me")
            return render(request, "people/backup_codes.html", {"layout": layout_of(acting(request)), "codes": codes, "onward": onward})
    secret = actions.app_secret(key)
    uri = actions.app_uri(key, request.user.get_username())
    # safe as markup: segno draws squares and repeats nothing of the text
    picture = segno.make(uri, error="m").svg_inline(
        scale=5, border=4, dark="#000", light="#fff", omitsize=True, svgclass="qr", lineclass=None
    )
    context = {
        "layout": layout_of(acting(request)),
        "form": form,
        "has_one": has_one,
        "secret": " ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        "picture": mark_safe(picture),  # noqa: S308  drawn by segno from our own text
    }
    return waiting(form, render(request, "people/second_factor_setup.html", context, status=status_of(form)))
