"""iCalendar (RFC 5545): an event keeps its UID for good; each change raises SEQUENCE, and one that is called off stays, as CANCELLED."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from zengyi.core import clock

OCTETS_MOST = 75


@dataclass(frozen=True, slots=True)
class Entry:
    """An event of a calendar. ``uid``: its name for good, within this host; ``url``: whole; ``all_day``: it has days, and no hours."""

    uid: str
    title: str
    where: str
    words: str
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime
    sequence: int
    cancelled: bool
    url: str
    all_day: bool = False


def calendar(name: str, entries: Iterable[Entry], *, host: str) -> str:
    """The events as a calendar that programs subscribe to."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//zengyi//calendar//ZH", "METHOD:PUBLISH", f"X-WR-CALNAME:{_text(name)}"]
    for one in entries:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{one.uid}@{host}",
            f"DTSTAMP:{_utc(one.changed_at)}",
            f"LAST-MODIFIED:{_utc(one.changed_at)}",
            f"SEQUENCE:{one.sequence}",
            f"STATUS:{'CANCELLED' if one.cancelled else 'CONFIRMED'}",
            *_span(one),
            f"SUMMARY:{_text(one.title)}",
            f"LOCATION:{_text(one.where)}",
            f"DESCRIPTION:{_text(one.words)}",
            f"URL:{one.url}",
            "END:VEVENT",
        ]
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def _span(one: Entry) -> tuple[str, str]:
    """From when until when; of days the end is the day after the last."""
    if not one.all_day:
        return f"DTSTART:{_utc(one.starts_at)}", f"DTEND:{_utc(one.ends_at)}"
    first, last = clock.local_date(one.starts_at), clock.local_date(one.ends_at)
    return f"DTSTART;VALUE=DATE:{first:%Y%m%d}", f"DTEND;VALUE=DATE:{last + timedelta(days=1):%Y%m%d}"


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
