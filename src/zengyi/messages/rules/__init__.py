"""Pure rules of messages: when nobody is disturbed, by which way somebody is told, and what is kept how long."""

from zengyi.messages.rules.quiet import HOURS, KEPT, PAGE_SIZE, STALE, Quiet, is_quiet, last_quiet
from zengyi.messages.rules.sending import LETTERS_KEPT, Carried, Channel, Language, LetterState, Line, Pace, Way

__all__ = [
    "HOURS",
    "KEPT",
    "LETTERS_KEPT",
    "PAGE_SIZE",
    "STALE",
    "Carried",
    "Channel",
    "Language",
    "LetterState",
    "Line",
    "Pace",
    "Quiet",
    "Way",
    "is_quiet",
    "last_quiet",
]
