"""Pairs: what helping the same person again within a quarter brings.

Two friends could ask and help each other without end. So the first times count in full, the next ones less, and then the help is still
help but brings no more points until the next quarter. ``pairs.csv`` says how much, in versions as the catalogue of rules has them: its
rows are never rewritten, only ended and followed by others. It comes with the code and no community changes it, as it belongs to the
defences against abuse (docs/decisions).
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib import resources

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Share:
    """Points of a difficulty that go to a member or to an organisation; exactly one of the two is set.

    ``before``: how often they have helped the same person this quarter. ``credited``: how many of the points that leaves them, once it
    is known (:func:`credited`).
    """

    points: int
    member_id: int | None = None
    organisation_id: int | None = None
    before: int = 0
    credited: int | None = None

    @property
    def holder(self) -> tuple[int | None, int | None]:
        """Whose it is."""
        return self.member_id, self.organisation_id

    @property
    def counts(self) -> int:
        """The points that are posted."""
        return self.points if self.credited is None else self.credited


@dataclass(frozen=True, slots=True)
class Scale:
    """How much the first, second, third … time of a pair in a quarter counts, in per cent; later ones count nothing."""

    valid_from: date
    valid_to: date | None
    percents: tuple[int, ...]

    @property
    def full(self) -> int:
        """How many times count in full."""
        return next((place for place, percent in enumerate(self.percents) if percent < 100), len(self.percents))


@cache
def scales() -> tuple[Scale, ...]:
    """All versions, the oldest first."""
    text = resources.files("zengyi.bank").joinpath("pairs.csv").read_text(encoding="utf-8")
    return tuple(
        Scale(
            date.fromisoformat(row["valid_from"]),
            date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            tuple(int(percent) for percent in row["percents"].split()),
        )
        for row in csv.DictReader(text.splitlines())
    )


def scale_on(day: date) -> Scale:
    """The version in force on ``day``."""
    return next(scale for scale in reversed(scales()) if scale.valid_from <= day and (scale.valid_to is None or day <= scale.valid_to))


def percent_after(before: int, day: date) -> int:
    """How much help counts on ``day`` when the pair has had it ``before`` times this quarter, in per cent."""
    percents = scale_on(day).percents
    return percents[before] if before < len(percents) else 0


def credit(points: int, before: int, day: date) -> int:
    """How many of the points count on ``day`` when the pair has had help ``before`` times this quarter. Halves are rounded down.

    >>> [credit(5, before, date(2026, 11, 1)) for before in (0, 2, 3, 5, 6, 99)]
    [5, 5, 2, 2, 0, 0]
    """
    return points * percent_after(before, day) // 100


def credited(shares: Sequence[Share], day: date) -> list[Share]:
    """The shares with the points that count. Who gets two shares of one difficulty has helped once: both count alike."""
    room: dict[tuple[int | None, int | None], int] = {}
    for share in shares:
        room[share.holder] = room.get(share.holder, 0) + share.points
    room = {share.holder: credit(room[share.holder], share.before, day) for share in shares}
    found = []
    for share in shares:
        counts = min(share.points, room[share.holder])
        room[share.holder] -= counts
        found.append(replace(share, credited=counts))
    return found


def pair_note(before: int, day: date) -> str:
    """What both are told before they begin: how often they had to do with each other this quarter, and what one more time counts.

    Empty as long as it counts in full.
    """
    percent = percent_after(before, day)
    if percent >= 100:
        return ""
    if percent:
        return _("本季度你们之间已经有 %(n)d 次了。这一次照样算办好，分按 %(percent)d%% 记，好让更多人轮到出力。") % {
            "n": before,
            "percent": percent,
        }
    return _("本季度你们之间已经有 %(n)d 次了。这一次照样算办好，不再记分；下一季度重新算起。") % {"n": before}


def pair_rule(day: date) -> str:
    """The same as a rule for everybody, where nobody may be told how often it was."""
    scale = scale_on(day)
    return _("同一个人一季里帮同一位，前 %(full)d 次全记，到第 %(last)d 次记得少一些，再往后不记分。") % {
        "full": scale.full,
        "last": len(scale.percents),
    }
