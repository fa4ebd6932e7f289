"""评议: what a year's points propose for each member, and what the branch meeting may decide. See :mod:`zengyi.core.guards`.

Points propose, people decide. ``tiers.csv`` says how many points each tier asks for; below the lowest one nothing is given by the system,
only put to the branch meeting. A veto overrides whatever the points say. What was decided is never changed: a later decision refers to it.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zengyi.core.errors import Invalid, NotThere, WrongState
from zengyi.people.rules import Actor, FirstPerson, Target, Whose, check, check_role, check_second

#: The base points of a year in which somebody missed nothing.
BASE_YEAR = 60
MINUTES_LEAST, MINUTES_MOST, OTHERS_MOST, REASON_MOST, REASON_LEAST = 10, 4000, 200, 200, 2
#: How long after a year its appraisal may be decided or corrected, in years.
BACK_YEARS = 3


class Tier(TextChoices):
    """What somebody is found to be. The last two only people give, never points."""

    EXCELLENT = "EXCELLENT", gettext_lazy("优秀")
    QUALIFIED = "QUALIFIED", gettext_lazy("合格")
    BASIC = "BASIC", gettext_lazy("基本合格")
    UNQUALIFIED = "UNQUALIFIED", gettext_lazy("不合格")
    DEFERRED = "DEFERRED", gettext_lazy("暂不评定")


class AppraisalState(TextChoices):
    """States of an appraisal."""

    PROPOSED = "PROPOSED", gettext_lazy("待审核")
    DECIDED = "DECIDED", gettext_lazy("已定")
    REJECTED = "REJECTED", gettext_lazy("已退回")


@dataclass(frozen=True, slots=True)
class TierLevel:
    """A tier and the points it asks for at least."""

    code: Tier
    least: int

    @property
    def name(self) -> str:
        """The tier in words."""
        return str(self.code.label)


@cache
def _shipped() -> tuple[tuple[TierLevel, date, date | None], ...]:
    text = resources.files("zengyi.bank").joinpath("tiers.csv").read_text(encoding="utf-8")
    return tuple(
        (
            TierLevel(Tier(row["code"]), int(row["least"])),
            date.fromisoformat(row["valid_from"]),
            date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        )
        for row in csv.DictReader(text.splitlines())
    )


def tiers_of(year: int, own: Iterable[TierLevel] = ()) -> tuple[TierLevel, ...]:
    """The tiers of a year, the highest first: the community's ``own`` if it has any, else those shipped that hold on its last day."""
    day = date(year, 12, 31)
    found = list(own) or [level for level, first, last in _shipped() if first <= day and (last is None or day <= last)]
    return tuple(sorted(found, key=lambda level: -level.least))


@dataclass(frozen=True, slots=True)
class YearSums:
    """A member's year: base points had and those that could be had, gain that counts, gain held back, deductions; codes of vetoes.

    ``held``: gain of quarters in which the base standard was missed. ``deducted`` is above zero.
    """

    base: int
    offered: int
    gain: int
    held: int
    deducted: int
    vetoes: tuple[str, ...] = ()

    @property
    def base_score(self) -> int:
        """The base points on the scale of a full year, to the nearest whole point; leave and meetings that were not held cost nobody.

        >>> YearSums(34, 36, 0, 0, 0).base_score, YearSums(0, 0, 9, 0, 0).base_score
        (57, 0)
        """
        return (2 * BASE_YEAR * min(self.base, self.offered) + self.offered) // (2 * self.offered) if self.offered else 0

    @property
    def score(self) -> int:
        """Base and counted gain without deductions; never below zero."""
        return max(0, self.base_score + self.gain - self.deducted)


