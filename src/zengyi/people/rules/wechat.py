"""Pure rules of a WeChat service account: what its settings look like, and how long a way to WeChat and back may take."""

import re
from datetime import timedelta

#: As WeChat hands them out (公众平台 → 设置与开发 → 基本配置).
APP_ID, SECRET = re.compile(r"wx[0-9a-f]{16}"), re.compile(r"[0-9a-f]{32}")
OPENID = re.compile(r"[0-9A-Za-z_-]{6,64}")
TEMPLATE, FIELD = re.compile(r"[0-9A-Za-z_-]{20,64}"), re.compile(r"[a-z][a-z_]{1,19}\d{0,4}")
#: A code is good for five minutes; whoever was asked something on the way has twice that.
BACK_WITHIN = timedelta(minutes=10)
#: An access token is renewed so long before it ends.
RENEWED_BEFORE = timedelta(minutes=5)
#: Another token is forced so often a day, of the 20 times that WeChat allows.
FORCED_MOST, DAY_SECONDS = 10, 24 * 3600


def is_inside(agent: str) -> bool:
    """Whether a page is open inside WeChat; elsewhere nobody can show who they are there.

    >>> is_inside("Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0.50"), is_inside("Mozilla/5.0 (X11; Linux x86_64)")
    (True, False)
    """
    return "MicroMessenger/" in agent
