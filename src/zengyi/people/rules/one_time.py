"""One-time passwords and codes: made so that they can be read from paper, and read as forgivingly as they can be typed."""

import secrets
import unicodedata

# Letters and digits nobody mistakes for each other when read from paper: no 0 o 1 l i.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
GROUPS, GROUP = 3, 4


def new_one_time() -> str:
    """A new one, in groups: 12 characters of 31 are 59 bits."""
    return "-".join("".join(secrets.choice(ALPHABET) for _i in range(GROUP)) for _g in range(GROUPS))


def typed(text: str) -> str:
    """A one-time password as it was made, whatever case, spaces, dashes and widths somebody typed; other texts come out as they may.

    >>> typed("ＡＢＣＤ efgh—jkmn"), typed("abcdefghjkmn")
    ('abcd-efgh-jkmn', 'abcd-efgh-jkmn')
    """
    letters = "".join(c for c in unicodedata.normalize("NFKC", text).lower() if c.isalnum())
    return "-".join(letters[at : at + GROUP] for at in range(0, len(letters), GROUP))


def looks_one_time(text: str) -> bool:
    """Whether that could be a one-time password that somebody types.

    >>> looks_one_time("ABCD EFGH JKMN"), looks_one_time("rain on the seventh bridge")
    (True, False)
    """
    plain = typed(text).replace("-", "")
    return len(plain) == GROUPS * GROUP and all(c in ALPHABET for c in plain)
