"""Who may propose to reverse a posting, and who may decide on what somebody else has proposed. See :mod:`zengyi.core.guards`."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from zengyi.bank.rules.words import PostingKind, ProposalState
from zengyi.core.errors import NotThere, WrongState
from zengyi.core.guards import refusal_of
from zengyi.people.rules import Actor, FirstPerson, Whose, check_role, check_second

#: Postings that brought somebody points or took them away are corrected; a difficulty is withdrawn when its order ends.
CORRECTABLE = (PostingKind.CONFIRM, PostingKind.BASE, PostingKind.DEED, PostingKind.DEDUCT)


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


@dataclass(frozen=True, slots=True)
class ProposalFacts:
    """What somebody has proposed and somebody else decides on.

    ``first``: who proposed it. ``whose``: whose points it decides about, where they are one person's or one unit's.
    """

    first: FirstPerson
    state: str
    whose: Whose | None = None


def check_decide(by: Actor, proposal: ProposalFacts) -> None:
    """Raise unless the actor may decide on a proposal of their community: they are a second person to it, and it still waits."""
    check_role(by, "points.decide")
    check_second(by, proposal.first, concerned=proposal.whose is not None and proposal.whose.concerns(by))
    if proposal.state != ProposalState.PROPOSED:
        raise WrongState(already_decided())


def can_decide(by: Actor, proposal: ProposalFacts) -> bool:
    """Whether the actor may decide on a proposal of their community."""
    return refusal_of(check_decide, by, proposal) is None


@dataclass(frozen=True, slots=True)
class HeldFacts:
    """A roll-call as :func:`check_post_held` needs to know it.

    ``decider``: who decided on the others' points. ``others``: marks are held, and they are not the points of the one who looks at it.
    """

    first: FirstPerson
    decider: FirstPerson
    others: bool


def check_post_held(by: Actor, held: HeldFacts) -> None:
    """Raise unless the actor may post what the first decider could not: a second person to them as well as to who proposed it."""
    check_role(by, "points.decide")
    check_second(by, held.first, held.decider)
    if not held.others:
        raise WrongState(already_decided())


def can_post_held(by: Actor, held: HeldFacts) -> bool:
    """Whether the actor may post what is held."""
    return refusal_of(check_post_held, by, held) is None


def already_decided() -> str:
    """What somebody hears who is not the first to decide."""
    return _("这一条已经审核过了。")
