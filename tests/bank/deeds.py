"""Filed deeds made short."""

from datetime import date, datetime
from typing import Any

from tests.cast import AT, Cast
from zengyi.bank import actions
from zengyi.bank.models import Filing
from zengyi.core import audit
from zengyi.core.steps import action
from zengyi.people.rules import Actor

DAY = date(2026, 11, 20)
SAID = "河边巡查，拔掉一枝黄花"


def filed(cast: Cast, who: str = "member", *, rule: str = "V02", day: date = DAY, at: datetime = AT, by: str = "", **more: Any) -> Filing:
    """A deed of a member, by themselves or by somebody else."""
    whose = {"member_id": cast.member_id(who)} if by else {}
    return actions.file_deed(rule, day, **{"text": SAID, **whose, **more}, by=cast.actor(by or who), at=at)


def attested(cast: Cast, who: str = "member", *, at: datetime = AT, attester: str = "worker", **more: Any) -> Filing:
    """One that somebody has attested."""
    return actions.attest_deed(filed(cast, who, at=at, **more).pk, by=cast.actor(attester), at=at)


def approved(cast: Cast, who: str = "member", *, at: datetime = AT, approver: str = "secretary", **more: Any) -> Filing:
    """One with its points on the books."""
    made = attested(cast, who, at=at, **more)
    return actions.approve_deed(made.pk, by=cast.actor(approver), at=at)


def reversed_(cast: Cast, filing: Filing, *, at: datetime = AT, approve: bool = True) -> None:
    """Its first standing posting is corrected, or the correction is sent back."""
    posting = filing.postings.filter(posting__reversed_by=None).order_by("pk").values_list("posting_id", flat=True)[0]
    proposed = actions.propose_correction(posting, "没有做过", by=cast.actor("worker"), at=at)
    actions.decide_correction(proposed.pk, approve, by=cast.actor("secretary"), at=at)


@action
def recorded(
    members: dict[int, int], *, by: Actor, community_id: int, rule: str = "V03", day: date = DAY, ref: str = "12", at: datetime = AT
) -> list[int]:
    """What another package's step would do with a session's attendance."""
    made = actions.record_deeds(rule, members, day, "SESSION", ref, text="第 12 次协商会", community_id=community_id, by=by, at=at)
    audit.record("sign", "session", 12, by=by, at=at, community_id=community_id)
    return made
