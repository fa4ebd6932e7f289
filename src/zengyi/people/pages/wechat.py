"""Through WeChat and back: signing in by it, tying it to one's login; and the settings of the service account.

The way out is a page with a link that goes on by itself, not a redirect: a form's answer may lead nowhere but here (``form-action``).
"""

import secrets

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zengyi.core import clock, web
from zengyi.core.carriers.wechat import authorize_url
from zengyi.core.errors import NotSignedIn, NotThere, WrongState
from zengyi.people import actions, queries
from zengyi.people.actions.wechat import AGAIN, OFF
from zengyi.people.forms import SignInForm
from zengyi.people.forms.wechat import WeChatForm
from zengyi.people.pages.entry import enter, onward_of
from zengyi.people.rules.sessions import BY_WECHAT, WECHAT, stamp, unstamped
from zengyi.people.rules.wechat import BACK_WITHIN
from zengyi.people.web import acting, layout_of
from zengyi.people.web.again import kept_of


@never_cache
@require_POST
def wechat_start(request: HttpRequest) -> HttpResponse:
    """Leave for WeChat, to come back signed in."""
    return _leave(request, {"next": onward_of(request), "held": kept_of(request)})


@never_cache
@require_POST
def wechat_bind(request: HttpRequest) -> HttpResponse:
    """Leave for WeChat, to tie it to one's login on the way back."""
    return _leave(request, {"user": acting(request).user_id})


def _leave(request: HttpRequest, asked: dict[str, object]) -> HttpResponse:
    account = queries.wechat()
    if account is None:
        raise NotThere(OFF)
    state = secrets.token_hex(16)
    request.session[WECHAT] = asked | {"state": state, "at": stamp(clock.now())}
    to = authorize_url(account.app.app_id, request.build_absolute_uri(reverse("wechat-back")), state)
    return render(request, "people/wechat_leaving.html", {"to": to})


@never_cache
@require_safe
def wechat_back(request: HttpRequest) -> HttpResponse:
    """Back from WeChat with a code: only the browser that left with this ``state`` may show it, once and soon."""
    asked, at, by = request.session.pop(WECHAT, None), clock.now(), acting(request)
    if queries.wechat() is None:
        raise NotThere(OFF)
    if asked is None or not constant_time_compare(asked["state"], request.GET.get("state", "")):
        raise WrongState(AGAIN)
    if at - unstamped(asked["at"]) >= BACK_WITHIN or asked.get("user", by.user_id) != by.user_id:
        raise WrongState(AGAIN)
    openid = actions.who_is_it(request.GET.get("code", "")[:128], address=request.META.get("REMOTE_ADDR", ""), at=at)
    if "user" in asked:
        actions.bind_wechat(openid, by_wechat=bool(request.session.get(BY_WECHAT)), by=by, at=at)
        return web.go(request, reverse("me"), _("微信连上了。以后在微信里点一下就登录。"))
    try:
        user, told = actions.sign_in_by_wechat(openid, at=at), _("这个微信还没有连上账号。先登录一次，再到“我的”里点“连上微信”。")
    except NotSignedIn as refusal:
        user, told = None, refusal.sentence
    if user is None:
        context = {"form": SignInForm(), "next": asked["next"], "held": asked["held"], "told": told}
        return render(request, "people/sign_in.html", context)
    to = enter(request, user, asked["next"], asked["held"])
    if to != reverse("second-factor"):
        request.session[BY_WECHAT] = stamp(at)
    return web.go(request, to)


@require_POST
def wechat_unbind(request: HttpRequest) -> HttpResponse:
    """Untie one's WeChat."""
    by = acting(request)
    if queries.wechat() is None:
        raise NotThere(OFF)
    actions.unbind_wechat(by=by, at=clock.now())
    return web.go(request, reverse("me"), _("断开了。这个微信登录不了您的账号，也收不到消息。"))


@never_cache
@sensitive_post_parameters("secret")
@require_http_methods(["GET", "HEAD", "POST"])
def wechat(request: HttpRequest) -> HttpResponse:
    """The service account: what is set, what WeChat wants to know of this machine, and what it refused last."""
    by, card = acting(request), queries.wechat_card(by=acting(request))
    kept = {name: getattr(card, name) for name in ("app_id", "template", "what_field", "when_field")} if card else None
    form = WeChatForm(request.POST) if request.method == "POST" else WeChatForm(initial=kept)
    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            lambda: actions.set_wechat(**form.cleaned_data, by=by, at=clock.now()),
            to=lambda _made: reverse("wechat"),
            said=lambda _made: _("接上了。请把下面的网址和令牌填到公众平台。"),
        )
        if answer is not None:
            return answer
    here = request.build_absolute_uri
    context = {"layout": layout_of(by), "card": card, "form": form, "push": here("/wechat/push"), "host": request.get_host()}
    return render(request, "people/wechat.html", context, status=web.status_of(form))


@require_POST
def wechat_end(request: HttpRequest) -> HttpResponse:
    """Nothing goes through WeChat any more."""
    actions.end_wechat(by=acting(request), at=clock.now())
    return web.go(request, reverse("wechat"), _("停了。没有人再能用微信登录，也不再发微信消息。"))
