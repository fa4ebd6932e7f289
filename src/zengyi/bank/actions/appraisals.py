"""评议: a branch meeting's decision about a year is put down by one person and confirmed by another. It is never changed afterwards."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import IntegrityError
from django.utils.translation import gettext as _

from zengyi.bank.models import Appraisal, AppraisalLine
from zengyi.bank.queries import appraisals as queries
from zengyi.bank.queries.tiers import tiers_for
from zengyi.bank.rules import appraisals as rules
from zengyi.bank.rules.appraisals import AppraisalState, Verdict
from zengyi.core import audit, clock
from zengyi.core.errors import Invalid, NotThere, WrongState
from zengyi.core.ids import ID_MOST
from zengyi.core.steps import action
from zengyi.people import queries as people
from zengyi.people.rules import Actor, check_role


@action
def propose_appraisal(
    branch_id: int,
    year: int,
    held_on: date,
    minutes: str,
    verdicts: Mapping[int, Verdict],
    *,
    others: str = "",
    why: str = "",
    by: Actor,
    at: datetime,
) -> Appraisal:
    """Put down what a branch meeting decided about a year: its minutes, who was there, and everybody's tier; figures are frozen.

    Where an earlier decision stands, this one corrects it and says why. Raises :class:`Invalid` with the fields that can't be taken,
    :class:`NotThere` for a branch of another community, :class:`WrongState` while another one of that year waits.
    """
    check_role(by, "appraisal.propose")
    community_id = by.community_id or 0
    if branch_id not in dict(people.branches_of(community_id)):
        raise NotThere(_("没有找到这个支部。"))
    roster, tiers = people.branch_roster(branch_id), tiers_for(community_id, year)
    sheet = queries.year_sums(community_id, year, [one.id for one in roster])
    states = dict(queries.standing(branch_id, year).values_list("state", "pk"))
    said, also, because = minutes.strip(), others.strip(), why.strip()
    corrects = states.get(AppraisalState.DECIDED)
    rules.check_propose(
        by,
        community_id=community_id,
        year=year,
        held_on=held_on,
        minutes=said,
        others=also,
        corrects=corrects is not None,
        why=because,
        sheet=sheet,
        voting=frozenset(one.id for one in roster if one.enrolled),
        verdicts=verdicts,
        tiers=tiers,
        today=clock.local_date(at),
    )
    if AppraisalState.PROPOSED in states:
        raise WrongState(_("这一年已经有一份在等审核，请先看那一份。"))
    made = Appraisal(community_id=community_id, branch_id=branch_id, year=year, held_on=held_on, minutes=said, others=also)
    made.tiers = [[level.code.value, level.least] for level in tiers]
    made.corrects_id, made.why = corrects, because if corrects else ""
    made.proposed_by_id, made.proposed_at = by.login_id, at
    try:
        made.save(force_insert=True)
    except IntegrityError as twice:
        raise WrongState(_("这一年已经有一份在等审核，请先看那一份。")) from twice
    AppraisalLine.objects.bulk_create(
        [
            AppraisalLine(
                appraisal=made,
                member_id=pk,
                base=sums.base,
                offered=sums.offered,
                gain=sums.gain,
                held=sums.held,
                deducted=sums.deducted,
                vetoes=" ".join(sums.vetoes),
                score=sums.score,
                proposed=rules.proposed(sums, tiers) or "",
                tier=verdicts[pk].tier,
                reason=verdicts[pk].reason,
                present=verdicts[pk].present,
            )
            for pk, sums in sheet.items()
        ],
        batch_size=500,
    )
    after = {"branch": branch_id, "year": year, "held_on": held_on.isoformat(), "members": len(sheet), "corrects": corrects}
    audit.record("propose", "appraisal", made.pk, by=by, at=at, community_id=community_id, after=after, reason=because)
    return made


@action
def decide_appraisal(appraisal_id: int, approve: bool, *, reason: str = "", by: Actor, at: datetime) -> Appraisal:
    """A second person confirms the decision, from when on it stands for good; or sends it back with a reason."""
    check_role(by, "appraisal.decide")
    rows = Appraisal.objects.with_facts().filter(community_id=by.community_id)
    found = rows.filter(pk=appraisal_id).first() if 0 < appraisal_id <= ID_MOST else None
    rules.check_decide_appraisal(by, found.facts(queries.whose(found.pk), at) if found else None)
    assert found is not None
    said = reason.strip()[: rules.REASON_MOST]
    if not approve and not said:
        raise Invalid.on("reason", _("请说一句为什么退回。"))
    state = AppraisalState.DECIDED if approve else AppraisalState.REJECTED
    waiting = Appraisal.objects.filter(pk=found.pk, state=AppraisalState.PROPOSED)
    try:
        won = waiting.update(state=state, decided_by_id=by.user_id, decided_at=at, reason="" if approve else said)
    except IntegrityError as twice:  # a decision that another one corrected meanwhile
        raise WrongState(_("这一年刚刚定了另一份，请先看那一份。")) from twice
    if not won:
        raise WrongState(_("这一份已经审核过了。"))
    found.state = state
    after = {"state": str(state), "branch": found.branch_id, "year": found.year}
    audit.record("decide", "appraisal", found.pk, by=by, at=at, community_id=found.community_id, after=after, reason=said)
    return found
