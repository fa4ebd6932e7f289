"""What nobody should send, and somebody will.

What one database may take otherwise than another is sent on both: texts that are long or hold what is no letter, numbers and days that
are too large. The rest is refused or kept before any database could object, and sent on SQLite only.
"""

from typing import Any

from tests import groups


def _here(differing: tuple[Any, ...], alike: tuple[Any, ...]) -> tuple[Any, ...]:
    """What is sent on the database of this run."""
    return (*differing, *alike) if groups.database() == "sqlite" else differing


#: For any field of a JSON body.
VALUES = _here(
    (
        None,
        2**63,
        10**200,
        "",
        "长" * 20_000,
        "a\0b",
        "\ud800",
        "\x1b[2J",
        "\u202e倒着写",
        "😀" * 3,
        "9" * 400,
        "0001-01-01T00:00:00+00:00",
        "9999-12-31T23:59:59-23:59",
        [[[]]],
    ),
    (True, -1, 0, 1.5, " \u3000\t", "7", "true", "1700000000", "2026-02-30T25:61:00+08:00", [], {}, {"$ne": 1}),
)
#: For any field of a form. The last ones are allowed texts, which must be shown as they are and never run as code. ``None`` leaves the
#: field out, a list sends it twice.
WORDS = _here(
    ("长" * 6000, "a\0b", "9" * 40, "9999-12-31T23:59", "0001-01-01", "\x1b[2J\u202e", "😀" * 3),
    (
        "",
        " \u3000\t",
        "-1",
        "0",
        "1.5",
        "１２",
        "2026-02-30T25:61",
        "<b>'\"&{{ 7*7 }}",
        "../../etc/passwd",
        None,
        ["one", "two"],
    ),
)
#: For a field with choices, where one wrong value stands for all.
FOR_CHOICES = _here(("长" * 6000, "a\0b", "9" * 40), ("", "-1", None, ["one", "two"]))
#: For an id in an address.
IDS = ("0", "-1", "1.5", "x", "9223372036854775808", "9" * 60, "%00", "１", "1%0a", "true", "null", "..%2f1", "%ff")
#: Bodies that count as no body at all.
EMPTY = (b"", b"null", b"\xff\xfe{\x00}\x00", b"\xef\xbb\xbf{}")
#: For a JSON body as a whole, as bytes.
BODIES = (
    *EMPTY,
    b"[]",
    b"1",
    b'"x"',
    b"{",
    b'{"text": NaN}',
    b'{"text": Infinity}',
    b'{"text": 1e999}',
    b'{"text": "a", "text": "b", "reason": []}',
    b'{"text": "\xc3\x28"}',
    b"[" * 60_000,
    b'{"a":' * 12_000,
    b"9" * 6000,
)
