"""Writes to the ledger. Nothing else changes a balance or writes a posting."""

from zengyi.bank.actions.corrections import decide_correction, propose_correction, propose_taking_back
from zengyi.bank.actions.deeds import (
    acknowledge_deed,
    approve_deed,
    attest_deed,
    deny_deed,
    file_deed,
    record_deeds,
    reject_deed,
    withdraw_deed,
)
from zengyi.bank.actions.merging import BEFORE_MERGING
from zengyi.bank.actions.objections import answer_objection, contest_answer, object_to, review_objection, tell_objector
from zengyi.bank.actions.posting import LedgerError, ensure_accounts, mirror, open_difficulty, post_confirmation, withdraw_difficulty
from zengyi.bank.actions.quarters import prepare_quarter, publish_quarter, seal_quarter, tally_quarter
from zengyi.bank.actions.roll_calls import decide_roll_call, post_held_marks, propose_roll_call
from zengyi.bank.actions.rulebook import decide_rule, propose_rule
from zengyi.bank.actions.vouching import answer_link, browser_of, issue_link, open_link

__all__ = [
    "BEFORE_MERGING",
    "LedgerError",
    "acknowledge_deed",
    "answer_link",
    "answer_objection",
    "approve_deed",
    "attest_deed",
    "browser_of",
    "contest_answer",
    "decide_correction",
    "decide_roll_call",
    "decide_rule",
    "deny_deed",
    "ensure_accounts",
    "file_deed",
    "issue_link",
    "mirror",
    "object_to",
    "open_difficulty",
    "open_link",
    "post_confirmation",
    "post_held_marks",
    "prepare_quarter",
    "propose_correction",
    "propose_roll_call",
    "propose_rule",
    "propose_taking_back",
    "publish_quarter",
    "record_deeds",
    "reject_deed",
    "review_objection",
    "seal_quarter",
    "tally_quarter",
    "tell_objector",
    "withdraw_deed",
    "withdraw_difficulty",
]