def proposed(sums: YearSums, tiers: Iterable[TierLevel]) -> Tier | None:
    """The tier that the year's points propose; nothing where only the branch meeting can say.

    That is below the lowest tier, for a veto, and for whoever was offered no base points at all: ill all year, or just come.

    >>> levels = (TierLevel(Tier.EXCELLENT, 90), TierLevel(Tier.QUALIFIED, 70), TierLevel(Tier.BASIC, 60))
    >>> [proposed(YearSums(60, 60, gain, 0, 0), levels) for gain in (30, 29, 10, 9)]
    [Tier.EXCELLENT, Tier.QUALIFIED, Tier.QUALIFIED, Tier.BASIC]
    >>> proposed(YearSums(59, 60, 0, 0, 0), levels), proposed(YearSums(60, 60, 40, 0, 0, ("N02",)), levels)
    (None, None)
    """
    if sums.vetoes or not sums.offered:
        return None
    return next((level.code for level in tiers if sums.score >= level.least), None)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the meeting found of one member, and why where the points say otherwise. ``present``: they were there."""

    tier: str
    reason: str
    present: bool


def check_year(year: int, today: date) -> None:
    """Raise :class:`Invalid` for a year that is not over, or too long ago."""
    if not today.year - BACK_YEARS <= year < today.year:
        raise Invalid.on("year", _("年度过完了才评，最多补三年前的。"))


def check_propose(
    by: Actor,
    *,
    community_id: int | None,
    year: int,
    held_on: date,
    minutes: str,
    others: str,
    corrects: bool,
    why: str,
    sheet: Mapping[int, YearSums],
    voting: frozenset[int],
    verdicts: Mapping[int, Verdict],
    tiers: Iterable[TierLevel],
    today: date,
) -> None:
    """Raise unless the actor may put the meeting's decision down: about everybody of the branch, and why wherever points say otherwise.

    ``corrects``: an earlier decision stands, which this one corrects. ``sheet`` and ``verdicts`` are by member; ``voting``: those enrolled
    in the branch, of whom half must be there for a decision (《中国共产党支部工作条例(试行)》, on 党员大会). :class:`Invalid` names the
    field; a member's are ``tier-ID`` and ``reason-ID``.
    """
    check_role(by, "appraisal.propose")
    check(by, "appraisal.propose", Target(community_id=community_id), sees=False)
    check_year(year, today)
    if not date(year, 11, 1) <= held_on <= today:
        raise Invalid.on("held_on", _("会要在那年 11 月以后、今天以前开的。"))
    if not MINUTES_LEAST <= len(minutes) <= MINUTES_MOST:
        raise Invalid.on("minutes", _("请写会议记录，10 到 4000 字：谁主持、怎么议的、怎么定的。"))
    if len(others) > OTHERS_MOST:
        raise Invalid.on("others", _("最多 %(most)d 字，请写短一点。") % {"most": OTHERS_MOST})
    if corrects and not REASON_LEAST <= len(why) <= REASON_MOST:
        raise Invalid.on("why", _("这一年已经定过。要更正，请写为什么，2 到 200 字。"))
    if sheet.keys() != verdicts.keys():
        raise Invalid.on("verdicts", _("名单和支部的党员对不上，请刷新再填。"))
    if 2 * sum(verdicts[pk].present for pk in voting) < len(voting):
        raise Invalid.on("present", _("到会的在册党员要有半数以上，请在名单里勾上到会的人。"))
    levels = tuple(tiers)
    wrong = {field: said for pk, one in verdicts.items() for field, said in _wrong(pk, sheet[pk], one, levels)}
    if wrong:
        raise Invalid(next(iter(wrong.values())), wrong)


def _wrong(pk: int, sums: YearSums, verdict: Verdict, tiers: tuple[TierLevel, ...]) -> Iterable[tuple[str, str]]:
    if verdict.tier not in Tier.values:
        yield f"tier-{pk}", _("请选一档。")
        return
    tier, points = Tier(verdict.tier), proposed(sums, tiers)
    if sums.vetoes and tier not in (Tier.UNQUALIFIED, Tier.DEFERRED):
        yield f"tier-{pk}", _("有一票否决，只能是“不合格”或“暂不评定”。")
    elif tier != points and not REASON_LEAST <= len(verdict.reason) <= REASON_MOST:
        said = (
            _("和积分提的不一样，请写一句为什么，2 到 200 字。") if points else _("积分不下结论，支部大会怎么定的，请写一句，2 到 200 字。")
        )
        yield f"reason-{pk}", said
    elif len(verdict.reason) > REASON_MOST:
        yield f"reason-{pk}", _("最多 %(most)d 字，请写短一点。") % {"most": REASON_MOST}


@dataclass(frozen=True, slots=True)
class AppraisalFacts:
    """An appraisal as :func:`check_decide_appraisal` needs to know it. ``members``: whose tiers are decided."""

    community_id: int
    state: AppraisalState
    first: FirstPerson
    members: tuple[Whose, ...]

    @property
    def target(self) -> Target:
        """What permission needs to know."""
        return Target(community_id=self.community_id)


def check_decide_appraisal(by: Actor, appraisal: AppraisalFacts | None) -> None:
    """Raise unless the actor may confirm what was put down, or send it back: a second person, whose own tier is not in it."""
    check_role(by, "appraisal.decide")
    if appraisal is None:
        raise NotThere(_("没有找到，或者不在您的社区。"))
    check(by, "appraisal.decide", appraisal.target, sees=False)
    check_second(by, appraisal.first, concerned=any(whose.concerns(by) for whose in appraisal.members))
    if appraisal.state != AppraisalState.PROPOSED:
        raise WrongState(_("这一份已经审核过了。"))
