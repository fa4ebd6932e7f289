"""Writes to the ledger. Nothing else changes a balance or writes a posting."""

from zengyi.bank.actions.posting import LedgerError, ensure_accounts, mirror, open_difficulty, post_confirmation, withdraw_difficulty

__all__ = ["LedgerError", "ensure_accounts", "mirror", "open_difficulty", "post_confirmation", "withdraw_difficulty"]
