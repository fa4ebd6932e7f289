"""Tables of the bank."""

from zengyi.bank.models.filings import Filing, FilingPhoto, FilingPosting
from zengyi.bank.models.ledger import Account, Correction, Objection, Posting, Quarter, RollCall, RollCallEntry, RuleVersion
from zengyi.bank.models.sums import WeekSum

__all__ = [
    "Account",
    "Correction",
    "Filing",
    "FilingPhoto",
    "FilingPosting",
    "Objection",
    "Posting",
    "Quarter",
    "RollCall",
    "RollCallEntry",
    "RuleVersion",
    "WeekSum",
]
