"""Tables of activities and patrols."""

from zengyi.activities.models.drills import Drill, DrillProblem
from zengyi.activities.models.patrols import Finding, FindingPhoto, Ledger, LedgerEntry
from zengyi.activities.models.programme import Activity, Host, Occasion, Slot
from zengyi.activities.models.records import Record
from zengyi.activities.models.signing import Attendee, Consent, SignUp, Stay

__all__ = [
    "Activity",
    "Attendee",
    "Consent",
    "Drill",
    "DrillProblem",
    "Finding",
    "FindingPhoto",
    "Host",
    "Ledger",
    "LedgerEntry",
    "Occasion",
    "Record",
    "SignUp",
    "Slot",
    "Stay",
]
