"""A community sets its own tiers for the year's appraisal: one person proposes them, another adopts them, for years to come."""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError
from django.utils.translation import gettext as _

from zengyi.bank.models import TierVersion
from zengyi.bank.queries import tiers as queries
from zengyi.bank.rules import REASON_MOST, RuleState
from zengyi.bank.rules import tiers as rules
from zengyi.bank.rules.appraisals import Tier
from zengyi.core import audit, clock
from zengyi.core.errors import Invalid, WrongState
from zengyi.core.ids import ID_MOST
from zengyi.core.steps import action
from zengyi.people import queries as people
from zengyi.people.rules import Actor, check_role


@action
def propose_tiers(least: Mapping[Tier, int], from_year: int, why: str, *, by: Actor, at: datetime) -> TierVersion:
    """Propose the points that each tier asks for at least, from a year to come.

    Raises :class:`Invalid` with the field that can't be taken, :class:`WrongState` while another proposal waits.
    """
    check_role(by, "rules.propose")
    community_id = by.community_id or 0
    this_year = clock.year_of(at)
    # A year that can't be is refused below; there is none before the first one that Python knows.
    before = {
        level.code: level.least for level in queries.tiers_for(community_id, min(max(from_year, this_year), this_year + rules.AHEAD_YEARS))
    }
    rules.check_tiers(by, least=least, before=before, from_year=from_year, this_year=this_year)
    reason = why.strip()
    if not rules.WHY_LEAST <= len(reason) <= REASON_MOST:
        raise Invalid.on("why", _("请写清楚为什么改，4 到 200 字：这一句会公开。"))
    made = TierVersion(community_id=community_id, from_year=from_year, why=reason, proposed_by_id=by.login_id, proposed_at=at)
    made.excellent, made.qualified, made.basic = (least[tier] for tier in rules.POINTED)
    try:
        made.save(force_insert=True)
    except IntegrityError as twice:
        raise WrongState(_("那一年的分档已经有人提出要改，等那一份审核完再提。")) from twice
    after = {"from_year": from_year, "tiers": _told(least)}
    audit.record(
        "propose", "tiers", made.pk, by=by, at=at, community_id=community_id, before={"tiers": _told(before)}, after=after, reason=reason
    )
    return made


def _told(least: Mapping[Tier, int]) -> dict[str, int]:
    return {tier.value: least[tier] for tier in rules.POINTED if tier in least}


@action
def decide_tiers(version_id: int, approve: bool, *, reason: str = "", by: Actor, at: datetime) -> TierVersion:
    """A second person adopts proposed tiers, or sends them back with a reason."""
    check_role(by, "rules.decide")
    rows = TierVersion.objects.filter(community_id=by.community_id).annotate(made=people.makers_of("proposed_by_id"))
    found = rows.filter(pk=version_id).first() if 0 < version_id <= ID_MOST else None
    rules.check_decide_tiers(
        by,
        proposed_by=people.first_person(found.proposed_by_id, found.made, at) if found else None,
        state=found.state if found else "",
        from_year=found.from_year if found else 0,
        this_year=clock.year_of(at),
        approve=approve,
    )
    assert found is not None
    why = reason.strip()[:REASON_MOST]
    if not approve and not why:
        raise Invalid.on("reason", _("请说一句为什么退回。"))
    decided = RuleState.ADOPTED if approve else RuleState.REJECTED
    waiting = TierVersion.objects.filter(pk=found.pk, state=RuleState.PROPOSED)
    if not waiting.update(state=decided, decided_by_id=by.user_id, decided_at=at, reason="" if approve else why):
        raise WrongState(_("这一条已经审核过了。"))
    found.state = decided
    audit.record("decide", "tiers", found.pk, by=by, at=at, community_id=found.community_id, after={"state": decided.value}, reason=why)
    return found
