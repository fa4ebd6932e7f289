"""A WeChat service account (微信服务号): who somebody is inside WeChat, and template messages to them.

Sources, all at developers.weixin.qq.com/doc/service: "网页授权" (``connect/oauth2/authorize``, ``sns/oauth2/access_token``),
"获取稳定版接口调用凭据" (``cgi-bin/stable_token``), "发送模板消息" (``cgi-bin/message/template/send``), "全局返回码". Every
answer is 200, and only ``errcode`` 0, or none, is success. The secret and the code stand in addresses, so no address is ever logged.

Of the two ways to an access token the stable one is used: asked again while one is good it answers the same, so workers that ask at once
don't take each other's away. Forced to, it makes another; that is allowed 20 times a day.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from zengyi.core.carriers import Outcome, Report
from zengyi.core.carriers.http import Answer, get, post

AUTHORIZE = "https://open.weixin.qq.com/connect/oauth2/authorize"
#: For the same openid and ``client_msg_id`` one message is sent; beyond ten minutes they promise nothing.
SAME_KEY_FOR = timedelta(minutes=10)
#: The access token is not, or no more, good: the request did nothing and may be made again with another.
STALE = frozenset({40001, 40014, 42001})
#: They are busy, or too much was asked today: later.
_BUSY = frozenset({-1, 45009, 45011, 45047})
#: Whom it was for does not follow the account, refuses it, or is nobody.
UNREACHABLE = frozenset({40003, 43004, 43019, 43101, 50005})
#: What the account's keeper must mend: secret, right, template, its fields, the address of this machine. Until then nothing goes out.
TO_MEND = frozenset({40013, 40037, 40125, 40164, 40243, 40036, 41002, 41004, 47003, 48001, 48004, 50001, 61004, 89503})
#: A code that is none, has ended or was used.
_SPENT = frozenset({40029, 40163, 41008, 42003})


@dataclass(frozen=True, slots=True)
class App:
    """A service account as its requests name it."""

    app_id: str
    secret: str


@dataclass(frozen=True, slots=True)
class Ticket:
    """An access token, and for how long it is good."""

    text: str
    lasts: timedelta


@dataclass(frozen=True, slots=True)
class Message:
    """A template message: to whom, the account's own id of the template, its fields, and where a tap leads."""

    openid: str
    template: str
    fields: Mapping[str, str]
    url: str


def authorize_url(app_id: str, back: str, state: str) -> str:
    """Where somebody inside WeChat is sent to come ``back`` with a code. ``snsapi_base``: nobody is asked, only the openid is told."""
    asked = {"appid": app_id, "redirect_uri": back, "response_type": "code", "scope": "snsapi_base", "state": state}
    return f"{AUTHORIZE}?{urlencode(asked)}#wechat_redirect"


def openid_of_code(app: App, code: str) -> str | Report:
    """Whose openid a code stands for. Refused: a code that is none or was used, or a visitor who only looks (快照页)."""
    asked = {"appid": app.app_id, "secret": app.secret, "code": code, "grant_type": "authorization_code"}
    answer = get(f"{settings.WECHAT_API}/sns/oauth2/access_token?{urlencode(asked)}")
    if isinstance(answer, Report):
        return answer
    number, openid = _errcode(answer), answer.body.get("openid")
    if number:
        return Report(Outcome.REFUSED if number in _SPENT else Outcome.LATER, f"errcode {number}")
    if answer.body.get("is_snapshotuser") == 1:
        return Report(Outcome.REFUSED, "snapshot")
    return openid if isinstance(openid, str) and openid else Report(Outcome.LATER, f"HTTP {answer.status}")


def ticket(app: App, *, force: bool = False) -> Ticket | Report:
    """An access token. ``force``: another one, where the one at hand is refused although its time is not over."""
    asked = {"grant_type": "client_credential", "appid": app.app_id, "secret": app.secret, "force_refresh": force}
    answer = _post("/cgi-bin/stable_token", asked)
    if isinstance(answer, Report):
        return Report(Outcome.LATER, answer.said)  # whatever became of it, no message has gone out
    text, seconds = answer.body.get("access_token"), answer.body.get("expires_in")
    if isinstance(text, str) and text and isinstance(seconds, int) and seconds > 0:
        return Ticket(text, timedelta(seconds=seconds))
    return Report(Outcome.LATER, f"errcode {_errcode(answer)}")


def send(token: str, message: Message, *, key: str) -> Report:
    """Send one. Its ``number`` is what WeChat later tells its end by. A token that is refused is ``LATER`` with its errcode."""
    told = {
        "touser": message.openid,
        "template_id": message.template,
        "url": message.url,
        "client_msg_id": key,
        "data": {name: {"value": value} for name, value in message.fields.items()},
    }
    answer = _post(f"/cgi-bin/message/template/send?{urlencode({'access_token': token})}", told)
    if isinstance(answer, Report):
        return answer
    number = answer.body.get("errcode")
    if number == 0 and answer.status == 200:
        return Report(Outcome.SENT, "", str(answer.body.get("msgid", ""))[:24])
    if not isinstance(number, int):
        return Report(Outcome.UNKNOWN, f"HTTP {answer.status}")
    again = number in STALE | _BUSY | TO_MEND
    return Report(Outcome.LATER if again else Outcome.REFUSED, f"errcode {number}")


def errcode_of(report: Report) -> int:
    """The errcode in what was said; 0 when it was none."""
    _word, _space, number = report.said.partition("errcode ")
    return int(number) if number.lstrip("-").isdigit() else 0


def _post(path: str, told: Mapping[str, Any]) -> Answer | Report:
    body = json.dumps(told, ensure_ascii=False).encode()
    return post(f"{settings.WECHAT_API}{path}", body, {"Content-Type": "application/json; charset=utf-8"})


def _errcode(answer: Answer) -> int:
    number = answer.body.get("errcode")
    return number if isinstance(number, int) else 0
