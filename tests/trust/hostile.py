"""What nobody should send, and somebody will."""

from typing import Any

#: For any field of a JSON body.
VALUES: tuple[Any, ...] = (
    None,
    True,
    -1,
    0,
    1.5,
    2**63,
    10**200,
    "",
    " \u3000\t",
    "长" * 20_000,
    "a\0b",
    "\ud800",
    "\x1b[2J",
    "\u202e倒着写",
    "😀" * 3,
    "7",
    "true",
    "9" * 400,
    "1700000000",
    "2026-02-30T25:61:00+08:00",
    "0001-01-01T00:00:00+00:00",
    "9999-12-31T23:59:59-23:59",
    [],
    {},
    [[[]]],
    {"$ne": 1},
)
#: For any field of a form. The last ones are allowed texts, which must be shown as they are and never run as code.
WORDS = (
    "",
    " \u3000\t",
    "长" * 6000,
    "a\0b",
    "-1",
    "0",
    "1.5",
    "9" * 40,
    "１２",
    "2026-02-30T25:61",
    "9999-12-31T23:59",
    "0001-01-01",
    "\x1b[2J\u202e",
    "😀" * 3,
    "<b>'\"&{{ 7*7 }}",
    "../../etc/passwd",
)
#: For a field with choices, where one wrong value stands for all.
FOR_CHOICES = ("", "长" * 6000, "a\0b", "-1", "9" * 40)
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
