# Chinese in this file is data: the words of the sheet of votes.
"""Owners' votes: who is one owner, who takes part, and what was decided. Pure, and in whole numbers throughout.

Sources, as read in November 2026: 民法典 278 (who must take part and agree), 1259 (以上 includes the number itself); 最高人民法院
关于审理建筑物区分所有权纠纷案件的解释 (法释〔2009〕7号, 2020 修正) 8 and 9 (one owner with several flats is one head, and so is the
developer with whatever is unsold); 建设部令 165 号 22 (two thirds of *all*, the older and stricter line). Areas are hundredths of a
square metre.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Subject(TextChoices):
    """What owners decide on. RAISE_FUND, REBUILD and CHANGE_COMMON need three quarters of those who take part."""

    USE_FUND = "USE_FUND", _("用维修资金")
    RAISE_FUND = "RAISE_FUND", _("筹集维修资金")
    REBUILD = "REBUILD", _("改建、重建")
    CHANGE_COMMON = "CHANGE_COMMON", _("改变共有部分的用途")
    OTHER = "OTHER", _("其他共同决定的事")


#: 民法典 278, items 6 to 8.
THREE_QUARTERS = frozenset({Subject.RAISE_FUND, Subject.REBUILD, Subject.CHANGE_COMMON})


class Silence(TextChoices):
    """What a ballot means that was delivered and did not come back. Only what the owners' rules say in advance counts (指导规则 26)."""

    RETURNED_ONLY = "RETURNED_ONLY", _("没交回的，算没来")
    SILENT_TAKES_PART = "SILENT_TAKES_PART", _("送到没交回的，算来了，不算同意")
    SILENT_FOLLOWS = "SILENT_FOLLOWS", _("送到没交回的，跟多数")


class Opinion(TextChoices):
    """What a ballot says, or why it says nothing."""

    FOR = "FOR", _("同意")
    AGAINST = "AGAINST", _("不同意")
    ABSTAIN = "ABSTAIN", _("弃权")
    SILENT = "SILENT", _("送到没交回")
    UNDELIVERED = "UNDELIVERED", _("未送达")


#: Ballots that came back.
RETURNED = (Opinion.FOR, Opinion.AGAINST, Opinion.ABSTAIN)


class FlatKind(StrEnum):
    """Whose a flat is, as the sheets say it."""

    OWNER = "业主"
    DEVELOPER = "建设单位"


DEVELOPER, OWNER = FlatKind.DEVELOPER.value, FlatKind.OWNER.value


@dataclass(frozen=True, slots=True)
class Flat:
    """One row of the list of owners. ``area`` in hundredths of a square metre."""

    owner: str
    unit: str
    area: int
    developer: bool = False


@dataclass(frozen=True, slots=True)
class Owner:
    """One head: everything that is theirs. ``name`` as it stands in their first row."""

    name: str
    flats: tuple[Flat, ...]

    @property
    def area(self) -> int:
        """Hundredths of a square metre."""
        return sum(flat.area for flat in self.flats)

    @property
    def developer(self) -> bool:
        """Whether this is the developer with what is not sold or not handed over."""
        return any(flat.developer for flat in self.flats)


@dataclass(frozen=True, slots=True)
class Vote:
    """What one head's ballot says; nothing when their rows contradict each other."""

    name: str
    area: int
    opinion: Opinion | None


@dataclass(frozen=True, slots=True)
class Count:
    """What a vote came to. Areas in hundredths of a square metre; ``conflicts``: owners whose ballots contradict each other."""

    heads: int
    area: int
    heads_voted: int
    area_voted: int
    heads_for: int
    area_for: int
    quorum: bool
    adopted: bool
    also_165: bool
    conflicts: tuple[str, ...] = ()


def heads_of(flats: Iterable[Flat]) -> list[Owner]:
    """The owners behind the flats, in the order in which they first appear.

    Flats of the same name are one owner's; all of the developer's are one; a developer who also stands in the list as an owner is
    still one.
    """
    rows = list(flats)
    return [Owner(rows[group[0]].owner, tuple(rows[at] for at in group)) for group in _groups(rows)]


def votes_of(rows: Sequence[tuple[Flat, Opinion]]) -> list[Vote]:
    """What each owner says, their flats taken together."""
    flats = [flat for flat, _opinion in rows]
    votes = []
    for group in _groups(flats):
        said = {rows[at][1] for at in group}
        area = sum(flats[at].area for at in group)
        votes.append(Vote(flats[group[0]].owner, area, said.pop() if len(said) == 1 else None))
    return votes


