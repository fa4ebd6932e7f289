"""The rules of points: what a deed is worth, how often it counts, who attests it; in versions, each in force for certain days.

``rules.csv`` is the catalogue that every community starts with (docs/decisions/0015). A community changes a rule by a version of its
own, which two people adopt; from the first day of its own first version on, the catalogue no longer speaks for that rule there. What
is worth how much is the community's party committee's to say: the catalogue's points are proposals.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zengyi.core.errors import Invalid, WrongState
from zengyi.people.rules import Actor, Duty, FirstPerson, check_role, check_second

POINTS_MOST = 50
CAP_MOST = 1000


class RuleKind(TextChoices):
    """What a rule does to an account."""

    BASE = "BASE", gettext_lazy("基础分")
    GAIN = "GAIN", gettext_lazy("增值分")
    DEDUCT = "DEDUCT", gettext_lazy("扣分")
    VETO = "VETO", gettext_lazy("一票否决")


class Step(TextChoices):
    """五上行动: the five steps by which value is added."""

    TAKE_POST = "TAKE_POST", gettext_lazy("走上岗位")
    TAKE_CHARGE = "TAKE_CHARGE", gettext_lazy("担上责任")
    REACH_OUT = "REACH_OUT", gettext_lazy("联上群众")
    GIVE_CARE = "GIVE_CARE", gettext_lazy("献上爱心")
    LEAD = "LEAD", gettext_lazy("当上先锋")


class Unit(TextChoices):
    """What is counted."""

    MONTH = "MONTH", gettext_lazy("月")
    MEETING = "MEETING", gettext_lazy("次会")
    LECTURE = "LECTURE", gettext_lazy("堂课")
    EVENT = "EVENT", gettext_lazy("次")
    YEAR = "YEAR", gettext_lazy("年")
    TURN = "TURN", gettext_lazy("班")
    ITEM = "ITEM", gettext_lazy("件")
    HOUR = "HOUR", gettext_lazy("小时")
    CASE = "CASE", gettext_lazy("起")
    POINT = "POINT", gettext_lazy("分困难")
    ROUND = "ROUND", gettext_lazy("轮")
    HOUSEHOLD = "HOUSEHOLD", gettext_lazy("户")
    AWARD = "AWARD", gettext_lazy("项")


class Entry(TextChoices):
    """How a deed under the rule comes into the books."""

    ROLL_CALL = "ROLL_CALL", gettext_lazy("点名")
    FILING = "FILING", gettext_lazy("申报")
    SYSTEM = "SYSTEM", gettext_lazy("系统自动记")


class Evidence(TextChoices):
    """What a filing has to bring."""

    NONE = "NONE", gettext_lazy("不用凭据")
    TEXT = "TEXT", gettext_lazy("写一句做了什么")
    PHOTO = "PHOTO", gettext_lazy("要一张照片")


class Attester(TextChoices):
    """Who says that it happened."""

    BENEFICIARY = "BENEFICIARY", gettext_lazy("得到帮助的人")
    ORGANISER = "ORGANISER", gettext_lazy("组织的人")
    COMMUNITY = "COMMUNITY", gettext_lazy("社区")
    BRANCH = "BRANCH", gettext_lazy("支部")


class RuleState(TextChoices):
    """States of a community's own version."""

    PROPOSED = "PROPOSED", gettext_lazy("待审核")
    ADOPTED = "ADOPTED", gettext_lazy("已通过")
    REJECTED = "REJECTED", gettext_lazy("已退回")


