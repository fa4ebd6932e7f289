"""Reads of the ledger. Each answers one question with typed results; none writes."""

from zengyi.bank.queries.accounts import AccountCard, AccountHome, Entry, account, account_home, entries
from zengyi.bank.queries.checks import LedgerReport, check_ledger
from zengyi.bank.queries.deciders import Deciders, deciders, rule_deciders
from zengyi.bank.queries.decisions import CorrectionRow, MarkRow, RollCallRow, correctable, corrections, roll_call, roll_calls
from zengyi.bank.queries.rulebook import ProposedRule, own_versions, proposed_rule, proposed_rules, rulebook, rulebook_of, rules_on
from zengyi.bank.queries.sums import CommunitySums, District, Equation, Saver, difficulty_left, district, equation, top_savers

__all__ = [
    "AccountCard",
    "AccountHome",
    "CommunitySums",
    "CorrectionRow",
    "Deciders",
    "District",
    "Entry",
    "Equation",
    "LedgerReport",
    "MarkRow",
    "ProposedRule",
    "RollCallRow",
    "Saver",
    "account",
    "account_home",
    "check_ledger",
    "correctable",
    "corrections",
    "deciders",
    "difficulty_left",
    "district",
    "entries",
    "equation",
    "own_versions",
    "proposed_rule",
    "proposed_rules",
    "roll_call",
    "roll_calls",
    "rule_deciders",
    "rulebook",
    "rulebook_of",
    "rules_on",
    "top_savers",
]
