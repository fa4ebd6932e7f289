"""Carriers: what brings words to somebody outside: SMTP, SMS, WeCom's group robots, WeChat. Each says what became of what it was given."""

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What became of something that was to be sent.

    ``SENT``: taken over. ``LATER``: surely not sent, may be tried again. ``REFUSED``: surely not sent, and never will be as it is.
    ``UNKNOWN``: nobody can tell; whoever sends it again may send it twice.
    """

    SENT = "SENT"
    LATER = "LATER"
    REFUSED = "REFUSED"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Report:
    """What became of it, and the carrier's own word for why; never an address or what was said. ``number``: the carrier's own number of
    it, by which it may tell later how it ended.
    """

    outcome: Outcome
    said: str = ""
    number: str = ""


SENT = Report(Outcome.SENT)