@dataclass(frozen=True, slots=True)
class Rule:
    """One version of a rule. ``points`` each time and never negative: ``kind`` says which way they go.

    ``levels``: the points there are to choose from, such as 2, 4 or 6 for an award; empty where it is always ``points``. Caps are in
    points, for one activity, a quarter and a calendar year; none means no cap. ``id``: the community's own version; none for the
    catalogue's. ``valid_to`` is the last day.
    """

    code: str
    kind: RuleKind
    name: str
    step: Step | None
    duty: Duty | None
    points: int
    levels: tuple[int, ...]
    unit: Unit
    cap_activity: int | None
    cap_quarter: int | None
    cap_year: int | None
    entry: Entry
    evidence: Evidence
    attester: Attester
    valid_from: date
    valid_to: date | None
    id: int | None = None

    def holds(self, day: date) -> bool:
        """Whether this version is in force on ``day``."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@cache
def shipped() -> tuple[Rule, ...]:
    """The catalogue. Its rows are never edited, only ended and followed by others: deeds of past years are counted by them."""
    text = resources.files("zengyi.bank").joinpath("rules.csv").read_text(encoding="utf-8")
    return tuple(_rule(row) for row in csv.DictReader(text.splitlines()))


def _rule(row: dict[str, str]) -> Rule:
    return Rule(
        code=row["code"],
        kind=RuleKind(row["kind"]),
        name=row["name"],
        step=Step(row["step"]) if row["step"] else None,
        duty=Duty(row["duty"]) if row["duty"] else None,
        points=int(row["points"]),
        levels=tuple(int(level) for level in row["levels"].split()),
        unit=Unit(row["unit"]),
        cap_activity=_cap(row["cap_activity"]),
        cap_quarter=_cap(row["cap_quarter"]),
        cap_year=_cap(row["cap_year"]),
        entry=Entry(row["entry"]),
        evidence=Evidence(row["evidence"]),
        attester=Attester(row["attester"]),
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
    )


def _cap(text: str) -> int | None:
    return int(text) if text else None


class Rulebook:
    """All versions that speak for a community."""

    def __init__(self, own: Iterable[Rule] = ()) -> None:
        self.own = tuple(own)
        first: dict[str, date] = {}
        for rule in self.own:
            first[rule.code] = min(first.get(rule.code, rule.valid_from), rule.valid_from)
        self._first = first

    def versions(self) -> list[tuple[Rule, date | None]]:
        """Every version with the last day on which it speaks for this community, in the order of codes and days."""
        spoken = [(rule, rule.valid_to) for rule in self.own]
        for rule in shipped():
            following = self._first.get(rule.code)
            if following is None:
                spoken.append((rule, rule.valid_to))
            elif rule.valid_from < following:
                before = date.fromordinal(following.toordinal() - 1)
                spoken.append((rule, min(rule.valid_to or before, before)))
        return sorted(spoken, key=lambda item: (item[0].code, item[0].valid_from))

    def in_force(self, code: str, day: date) -> Rule | None:
        """The version that counts for a deed of ``day``; nothing for an unknown code, or one that was not in force."""
        own = code in self._first and day >= self._first[code]
        versions = self.own if own else shipped()
        return next((rule for rule in versions if rule.code == code and rule.holds(day)), None)

    def on(self, day: date, *kinds: RuleKind) -> list[Rule]:
        """The rules in force on ``day``, of these kinds or of all, in the order of their codes."""
        codes = sorted({rule.code for rule in (*self.own, *shipped())})
        found = [rule for code in codes if (rule := self.in_force(code, day))]
        return [rule for rule in found if rule.kind in kinds] if kinds else found


def check_change(by: Actor, now_in_force: Rule | None, *, points: int, caps: Iterable[int | None], valid_from: date, today: date) -> None:
    """Raise unless the actor may propose a version of the rule now in force, from ``valid_from`` on.

    :class:`Invalid` names the field. A rule is never changed for days that have begun: whoever acted on it must be able to rely on it.
    """
    check_role(by, "rules.propose")
    if now_in_force is None:
        raise Invalid.on("code", _("没有这条规则。"))
    least = 0 if now_in_force.kind == RuleKind.VETO else 1
    if not least <= points <= POINTS_MOST:
        raise Invalid.on("points", _("分值要在 %(least)d 到 %(most)d 之间。") % {"least": least, "most": POINTS_MOST})
    if any(cap is not None and not points <= cap <= CAP_MOST for cap in caps):
        raise Invalid.on("caps", _("上限不能小于一次的分值，也不能超过 %(most)d 分。") % {"most": CAP_MOST})
    if valid_from <= today:
        raise Invalid.on("valid_from", _("生效日要在今天以后：已经做了的事，按当天的规则算。"))


def check_decide_rule(by: Actor, *, proposed_by: FirstPerson, state: str, valid_from: date, today: date, approve: bool) -> None:
    """Raise unless the actor may decide on a proposed version: a second person, before it would come into force.

    That their role may decide is asked before the version is looked for.
    """
    check_second(by, proposed_by)
    if state != RuleState.PROPOSED:
        raise WrongState(_("这一条已经审核过了。"))
    if approve and valid_from <= today:
        raise WrongState(_("生效日已经到了，请退回，改一个以后的日子再提。"))
