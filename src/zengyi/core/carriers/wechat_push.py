"""What a WeChat service account pushes here: who signed it, and what it says.

Sources at developers.weixin.qq.com/doc/service: "接入概述" (``signature`` = SHA-1 over token, timestamp and nonce, sorted and put
together; a GET is answered with its ``echostr``), "接收事件推送" (``subscribe``, ``unsubscribe``), "模板消息"
(``TEMPLATESENDJOBFINISH`` with ``MsgID`` and ``Status``). In the plain mode (明文模式) the signature does not cover the body, so what is
signed counts for a few minutes and once, and nothing that is pushed opens anything.
"""

import hashlib
import hmac
import re
from datetime import datetime, timedelta
from xml.parsers import expat

#: Clocks differ, and WeChat tries three times within fifteen seconds.
WINDOW = timedelta(minutes=5)
#: An event has a dozen short fields.
FIELDS_MOST, TEXT_MOST = 40, 2048
_NONCE, _SECONDS = re.compile(r"[0-9A-Za-z]{1,40}"), re.compile(r"\d{1,12}")


class Unreadable(ValueError):
    """What was pushed is no event."""


def signature(token: str, timestamp: str, nonce: str) -> str:
    """What WeChat signs a push with.

    >>> signature("token", "1395658920", "nonce")
    'c9a3b6576d10775f849a8c85e944fbfa254faf34'
    """
    return hashlib.sha1("".join(sorted((token, timestamp, nonce))).encode(), usedforsecurity=False).hexdigest()


def is_signed(given: str, token: str, timestamp: str, nonce: str, *, at: datetime) -> bool:
    """Whether whoever knows the token signed this, about now."""
    if not (token and _SECONDS.fullmatch(timestamp) and _NONCE.fullmatch(nonce)):
        return False
    right = hmac.compare_digest(signature(token, timestamp, nonce).encode(), given.encode(errors="replace"))
    return right and abs(int(timestamp) - at.timestamp()) <= WINDOW.total_seconds()


def read(raw: bytes) -> dict[str, str]:
    """The fields of a pushed event by their names. Raises :class:`Unreadable` for anything else, and for a document with a type."""
    found: dict[str, str] = {}
    path: list[str] = []

    def begin(name: str, _attributes: object) -> None:
        path.append(name)
        if len(path) > 2 or path[0] != "xml" or len(found) >= FIELDS_MOST or (len(path) == 2 and name in found):
            raise Unreadable(name)
        if len(path) == 2:
            found[name] = ""

    def text(words: str) -> None:
        if len(path) == 2:
            found[path[1]] += words
            if len(found[path[1]]) > TEXT_MOST:
                raise Unreadable(path[1])

    def refuse(*_given: object) -> None:
        raise Unreadable("document type")

    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler, parser.CharacterDataHandler = begin, text
    parser.EndElementHandler = lambda _name: path.pop()
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(raw.decode(), True)
    except (UnicodeDecodeError, expat.ExpatError) as broken:
        raise Unreadable(str(broken)) from broken
    if "MsgType" not in found:
        raise Unreadable("no MsgType")
    return found
