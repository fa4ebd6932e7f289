"""Pages of the bank."""

from zengyi.bank.pages.accounts import account_paper, account_table, entries, entry
from zengyi.bank.pages.books import correction_decide, correction_new, corrections
from zengyi.bank.pages.closing import closing, closing_prepare, closing_publish, closing_seal, closing_tally
from zengyi.bank.pages.deeds import deed, deed_mine, deed_move, deed_photo, deeds
from zengyi.bank.pages.deeds_links import deed_link, vouch, vouched
from zengyi.bank.pages.deeds_new import deed_new, deed_worth
from zengyi.bank.pages.objections import (
    objection,
    objection_answer,
    objection_contest,
    objection_new,
    objection_review,
    objection_tell,
)
from zengyi.bank.pages.publishing import quarter, quarter_book, quarter_file, quarter_members, quarter_poster, quarter_sheet, quarter_text
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
    "account_paper",
    "account_table",
    "closing",
    "closing_prepare",
    "closing_publish",
    "closing_seal",
    "closing_tally",
    "correction_decide",
    "correction_new",
    "corrections",
    "deed",
    "deed_link",
    "deed_mine",
    "deed_move",
    "deed_new",
    "deed_photo",
    "deed_worth",
    "deeds",
    "entries",
    "entry",
    "objection",
    "objection_answer",
    "objection_contest",
    "objection_new",
    "objection_review",
    "objection_tell",
    "quarter",
    "quarter_book",
    "quarter_file",
    "quarter_members",
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
    "vouch",
    "vouched",
]
