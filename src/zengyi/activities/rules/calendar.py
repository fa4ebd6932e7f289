"""iCalendar (RFC 5545): an occasion keeps its UID for good; each change raises SEQUENCE, and one that is called off stays, as CANCELLED."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

OCTETS_MOST = 75


@dataclass(frozen=True, slots=True)
class Entry:
    """What a calendar shows of an occasion."""

    id: int
    title: str
    where: str
    words: str
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime
    sequence: int
    cancelled: bool
    url: str


def calendar(name: str, entries: Iterable[Entry], *, host: str) -> str:
    """The occasions as a calendar that programs subscribe to."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//zengyi//activities//ZH", "METHOD:PUBLISH", f"X-WR-CALNAME:{_text(name)}"]
    for one in entries:
        lines += [
            "BEGIN:VEVENT",
            f"UID:occasion-{one.id}@{host}",
            f"DTSTAMP:{_utc(one.changed_at)}",
            f"LAST-MODIFIED:{_utc(one.changed_at)}",
            f"SEQUENCE:{one.sequence}",
            f"STATUS:{'CANCELLED' if one.cancelled else 'CONFIRMED'}",
            f"DTSTART:{_utc(one.starts_at)}",
            f"DTEND:{_utc(one.ends_at)}",
            f"SUMMARY:{_text(one.title)}",
            f"LOCATION:{_text(one.where)}",
            f"DESCRIPTION:{_text(one.words)}",
            f"URL:{one.url}",
            "END:VEVENT",
        ]
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(words: str) -> str:
    r"""A text with what means something in a calendar escaped.

    >>> _text("a,b;c\nd")
    'a\\,b\\;c\\nd'
    """
    for found, said in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        words = words.replace(found, said)
    return "".join(one for one in words if one.isprintable())


def _folded(line: str) -> str:
    """A line in pieces of at most 75 octets, no character cut in two; what goes on begins with a space.

    >>> [len(piece.encode()) for piece in _folded("X" * 74 + "增一").split("\\r\\n")]
    [74, 7]
    """
    pieces, piece = [], ""
    for character in line:
        if len((piece + character).encode()) > OCTETS_MOST:
            pieces.append(piece)
            piece = " "
        piece += character
    return "\r\n".join([*pieces, piece])
