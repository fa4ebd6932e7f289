"""A community changes a rule: one person proposes a version, another adopts it, and it holds from its day on."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta

from django.db import IntegrityError
from django.db.models import Q
from django.utils.translation import gettext as _

from zengyi.bank.models import RuleVersion
from zengyi.bank.queries import rulebook
from zengyi.bank.rules import REASON_MOST, RuleState, check_change, check_decide_rule
from zengyi.core import audit, clock
from zengyi.core.errors import Invalid, NotThere, WrongState
from zengyi.core.steps import action
from zengyi.people import queries as people
from zengyi.people.rules import Actor, check_role

WHY_LEAST = 4


@action
def propose_rule(
    code: str,
    *,
    points: int,
    cap_activity: int | None,
    cap_quarter: int | None,
    cap_year: int | None,
    valid_from: date,
    why: str,
    by: Actor,
    at: datetime,
) -> RuleVersion:
    """Propose other points or caps for a rule, from ``valid_from`` on; what kind of deed it is, and who attests it, stay.

    Raises :class:`Invalid` for points, caps or a day that cannot be, :class:`WrongState` when a proposal for this rule waits already.
    """
    community_id = by.community_id or 0
    today = clock.local_date(at)
    # A day gone by is refused below; there is no day before the first one that Python knows.
    now = rulebook(community_id).in_force(code, max(valid_from, today) - timedelta(days=1))
    caps = (cap_activity, cap_quarter, cap_year)
    check_change(by, now, points=points, caps=caps, valid_from=valid_from, today=today)
    assert now is not None
    reason = why.strip()
    if not WHY_LEAST <= len(reason) <= REASON_MOST:
        raise Invalid.on("why", _("请写清楚为什么改，4 到 200 字：这一句会公开。"))
    given = asdict(now) | {"levels": _levels(now.levels, now.points, points), "step": now.step or "", "duty": now.duty or ""}
    del given["id"], given["valid_to"]
    given |= {"points": points, "cap_activity": cap_activity, "cap_quarter": cap_quarter, "cap_year": cap_year, "valid_from": valid_from}
    try:
        made = RuleVersion.objects.create(community_id=community_id, why=reason, proposed_by_id=by.login_id, proposed_at=at, **given)
    except IntegrityError as twice:
        raise WrongState(_("这条规则已经有人提出要改，等那一条审核完再提。")) from twice
    after = {"code": code, "points": points, "caps": list(caps), "valid_from": valid_from.isoformat()}
    before = {"points": now.points, "caps": [now.cap_activity, now.cap_quarter, now.cap_year]}
    audit.record("propose", "rule", made.pk, by=by, at=at, community_id=community_id, before=before, after=after, reason=reason)
    return made


def _levels(levels: Sequence[int], before: int, points: int) -> list[int]:
    """The levels in the same proportion to the points as before, so that an award of the city stays worth more than the street's."""
    return [level * points // before for level in levels] if before else list(levels)


@action
def decide_rule(version_id: int, approve: bool, *, reason: str = "", by: Actor, at: datetime) -> RuleVersion:
    """A second person adopts a version, which ends the one before it the day before; or sends it back with a reason."""
    check_role(by, "rules.decide")
    rows = RuleVersion.objects.filter(community_id=by.community_id).annotate(made=people.makers_of("proposed_by_id"))
    found = rows.filter(pk=version_id).first() if 0 < version_id < 2**63 else None
    if found is None:
        raise NotThere(_("没有找到，或者不在您的社区。"))
    today = clock.local_date(at)
    proposed_by, state, valid_from = people.first_person(found.proposed_by_id, found.made, at), found.state, found.valid_from
    check_decide_rule(by, proposed_by=proposed_by, state=state, valid_from=valid_from, today=today, approve=approve)
    why = reason.strip()[:REASON_MOST]
    if not approve and not why:
        raise Invalid.on("reason", _("请说一句为什么退回。"))
    same = RuleVersion.objects.filter(community_id=found.community_id, code=found.code, state=RuleState.ADOPTED)
    if approve and same.filter(valid_from__gte=valid_from).exists():
        raise WrongState(_("这条规则在那一天以后已经另有安排，请退回，改一个日子再提。"))
    decided = RuleState.ADOPTED if approve else RuleState.REJECTED
    waiting = RuleVersion.objects.filter(pk=found.pk, state=RuleState.PROPOSED)
    if approve:
        still = Q(valid_to=None) | Q(valid_to__gte=valid_from)
        same.filter(still).update(valid_to=valid_from - timedelta(days=1))
    if not waiting.update(state=decided, decided_by_id=by.user_id, decided_at=at, reason=why):
        raise WrongState(_("这一条已经审核过了。"))
    found.state = decided
    audit.record("decide", "rule", found.pk, by=by, at=at, community_id=found.community_id, after={"state": decided.value}, reason=why)
    return found
