"""Pages of the bank."""

from zengyi.bank.pages.books import correction_decide, correction_new, corrections, entries
from zengyi.bank.pages.publishing import quarter, quarter_file, quarter_poster, quarter_sheet, quarter_text
from zengyi.bank.pages.roll_calls import (
    roll_call,
    roll_call_new,
    roll_call_paper,
    roll_call_print,
    roll_call_sheet,
    roll_call_template,
    roll_calls,
)
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
    "roll_call_paper",
    "roll_call_print",
    "roll_call_sheet",
    "roll_call_template",
    "roll_calls",
    "rule_change",
    "rule_decide",
    "rule_proposal",
    "rule_proposals",
    "rules",
]
