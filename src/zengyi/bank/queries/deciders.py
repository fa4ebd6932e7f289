"""Who may decide on what somebody has proposed: told to whoever waits for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from zengyi.bank.queries.decisions import CorrectionRow, RollCallRow
from zengyi.bank.queries.rulebook import ProposedRule
from zengyi.bank.rules import can_decide, check_decide_rule
from zengyi.core.clock import local_date
from zengyi.core.guards import refusal_of
from zengyi.people import queries as people
from zengyi.people.rules import Actor, may


@dataclass(frozen=True, slots=True)
class Deciders:
    """Those of the community's staff who may decide, by name."""

    names: tuple[str, ...]

    @property
    def nobody(self) -> bool:
        """Whether no colleague is left who may: then the district sends somebody for a day."""
        return not self.names


def deciders(proposals: Sequence[RollCallRow | CorrectionRow], *, by: Actor, at: datetime) -> list[Deciders]:
    """Who may decide on each of the roll-calls or corrections of the actor's community. One statement; none for no proposals."""
    staff = people.staff_of(by.community_id or 0, at=at) if proposals else []
    return [Deciders(tuple(one.name for one in staff if can_decide(one, proposal.facts))) for proposal in proposals]


def rule_deciders(found: ProposedRule, *, by: Actor, at: datetime) -> Deciders:
    """Who may decide on a proposed rule of the actor's community. One statement."""

    def may_decide(one: Actor) -> bool:
        refused = refusal_of(
            check_decide_rule,
            one,
            proposed_by=found.first,
            state=found.state,
            valid_from=found.rule.valid_from,
            today=local_date(at),
            approve=False,
        )
        return may(one, "rules.decide") and refused is None

    staff = people.staff_of(by.community_id or 0, at=at)
    return Deciders(tuple(one.name for one in staff if may_decide(one)))
