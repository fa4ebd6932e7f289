"""Corrections: a posting is never changed; a second person decides on its exact mirror."""

from datetime import datetime

from django.utils.translation import gettext as _

from zengyi.bank import queries
from zengyi.bank.actions.deciding import decide, propose
from zengyi.bank.actions.deed_posting import DEED_KINDS, settle_deed
from zengyi.bank.actions.helping import take_back
from zengyi.bank.actions.marks import take_back_mark
from zengyi.bank.models import Correction, Posting
from zengyi.bank.rules import REASON_MOST, PostingKind, already_proposed, check_correct
from zengyi.core import audit
from zengyi.core.errors import Invalid
from zengyi.core.ids import ID_MOST
from zengyi.core.steps import action, in_action
from zengyi.people.rules import Actor


@action
def propose_correction(posting_id: int, reason: str, *, by: Actor, at: datetime) -> Correction:
    """Propose to reverse a posting, with a reason. Raises :class:`WrongState` when that was proposed before."""
    posting = Posting.objects.with_facts().filter(pk=posting_id).first() if 0 < posting_id <= ID_MOST else None
    check_correct(by, posting.facts if posting else None)
    assert posting is not None
    why = reason.strip()
    if not 2 <= len(why) <= REASON_MOST:
        raise Invalid(_("请写清楚为什么冲销。"), {"reason": _("请写 2 到 200 字。")})
    made = propose(Correction(posting=posting, community_id=posting.community_id, reason=why), twice=already_proposed(), by=by, at=at)
    after = {"posting": posting.pk, "points": posting.points}
    audit.record("propose", "correction", made.pk, by=by, at=at, community_id=made.community_id, after=after, reason=why)
    return made


@in_action
def propose_taking_back(account_id: int, reason: str, *, by: Actor, at: datetime) -> list[int]:
    """Propose, as part of another package's step, to take back every point that a difficulty has brought; returns the corrections' ids.

    What somebody has proposed already is left to that proposal. The caller has asked whether ``by`` may do this.
    """
    standing = Posting.objects.with_facts().filter(debit_id=account_id, kind=PostingKind.CONFIRM, reversed_by=None).order_by("pk")
    made = [
        Correction(posting=one, community_id=one.community_id, reason=reason[:REASON_MOST]) for one in standing if not one.facts.is_proposed
    ]
    return [propose(one, twice=already_proposed(), by=by, at=at).pk for one in made]


@action
def decide_correction(correction_id: int, approve: bool, *, by: Actor, at: datetime) -> Correction:
    """A second person posts the mirror, or sends the proposal back: not whose points they are, nor their household or unit.

    Reversing a confirmation opens the difficulty again: whether help was given is no longer certain, so the need stays in the books until
    the community deals with it. Reversing a deed or a mark of a roll-call gives the member's others what a cap had held back, and
    reversing help gives the later help of the same two what their number had held back.
    """
    rows = queries.with_holder(Correction.objects.select_related("posting"))
    found: Correction = decide(rows, correction_id, approve, whose=queries.holder_of, by=by, at=at)
    if found.posting.kind in DEED_KINDS:
        settle_deed(found.posting, approve, reason=found.reason, at=at)
    elif approve and found.posting.kind == PostingKind.CONFIRM:
        take_back(found.posting, reason=found.reason, at=at)
    elif approve:
        take_back_mark(found.posting, reason=found.reason, at=at)
    audit.record("decide", "correction", found.pk, by=by, at=at, community_id=found.community_id, after={"state": str(found.state)})
    return found
