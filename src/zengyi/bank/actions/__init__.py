"""Writes to the ledger. Nothing else changes a balance or writes a posting."""

from zengyi.bank.actions.corrections import decide_correction, propose_correction
from zengyi.bank.actions.posting import LedgerError, ensure_accounts, mirror, open_difficulty, post_confirmation, withdraw_difficulty
from zengyi.bank.actions.roll_calls import decide_roll_call, propose_roll_call
from zengyi.bank.actions.rulebook import decide_rule, propose_rule

__all__ = [
    "LedgerError",
    "decide_correction",
    "decide_roll_call",
    "decide_rule",
    "ensure_accounts",
    "mirror",
    "open_difficulty",
    "post_confirmation",
    "propose_correction",
    "propose_roll_call",
    "propose_rule",
    "withdraw_difficulty",
]
