"""WeCom's group robots (企业微信群机器人).

Source: WeCom's documentation "群机器人配置说明": POST {"msgtype": "text", "text": {"content": …}} to the robot's address, a text of at most
2,048 bytes in UTF-8, at most 20 messages a minute; the answer is 200 with ``errcode``, and only 0 means sent. 45009 means too many, -1
that it was busy. The address holds the key, so it is a secret.
"""

import json
import re

from zengyi.core.carriers import SENT, Outcome, Report
from zengyi.core.carriers.http import post

#: So many a minute a robot takes.
A_MINUTE = 20
TEXT_MOST = 2048
_BUSY = (-1, 45009)
HOOK = re.compile(r"https://qyapi\.weixin\.qq\.com/cgi-bin/webhook/send\?key=[0-9A-Za-z-]{16,64}")


def send(hook: str, text: str) -> Report:
    """Send ``text`` to the group behind ``hook``. It is no idempotent channel: the same again is said again."""
    body = json.dumps({"msgtype": "text", "text": {"content": text}}, ensure_ascii=False).encode()
    answer = post(hook, body, {"Content-Type": "application/json"})
    if isinstance(answer, Report):
        return answer
    code = answer.body.get("errcode")
    if answer.status == 200 and code == 0:
        return SENT
    if not isinstance(code, int):
        return Report(Outcome.UNKNOWN, f"HTTP {answer.status}")
    return Report(Outcome.LATER if code in _BUSY else Outcome.REFUSED, f"errcode {code}")
