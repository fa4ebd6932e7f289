"""Codes by SMS: how long one is good, how often it is tried and asked for, and what it looks like."""

import unicodedata
from datetime import timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext as _

#: A code is good for this long, for so many tries, once.
LASTS, TRIES_MOST, DIGITS = timedelta(minutes=10), 5, 6
#: Who has shown a code of a phone that several share says within this long who they are.
CHOSEN_WITHIN = timedelta(minutes=10)
#: So many codes go to one number in a minute, an hour and a day, whoever asks: each is an SMS that rings.
A_MINUTE, AN_HOUR, A_DAY = 1, 5, 15
#: So many are asked for, and tried, from one address in ten minutes: a whole community may share it.
ASKED_FROM_ADDRESS, TRIED_FROM_ADDRESS, ADDRESS_SECONDS = 30, 100, 600
#: An SMS of more characters is paid for twice.
SMS_MOST = 70
#: Codes are kept this long, for questions about bills.
KEPT = timedelta(days=1)


class CodeFor(TextChoices):
    """What a code is good for."""

    SIGN_IN = "SIGN_IN", "signing in"
    ORDER = "ORDER", "an order placed without an account"


class CodeState(TextChoices):
    """Where the SMS with the code is. ``NOBODY``: nobody has that number, so nothing was sent."""

    WAITING = "WAITING", "waits"
    SENDING = "SENDING", "is being sent"
    SENT = "SENT", "was sent"
    LOST = "LOST", "was refused, or nobody knows"
    NOBODY = "NOBODY", "nobody has that number"


def code_of(digest: bytes) -> str:
    """The digits that a digest of 32 bytes stands for. 2²⁵⁶ is so large that each code is as likely as any other.

    >>> code_of(bytes(32)), code_of(bytes(31) + b"*")
    ('000000', '000042')
    """
    return f"{int.from_bytes(digest) % 10**DIGITS:0{DIGITS}d}"


def typed_code(text: str) -> str:
    """A code as somebody typed it, without spaces and in narrow digits.

    >>> typed_code(" １２３ 456"), typed_code("12-34 56")
    ('123456', '123456')
    """
    return "".join(c for c in unicodedata.normalize("NFKC", text) if c.isascii() and c.isdigit())


def is_mobile(phone: str) -> bool:
    """Whether a normal phone number can receive SMS.

    >>> is_mobile("13900001206"), is_mobile("051385001234")
    (True, False)
    """
    return len(phone) == 11 and phone.startswith("1")


def sms_of(code: str, host: str = "") -> str:
    """What the SMS says. With the ``host`` where it is typed a phone's browser fills it in (WebOTP: the last line, ``@host #code``),
    unless the SMS would become two.

    >>> len(sms_of("123456", "a.example.org")), len(sms_of("123456", "x" * 60)), sms_of("123456", "a.b").splitlines()[-1]
    (59, 36, '@a.b #123456')
    """
    words = _("验证码 %(code)s，10 分钟内有效。别告诉任何人，社区也不会问您要。") % {"code": code}
    bound = f"{words}\n@{host} #{code}"
    return bound if host and len(bound) <= SMS_MOST else words
