"""Who may propose to reverse a posting, and who may decide on what somebody else has proposed. See :mod:`zengyi.core.guards`."""

from dataclasses import dataclass
from typing import Protocol

from django.utils.translation import gettext as _

from zengyi.bank.rules.words import PostingKind, ProposalState
from zengyi.core.errors import NotAllowed, NotThere, WrongState
from zengyi.core.guards import refusal_of
from zengyi.people.rules import Actor, check_role

#: Only postings that brought somebody points are corrected; a difficulty is withdrawn when its order ends.
CORRECTABLE = (PostingKind.CONFIRM, PostingKind.BASE)


@dataclass(frozen=True, slots=True)
class PostingFacts:
    """A posting as :func:`check_correct` needs to know it. ``is_proposed``: somebody has proposed to reverse it."""

    community_id: int
    kind: str
    is_reversed: bool
    is_proposed: bool


def check_correct(by: Actor, posting: PostingFacts | None) -> None:
    """Raise unless the actor may propose to reverse the posting, which is nothing when there is no such one."""
    check_role(by, "points.propose")
    if posting is None or posting.community_id != by.community_id or posting.kind not in CORRECTABLE or posting.is_reversed:
        raise NotThere(_("没有这一笔，或者已经冲销过。"))
    if posting.is_proposed:
        raise WrongState(already_proposed())


def can_correct(by: Actor, posting: PostingFacts) -> bool:
    """Whether the actor may propose to reverse the posting."""
    return refusal_of(check_correct, by, posting) is None


def already_proposed() -> str:
    """What somebody hears who proposes to reverse what somebody else has proposed to."""
    return _("这一笔已经有人提出冲销了。")


class Proposal(Protocol):
    """What one person has proposed and another decides on."""

    @property
    def proposed_by_id(self) -> int: ...
    @property
    def state(self) -> str: ...


def check_decide(by: Actor, proposal: Proposal) -> None:
    """Raise unless the actor may decide on a proposal of their community: they did not make it, and it still waits."""
    check_role(by, "points.decide")
    if proposal.proposed_by_id == by.user_id:
        raise NotAllowed(_("自己提出的，要请另一位来审核。"))
    if proposal.state != ProposalState.PROPOSED:
        raise WrongState(already_decided())


def can_decide(by: Actor, proposal: Proposal) -> bool:
    """Whether the actor may decide on a proposal of their community."""
    return refusal_of(check_decide, by, proposal) is None


def already_decided() -> str:
    """What somebody hears who is not the first to decide."""
    return _("这一条已经审核过了。")
