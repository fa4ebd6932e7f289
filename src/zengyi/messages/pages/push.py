"""Where WeChat calls: it proves itself by its signature, and tells who follows the service account and how messages ended."""

import re

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from zengyi.core import clock
from zengyi.core.carriers import wechat_push as carrier
from zengyi.core.errors import Invalid, NotAllowed, NotThere
from zengyi.messages import actions
from zengyi.people.queries import wechat
from zengyi.people.rules import check_role
from zengyi.people.rules.wechat import OPENID
from zengyi.people.web import acting

_ECHO, _ACCOUNT = re.compile(r"[0-9A-Za-z_-]{1,64}"), re.compile(r"[0-9A-Za-z_-]{1,32}")


@csrf_exempt  # WeChat posts here itself; the signature is the proof
@never_cache
@require_http_methods(["GET", "POST"])
def wechat_push(request: HttpRequest) -> HttpResponse:
    """Echo, when the address is set in 公众平台; an event, taken once."""
    by, at, account = acting(request), clock.now(), wechat()
    check_role(by, "wechat.push")
    if account is None:
        raise NotThere(_("这里没有接微信服务号。"))
    signature, timestamp, nonce, echo = (request.GET.get(name, "") for name in ("signature", "timestamp", "nonce", "echostr"))
    if not carrier.is_signed(signature, account.token, timestamp, nonce, at=at):
        raise NotAllowed(_("签名不对。"))
    if request.method == "GET":
        return HttpResponse(echo if _ECHO.fullmatch(echo) else "", content_type="text/plain; charset=utf-8")
    try:
        event = carrier.read(request.body)
    except carrier.Unreadable as broken:
        raise Invalid(_("没有看懂微信发来的内容。")) from broken
    if actions.pushed(event, signature, account=account, by=by, at=at):
        return _greeting(request, event.get("FromUserName", ""), event.get("ToUserName", ""), int(at.timestamp()))
    return HttpResponse("success", content_type="text/plain; charset=utf-8")


def _greeting(request: HttpRequest, openid: str, ours: str, at: int) -> HttpResponse:
    """What whoever begins to follow is told: where to tie their WeChat."""
    if not (OPENID.fullmatch(openid) and _ACCOUNT.fullmatch(ours)):
        return HttpResponse("success", content_type="text/plain; charset=utf-8")
    with override("zh-hans"):  # nobody has said another language
        words = _("您好。请打开 %(address)s 登录一次，点“连上微信”：以后点一下就登录，也可以收消息。")
    said = {
        "ToUserName": openid,
        "FromUserName": ours,
        "CreateTime": str(at),
        "MsgType": "text",
        "Content": words % {"address": request.build_absolute_uri(reverse("me"))},
    }
    fields = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in said.items())
    return HttpResponse(f"<xml>{fields}</xml>", content_type="application/xml; charset=utf-8")
