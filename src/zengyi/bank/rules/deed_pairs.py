"""Two people who stand behind each other's deeds: one attests or files what the other did, and the other way round.

Staff attest everybody's deeds, so one way alone says nothing. Both ways within a quarter could go on without end, each vouching for the
other; so then the scale of :mod:`zengyi.bank.rules.pairs` counts: the first times in full, the next ones less, and then nothing until
the next quarter. Pure arithmetic over what was read.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from zengyi.bank.rules.pairs import credit, percent_after


@dataclass(frozen=True, slots=True)
class Stood:
    """A deed, whose it is, and who stood behind it by filing or attesting it; all by person. ``decided_at``: nothing while it waits."""

    filing_id: int
    whose: int
    behind: frozenset[int]
    decided_at: datetime | None = None

    def is_before(self, other: "Stood") -> bool:
        """Whether it was approved before the other one, as far as that was approved at all."""
        if self.decided_at is None:
            return False
        return other.decided_at is None or (self.decided_at, self.filing_id) < (other.decided_at, other.filing_id)


def both_ways(one: int, other: int, deeds: Iterable[Stood]) -> list[Stood]:
    """The deeds of the two behind which the other one stood; nothing unless there are some of each."""
    known = list(deeds)
    there = [deed for deed in known if deed.whose == one and other in deed.behind]
    back = [deed for deed in known if deed.whose == other and one in deed.behind]
    return there + back if there and back else []


def times_before(deed: Stood, others: Iterable[Stood]) -> int:
    """How often its member and somebody behind it had stood behind each other's deeds, of the same quarter, before this one."""
    known = [deed, *(one for one in others if one.filing_id != deed.filing_id)]
    pairs = (both_ways(deed.whose, partner, known) for partner in deed.behind)
    return max((sum(one.is_before(deed) for one in pair) for pair in pairs), default=0)


def pair_worth(worth: int, before: int, day: date) -> int:
    """How many of a deed's points count when the two have stood behind each other's deeds so often before it.

    >>> [pair_worth(3, before, date(2026, 11, 1)) for before in (0, 2, 3, 6)]
    [3, 3, 1, 0]
    """
    return credit(worth, before, day)


def vouching_note(before: int, day: date) -> str:
    """What whoever attests or approves reads: how often it was, and what this deed still counts. Empty unless it went both ways."""
    if not before:
        return ""
    had = _("本季度这两位互相证明、代报已经有 %(n)d 次。") % {"n": before}
    percent = percent_after(before, day)
    if percent >= 100:
        return had + _("事是真的就照常办，请多看一眼。")
    if percent:
        return had + _("这一件的分按 %(percent)d%% 记；换一位证明，照常记。") % {"percent": percent}
    return had + _("这一件不再记分；换一位证明，照常记。")
