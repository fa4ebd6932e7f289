"""Pages of the bank."""

from zengyi.bank.pages.books import correction_decide, correction_new, corrections, entries, roll_call, roll_call_new, roll_calls
from zengyi.bank.pages.publishing import quarter, quarter_file, quarter_poster, quarter_sheet, quarter_text
from zengyi.bank.pages.rules import rule_change, rule_decide, rule_proposal, rule_proposals, rules

__all__ = [
    "correction_decide",
    "correction_new",
    "corrections",
    "entries",
    "quarter",
    "quarter_file",
    "quarter_poster",
    "quarter_sheet",
    "quarter_text",
    "roll_call",
    "roll_call_new",
    "roll_calls",
    "rule_change",
    "rule_decide",
    "rule_proposal",
    "rule_proposals",
    "rules",
]
