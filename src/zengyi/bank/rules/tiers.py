"""A community's own tiers for the year's appraisal: proposed by one person, adopted by another. See :mod:`zengyi.core.guards`.

A year that has begun keeps its tiers: whoever worked for them must be able to rely on them.
"""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from zengyi.bank.rules.appraisals import Tier
from zengyi.bank.rules.rulebook import RuleState
from zengyi.core.errors import Invalid, NotThere, WrongState
from zengyi.people.rules import Actor, FirstPerson, check_role, check_second

#: The tiers that points propose, the highest first. Below the last one only the branch meeting finds something.
POINTED = (Tier.EXCELLENT, Tier.QUALIFIED, Tier.BASIC)
POINTS_MOST, AHEAD_YEARS, WHY_LEAST = 500, 3, 4


def check_tiers(by: Actor, *, least: Mapping[Tier, int], before: Mapping[Tier, int], from_year: int, this_year: int) -> None:
    """Raise unless the actor may propose these points, ``least`` by tier, from a year to come.

    ``before``: what holds for that year now. :class:`Invalid` names the field: a tier in small letters, or ``from_year``.
    """
    check_role(by, "rules.propose")
    above = POINTS_MOST + 1
    for tier in POINTED:
        points = least[tier]
        if not 1 <= points <= POINTS_MOST:
            raise Invalid.on(tier.lower(), _("分值要在 %(least)d 到 %(most)d 之间。") % {"least": 1, "most": POINTS_MOST})
        if points >= above:
            raise Invalid.on(tier.lower(), _("要比上一档低。"))
        above = points
    if not this_year < from_year <= this_year + AHEAD_YEARS:
        raise Invalid.on("from_year", _("从明年起，最多定到三年后：今年已经开始，按年初的分档评。"))
    if dict(least) == dict(before):
        raise Invalid.on("excellent", _("和那一年现在的分档一样，没有改。"))


def check_decide_tiers(by: Actor, *, proposed_by: FirstPerson | None, state: str, from_year: int, this_year: int, approve: bool) -> None:
    """Raise unless the actor may adopt proposed tiers, or send them back: a second person, before their first year begins.

    ``proposed_by`` is none for what is not there.
    """
    check_role(by, "rules.decide")
    if proposed_by is None:
        raise NotThere(_("没有找到，或者不在您的社区。"))
    check_second(by, proposed_by)
    if state != RuleState.PROPOSED:
        raise WrongState(_("这一条已经审核过了。"))
    if approve and from_year <= this_year:
        raise WrongState(_("那一年已经开始了，请退回，改一个以后的年份再提。"))
