"""Signs at buildings' doors: who asks for help there without an account, and how that is shown to be somebody."""

import secrets
from datetime import timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

#: Letters and digits that nobody mistakes for each other, for whoever types a token from a sign: 59 bits.
ALPHABET, TOKEN_LENGTH = "23456789abcdefghjkmnpqrstuvwxyz", 12
ABOUT_MOST, NAME_MOST, TITLE_MOST = 300, 40, 60
#: From one address in an hour, at one building in a day, for one phone to be rung up in a day.
FROM_ADDRESS, AT_BUILDING, TO_BE_CALLED = 6, 40, 3
#: What nobody confirmed is deleted after this long …
UNCONFIRMED_KEPT = timedelta(days=1)
#: … and what became an order, or did not, after this long, for questions.
ENDED_KEPT = timedelta(days=30)
#: Signs are printed and hung by the hundred.
SIGNS_MOST = 500


class PendingState(TextChoices):
    """Where something asked at a door is: it waits for its code or for a call back, has become an order, or came to nothing."""

    CODE = "CODE", _("等验证码")
    CALL = "CALL", _("等社区打电话")
    PLACED = "PLACED", _("记成单子了")
    DROPPED = "DROPPED", _("没有办")


class DoorMatter(TextChoices):
    """What it is about, as far as that decides who may see it."""

    HOME = "HOME", _("家里有难处，想请人帮")
    PUBLIC = "PUBLIC", _("公共的地方坏了、不好")


class Way(TextChoices):
    """How somebody shows that the phone is theirs."""

    CODE = "CODE", _("发验证码到我手机")
    CALL = "CALL", _("请社区打电话给我")


def new_token() -> str:
    """A random token."""
    return "".join(secrets.choice(ALPHABET) for _letter in range(TOKEN_LENGTH))


def title_of(about: str) -> str:
    """The first line, short enough for a title.

    >>> title_of("楼道灯不亮\\n三楼"), len(title_of("灯" * 90))
    ('楼道灯不亮', 60)
    """
    line = " ".join(about.strip().splitlines()[0].split()) if about.strip() else ""
    return line if len(line) <= TITLE_MOST else f"{line[: TITLE_MOST - 1]}…"
