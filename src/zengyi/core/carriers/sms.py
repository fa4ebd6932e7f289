"""SMS behind one interface, as ``ZENGYI_SMS`` says: ``console``, ``file:PATH``, one's own ``https://`` address, ``aliyun``, ``tencent``.

The signature and the templates are the institution's own, filed with the provider; their ids stand in the file of secrets under ``sms``,
with the key (docs/operating.md). A text has a kind, which chooses the template, and values to fill it with.
"""

import hashlib
import hmac
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from zengyi.core import masking
from zengyi.core.carriers import SENT, Outcome, Report, clouds
from zengyi.core.carriers.http import post

log = logging.getLogger("zengyi.sms")


@dataclass(frozen=True, slots=True)
class Text:
    """What an SMS says. ``kind``: ``notice`` or ``code``; ``values`` fill the provider's template of that kind, in this order."""

    kind: str
    words: str
    values: Mapping[str, str]


def is_set() -> bool:
    """Whether there is a way to send SMS."""
    return bool(settings.SMS)


def takes(kind: str) -> bool:
    """Whether SMS of that kind can be sent: the clouds want a template filed for each kind."""
    return is_set() and (not settings.SMS.startswith(("aliyun", "tencent")) or bool(_account().templates.get(kind)))


def is_idempotent() -> bool:
    """Whether the same key sent again is sent once: our own contract promises it, the clouds don't."""
    return not settings.SMS.startswith(("aliyun", "tencent"))


def send(phone: str, text: Text, *, key: str, at: datetime) -> Report:
    """Send ``text`` to ``phone``. ``key`` stays the same when it is tried again."""
    way, _colon, more = settings.SMS.partition(":")
    match way:
        case "console":
            log.warning("SMS to %s: %s", masking.mask_phone(phone), text.words)
            return SENT
        case "file":
            return _to_file(Path(more), phone, text, key)
        case "http" | "https":
            return _to_address(settings.SMS, phone, text, key, at)
        case "aliyun":
            return clouds.aliyun(more, phone, text.kind, text.values, _account(), key=key, at=at)
        case "tencent":
            return clouds.tencent(more, phone, text.kind, text.values, _account(), key=key, at=at)
        case _:
            return Report(Outcome.LATER, "ZENGYI_SMS")


def _account() -> clouds.Account:
    given: Mapping[str, Any] = settings.SMS_ACCOUNT
    templates = {str(kind): str(code) for kind, code in given.get("templates", {}).items()}
    return clouds.Account(
        key_id=str(given.get("id", "")),
        secret=str(given.get("secret", "")),
        sign_name=str(given.get("sign_name", "")),
        templates=templates,
        app_id=str(given.get("app_id", "")),
    )


def _to_file(path: Path, phone: str, text: Text, key: str) -> Report:
    line = json.dumps({"key": key, "phone": phone, "kind": text.kind, "text": text.words}, ensure_ascii=False)
    with path.open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")
    return SENT


def _to_address(url: str, phone: str, text: Text, key: str, at: datetime) -> Report:
    """POST it as JSON, signed. Whoever receives it sends the same key once and answers ``{"sent": true}``, or why not as ``error``."""
    told = {"key": key, "phone": phone, "kind": text.kind, "text": text.words, "values": dict(text.values)}
    body = json.dumps(told, ensure_ascii=False).encode()
    moment = str(int(at.timestamp()))
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "X-Zengyi-Time": moment,
        "X-Zengyi-Signature": signature(_account().secret, moment, body),
    }
    answer = post(url, body, headers)
    if isinstance(answer, Report):
        return answer
    if answer.status == 200 and answer.body.get("sent") is True:
        return SENT
    if answer.status >= 500:
        return Report(Outcome.UNKNOWN, f"HTTP {answer.status}")
    again = answer.body.get("again") is True
    return Report(Outcome.LATER if again else Outcome.REFUSED, str(answer.body.get("error", f"HTTP {answer.status}"))[:60])


def signature(secret: str, moment: str, body: bytes) -> str:
    """HMAC-SHA-256 over the time (seconds since 1970), a line break and the body, in hexadecimal."""
    return hmac.digest(secret.encode(), moment.encode() + b"\n" + body, hashlib.sha256).hex()
