"""Corrections: a posting is never changed; a second person decides on its exact mirror."""

from datetime import datetime

from django.db import IntegrityError
from django.utils.translation import gettext as _

from zengyi.bank.actions.posting import mirror
from zengyi.bank.models import Correction, Posting
from zengyi.bank.rules import REASON_MOST, CorrectionState, PostingKind
from zengyi.core import audit
from zengyi.core.errors import Invalid, NotAllowed, NotThere, WrongState
from zengyi.core.steps import action
from zengyi.people.rules import Actor, check_role

#: Only postings that brought somebody points are corrected here; a difficulty is withdrawn when its order ends.
CORRECTABLE = (PostingKind.CONFIRM, PostingKind.BASE)


@action
def propose_correction(posting_id: int, reason: str, *, by: Actor, at: datetime) -> Correction:
    """Propose to reverse a posting, with a reason. Raises :class:`WrongState` when that was proposed before."""
    check_role(by, "points.propose")
    rows = Posting.objects.filter(community_id=by.community_id, kind__in=CORRECTABLE, reversed_by=None)
    posting = rows.filter(pk=posting_id).first() if 0 < posting_id < 2**63 else None
    if posting is None:
        raise NotThere(_("没有这一笔，或者已经冲销过。"))
    why = reason.strip()
    if not 2 <= len(why) <= REASON_MOST:
        raise Invalid(_("请写清楚为什么冲销。"), {"reason": _("请写 2 到 200 字。")})
    try:
        made = Correction.objects.create(
            posting=posting, community_id=posting.community_id, reason=why, proposed_by_id=by.login_id, proposed_at=at
        )
    except IntegrityError as twice:
        raise WrongState(_("这一笔已经有人提出冲销了。")) from twice
    after = {"posting": posting.pk, "points": posting.points}
    audit.record("propose", "correction", made.pk, by=by, at=at, community_id=made.community_id, after=after, reason=why)
    return made


@action
def decide_correction(correction_id: int, approve: bool, *, by: Actor, at: datetime) -> Correction:
    """A second person posts the mirror, or sends the proposal back.

    Reversing a confirmation opens the difficulty again: whether help was given is no longer certain, so the need stays in the books until
    the community deals with it.
    """
    check_role(by, "points.decide")
    rows = Correction.objects.filter(community_id=by.community_id).select_related("posting")
    found = rows.filter(pk=correction_id).first() if 0 < correction_id < 2**63 else None
    if found is None:
        raise NotThere(_("没有找到，或者不在您的社区。"))
    if found.proposed_by_id == by.user_id:
        raise NotAllowed(_("自己提出的，要请另一位来审核。"))
    state = CorrectionState.POSTED if approve else CorrectionState.REJECTED
    waiting = Correction.objects.filter(pk=found.pk, state=CorrectionState.PROPOSED)
    if not waiting.update(state=state, decided_by_id=by.user_id, decided_at=at):
        raise WrongState(_("这一条已经审核过了。"))
    found.state = state
    if approve:
        mirror(found.posting, key=f"reverse:{found.posting_id}", memo=found.reason[:120], at=at)
    audit.record("decide", "correction", found.pk, by=by, at=at, community_id=found.community_id, after={"state": state.value})
    return found
