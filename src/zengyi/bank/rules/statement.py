"""A quarter's statement as text that is always the same, and its digits, which anybody can compute again.

The statement is JSON with sorted keys, without spaces, in UTF-8 and Unicode's form NFC, with whole numbers only. Its SHA-256, taken as
one number modulo 10^60, is printed as 12 groups of 5 digits. What only the branch may read, every member's points, is a second
such text; the statement holds its SHA-256, and a random salt in it keeps that from being guessed.
"""

import hashlib
import json
import unicodedata
from typing import Any

from django.utils.translation import gettext as _

from zengyi.core.errors import Invalid

GROUPS, GROUP = 12, 5
#: No statement of a community comes near it.
BYTES_MOST = 32 * 1024 * 1024


def canonical(value: object) -> str:
    """The value as text. Raises ``ValueError`` for anything but texts, whole numbers, truth values, nothing, lists and objects."""
    return json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _plain(value: object) -> object:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {_plain(str(key)): _plain(item) for key, item in value.items()}
    raise ValueError(f"not part of a statement: {type(value).__name__}")


def digits_of(text: str) -> str:
    """The 60 digits of a text, without spaces.

    >>> digits_of("{}")[:10]
    '7118325085'
    """
    number = int.from_bytes(hashlib.sha256(text.encode()).digest()) % 10 ** (GROUPS * GROUP)
    return str(number).zfill(GROUPS * GROUP)


def groups_of(digits: str) -> list[str]:
    """The digits as groups of five, as they are printed and read out."""
    return [digits[at : at + GROUP] for at in range(0, len(digits), GROUP)]


def seal_of(text: str) -> str:
    """The SHA-256 of a text in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def verify(raw: bytes) -> tuple[dict[str, Any], str]:
    """The statement in an exported file, and its digits, recomputed.

    Raises :class:`Invalid` for what is no such file, for digits that are not those of the statement, and for members' points that
    are not those the statement was made with.
    """
    if len(raw) > BYTES_MOST:
        raise Invalid(_("文件太大，不像是公示文件。"))
    try:
        file = json.loads(raw, parse_float=_no_fraction, parse_constant=_no_fraction)
        statement, told = file["statement"], "".join(str(file["digits"]).split())
        text = canonical(statement)
        digits = digits_of(text)
        if statement["log"] != "zengyi.quarter" or not isinstance(statement["inside"], str):
            raise ValueError
    except (ValueError, KeyError, TypeError, RecursionError) as wrong:
        raise Invalid(_("这不是增一导出的公示文件，或者文件坏了。")) from wrong
    if digits != told:
        raise Invalid(_("对不上：文件里写的核对码，和内容算出来的不一样。内容被改过，或文件坏了。"))
    if "inside" in file and not _holds(file["inside"], statement["inside"]):
        raise Invalid(_("对不上：党员名单和公示时的不一样。"))
    return statement, told


def _holds(inside: object, seal: str) -> bool:
    try:
        return seal_of(canonical(inside)) == seal
    except ValueError:
        return False


def _no_fraction(text: str) -> int:
    raise ValueError(f"not a whole number: {text}")
