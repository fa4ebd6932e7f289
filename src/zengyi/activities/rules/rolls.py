"""Numbers as they stand on a roll on paper."""

import re

from zengyi.activities.rules.attending import MARKS_MOST

#: Spaces, and commas of both alphabets.
_BETWEEN = re.compile(r"[\s,\uff0c\u3001]+")


def numbers(text: str) -> list[int] | None:
    """Numbers as they are written on paper, ``1-6 8 10-12``; nothing for any other text.

    >>> numbers("1-3 5, 7"), numbers("a"), numbers("")
    ([1, 2, 3, 5, 7], None, None)
    """
    found: list[int] = []
    for part in filter(None, _BETWEEN.split(text)):
        first, _dash, last = part.partition("-")
        if not all(one.isascii() and one.isdigit() and len(one) <= 5 for one in (first, last or first)):
            return None
        span = range(int(first), int(last or first) + 1)
        if len(span) > MARKS_MOST:
            return None
        found += span
    return list(dict.fromkeys(found)) or None
