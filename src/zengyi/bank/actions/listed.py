"""A list of members under a rule for deeds: each who was there gets a deed, which the second person approves together with the list.

Whoever puts the list down has seen them and so attests, as :func:`record_deeds` says; each member is told and may say 不是我.
"""

from datetime import datetime
from typing import Any

from zengyi.bank import rules
from zengyi.bank.actions.deeds import post_approved, record_deeds, stands_already
from zengyi.bank.actions.posting import hold
from zengyi.bank.models import Filing, RollCall
from zengyi.bank.models.filings import Filings
from zengyi.bank.queries import in_closed_quarter
from zengyi.bank.rules import FilingState, FilingVerb
from zengyi.core.guards import refusal_of
from zengyi.core.steps import in_action
from zengyi.people.rules import Actor

#: States of a deed that the list's second person decides on.
_WAITING = (FilingState.SUBMITTED, FilingState.ATTESTED)


@in_action
def record_listed(roll_call: RollCall, members: list[int], *, by: Actor, at: datetime) -> int:
    """A deed for each of the members, which waits for approval; returns how many. Whoever has filed it themselves is left out."""
    once = dict.fromkeys(members, 1)
    said: dict[str, Any] = {"text": roll_call.note, "community_id": roll_call.community_id, "by": by, "at": at}
    return len(record_deeds(roll_call.rule, once, roll_call.held_on, rules.LIST_SOURCE, str(roll_call.pk), **said))


@in_action
def approve_listed(roll_call: RollCall, *, by: Actor, at: datetime) -> int:
    """Approve the list's deeds and post their points; returns how many.

    What the actor may not decide on, as of their own, their household's or their unit's deeds, stays among the deeds that wait; so
    does one that stands in the books already, and one that the member has denied stays frozen.
    """
    issue, posted = hold(roll_call.community_id, at=at), 0
    rows = _deeds_of(roll_call).filter(state=FilingState.ATTESTED).with_facts().annotate(late=in_closed_quarter("occurred_on"))
    for filing in rows.order_by("pk"):
        if refusal_of(rules.FILING_CHECKS[FilingVerb.APPROVE], by, filing.facts(at)) is None and not stands_already(filing):
            post_approved(filing, issue=issue, by=by, at=at)
            posted += 1
    return posted


@in_action
def reject_listed(roll_call: RollCall, reason: str, *, by: Actor, at: datetime) -> int:
    """Send the list's deeds back with it; none is posted."""
    told = {"decided_by_id": by.login_id, "decided_at": at, "reason": reason, "acknowledged_at": None}
    _deeds_of(roll_call).filter(state__in=_WAITING).update(state=FilingState.REJECTED, **told)
    return 0


def _deeds_of(roll_call: RollCall) -> Filings:
    return Filing.objects.filter(community_id=roll_call.community_id, source=rules.LIST_SOURCE, source_ref=str(roll_call.pk))
