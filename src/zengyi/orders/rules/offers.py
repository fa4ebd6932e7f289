"""Everything that can be done to an order, by its verb: what is offered to somebody is what its guard lets pass."""

from collections.abc import Callable

from zengyi.core.errors import Refused
from zengyi.core.guards import refusal_of
from zengyi.orders.rules.guards import (
    CALL_BACK,
    EXCLUDE,
    MASK,
    NOTE,
    REMIND,
    REMIND_CLAIMANT,
    check_accept,
    check_assign,
    check_call_back,
    check_cancel,
    check_claim,
    check_close,
    check_confirm,
    check_decline,
    check_deliver,
    check_exclude,
    check_lapse,
    check_mask,
    check_merge,
    check_note,
    check_publish,
    check_refuse,
    check_release,
    check_remind,
    check_remind_claimant,
    check_reopen,
    check_return,
    check_triage,
)
from zengyi.orders.rules.moves import Move, Verb, moves_from
from zengyi.orders.rules.situation import Situation

#: The guard of everything that can be done to an order once it is placed.
GUARDS: dict[str, Callable[[Situation], object]] = {
    Verb.TRIAGE: check_triage,
    Verb.PUBLISH: check_publish,
    Verb.ASSIGN: check_assign,
    Verb.ACCEPT: check_accept,
    Verb.REFUSE: check_refuse,
    Verb.CLAIM: check_claim,
    Verb.RELEASE: check_release,
    Verb.LAPSE: check_lapse,
    Verb.DELIVER: check_deliver,
    Verb.CONFIRM: check_confirm,
    Verb.RETURN: check_return,
    Verb.DECLINE: check_decline,
    Verb.MERGE: check_merge,
    Verb.CANCEL: check_cancel,
    Verb.CLOSE: check_close,
    Verb.REOPEN: check_reopen,
    NOTE: check_note,
    EXCLUDE: check_exclude,
    MASK: check_mask,
    REMIND: check_remind,
    REMIND_CLAIMANT: check_remind_claimant,
    CALL_BACK: check_call_back,
}


def check(verb: str, s: Situation) -> None:
    """Raise the refusal with which the action would answer."""
    GUARDS[verb](s)


def refusal(verb: str, s: Situation) -> Refused | None:
    """The refusal with which the action would answer; nothing when it would go ahead."""
    return refusal_of(GUARDS[verb], s)


def can(verb: str, s: Situation) -> bool:
    """Whether the actor can do this now."""
    return refusal(verb, s) is None


def why_not(verb: str, s: Situation) -> str:
    """Why the actor cannot do this now, in a sentence for them; empty when they can."""
    found = refusal(verb, s)
    return found.sentence if found else ""


def moves_for(s: Situation) -> tuple[Move, ...]:
    """The moves that the actor can make now."""
    return tuple(move for move in moves_from(s.state) if can(move.verb, s))
