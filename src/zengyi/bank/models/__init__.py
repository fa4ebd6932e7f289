"""Tables of the bank."""

from zengyi.bank.models.appraisals import Appraisal, AppraisalLine, TierVersion
from zengyi.bank.models.duties import DutyClaim, Turn, Vacancy
from zengyi.bank.models.filings import Filing, FilingPhoto, FilingPosting, VouchLink
from zengyi.bank.models.helping import Help
from zengyi.bank.models.ledger import Account, Correction, Objection, Posting, Quarter, RollCall, RollCallEntry, RuleVersion
from zengyi.bank.models.sums import WeekSum

__all__ = [
    "Account",
    "Appraisal",
    "AppraisalLine",
    "Correction",
    "DutyClaim",
    "Filing",
    "FilingPhoto",
    "FilingPosting",
    "Help",
    "Objection",
    "Posting",
    "Quarter",
    "RollCall",
    "RollCallEntry",
    "RuleVersion",
    "TierVersion",
    "Turn",
    "Vacancy",
    "VouchLink",
    "WeekSum",
]