def _groups(flats: Sequence[Flat]) -> list[list[int]]:
    """The rows of each owner. All rows of a name hang together, and all rows of developers, with whatever else has their names."""
    names = {owner_key(flat.owner) for flat in flats if flat.developer}
    groups: dict[str, list[int]] = {}
    for at, flat in enumerate(flats):
        key = owner_key(flat.owner)
        groups.setdefault(DEVELOPER if key in names else f"={key}", []).append(at)
    return list(groups.values())


def owner_key(name: str) -> str:
    """A name as it is compared: people pad names of two characters with spaces.

    >>> owner_key("王 五") == owner_key("王五")
    True
    """
    return "".join(name.split())


def count(votes: Iterable[Vote], subject: Subject, silence: Silence) -> Count:
    """Count the owners' votes.

    Those who returned a ballot take part; the silent as ``silence`` says; who contradicts themselves and who was not reached never do.
    Quorum: two thirds of all, in heads and in area. Adopted: of those who take part, again in both, more than half or, for
    :data:`THREE_QUARTERS`, at least three quarters. ``also_165``: two thirds of *all* agree, in both.
    """
    everybody = list(votes)
    tally = _tally(everybody)
    heads, area = len(everybody), sum(vote.area for vote in everybody)
    silent = tally[Opinion.SILENT]
    taking_part = [*RETURNED, *(() if silence == Silence.RETURNED_ONLY else (Opinion.SILENT,))]
    heads_voted, area_voted = (sum(tally[opinion][side] for opinion in taking_part) for side in (0, 1))
    heads_for, area_for = tally[Opinion.FOR]
    if silence == Silence.SILENT_FOLLOWS and followed(tally) == Opinion.FOR:
        heads_for, area_for = heads_for + silent[0], area_for + silent[1]
    quorum = heads > 0 and takes_two_thirds(heads_voted, heads) and takes_two_thirds(area_voted, area)
    return Count(
        heads=heads,
        area=area,
        heads_voted=heads_voted,
        area_voted=area_voted,
        heads_for=heads_for,
        area_for=area_for,
        quorum=quorum,
        adopted=quorum and agrees(subject, heads_for, heads_voted) and agrees(subject, area_for, area_voted),
        also_165=takes_two_thirds(heads_for, heads) and takes_two_thirds(area_for, area),
        conflicts=tuple(vote.name for vote in everybody if vote.opinion is None),
    )


#: Heads and area by opinion.
Tally = Mapping[Opinion, tuple[int, int]]


def _tally(votes: Iterable[Vote]) -> Tally:
    tally = dict.fromkeys(Opinion, (0, 0))
    for vote in votes:
        if vote.opinion is not None:
            heads, area = tally[vote.opinion]
            tally[vote.opinion] = heads + 1, area + vote.area
    return tally


def followed(tally: Tally) -> Opinion | None:
    """What the silent follow: whichever most heads returned; nothing where two have equally many."""
    most = max(tally[opinion][0] for opinion in RETURNED)
    first = [opinion for opinion in RETURNED if tally[opinion][0] == most]
    return first[0] if len(first) == 1 else None


def takes_two_thirds(part: int, whole: int) -> bool:
    """Whether a part is two thirds or more, never by a rounded percentage.

    >>> takes_two_thirds(6666, 10000), takes_two_thirds(6667, 10000)
    (False, True)
    """
    return 3 * part >= 2 * whole


def agrees(subject: Subject, part: int, taking_part: int) -> bool:
    """Whether enough of those who take part agree.

    >>> agrees(Subject.USE_FUND, 30, 60), agrees(Subject.RAISE_FUND, 45, 60)
    (False, True)
    """
    if subject in THREE_QUARTERS:
        return 4 * part >= 3 * taking_part
    return 2 * part > taking_part


def needed(whole: int) -> int:
    """The least whole number that is two thirds of it.

    >>> needed(86), needed(800000)
    (58, 533334)
    """
    return -(-2 * whole // 3)


def recounts(votes: Iterable[Vote], subject: Subject) -> Iterator[tuple[Silence, Count]]:
    """The same ballots under every rule for the silent. Only the one announced counts."""
    everybody = list(votes)
    return ((silence, count(everybody, subject, silence)) for silence in Silence)


def metres(area: int) -> str:
    """Hundredths of a square metre as a decimal number.

    >>> metres(533334), metres(5)
    ('5333.34', '0.05')
    """
    return f"{area // 100}.{area % 100:02d}"
