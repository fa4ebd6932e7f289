"""What two persons do together: one proposes, another decides. Roll-calls and corrections share it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from django.db import IntegrityError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from zengyi.bank.models import Correction, RollCall
from zengyi.bank.rules import ProposalFacts, ProposalState, already_decided, check_decide
from zengyi.core.errors import Invalid, NotThere, WrongState
from zengyi.core.ids import ID_MOST
from zengyi.core.steps import in_action
from zengyi.people import queries as people
from zengyi.people.rules import Actor, Whose, check_role

M = TypeVar("M", RollCall, Correction)


@in_action
def propose(proposal: M, *, twice: object, by: Actor, at: datetime) -> M:
    """Write a proposal for somebody else to decide on; raises :class:`WrongState` with ``twice`` when it was made before."""
    proposal.proposed_by_id, proposal.proposed_at = by.login_id, at
    try:
        proposal.save(force_insert=True)
    except IntegrityError as taken:
        raise WrongState(twice) from taken
    return proposal


@in_action
def decide(
    rows: "QuerySet[M]",
    proposal_id: int,
    approve: bool,
    *,
    whose: Callable[[M], Whose] | None = None,
    reason: str | None = None,
    by: Actor,
    at: datetime,
) -> M:
    """Write a second person's decision on one of ``rows``. ``reason``: what they said, where sending it back asks for one.
    ``whose``: whose points it decides about, told by the row that was read.

    Raises :class:`NotThere` outside the actor's community; whoever comes second gets :class:`WrongState`.
    """
    check_role(by, "points.decide")
    read = rows.annotate(made=people.makers_of("proposed_by_id"))
    found = read.filter(pk=proposal_id, community_id=by.community_id).first() if 0 < proposal_id <= ID_MOST else None
    if found is None:
        raise NotThere(_("没有找到，或者不在您的社区。"))
    check_decide(by, ProposalFacts(people.first_person(found.proposed_by_id, found.made, at), found.state, whose(found) if whose else None))
    if reason is not None and not approve and not reason:
        raise Invalid.on("reason", _("请说一句为什么退回。"))
    said: dict[str, Any] = {} if reason is None else {"reason": reason}
    state = ProposalState.POSTED if approve else ProposalState.REJECTED
    waiting = rows.filter(pk=found.pk, state=ProposalState.PROPOSED)
    if not waiting.update(state=state, decided_by_id=by.user_id, decided_at=at, **said):
        raise WrongState(already_decided())
    found.state = state
    decided: M = found
    return decided
